/**
 * Reinforcement learning from human feedback on a language model so small that all its completions can be enumerated, so that
 * its optimum {@code ref * exp(r / beta) / Z} (Korbak et al. 2022, "RL with KL penalties is better viewed as Bayesian
 * inference"; Rafailov et al. 2023, equation 4) is known exactly and every method can be held against it: {@code rlllm run
 * exact-rlhf}.
 *
 * <table>
 * <caption>What is where</caption>
 * <tr><td>the model and its exact gradient</td><td>{@link io.github.rlllm.rl4llm.exact.EnumeratedModel}</td></tr>
 * <tr><td>reference, reward, optimum, distances</td><td>{@link io.github.rlllm.rl4llm.exact.ExactProblem}</td></tr>
 * <tr><td>PPO, RLOO, GRPO, DPO, reward-weighted regression, filtering, best of n</td><td>{@link
 * io.github.rlllm.rl4llm.exact.ExactTuning}</td></tr>
 * <tr><td>gradients of the KL estimators by enumeration</td><td>{@link io.github.rlllm.rl4llm.exact.KlGradients}</td></tr>
 * </table>
 *
 * <p>The losses are those of {@link io.github.rlllm.engine.alignment}, which also train the transformers.
 */
@NullMarked
package io.github.rlllm.rl4llm.exact;

import org.jspecify.annotations.NullMarked;
