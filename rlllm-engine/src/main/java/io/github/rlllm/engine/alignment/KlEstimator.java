package io.github.rlllm.engine.alignment;

/**
 * Estimators of KL(pi || ref) from a sample of pi (Schulman 2020, "Approximating KL Divergence"), of the log-ratio
 * {@code d = log pi - log ref}. They agree as numbers in expectation (k2 nearly), not as gradients, where d is the log-ratio
 * of a whole completion:
 *
 * <ul>
 *   <li>in the reward, where no gradient flows, k1 gives the gradient of KL(pi || ref);
 *   <li>as a loss, k2 gives that gradient, k3 that of KL(ref || pi), and k1 none in expectation.
 * </ul>
 *
 * <p>{@code rlllm run exact-rlhf} shows each against enumeration.
 */
public enum KlEstimator {
    /** {@code d}: unbiased, may be negative. */
    K1,
    /** {@code d^2 / 2}: biased, of low variance. */
    K2,
    /** {@code exp(-d) - 1 + d}: unbiased, never negative; GRPO's. */
    K3,
    /** {@code |d|}: OpenRLHF's and early TRL's {@code abs}. */
    ABS;

    /**
     * The estimate.
     *
     * @param logRatio d in nats
     * @return nats
     */
    public double value(double logRatio) {
        return switch (this) {
            case K1 -> logRatio;
            case K2 -> logRatio * logRatio / 2;
            case K3 -> Math.expm1(-logRatio) + logRatio;
            case ABS -> Math.abs(logRatio);
        };
    }

    /**
     * Its derivative in d, which is that in log pi.
     *
     * @param logRatio d in nats
     * @return d value / d d
     */
    public double slope(double logRatio) {
        return switch (this) {
            case K1 -> 1;
            case K2 -> logRatio;
            case K3 -> -Math.expm1(-logRatio);
            case ABS -> Math.signum(logRatio);
        };
    }
}
