/**
 * Self-refined rewards (Song et al. 2023, <a href="https://arxiv.org/abs/2309.06687">arXiv:2309.06687</a>): a language model
 * writes a reward from a prompt in four parts, learns how the trained policy did, and refines the reward until it succeeds.
 *
 * <table>
 * <caption>The paper and {@link io.github.rlllm.llm4rl.selfrefined.SelfRefined}</caption>
 * <tr><th>paper</th><th>here</th></tr>
 * <tr><td>initial design: environment, task, observable states, rules</td><td>{@code SelfRefined.question}</td></tr>
 * <tr><td>evaluation: training outcome, success rate, areas of failure</td><td>{@code SelfRefined.evaluation}</td></tr>
 * <tr><td>self-refinement, at most 5 rounds</td><td>{@link io.github.rlllm.llm4rl.selfrefined.SelfRefined#run}</td></tr>
 * </table>
 *
 * <p>Deliberate deviations: an answer without a program, or with one that is rejected or stopped, costs a round and goes back
 * with its reason; the reward that is kept is the best of the rounds by success and then by the task metric, not the last;
 * the evaluation is of episodes of the training world alone, and the result that is reported is of other seeds and of the
 * testing world. Nine tasks of three robots are in the place of which here stand those of
 * {@link io.github.rlllm.llm4rl.design.RewardTasks}. The paper's details are known from secondary texts.
 *
 * <p>Measured beside reported: docs/reward-design.md. Reported are refined rewards with success above 95 %.
 */
@NullMarked
package io.github.rlllm.llm4rl.selfrefined;

import org.jspecify.annotations.NullMarked;
