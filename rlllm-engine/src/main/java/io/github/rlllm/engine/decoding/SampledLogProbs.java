package io.github.rlllm.engine.decoding;

/**
 * Whether the log-probabilities of whatever sampled are those of the model that is trained. Before the first step of a
 * training they must be, but for rounding: a difference is another model, temperature or tokenizer, and biases every ratio
 * of probabilities from then on.
 */
public final class SampledLogProbs {
    private SampledLogProbs() {}

    /**
     * Compares them.
     *
     * @param sampled one row a sample, one number a token, in nats, as the decoder gave them
     * @param trained the same tokens by the trainer's forward pass, of the same shape
     * @param tolerance how far they may be apart, above 0; 1e-4 suits single precision
     * @return the greatest difference
     * @throws IllegalStateException if one is farther apart or not a number; the message says where and how far
     * @throws IllegalArgumentException if the shapes differ or the tolerance is not above 0
     */
    public static double requireClose(double[][] sampled, double[][] trained, double tolerance) {
        if (!(tolerance > 0)) {
            throw new IllegalArgumentException("tolerance: " + tolerance + " (expected: > 0)");
        }
        if (sampled.length != trained.length) {
            throw new IllegalArgumentException(
                    "sampled: " + sampled.length + " rows (expected: " + trained.length + ", as trained)");
        }
        double greatest = 0;
        int row = 0;
        int token = 0;
        for (int i = 0; i < sampled.length; i++) {
            if (sampled[i].length != trained[i].length) {
                throw new IllegalArgumentException("sampled[" + i + "]: " + sampled[i].length + " tokens (expected: "
                        + trained[i].length + ", as trained)");
            }
            for (int t = 0; t < sampled[i].length; t++) {
                double difference = Math.abs(sampled[i][t] - trained[i][t]);
                if (Double.isNaN(difference) || difference > greatest) {
                    greatest = difference;
                    row = i;
                    token = t;
                }
                if (Double.isNaN(greatest)) {
                    throw apart(row, token, sampled, trained, tolerance);
                }
            }
        }
        if (greatest > tolerance) {
            throw apart(row, token, sampled, trained, tolerance);
        }
        return greatest;
    }

    private static IllegalStateException apart(
            int row, int token, double[][] sampled, double[][] trained, double tolerance) {
        return new IllegalStateException("log-probability of token " + token + " of sample " + row + ": "
                + sampled[row][token] + " by the sampler, " + trained[row][token]
                + " by the trainer (expected: at most "
                + tolerance + " apart; another model, temperature or tokenizer?)");
    }
}
