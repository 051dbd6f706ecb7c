package io.github.rlllm.rl4llm.offline;

/**
 * The settings of the offline methods.
 *
 * @param share of the scored replies that filtering keeps, in (0, 1]
 * @param beta of reward-weighted regression, in deviations of the scores, above 0
 * @param asked the score that conditional alignment asks for at inference, in deviations above the mean
 * @param rate learning rate of filtering and reward-weighted regression at the start, falling to a tenth, above 0
 * @param conditionalRate likewise of conditional alignment, which has more to learn: what a score means
 */
public record OfflineAlignmentConfig(double share, double beta, double asked, double rate, double conditionalRate) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public OfflineAlignmentConfig {
        require("share", share, share > 0 && share <= 1, "in (0, 1]");
        require("beta", beta, beta > 0 && beta < Double.POSITIVE_INFINITY, "> 0");
        require("asked", asked, Math.abs(asked) <= AskedScore.GREATEST, "from -9.99 to 9.99");
        require("rate", rate, rate > 0 && rate < Double.POSITIVE_INFINITY, "> 0");
        require(
                "conditionalRate",
                conditionalRate,
                conditionalRate > 0 && conditionalRate < Double.POSITIVE_INFINITY,
                "> 0");
    }

    /**
     * The settings of the demonstration.
     *
     * @return the best fifth, beta .5, asked 1, rates 1e-3 and 2e-3
     */
    public static OfflineAlignmentConfig defaults() {
        return new OfflineAlignmentConfig(0.2, 0.5, 1, 1e-3, 2e-3);
    }

    /**
     * The same with another share.
     *
     * @param other in (0, 1]
     * @return a changed copy
     */
    public OfflineAlignmentConfig withShare(double other) {
        return new OfflineAlignmentConfig(other, beta, asked, rate, conditionalRate);
    }

    /**
     * The same with another beta.
     *
     * @param other above 0
     * @return a changed copy
     */
    public OfflineAlignmentConfig withBeta(double other) {
        return new OfflineAlignmentConfig(share, other, asked, rate, conditionalRate);
    }

    /**
     * The same with another asked score.
     *
     * @param other from -9.99 to 9.99
     * @return a changed copy
     */
    public OfflineAlignmentConfig withAsked(double other) {
        return new OfflineAlignmentConfig(share, beta, other, rate, conditionalRate);
    }

    /**
     * The same with another rate.
     *
     * @param other above 0
     * @return a changed copy
     */
    public OfflineAlignmentConfig withRate(double other) {
        return new OfflineAlignmentConfig(share, beta, asked, other, conditionalRate);
    }

    /**
     * The same with another rate of conditional alignment.
     *
     * @param other above 0
     * @return a changed copy
     */
    public OfflineAlignmentConfig withConditionalRate(double other) {
        return new OfflineAlignmentConfig(share, beta, asked, rate, other);
    }

    private static void require(String name, double value, boolean good, String expected) {
        if (!good) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
