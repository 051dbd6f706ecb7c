package io.github.rlllm.torch.tuning;

import io.github.rlllm.engine.alignment.ClippedSurrogate;
import io.github.rlllm.engine.alignment.ValueLoss;

/**
 * {@code policy + valueWeight * value - pretrainingWeight * (mean log-likelihood of a token of pre-training text)}.
 *
 * @param policy the clipped surrogate
 * @param value half the squared error, clipped
 * @param valueWeight above 0: .1 with lm-human-preferences and TRL
 * @param pretrainingWeight at least 0: 0 leaves the text out, 27.8 is InstructGPT's PPO-ptx
 */
public record PpoLoss(ClippedSurrogate policy, ValueLoss value, double valueWeight, double pretrainingWeight) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public PpoLoss {
        Require.that("valueWeight", valueWeight, valueWeight > 0 && valueWeight < 1 / 0.0, "> 0");
        Require.that(
                "pretrainingWeight", pretrainingWeight, pretrainingWeight >= 0 && pretrainingWeight < 1 / 0.0, ">= 0");
    }

    /**
     * TRL's: token mean, both clips .2, value weight .1, no pre-training text.
     *
     * @return the settings
     */
    public static PpoLoss defaults() {
        return new PpoLoss(ClippedSurrogate.ppo(), ValueLoss.defaults(), 0.1, 0);
    }

    /**
     * The same with another weight of pre-training text.
     *
     * @param other at least 0
     * @return a changed copy
     */
    public PpoLoss withPretraining(double other) {
        return new PpoLoss(policy, value, valueWeight, other);
    }
}
