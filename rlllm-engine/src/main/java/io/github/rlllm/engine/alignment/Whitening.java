package io.github.rlllm.engine.alignment;

/**
 * Scaling of tokens' rewards or advantages to variance 1 over a batch: {@code (x - mean) / sqrt(variance + epsilon)},
 * plus the mean where it is kept. Pure and thread-safe.
 *
 * @param keepsMean whether the mean is added again: for rewards, whose sign means something, not for advantages
 * @param unbiased whether the variance divides by n - 1 (TRL, verl) or by n (OpenRLHF)
 * @param epsilon above 0, under the root
 */
public record Whitening(boolean keepsMean, boolean unbiased, double epsilon) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if epsilon is out of its range
     */
    public Whitening {
        Rows.require("epsilon", epsilon, epsilon > 0 && epsilon < 1 / 0.0, "> 0");
    }

    /**
     * For advantages: the mean goes, unbiased, 1e-8.
     *
     * @return the settings
     */
    public static Whitening advantages() {
        return new Whitening(false, true, 1e-8);
    }

    /**
     * For rewards: the mean stays, unbiased, 1e-8.
     *
     * @return the settings
     */
    public static Whitening rewards() {
        return new Whitening(true, true, 1e-8);
    }

    /**
     * Whitens.
     *
     * @param rows {@code [n][]} finite, at least two tokens in all
     * @return rows of the same shape
     * @throws IllegalArgumentException if there are fewer than two tokens
     */
    public double[][] of(double[][] rows) {
        Rows.require("rows", rows);
        long tokens = Aggregation.tokensOf(rows);
        Rows.require("rows", tokens, tokens >= 2, ">= 2 tokens");
        double mean = 0;
        for (double[] row : rows) {
            mean += Rows.sum(row) / tokens;
        }
        double squares = 0;
        for (double[] row : rows) {
            for (double x : row) {
                squares += (x - mean) * (x - mean);
            }
        }
        double scale = 1 / Math.sqrt(squares / (unbiased ? tokens - 1 : tokens) + epsilon);
        double[][] white = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            white[i] = new double[rows[i].length];
            for (int t = 0; t < white[i].length; t++) {
                white[i][t] = (rows[i][t] - mean) * scale + (keepsMean ? mean : 0);
            }
        }
        return white;
    }
}
