package io.github.rlllm.torch;

import io.github.rlllm.engine.decoding.SamplingConfig;
import java.util.random.RandomGenerator;

/** Draws a completion of every prompt of a batch, as the training on a model's own samples needs them. */
@FunctionalInterface
public interface BatchSampler {
    /**
     * Draws completions.
     *
     * @param prompts at least one token each; a prompt that stands there several times is computed once
     * @param config how tokens are drawn
     * @param newTokens the greatest number of tokens of a completion, at least 1
     * @param rng the source of randomness; one number a row is taken, from which that row's own numbers come, so that
     *     the draws of a row do not depend on the other rows
     * @return the rows in the order of the prompts
     * @throws IllegalArgumentException if a prompt is empty, has a token that the model has not, or is with its completion
     *     longer than the model's context
     * @throws ArithmeticException if a logit is not finite, as after a training that diverged
     */
    Sampled sample(int[][] prompts, SamplingConfig config, int newTokens, RandomGenerator rng);
}
