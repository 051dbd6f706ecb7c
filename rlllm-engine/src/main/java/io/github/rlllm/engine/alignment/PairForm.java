package io.github.rlllm.engine.alignment;

/**
 * How the margin z of a pair, the chosen completion's log-ratio less that of the rejected, becomes a loss. With label
 * smoothing s, the share of labels believed to be flipped:
 */
public enum PairForm {
    /**
     * {@code -(1 - s) log sigmoid(beta z) - s log sigmoid(-beta z)}: Bradley and Terry's likelihood (Rafailov et al. 2023,
     * "Direct Preference Optimization", equation 7), with s its conservative form (Mitchell 2023).
     */
    SIGMOID,
    /**
     * {@code (-(1 - s) log sigmoid(beta z) + s log sigmoid(-beta z)) / (1 - 2 s)}: unbiased under labels that are flipped
     * with probability s (Chowdhury et al. 2024, "Provably Robust DPO", equation 12).
     */
    ROBUST,
    /** {@code (z - 1 / (2 beta))^2} (Azar et al. 2024, "A General Theoretical Paradigm", equation 17); s is 0. */
    IPO,
    /** {@code max(0, 1 - beta z)} (Zhao et al. 2023, "SLiC-HF"); s is 0. */
    HINGE;

    void require(double beta, double smoothing) {
        Rows.require("beta", beta, beta > 0 && beta < 1 / 0.0, "> 0");
        boolean smooths = this == SIGMOID || this == ROBUST;
        Rows.require(
                "smoothing",
                smoothing,
                smooths ? smoothing >= 0 && smoothing < 0.5 : smoothing == 0,
                smooths ? "in [0, .5)" : "0 for " + this);
    }

    double loss(double z, double beta, double smoothing) {
        double right = -Rows.logSigmoid(beta * z);
        double flipped = -Rows.logSigmoid(-beta * z);
        return switch (this) {
            case SIGMOID -> (1 - smoothing) * right + smoothing * flipped;
            case ROBUST -> ((1 - smoothing) * right - smoothing * flipped) / (1 - 2 * smoothing);
            case IPO -> (z - 1 / (2 * beta)) * (z - 1 / (2 * beta));
            case HINGE -> Math.max(0, 1 - beta * z);
        };
    }

    /** d loss / d z. */
    double slope(double z, double beta, double smoothing) {
        double right = -beta * Rows.sigmoid(-beta * z);
        double flipped = beta * Rows.sigmoid(beta * z);
        return switch (this) {
            case SIGMOID -> (1 - smoothing) * right + smoothing * flipped;
            case ROBUST -> ((1 - smoothing) * right - smoothing * flipped) / (1 - 2 * smoothing);
            case IPO -> 2 * (z - 1 / (2 * beta));
            case HINGE -> 1 - beta * z > 0 ? -beta : 0;
        };
    }
}
