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
 * replacement in batches of 64; the data are replies of the supervised model, the annotator behind the reward model is
 * simulated and declared.
 */
@NullMarked
package io.github.rlllm.rl4llm.offline;

import org.jspecify.annotations.NullMarked;
