package io.github.rlllm.engine.alignment;

import java.util.Arrays;

/** Checks and sums over rows of tokens, and the two functions that every preference loss is made of. */
final class Rows {
    private Rows() {}

    /** At least one row, each of at least one token. */
    static int require(String name, double[][] rows) {
        if (rows.length == 0) {
            throw new IllegalArgumentException(name + ": 0 completions (expected: >= 1)");
        }
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length == 0) {
                throw new IllegalArgumentException(name + "[" + i + "]: 0 tokens (expected: >= 1)");
            }
        }
        return rows.length;
    }

    static void requireShape(String name, double[][] rows, double[][] shape) {
        if (rows.length != shape.length) {
            throw new IllegalArgumentException(
                    name + ": " + rows.length + " completions (expected: " + shape.length + ")");
        }
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != shape[i].length) {
                throw new IllegalArgumentException(
                        name + "[" + i + "]: " + rows[i].length + " tokens (expected: " + shape[i].length + ")");
            }
        }
    }

    static void requireLength(String name, int length, int expected) {
        if (length != expected) {
            throw new IllegalArgumentException(name + ": " + length + " values (expected: " + expected + ")");
        }
    }

    static void require(String name, double value, boolean good, String expected) {
        if (!good) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }

    static void require(String name, long value, boolean good, String expected) {
        if (!good) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }

    /** Finite numbers at least 0 of a positive sum, one an example; answers the sum. */
    static double requireWeights(double[] weights, int expected) {
        requireLength("weights", weights.length, expected);
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            require("weights[" + i + "]", weights[i], weights[i] >= 0 && weights[i] < 1 / 0.0, "finite and >= 0");
            sum += weights[i];
        }
        require("sum of weights", sum, sum > 0 && sum < 1 / 0.0, "finite and > 0");
        return sum;
    }

    static double sum(double[] row) {
        double sum = 0;
        for (double x : row) {
            sum += x;
        }
        return sum;
    }

    static double[] ones(int n) {
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        return ones;
    }

    static double sigmoid(double x) {
        return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
    }

    static double logSigmoid(double x) {
        return x >= 0 ? -Math.log1p(Math.exp(-x)) : x - Math.log1p(Math.exp(x));
    }
}
