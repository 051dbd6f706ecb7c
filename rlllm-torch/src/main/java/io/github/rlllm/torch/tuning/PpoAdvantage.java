package io.github.rlllm.torch.tuning;

/**
 * How rewards of tokens become advantages: generalised advantage estimation, gamma 1 and lambda .95 with InstructGPT and TRL,
 * lambda 1 with verl and OpenRLHF.
 *
 * @param gamma the discount, from 0 to 1
 * @param lambda the trace decay, from 0 to 1
 * @param whitened whether they are scaled to mean 0 and variance 1 over the rollout
 */
public record PpoAdvantage(double gamma, double lambda, boolean whitened) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public PpoAdvantage {
        Require.that("gamma", gamma, gamma >= 0 && gamma <= 1, "in [0, 1]");
        Require.that("lambda", lambda, lambda >= 0 && lambda <= 1, "in [0, 1]");
    }

    /**
     * InstructGPT's and TRL's: 1, .95, whitened.
     *
     * @return the settings
     */
    public static PpoAdvantage defaults() {
        return new PpoAdvantage(1, 0.95, true);
    }
}
