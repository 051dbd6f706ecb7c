/**
 * The mathematics of tuning a language model by feedback: losses, advantages, token rewards and penalties, as pure functions
 * in double precision.
 *
 * <p><b>Rows.</b> A batch of completions is {@code double[n][]}: row i holds one number a token of completion i, in nats
 * where it is a log-probability. Rows are as long as their completions (at least one token): there is no padding, so
 * nothing can be masked wrongly. Prompts have no place in a row.
 *
 * <p><b>Gradients.</b> A loss receives an array of the same shape and sets it to {@code d loss / d logProb} for every
 * token. Whoever owns the network carries that back: its surrogate is {@code sum(gradient * logProb)}, whose gradient in the
 * weights is the loss's. Nothing here knows an engine.
 *
 * <p><b>Accumulation.</b> Losses over tokens are given the whole batch's size ({@link
 * io.github.rlllm.engine.alignment.Aggregation.Batch}), so that the losses and gradients of its micro-batches add up to
 * those of the whole. Losses over pairs and examples are means: weigh a micro-batch by its share of the whole.
 *
 * <p><b>Conventions that differ elsewhere</b>, and where they are chosen; the first named is the default here:
 *
 * <table>
 * <caption>Conventions</caption>
 * <tr><th>convention</th><th>chosen by</th><th>TRL 1.16</th><th>verl</th><th>OpenRLHF</th></tr>
 * <tr><td>mean over tokens or completions</td><td>{@link io.github.rlllm.engine.alignment.Aggregation}</td><td>{@code
 * dapo}</td><td>{@code token-mean}</td><td>token mean</td></tr>
 * <tr><td>epsilon beside the group's standard deviation</td><td>{@link
 * io.github.rlllm.engine.alignment.Advantages#group}</td><td>1e-4</td><td>1e-6</td><td>1e-9</td></tr>
 * <tr><td>division by the standard deviation</td><td>{@link
 * io.github.rlllm.engine.alignment.Advantages.Scale}</td><td>{@code scale_rewards}: group</td><td>{@code
 * norm_adv_by_std_in_grpo}: true</td><td>{@code group_norm} or {@code dr_grpo}</td></tr>
 * <tr><td>clip range above and below</td><td>{@link io.github.rlllm.engine.alignment.ClippedSurrogate}</td><td>.2,
 * .2</td><td>.2, .2</td><td>.2, .2</td></tr>
 * <tr><td>KL in the loss times the ratio</td><td>{@link
 * io.github.rlllm.engine.alignment.ClippedSurrogate#correctedKl}, off</td><td>on</td><td>off</td><td>off</td></tr>
 * <tr><td>KL estimator in the reward</td><td>{@link io.github.rlllm.engine.alignment.TokenRewards}: k1</td><td>k1</td>
 * <td>k1</td><td>k1</td></tr>
 * <tr><td>clamp of a token's KL</td><td>{@link io.github.rlllm.engine.alignment.TokenRewards}: none</td><td>none</td>
 * <td>10, for k3</td><td>10</td></tr>
 * <tr><td>clip of the score</td><td>{@link io.github.rlllm.engine.alignment.TokenRewards}: none</td><td>none</td>
 * <td>none</td><td>10</td></tr>
 * <tr><td>whitening: unbiased variance, mean kept</td><td>{@link
 * io.github.rlllm.engine.alignment.Whitening}</td><td>unbiased</td><td>unbiased</td><td>biased</td></tr>
 * <tr><td>clip of the value</td><td>{@link io.github.rlllm.engine.alignment.ValueLoss}: .2</td><td>.2</td><td>.5</td>
 * <td>.5</td></tr>
 * <tr><td>IPO on sums or means of a completion</td><td>{@link io.github.rlllm.engine.alignment.Dpo#averaged}, off as in the
 * paper</td><td>means</td><td></td><td>sums</td></tr>
 * <tr><td>label smoothing of DPO</td><td>{@link io.github.rlllm.engine.alignment.PairForm}</td><td>only {@code robust}</td>
 * <td></td><td>conservative</td></tr>
 * </table>
 */
@NullMarked
package io.github.rlllm.engine.alignment;

import org.jspecify.annotations.NullMarked;
