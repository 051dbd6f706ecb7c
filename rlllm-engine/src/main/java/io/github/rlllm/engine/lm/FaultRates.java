package io.github.rlllm.engine.lm;

/**
 * How often a {@link FaultyModel} does what. Each is a share of the calls; together at most 1, and the rest goes well.
 *
 * @param delay the answer comes late
 * @param drop the connection breaks after the answer was written and charged
 * @param storm 429 begins, for this call and the next ones
 * @param serverError 503, charged or not
 * @param half the answer ends in its middle
 * @param wrongSchema JSON that nobody asked for
 * @param duplicate the answer to the question before is given once more
 */
public record FaultRates(
        double delay,
        double drop,
        double storm,
        double serverError,
        double half,
        double wrongSchema,
        double duplicate) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a share is out of its range or the sum is above 1
     */
    public FaultRates {
        double[] all = {delay, drop, storm, serverError, half, wrongSchema, duplicate};
        double sum = 0;
        for (double rate : all) {
            if (!(rate >= 0)) {
                throw new IllegalArgumentException("rate: " + rate + " (expected: >= 0)");
            }
            sum += rate;
        }
        if (sum > 1 + 1e-9) {
            throw new IllegalArgumentException("rates: " + sum + " together (expected: at most 1)");
        }
    }

    /**
     * All seven equally often.
     *
     * @param share of each, 0 to 1/7
     * @return the rates
     */
    public static FaultRates each(double share) {
        return new FaultRates(share, share, share, share, share, share, share);
    }
}
