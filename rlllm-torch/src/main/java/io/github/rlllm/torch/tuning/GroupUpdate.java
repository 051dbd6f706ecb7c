package io.github.rlllm.torch.tuning;

import java.util.OptionalDouble;

/**
 * What one update of {@link GroupTuning} saw.
 *
 * @param reward mean over the completions, all functions weighted and summed, penalties taken off, before any KL term
 * @param flat the share of groups whose advantages are all 0: nothing is learned from them
 * @param kl mean of {@code log pi - log ref} at the policy that sampled, summed over a completion, in nats; empty without a
 *     reference
 * @param loss mean over the optimiser's steps
 * @param clipped the share of tokens whose ratio left the clip range, over the last pass
 * @param gradientNorm of the last step, before clipping
 * @param length mean number of tokens
 * @param ended the share of completions that stopped by themselves
 * @param difference the greatest between the sampler's and the policy's log-probability of a token, in nats
 */
public record GroupUpdate(
        double reward,
        double flat,
        OptionalDouble kl,
        double loss,
        double clipped,
        double gradientNorm,
        double length,
        double ended,
        double difference) {}
