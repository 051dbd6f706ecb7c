package io.github.rlllm.engine.alignment;

/**
 * One number a token of n pairs of completions to the same prompts: log-probabilities, or the gradient in them. The two
 * halves of a pair need not be equally long. A view: the arrays are not copied.
 *
 * @param chosen {@code [n][]} the preferred completions, at least one pair, at least one token each
 * @param rejected {@code [n][]} the others
 */
@SuppressWarnings("ArrayRecordComponent") // a view of working arrays, never compared
public record Pairs(double[][] chosen, double[][] rejected) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if the halves differ in size or a completion is empty
     */
    public Pairs {
        Rows.require("chosen", chosen);
        Rows.requireLength("rejected", rejected.length, chosen.length);
        Rows.require("rejected", rejected);
    }

    /**
     * The number of pairs.
     *
     * @return n, at least 1
     */
    public int size() {
        return chosen.length;
    }

    /**
     * Zeros of the same shape, to receive a gradient.
     *
     * @return new arrays
     */
    public Pairs zeros() {
        return new Pairs(zeros(chosen), zeros(rejected));
    }

    private static double[][] zeros(double[][] rows) {
        double[][] zeros = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            zeros[i] = new double[rows[i].length];
        }
        return zeros;
    }

    void requireShape(String name, Pairs shape) {
        Rows.requireShape(name + ".chosen", chosen, shape.chosen);
        Rows.requireShape(name + ".rejected", rejected, shape.rejected);
    }
}
