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
 * <tr><td>the loop: search, run the first skill, look at the inventory, search again</td>
 *     <td>{@link io.github.rlllm.rlplusllm.plan4mc.Plan4Mc}, run by {@link io.github.rlllm.rlplusllm.plan.PlanRunner} with the
 *     skills of {@link io.github.rlllm.rlplusllm.plan4mc.GraphSkills}</td></tr>
 * <tr><td>ablations: without find skills, without replanning; baseline: Interactive LLM</td>
 *     <td>{@link io.github.rlllm.rlplusllm.plan4mc.SkillGraph#withoutFinding},
 *     {@link io.github.rlllm.rlplusllm.plan4mc.FixedPlan}, {@link io.github.rlllm.rlplusllm.plan4mc.InteractivePlanner}</td></tr>
 * </table>
 *
 * <p>Deviations. A skill in preparation is not prepared again, so that a circle ends as a missing item; where several
 * skills make an item, the others are tried after the first. A plan whose parts are not near each other is missing, and is
 * not reported as a plan. Names that stand twice are errors. What is near is read from the world after every skill, not kept
 * by rules. A planner gives up where one skill has failed a number of times since it last succeeded, and a skill that claims
 * what is not in the inventory has failed.
 *
 * <p>Reported by the paper, success over its tasks of trees, stones, ores and mobs: .42, .29, .27, .32; without replanning 0
 * on stones and ores. Measured here by {@code rlllm run plan4mc}, in a world of our own whose figures are not comparable, over
 * five seeds on chains of 4 to 10, 13 to 25 and 40 to 72 skills: .97, .82, .70; without find skills .93, .57, .38; without
 * replanning .86, .55, .12.
 */
@NullMarked
package io.github.rlllm.rlplusllm.plan4mc;

import org.jspecify.annotations.NullMarked;
