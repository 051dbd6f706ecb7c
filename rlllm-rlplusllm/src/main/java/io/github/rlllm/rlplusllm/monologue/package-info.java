/**
 * Inner Monologue: Huang et al., "Inner Monologue: Embodied Reasoning through Planning with Language Models", 2022 (arXiv
 * 2207.05608).
 *
 * <table>
 * <caption>The paper's terms and where they are</caption>
 * <tr><th>Paper</th><th>Here</th></tr>
 * <tr><td>the prompt: instruction, actions and feedback as lines, continued by the language model</td>
 *     <td>{@link io.github.rlllm.rlplusllm.monologue.InnerMonologue}, run by
 *     {@link io.github.rlllm.rlplusllm.plan.PlanRunner}</td></tr>
 * <tr><td>success detection</td>
 *     <td>{@link io.github.rlllm.rlplusllm.monologue.SuccessDetector}, with
 *     {@link io.github.rlllm.rlplusllm.monologue.SuccessDetector#erring} for declared rates of error</td></tr>
 * <tr><td>passive scene description: objects, finished sub-goals</td>
 *     <td>{@link io.github.rlllm.rlplusllm.monologue.SceneDescriber}</td></tr>
 * <tr><td>active scene description, human feedback</td>
 *     <td>{@link io.github.rlllm.rlplusllm.monologue.MonologueConfig#questions}, answered by the run's
 *     {@link io.github.rlllm.rlplusllm.plan.Supervisor}, given by
 *     {@link io.github.rlllm.rlplusllm.monologue.Feedback#answering}</td></tr>
 * </table>
 *
 * <p>Deviations. The paper's models write the next line freely; here a scorer chooses among the lines that can be carried
 * out, the questions that may be asked, and done, so that no line is unreadable and forbidden calls are never offered.
 * {@link io.github.rlllm.rlplusllm.monologue.GeneratedLine} does it with a model that only answers in text. Free thoughts
 * of the robot ({@code Robot thought: ...}) are not generated. In the paper's kitchen the line is chosen by likelihood times
 * affordance; here hopeless calls are masked by {@link io.github.rlllm.rlplusllm.plan.Limits#floor}.
 *
 * <p>Reported by the paper, simulated tabletop with disturbances, CLIPort / with an oracle's stop / objects / with success /
 * with scene: pick and place 24/74/80/90/94 %, matching bowls 0/0/56/70/82 %, mismatched bowls 0/0/62/76/86 %. Measured
 * here: {@code rlllm run inner-monologue}, on a table of our own with skills that reinforcement learning acquired and a
 * scripted reader, so that the figures cannot be compared: what carries over is which feedback is worth what.
 */
@NullMarked
package io.github.rlllm.rlplusllm.monologue;

import org.jspecify.annotations.NullMarked;
