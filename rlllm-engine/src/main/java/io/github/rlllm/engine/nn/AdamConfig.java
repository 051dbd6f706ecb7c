package io.github.rlllm.engine.nn;

/**
 * How {@link Adam} steps.
 *
 * @param learningRate step size, at least 0; {@link Adam#learningRate(double)} changes it on the way
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root of the corrected second moment, &gt; 0
 * @param weightDecay decoupled weight decay (AdamW, Loshchilov and Hutter 2019), at least 0; 0 is Adam
 * @param maxGradientNorm the global norm to which the gradient is clipped, &gt; 0; infinity for no clipping
 */
public record AdamConfig(
        double learningRate, double beta1, double beta2, double epsilon, double weightDecay, double maxGradientNorm) {
    /** Checks the record. */
    public AdamConfig {
        require("learningRate", learningRate, learningRate >= 0 && learningRate < 1e6, "from 0, finite");
        require("beta1", beta1, beta1 >= 0 && beta1 < 1, "in [0, 1)");
        require("beta2", beta2, beta2 >= 0 && beta2 < 1, "in [0, 1)");
        require("epsilon", epsilon, epsilon > 0 && epsilon < 1, "in (0, 1)");
        require("weightDecay", weightDecay, weightDecay >= 0 && weightDecay < 1e6, "from 0, finite");
        require("maxGradientNorm", maxGradientNorm, maxGradientNorm > 0, "> 0");
    }

    private static void require(String name, double value, boolean holds, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }

    /**
     * The figures of Kingma and Ba 2015: rate 1e-3, betas .9 and .999, epsilon 1e-8, no decay, no clipping.
     *
     * @return the configuration
     */
    public static AdamConfig defaults() {
        return new AdamConfig(1e-3, 0.9, 0.999, 1e-8, 0, Double.POSITIVE_INFINITY);
    }

    /**
     * Another learning rate.
     *
     * @param value at least 0
     * @return a changed copy
     */
    public AdamConfig withLearningRate(double value) {
        return new AdamConfig(value, beta1, beta2, epsilon, weightDecay, maxGradientNorm);
    }

    /**
     * Other decays of the moments.
     *
     * @param first in [0, 1)
     * @param second in [0, 1)
     * @return a changed copy
     */
    public AdamConfig withBetas(double first, double second) {
        return new AdamConfig(learningRate, first, second, epsilon, weightDecay, maxGradientNorm);
    }

    /**
     * Another epsilon.
     *
     * @param value &gt; 0
     * @return a changed copy
     */
    public AdamConfig withEpsilon(double value) {
        return new AdamConfig(learningRate, beta1, beta2, value, weightDecay, maxGradientNorm);
    }

    /**
     * Another decoupled weight decay.
     *
     * @param value at least 0
     * @return a changed copy
     */
    public AdamConfig withWeightDecay(double value) {
        return new AdamConfig(learningRate, beta1, beta2, epsilon, value, maxGradientNorm);
    }

    /**
     * Another limit of the gradient's global norm.
     *
     * @param value &gt; 0; infinity for none
     * @return a changed copy
     */
    public AdamConfig withMaxGradientNorm(double value) {
        return new AdamConfig(learningRate, beta1, beta2, epsilon, weightDecay, value);
    }
}
