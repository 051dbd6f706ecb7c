package io.github.rlllm.torch.tuning;

/**
 * What one update of {@link PpoTuning} saw.
 *
 * @param reward mean score of a completion, penalties taken off, before the KL term
 * @param kl mean of {@code log pi - log ref} at the policy that sampled, summed over a completion, in nats
 * @param beta the weight of the KL term in this update
 * @param loss mean over the optimiser's steps, without the pre-training text
 * @param pretrainingLoss mean over the steps of {@code -log pi} of a token of pre-training text, in nats; 0 without
 * @param clipped the share of tokens whose ratio left the clip range, over the last pass
 * @param passes made; fewer than asked for where the KL stopped them
 * @param gradientNorm the policy's at the last step, before clipping
 * @param length mean number of tokens
 * @param ended the share of completions that stopped by themselves
 * @param difference the greatest between the sampler's and the policy's log-probability of a token, in nats
 */
public record PpoUpdate(
        double reward,
        double kl,
        double beta,
        double loss,
        double pretrainingLoss,
        double clipped,
        int passes,
        double gradientNorm,
        double length,
        double ended,
        double difference) {}
