package io.github.rlllm.engine.nn;

/**
 * Where the inputs of a batch are not zero. One-hot observations and grid views are mostly zeros; leaving those out gives
 * the same sums, because a zero adds nothing.
 */
final class SparseRows {
    private static final int LEAST_INPUTS = 32;

    final int[][] index;
    final int[] count;
    private final int width;

    SparseRows(int capacity, int width) {
        index = new int[capacity][width];
        count = new int[capacity];
        this.width = width;
    }

    /** Whether a first layer of this many inputs looks for zeros at all; always the same for a network. */
    static boolean worthwhile(int inputs) {
        return inputs >= LEAST_INPUTS;
    }

    /** Lists the indices of the elements that are not zero. */
    static int nonZero(float[] x, int n, int[] index) {
        int count = 0;
        for (int k = 0; k < n; k++) {
            index[count] = k;
            count += x[k] != 0f ? 1 : 0;
        }
        return count;
    }

    /** Lists the non-zero elements of every row; returns their share. */
    double scan(float[][] x, int rows) {
        long total = 0;
        for (int i = 0; i < rows; i++) {
            count[i] = nonZero(x[i], width, index[i]);
            total += count[i];
        }
        return (double) total / ((long) rows * width);
    }
}
