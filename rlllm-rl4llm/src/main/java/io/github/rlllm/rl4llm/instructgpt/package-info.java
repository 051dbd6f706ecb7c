/**
 * InstructGPT: Ouyang et al., "Training language models to follow instructions with human feedback", 2022 (arXiv
 * 2203.02155), at a size that runs in a minute on one core.
 *
 * <table>
 * <caption>Equation to method</caption>
 * <tr><th>paper</th><th>here</th></tr>
 * <tr><td>section 3.5, SFT</td><td>{@link io.github.rlllm.rl4llm.instructgpt.InstructGpt#sft}</td></tr>
 * <tr><td>section 3.2, comparisons</td><td>{@link io.github.rlllm.rl4llm.instructgpt.InstructGpt#compare}, {@link
 * io.github.rlllm.rl4llm.replies.Annotator}, {@link io.github.rlllm.rl4llm.replies.PreferenceFile}</td></tr>
 * <tr><td>equation 1, reward model</td><td>{@link io.github.rlllm.rl4llm.instructgpt.InstructGpt#fitReward}</td></tr>
 * <tr><td>equation 2, PPO with a KL term, PPO-ptx</td><td>{@link io.github.rlllm.rl4llm.instructgpt.InstructGpt#ppo}</td></tr>
 * </table>
 *
 * <p>Kept from the paper: the KL term is the plain log-ratio a token, inside the reward; the score comes with the last
 * token; the reward model is shifted so that demonstrations score 0 and is not rescaled; the value function is a network
 * of its own that starts from the reward model; gamma 1, lambda .95, clip .2, temperature 1; no dropout. From its ancestor
 * (lm-human-preferences): Adam's epsilon 1e-5, a rate that falls linearly.
 *
 * <p>Deviations: one comparison a prompt (K = 2) instead of rankings of 4 to 9; up to three passes over the comparisons
 * with early stopping on held-out ones instead of one pass; beta .1 instead of .02; 64 replies a rollout in minibatches of
 * 32 with two passes instead of 512 in 64 with one; advantages are whitened; the pre-training term (PPO-ptx) is a row of
 * {@code rlllm run instructgpt} with a weight of its own; no average of weights; words are tokens; the annotator is simulated and declared, unless a person's file is given.
 *
 * <p>Measured beside reported. The paper's figures are human preferences between models of billions of parameters and are
 * not comparable in size, only in direction; ours are means of the true score of {@link
 * io.github.rlllm.rl4llm.replies.HotelReplies} over 256 held-out prompts, averaged over seeds 1 to 5
 * ({@code rlllm run instructgpt --seeds 5}), without the KL term over 1 to 3.
 *
 * <table>
 * <caption>Measured beside reported</caption>
 * <tr><th>what</th><th>reported</th><th>measured</th></tr>
 * <tr><td>tuned by PPO against the model it started from</td><td>preferred (175B to GPT-3: 85 +- 3 %)</td><td>.75 (.72 to
 * .78) against .43 (SFT); best of 8 .74; SFT with equal extra compute .47; PPO on the true score .93</td></tr>
 * <tr><td>accuracy of the reward model</td><td>.724, held-out labelers .696</td><td>.76 on pairs of SFT samples, .43 on
 * pairs of PPO's samples, .76 on a PPO sample against an SFT sample; .71 on held-out preferences (the longer reply .65)</td></tr>
 * <tr><td>KL term off, twice the rollouts</td><td>over-optimisation</td><td>proxy 1.01, true score -.52 (a fall of .43 to
 * 1.39 from its peak)</td></tr>
 * <tr><td>shuffled preferences</td><td>none</td><td>.46 (.42 to .49): not told from SFT over seeds</td></tr>
 * <tr><td>PPO-ptx</td><td>less forgetting</td><td>a token of the held-out corpus costs .91 nats, under PPO 2.56, after
 * supervised tuning 2.38; true score .72</td></tr>
 * </table>
 */
@NullMarked
package io.github.rlllm.rl4llm.instructgpt;

import org.jspecify.annotations.NullMarked;
