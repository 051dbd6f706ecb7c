package io.github.rlllm.engine.alignment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.rlllm.engine.returns.Golden;
import java.util.Arrays;

/** Padded recordings as rows, and their tolerance. */
final class Recorded {
    static final double DOUBLE = 1e-12;
    /** Where the recording took a factor in single precision, as its header says. */
    static final double SINGLE = 1e-7;

    private Recorded() {}

    /** The tokens within the mask. */
    static double[][] rows(JsonNode padded, JsonNode mask) {
        double[][] rows = Golden.matrix(padded);
        for (int i = 0; i < rows.length; i++) {
            int n = 0;
            for (int t = 0; t < rows[i].length; t++) {
                if (mask.get(i).get(t).asInt() == 1) {
                    rows[i][n++] = rows[i][t];
                }
            }
            rows[i] = Arrays.copyOf(rows[i], n);
        }
        return rows;
    }

    static double[][] zeros(double[][] shape) {
        return Arrays.stream(shape).map(row -> new double[row.length]).toArray(double[][]::new);
    }

    static double[][] firstHalf(double[][] rows) {
        return Arrays.copyOfRange(rows, 0, rows.length / 2);
    }

    static double[][] secondHalf(double[][] rows) {
        return Arrays.copyOfRange(rows, rows.length / 2, rows.length);
    }

    /** Relative to the value alone. */
    static void close(double expected, double actual, double tolerance, String what) {
        assertEquals(expected, actual, tolerance * Math.abs(expected), what);
    }

    /** Relative to the greatest of the array, which must not be all zero. */
    static void close(double[][] expected, double[][] actual, double tolerance, String what) {
        double greatest = Arrays.stream(expected)
                .flatMapToDouble(Arrays::stream)
                .map(Math::abs)
                .max()
                .orElse(0);
        assertTrue(greatest > 0, what + ": nothing is recorded");
        assertEquals(expected.length, actual.length, what);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i].length, actual[i].length, what + "[" + i + "]");
            for (int t = 0; t < expected[i].length; t++) {
                assertEquals(expected[i][t], actual[i][t], tolerance * greatest, what + "[" + i + "][" + t + "]");
            }
        }
    }

    static void close(double[] expected, double[] actual, double tolerance, String what) {
        close(new double[][] {expected}, new double[][] {actual}, tolerance, what);
    }
}
