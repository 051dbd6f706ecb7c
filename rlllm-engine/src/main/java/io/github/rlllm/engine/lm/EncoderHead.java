package io.github.rlllm.engine.lm;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Multinomial logistic regression on the features of a frozen encoder: {@code p(class | x) = softmax(W x + b)}, fitted
 * by maximum likelihood with a squared penalty on W and b. The objective is convex and the start is zero, so that the
 * fit needs no seed. Immutable and thread-safe.
 *
 * <p>There are fewer examples than features, so the weights are sought where they must lie, in the span of the examples:
 * {@code W = A' X}, by Nesterov's accelerated gradient with the step 1/L (Nesterov 1983). The mean of the examples is
 * taken away before: what all vectors of an encoder have in common would make the step short.
 */
public final class EncoderHead {
    private final double[][] weights;
    private final double[] bias;

    private EncoderHead(double[][] weights, double[] bias) {
        this.weights = weights;
        this.bias = bias;
    }

    /**
     * How a head is fitted.
     *
     * @param l2 the penalty's weight on {@code |W|^2 / 2}, relative to the mean log-likelihood, at least 0; about 1e-5 is
     *     the least at which single precision suffices
     * @param iterations steps over the whole data, at least 1
     */
    public record Config(double l2, int iterations) {
        /** Checks the record. */
        public Config {
            if (!(l2 >= 0)) {
                throw new IllegalArgumentException("l2: " + l2 + " (expected: >= 0)");
            }
            if (iterations < 1) {
                throw new IllegalArgumentException("iterations: " + iterations + " (expected: >= 1)");
            }
        }

        /**
         * Settings for a few hundred unit vectors.
         *
         * @return l2 .0002, 150 iterations
         */
        public static Config defaults() {
            return new Config(2e-4, 150);
        }

        /**
         * The same with another penalty.
         *
         * @param value at least 0
         * @return a changed copy
         */
        public Config withL2(double value) {
            return new Config(value, iterations);
        }
    }

    /**
     * Fits a head.
     *
     * @param features one row an example, all of one length, finite
     * @param labels one an example, from 0 to {@code classes - 1}
     * @param classes the number of classes, at least 2
     * @param config how
     * @return the head
     */
    public static EncoderHead fit(float[][] features, int[] labels, int classes, Config config) {
        int n = features.length;
        if (n == 0 || labels.length != n) {
            throw new IllegalArgumentException(
                    "labels: " + labels.length + " (expected: " + n + ", one an example, at least one)");
        }
        if (classes < 2) {
            throw new IllegalArgumentException("classes: " + classes + " (expected: >= 2)");
        }
        float[] mean = mean(features);
        float[][] kernel = kernel(features, mean);
        double step = 1 / (0.5 * largestEigenvalue(kernel) / n + config.l2);
        float[][] a = new float[classes][n];
        float[][] previous = new float[classes][n];
        float[][] ahead = new float[classes][n];
        for (int t = 1; t <= config.iterations; t++) {
            double momentum = (t - 1.0) / (t + 2.0);
            for (int k = 0; k < classes; k++) {
                for (int i = 0; i < n; i++) {
                    ahead[k][i] = (float) (a[k][i] + momentum * (a[k][i] - previous[k][i]));
                }
            }
            double[][] p = probabilities(kernel, ahead);
            float[][] older = previous;
            previous = a;
            a = older;
            for (int k = 0; k < classes; k++) {
                for (int i = 0; i < n; i++) {
                    double residual = (p[i][k] - (labels[i] == k ? 1 : 0)) / n;
                    a[k][i] = (float) (ahead[k][i] - step * (residual + config.l2 * ahead[k][i]));
                }
            }
        }
        return inFeatureSpace(features, mean, a);
    }

    private static float[] mean(float[][] x) {
        double[] sum = new double[x[0].length];
        for (float[] row : x) {
            for (int d = 0; d < sum.length; d++) {
                sum[d] += row[d];
            }
        }
        float[] mean = new float[sum.length];
        for (int d = 0; d < mean.length; d++) {
            mean[d] = (float) (sum[d] / x.length);
        }
        return mean;
    }

    /** Inner products of the examples less their mean, each with a constant 1 for the bias. */
    private static float[][] kernel(float[][] x, float[] mean) {
        float[][] centred = new float[x.length][];
        for (int i = 0; i < x.length; i++) {
            centred[i] = x[i].clone();
            for (int d = 0; d < mean.length; d++) {
                centred[i][d] -= mean[d];
            }
        }
        float[][] kernel = new float[x.length][x.length];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j <= i; j++) {
                float sum = 1 + dot(centred[i], centred[j]);
                kernel[i][j] = sum;
                kernel[j][i] = sum;
            }
        }
        return kernel;
    }

    /** The largest eigenvalue by power iteration, with a margin since that approaches it from below. */
    private static double largestEigenvalue(float[][] kernel) {
        double[] v = new double[kernel.length];
        Arrays.fill(v, 1);
        double norm = 1;
        for (int t = 0; t < 30; t++) {
            double[] next = new double[v.length];
            double squares = 0;
            for (int i = 0; i < v.length; i++) {
                for (int j = 0; j < v.length; j++) {
                    next[i] += kernel[i][j] * v[j];
                }
                squares += next[i] * next[i];
            }
            norm = Math.sqrt(squares);
            for (int i = 0; i < v.length; i++) {
                v[i] = next[i] / norm;
            }
        }
        return 1.05 * norm;
    }

    /** The weights of the classes add up to 0, as their gradients do, so that the last class's product is known. */
    private static double[][] probabilities(float[][] kernel, float[][] a) {
        int n = kernel.length;
        int last = a.length - 1;
        double[][] p = new double[n][a.length];
        for (int i = 0; i < n; i++) {
            float[] row = kernel[i];
            for (int k = 0; k < last; k++) {
                p[i][k] = dot(row, a[k]);
                p[i][last] -= p[i][k];
            }
            normalise(p[i]);
            for (int k = 0; k < a.length; k++) {
                p[i][k] = Math.exp(p[i][k]);
            }
        }
        return p;
    }

    /** Four running sums, so that the additions need not wait for each other. */
    private static float dot(float[] x, float[] y) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = 0;
        for (; i + 3 < x.length; i += 4) {
            s0 += x[i] * y[i];
            s1 += x[i + 1] * y[i + 1];
            s2 += x[i + 2] * y[i + 2];
            s3 += x[i + 3] * y[i + 3];
        }
        for (; i < x.length; i++) {
            s0 += x[i] * y[i];
        }
        return s0 + s1 + s2 + s3;
    }

    private static EncoderHead inFeatureSpace(float[][] x, float[] mean, float[][] a) {
        double[][] weights = new double[a.length][x[0].length];
        double[] bias = new double[a.length];
        for (int k = 0; k < a.length; k++) {
            for (int i = 0; i < x.length; i++) {
                bias[k] += a[k][i];
                for (int d = 0; d < x[i].length; d++) {
                    weights[k][d] += (double) a[k][i] * (x[i][d] - mean[d]);
                }
            }
            for (int d = 0; d < mean.length; d++) {
                bias[k] -= weights[k][d] * mean[d];
            }
        }
        return new EncoderHead(weights, bias);
    }

    /**
     * Writes the weights.
     *
     * @param out where to
     * @throws IOException if they cannot be written
     */
    public void write(DataOutput out) throws IOException {
        out.writeInt(weights.length);
        out.writeInt(weights[0].length);
        for (int k = 0; k < weights.length; k++) {
            out.writeDouble(bias[k]);
            for (double weight : weights[k]) {
                out.writeDouble(weight);
            }
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param in where from
     * @return an equal head
     * @throws IOException if it cannot be read
     */
    public static EncoderHead read(DataInput in) throws IOException {
        int classes = in.readInt();
        int width = in.readInt();
        double[][] weights = new double[classes][width];
        double[] bias = new double[classes];
        for (int k = 0; k < classes; k++) {
            bias[k] = in.readDouble();
            for (int d = 0; d < width; d++) {
                weights[k][d] = in.readDouble();
            }
        }
        return new EncoderHead(weights, bias);
    }

    /**
     * The distribution over classes.
     *
     * @param features of the length that was fitted
     * @return log-probabilities in nats, one a class; the array belongs to the caller
     */
    public double[] logProbs(float[] features) {
        if (features.length != weights[0].length) {
            throw new IllegalArgumentException(
                    "features: " + features.length + " (expected: " + weights[0].length + ")");
        }
        double[] logits = bias.clone();
        for (int k = 0; k < logits.length; k++) {
            double[] row = weights[k];
            double sum = 0;
            for (int d = 0; d < row.length; d++) {
                sum += row[d] * features[d];
            }
            logits[k] += sum;
        }
        normalise(logits);
        return logits;
    }

    /**
     * The number of classes.
     *
     * @return at least 2
     */
    public int classes() {
        return bias.length;
    }

    private static void normalise(double[] logits) {
        double max = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            max = Math.max(max, logit);
        }
        double z = 0;
        for (double logit : logits) {
            z += Math.exp(logit - max);
        }
        double logZ = max + Math.log(z);
        for (int k = 0; k < logits.length; k++) {
            logits[k] -= logZ;
        }
    }
}
