package io.github.rlllm.engine.nn;

import java.util.random.RandomGenerator;

/** Random orthogonal matrices (Saxe et al. 2014, "Exact solutions to the nonlinear dynamics of learning"). */
final class Orthogonal {
    private Orthogonal() {}

    /**
     * A matrix whose singular values are all {@code gain}, uniformly distributed (Haar) among these: the QR decomposition
     * of a Gaussian matrix with a positive diagonal of R, by Gram-Schmidt, twice for accuracy.
     *
     * @param rng the source of randomness
     * @param rows rows, at least 1
     * @param columns columns, at least 1
     * @param gain the singular value, &gt; 0
     * @return [rows][columns]; with {@code rows <= columns} W W^T = gain^2 I, otherwise W^T W = gain^2 I
     */
    static double[][] matrix(RandomGenerator rng, int rows, int columns, double gain) {
        if (!(gain > 0 && gain < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("gain: " + gain + " (expected: > 0, finite)");
        }
        int few = Math.min(rows, columns);
        int many = Math.max(rows, columns);
        double[][] q = new double[few][many];
        for (int i = 0; i < few; i++) {
            double[] v = q[i];
            double norm;
            do {
                for (int j = 0; j < many; j++) {
                    v[j] = rng.nextGaussian();
                }
                for (int pass = 0; pass < 2; pass++) {
                    for (int k = 0; k < i; k++) {
                        double projection = dot(v, q[k]);
                        for (int j = 0; j < many; j++) {
                            v[j] -= projection * q[k][j];
                        }
                    }
                }
                norm = Math.sqrt(dot(v, v));
            } while (norm < 1e-9); // a draw within the span of the others has no direction of its own
            for (int j = 0; j < many; j++) {
                v[j] /= norm;
            }
        }
        double[][] w = new double[rows][columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                w[i][j] = gain * (rows <= columns ? q[i][j] : q[j][i]);
            }
        }
        return w;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += a[j] * b[j];
        }
        return sum;
    }
}
