package io.github.rlllm.torch.tuning;

import io.github.rlllm.engine.decoding.SamplingConfig;

/**
 * How completions are drawn while a policy learns from them. Only the temperature changes the distribution, since the
 * policy's log-probabilities have to be those that were sampled by: top-k and its like would give tokens outside their set
 * a ratio that means nothing.
 *
 * @param newTokens the greatest number of tokens of a completion, the end included, at least 1
 * @param temperature above 0; log-probabilities of the policy and of the reference are taken at it
 */
public record Generation(int newTokens, double temperature) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public Generation {
        Require.that("newTokens", newTokens, newTokens >= 1, ">= 1");
        Require.that("temperature", temperature, temperature > 0 && temperature < 1 / 0.0, "> 0");
    }

    /** As the sampler takes it. */
    SamplingConfig sampling() {
        return SamplingConfig.defaults().withTemperature(temperature);
    }
}
