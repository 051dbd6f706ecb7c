/**
 * Plan4MC: Yuan et al., "Skill Reinforcement Learning and Planning for Open-World Long-Horizon Tasks", 2023
 * (arXiv 2303.16563).
 *
 * <table>
 * <caption>The paper's parts and where they are</caption>
 * <tr><th>Paper</th><th>Here</th></tr>
 * <tr><td>skill graph: consume, require, equip, obtain; find, manipulate and craft skills</td>
 *     <td>{@link io.github.rlllm.rlplusllm.plan4mc.GraphSkill}, {@link io.github.rlllm.rlplusllm.plan4mc.SkillGraph}</td></tr>
 * <tr><td>skill search: depth first with a simulated inventory</td>
 *     <td>{@link io.github.rlllm.rlplusllm.plan4mc.SkillSearch}</td></tr>
 * </table>
 *
 * <p>Deviations. A skill in preparation is not prepared again, so that a circle ends as a missing item; where several
 * skills make an item, the others are tried after the first. A plan whose parts are not near each other is missing, and is
 * not reported as a plan. Names that stand twice are errors.
 */
@NullMarked
package io.github.rlllm.rlplusllm.plan4mc;

import org.jspecify.annotations.NullMarked;
