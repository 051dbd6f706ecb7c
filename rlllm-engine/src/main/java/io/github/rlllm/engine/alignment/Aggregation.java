package io.github.rlllm.engine.alignment;

/**
 * How the losses of tokens become one number: the weight of a token in a batch of B completions with T tokens.
 *
 * <p>All but {@link #LOCAL_TOKEN_MEAN} look at the whole batch, so that micro-batches add up to it.
 */
public enum Aggregation {
    /** {@code 1 / T}: every token alike. TRL's {@code dapo}, verl's {@code token-mean} (Yu et al. 2025, "DAPO"). */
    TOKEN_MEAN,
    /**
     * {@code 1 / (B * length)}: every completion alike, so a token of a long one counts less. TRL's {@code grpo}, verl's
     * {@code seq-mean-token-mean} (Shao et al. 2024, "DeepSeekMath", equation 3); biased by length.
     */
    SEQUENCE_MEAN,
    /**
     * {@code 1 / tokens of the micro-batch}: TRL's {@code bnpo}. Micro-batches of unequal length do not add up to the
     * whole.
     */
    LOCAL_TOKEN_MEAN,
    /**
     * {@code 1 / (B * longest)}: a constant. TRL's {@code dr_grpo}, verl's {@code seq-mean-token-sum-norm} (Liu et al.
     * 2025, "Understanding R1-Zero-Like Training").
     */
    CONSTANT,
    /** {@code 1 / B}: the log-probability of a completion is the sum of its tokens'. verl's {@code seq-mean-token-sum}. */
    SEQUENCE_SUM;

    /**
     * The whole batch that an update is made of, of which a loss may see a part.
     *
     * @param completions B, at least 1
     * @param tokens T, at least B
     * @param longest the greatest number of tokens that a completion may have, at least 1; read by {@link #CONSTANT}
     *     alone
     */
    public record Batch(int completions, long tokens, int longest) {
        /**
         * Checks the record.
         *
         * @throws IllegalArgumentException if a part is out of its range
         */
        public Batch {
            Rows.require("completions", completions, completions >= 1, ">= 1");
            Rows.require("tokens", tokens, tokens >= completions, ">= completions = " + completions);
            Rows.require("longest", longest, longest >= 1, ">= 1");
        }

        /**
         * The batch that rows are the whole of.
         *
         * @param rows {@code [B][]} anything by token
         * @param longest the greatest number of tokens that a completion may have
         * @return its size
         * @throws IllegalArgumentException if there is no row, one is empty, or longer than {@code longest}
         */
        public static Batch of(double[][] rows, int longest) {
            Rows.require("rows", rows);
            for (int i = 0; i < rows.length; i++) {
                Rows.require("rows[" + i + "]", rows[i].length, rows[i].length <= longest, "<= longest = " + longest);
            }
            return new Batch(rows.length, tokensOf(rows), longest);
        }
    }

    static long tokensOf(double[][] rows) {
        long tokens = 0;
        for (double[] row : rows) {
            tokens += row.length;
        }
        return tokens;
    }

    /** The weight of a token in a completion of a length, in a micro-batch of so many tokens. */
    double weight(int length, long microBatchTokens, Batch whole) {
        return switch (this) {
            case TOKEN_MEAN -> 1.0 / whole.tokens();
            case SEQUENCE_MEAN -> 1.0 / ((double) whole.completions() * length);
            case LOCAL_TOKEN_MEAN -> 1.0 / microBatchTokens;
            case CONSTANT -> 1.0 / ((double) whole.completions() * whole.longest());
            case SEQUENCE_SUM -> 1.0 / whole.completions();
        };
    }
}
