/**
 * Text2Reward: Xie et al., "Text2Reward: Reward Shaping with Language Models for Reinforcement Learning", 2023 (arXiv
 * 2309.11489).
 *
 * <table>
 * <caption>The paper's method and where it is</caption>
 * <tr><th>Paper</th><th>Here</th></tr>
 * <tr><td>section 3.1: the environment as a class of typed, described attributes</td>
 *     <td>{@link io.github.rlllm.engine.program.RewardSchema#description}</td></tr>
 * <tr><td>section 3.2: zero-shot and few-shot generation, examples retrieved by embedding</td>
 *     <td>{@link io.github.rlllm.llm4rl.text2reward.Text2Reward#opening},
 *     {@link io.github.rlllm.llm4rl.text2reward.FewShot#nearest}</td></tr>
 * <tr><td>errors of the generated code go back to the model</td>
 *     <td>{@link io.github.rlllm.llm4rl.text2reward.Text2Reward#run}, with line, column and reason, a bounded number of
 *     times</td></tr>
 * <tr><td>section 3.3: training, a person's description of what is wrong, generation anew from (code, description,
 *     feedback)</td>
 *     <td>{@link io.github.rlllm.llm4rl.text2reward.Text2Reward#run},
 *     {@link io.github.rlllm.llm4rl.text2reward.Person}</td></tr>
 * <tr><td>PPO and SAC</td><td>{@link io.github.rlllm.llm4rl.design.CandidateTraining}: PPO</td></tr>
 * </table>
 *
 * <p>Deviations. A reward is a program of a small language that is checked before anything runs, not Python in the process.
 * The original asks until a fenced block appears, without a bound, and runs it; here a run ends with a typed failure after
 * a number of attempts. The world is {@link io.github.rlllm.engine.world.reach.TableTop} instead of ManiSkill2, MetaWorld
 * and MuJoCo. The library has six examples of other tasks.
 *
 * <p>Without a language model {@link io.github.rlllm.llm4rl.text2reward.ScriptedFollower} writes rewards and
 * {@link io.github.rlllm.llm4rl.text2reward.TableWatcher} watches. Both are programs, written for each other: their figures
 * show how feedback goes round, and that the controls (feedback withheld, feedback about another task) do not rise. They say
 * nothing of what a language model makes of feedback.
 *
 * <p>Reported by the paper (GPT-4): on 13 of 17 manipulation tasks as good as or better than rewards of experts; six
 * locomotion skills above 94 %. Measured here with the scripted pair: on development seeds, at the best
 * checkpoint, success at {@code push} from .00 to .80 and more in three rounds; judged apart, one seed at {@code reach} from
 * .02 to 1.00, and .02 and .00 for the controls. What is measured and what is not: docs/reward-design.md, by {@code rlllm run text2reward --seeds 5}.
 */
@NullMarked
package io.github.rlllm.llm4rl.text2reward;

import org.jspecify.annotations.NullMarked;
