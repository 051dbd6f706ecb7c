/**
 * SayCan: Ahn et al., "Do As I Can, Not As I Say: Grounding Language in Robotic Affordances", 2022 (arXiv 2204.01691).
 *
 * <table>
 * <caption>The paper's equations and where they are</caption>
 * <tr><th>Paper</th><th>Here</th></tr>
 * <tr><td>p(l | i), the language model's probability of a skill's text given the instruction</td>
 *     <td>{@link io.github.rlllm.api.OptionScorer} given to
 *     {@link io.github.rlllm.rlplusllm.saycan.SayCan}; exact log-probabilities, cosines or a fitted head</td></tr>
 * <tr><td>p(c | s, l), the affordance: the value of the skill's policy</td>
 *     <td>{@link io.github.rlllm.rlplusllm.plan.SkillLibrary#affordance}</td></tr>
 * <tr><td>algorithm 1: pi = argmax p(c | s, l) p(l | i), executed, appended, until done</td>
 *     <td>{@link io.github.rlllm.rlplusllm.saycan.SayCan#next}, run by
 *     {@link io.github.rlllm.rlplusllm.plan.PlanRunner}</td></tr>
 * <tr><td>done has a fixed small affordance (.1 in the kitchen, .2 in the open tabletop)</td>
 *     <td>{@link io.github.rlllm.rlplusllm.saycan.SayCanConfig#done}</td></tr>
 * </table>
 *
 * <p>Deviations. The product is taken in log space and not normalised. The loop is closed: affordances are read anew
 * before every skill, and only skills that succeeded are appended to the text, so that one that failed may be chosen
 * again. The paper always acts; here the planner gives up where the chance that a skill drawn from the language model
 * would succeed is below a floor, because no option is then both meant and possible. Sampling in proportion to the
 * product is possible besides its argmax. Length normalisation is the scorer's choice; sums are the default. Affordances below {@code mask} are known before the
 * language model is asked and need not be scored, which changes no choice among the rest.
 *
 * <p>Reported by the paper (kitchen, 101 instructions, PaLM 540B): plans 84 %, executions 74 %; without the value
 * function 67 % of plans. Measured here: {@code rlllm run saycan} with a small encoder and a fitted head on a table of
 * blocks (58 held-out wordings, five seeds): plans 82 %, executions 82 %; without the value function 65 % of plans. The
 * worlds are not comparable in figures: what carries over is that execution stays at or below planning and that affordances
 * help most where the body decides. Experiment 2 of {@code rlllm experiments} does the same in a grid house.
 */
@NullMarked
package io.github.rlllm.rlplusllm.saycan;

import org.jspecify.annotations.NullMarked;
