package io.github.rlllm.torch;

import java.util.Arrays;

/**
 * A batch that was drawn. The arrays are not copied.
 *
 * @param rows prompt and completion, the token that ended it included
 * @param lengths tokens of each completion, at least 1
 * @param ended whether a token that ends a text came; otherwise the limit cut it
 * @param logProbs of the completions' tokens, in nats, as whatever sampled saw them: at the sampled temperature (at 1 where
 *     that is 0), whatever else was left out of the draw
 */
public record Sampled(int[][] rows, int[] lengths, boolean[] ended, double[][] logProbs) {
    /** Checks the record. */
    public Sampled {
        int n = rows.length;
        if (lengths.length != n || ended.length != n || logProbs.length != n) {
            throw new IllegalArgumentException("lengths, ended, logProbs: " + lengths.length + ", " + ended.length
                    + ", " + logProbs.length + " (expected: " + n + " each, one a row)");
        }
        for (int i = 0; i < n; i++) {
            if (lengths[i] < 1 || lengths[i] >= rows[i].length || logProbs[i].length != lengths[i]) {
                throw new IllegalArgumentException("row " + i + ": " + rows[i].length + " tokens, completion of "
                        + lengths[i] + ", " + logProbs[i].length
                        + " log-probabilities (expected: a prompt and a completion of at least 1 each, and as many"
                        + " log-probabilities as the completion has tokens)");
            }
        }
    }

    /**
     * What was completed.
     *
     * @return one row a completion
     */
    public int[][] prompts() {
        int[][] prompts = new int[rows.length][];
        Arrays.setAll(prompts, i -> Arrays.copyOf(rows[i], rows[i].length - lengths[i]));
        return prompts;
    }

    /**
     * What was drawn.
     *
     * @return one row a completion, with the token that ended it
     */
    public int[][] completions() {
        int[][] completions = new int[rows.length][];
        Arrays.setAll(completions, i -> Arrays.copyOfRange(rows[i], rows[i].length - lengths[i], rows[i].length));
        return completions;
    }

    /**
     * The number of tokens that were drawn.
     *
     * @return the sum over the rows
     */
    public int tokens() {
        return Arrays.stream(lengths).sum();
    }
}
