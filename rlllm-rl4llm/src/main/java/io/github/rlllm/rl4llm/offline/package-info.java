/**
 * Offline alignment: Hu et al., "Aligning Language Models with Offline Learning from Human Feedback", 2023 (arXiv 2308.12050),
 * at a size that runs in a minute on one core: {@code rlllm run offline-alignment}.
 *
 * <table>
 * <caption>Paper to method</caption>
 * <tr><th>paper</th><th>here</th></tr>
 * <tr><td>filtering alignment</td><td>{@link io.github.rlllm.rl4llm.offline.OfflineAlignment#filtering}</td></tr>
 * <tr><td>reward-weighted regression, weights {@code exp(r / beta)}</td><td>{@link
 * io.github.rlllm.rl4llm.offline.OfflineAlignment#rewardWeighted}</td></tr>
 * <tr><td>conditional alignment, the z-scored reward with two decimals in the prompt</td><td>{@link
 * io.github.rlllm.rl4llm.offline.OfflineAlignment#conditional}, {@link
 * io.github.rlllm.rl4llm.offline.AskedScore}</td></tr>
 * </table>
 *
 * <p>Deviations: scores are z-scored for all three; the digits of a score are tokens of their own; replies are drawn with
 * replacement in batches of 16; the data are replies of the supervised model, the annotator behind the reward model is
 * simulated and declared; reward models start from comparisons that nobody labelled ({@link
 * io.github.rlllm.rl4llm.replies.RewardFitting#judging}).
 *
 * <p>Measured beside reported. The paper tunes models of billions of parameters; ours are means over five seeds of the true
 * score of {@link io.github.rlllm.rl4llm.replies.HotelReplies} on 256 held-out prompts, with 95 % intervals, {@code rlllm run
 * offline-alignment --seeds 5}.
 *
 * <table>
 * <caption>Measured beside reported</caption>
 * <tr><th>what</th><th>reported</th><th>measured</th></tr>
 * <tr><td>the three and PPO</td><td>conditional is the best of the three and about equal to PPO (abstract)</td><td>SFT .37;
 * filtering .61 (.52 to .69), reward-weighted regression .60 (.54 to .64), conditional asked for +1 .40 (.23 to .53), PPO .61
 * (.54 to .66): the first two are level with PPO, conditional is not</td></tr>
 * <tr><td>operations of tuning over those of PPO</td><td>conditional about 9 %</td><td>reward-weighted regression 66 %,
 * conditional 80 %; PPO at the operations of conditional .59</td></tr>
 * <tr><td>the true score by the asked score -2, -1, 0, 1, 1.5</td><td>rises monotonically</td><td>.19, .08, .55, .40, .32: it
 * follows from -1 to 0, and falls back where more is asked than most replies have</td></tr>
 * <tr><td>conditional on shuffled preferences</td><td>none</td><td>.33 (.30 to .37)</td></tr>
 * </table>
 */
@NullMarked
package io.github.rlllm.rl4llm.offline;

import org.jspecify.annotations.NullMarked;
