package io.github.rlllm.engine.alignment;

/**
 * What is taken from a completion's score for its form, before it becomes a reward:
 *
 * <pre>{@code
 * missingEnd                     where it did not stop by itself (TRL's missing_eos_penalty)
 * perToken * length              for each token
 * overlong * clamp((length - (longest - soft)) / soft, 0, 1)   near the limit (Yu et al. 2025, "DAPO", equation 13)
 * }</pre>
 *
 * <p>Pure and thread-safe.
 *
 * @param missingEnd at least 0
 * @param perToken at least 0
 * @param overlong the whole penalty at the limit, at least 0; DAPO's is 1
 * @param longest the greatest number of tokens, at least 1
 * @param soft the number of tokens before the limit over which the last penalty grows, from 1 to {@code longest}
 */
public record Penalties(double missingEnd, double perToken, double overlong, int longest, int soft) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public Penalties {
        Rows.require("missingEnd", missingEnd, missingEnd >= 0 && missingEnd < 1 / 0.0, ">= 0");
        Rows.require("perToken", perToken, perToken >= 0 && perToken < 1 / 0.0, ">= 0");
        Rows.require("overlong", overlong, overlong >= 0 && overlong < 1 / 0.0, ">= 0");
        Rows.require("longest", longest, longest >= 1, ">= 1");
        Rows.require("soft", soft, soft >= 1 && soft <= longest, "in [1, longest]");
    }

    /**
     * For a missing end alone.
     *
     * @param penalty at least 0
     * @return the settings
     */
    public static Penalties missingEnd(double penalty) {
        return new Penalties(penalty, 0, 0, 1, 1);
    }

    /**
     * The scores after what is taken.
     *
     * @param scores {@code [n]} finite
     * @param lengths {@code [n]} tokens, the end included, at least 1
     * @param ended {@code [n]} whether a completion stopped by itself
     * @return {@code [n]}
     * @throws IllegalArgumentException if lengths differ or a part is out of its range
     */
    public double[] from(double[] scores, int[] lengths, boolean[] ended) {
        Rows.requireLength("lengths", lengths.length, scores.length);
        Rows.requireLength("ended", ended.length, scores.length);
        double[] left = new double[scores.length];
        for (int i = 0; i < left.length; i++) {
            Rows.require("scores[" + i + "]", scores[i], Double.isFinite(scores[i]), "a finite number");
            Rows.require("lengths[" + i + "]", lengths[i], lengths[i] >= 1, ">= 1");
            double over = Math.max(0, Math.min(1, (lengths[i] - (longest - soft)) / (double) soft));
            left[i] = scores[i] - (ended[i] ? 0 : missingEnd) - perToken * lengths[i] - overlong * over;
        }
        return left;
    }
}
