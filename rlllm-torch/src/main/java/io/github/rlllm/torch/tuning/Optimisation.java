package io.github.rlllm.torch.tuning;

import io.github.rlllm.torch.AdamW;

/**
 * How a trainer descends.
 *
 * @param microBatch the greatest number of examples (texts, pairs, rankings, or packed rows) of one pass, at least 1
 * @param rate the learning rate of each update
 * @param adam the optimiser
 */
public record Optimisation(int microBatch, LearningRate rate, AdamW.Config adam) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public Optimisation {
        if (microBatch < 1) {
            throw new IllegalArgumentException("microBatch: " + microBatch + " (expected: >= 1)");
        }
    }

    /**
     * As the trainers of TRL but for the rate, which their defaults choose an algorithm: passes of 8; Adam's betas .9 and
     * .999, epsilon 1e-8, no decay, gradient norm 1.
     *
     * @param rate the learning rate of each update
     * @return the settings
     */
    public static Optimisation of(LearningRate rate) {
        return new Optimisation(8, rate, new AdamW.Config(0.9, 0.999, 1e-8, 0, 1));
    }

    /**
     * The same with other passes.
     *
     * @param examples at least 1
     * @return a changed copy
     */
    public Optimisation withMicroBatch(int examples) {
        return new Optimisation(examples, rate, adam);
    }

    /**
     * The same with another optimiser.
     *
     * @param other its settings
     * @return a changed copy
     */
    public Optimisation withAdam(AdamW.Config other) {
        return new Optimisation(microBatch, rate, other);
    }
}
