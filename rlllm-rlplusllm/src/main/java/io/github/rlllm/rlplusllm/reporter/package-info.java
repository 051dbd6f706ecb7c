/**
 * Planner, Actor and Reporter: Dasgupta et al., "Collaborating with language models for embodied reasoning", 2023 (<a
 * href="https://arxiv.org/abs/2302.00763">arXiv 2302.00763</a>).
 *
 * <table>
 * <caption>The paper's parts and where they are</caption>
 * <tr><th>Paper</th><th>Here</th></tr>
 * <tr><td>a partially observed grid, about 5 cells seen, unique objects with a secret property</td>
 *     <td>{@link io.github.rlllm.engine.world.secret.SecretRoom}</td></tr>
 * <tr><td>the Planner, a language model, gives the next instruction by words alone</td>
 *     <td>{@link io.github.rlllm.rlplusllm.reporter.ModelPlanner}; a program that reads the same words,
 *     {@link io.github.rlllm.rlplusllm.reporter.ScriptedPlanner}</td></tr>
 * <tr><td>the Actor, trained by RL, obeys "examine X" and "pick up X"</td>
 *     <td>{@link io.github.rlllm.rlplusllm.reporter.PlannerActorReporter#actor}</td></tr>
 * <tr><td>the Reporter says what was seen; truthful by hand, or trained by RL on the task's reward</td>
 *     <td>{@link io.github.rlllm.rlplusllm.reporter.Reporter},
 *     {@link io.github.rlllm.rlplusllm.reporter.PlannerActorReporter#reporter}</td></tr>
 * <tr><td>the loop of the three</td>
 *     <td>{@link io.github.rlllm.rlplusllm.reporter.PlannerActorReporter#play}, run by
 *     {@link io.github.rlllm.rlplusllm.plan.PlanRunner}</td></tr>
 * <tr><td>RL without the three</td>
 *     <td>{@link io.github.rlllm.rlplusllm.reporter.PlannerActorReporter#flat}</td></tr>
 * </table>
 *
 * <p>Deviations. Neither code nor worlds of the paper are public; rooms, tasks, textures and sentences are ours. Instructions
 * come from a closed list. Colours and shapes reach the Actor as matches with the instruction, so that it generalises to
 * combinations that it was never told of by what it sees, not by a language encoder; the flat policy is tried with the same
 * matches and with plain colours and shapes. A Reporter chooses among three sentences and sees only the texture. It is trained
 * with the scripted Planner, as it needs thousands of answers, and then also tried with the language model that is chosen. Both
 * trainings are proximal policy optimisation; a report is discounted by .9, so that one that says nothing costs something.
 *
 * <p>Reported by the paper: no figures are quoted here. Measured here: {@code rlllm run planner-actor-reporter}. On
 * unseen combinations over five seeds, Planner scripted: truthful Reporter .98, trained .96 from .43 untrained, constant .39
 * beside .41 for guessing, flat policies at equal environment steps .36 and .14 (docs/planning.md).
 */
@NullMarked
package io.github.rlllm.rlplusllm.reporter;

import org.jspecify.annotations.NullMarked;
