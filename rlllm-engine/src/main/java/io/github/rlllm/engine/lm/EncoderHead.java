package io.github.rlllm.engine.lm;

/**
 * Multinomial logistic regression on the features of a frozen encoder: {@code p(class | x) = softmax(W x + b)}, fitted
 * by maximum likelihood with a squared penalty on W. The objective is convex and the start is zero, so that the fit
 * needs no seed. Immutable and thread-safe.
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
     * @param l2 the penalty's weight on {@code |W|^2 / 2}, relative to the mean log-likelihood, at least 0
     * @param iterations steps of Adam over the whole data, at least 1
     * @param rate the learning rate, above 0
     */
    public record Config(double l2, int iterations, double rate) {
        /** Checks the record. */
        public Config {
            if (!(l2 >= 0)) {
                throw new IllegalArgumentException("l2: " + l2 + " (expected: >= 0)");
            }
            if (iterations < 1) {
                throw new IllegalArgumentException("iterations: " + iterations + " (expected: >= 1)");
            }
            if (!(rate > 0)) {
                throw new IllegalArgumentException("rate: " + rate + " (expected: > 0)");
            }
        }

        /**
         * Settings for a few hundred unit vectors.
         *
         * @return l2 .001, 200 iterations, rate .1
         */
        public static Config defaults() {
            return new Config(1e-3, 200, 0.1);
        }

        /**
         * The same with another penalty.
         *
         * @param value at least 0
         * @return a changed copy
         */
        public Config withL2(double value) {
            return new Config(value, iterations, rate);
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
        int d = features[0].length;
        double[][] w = new double[classes][d];
        double[] b = new double[classes];
        Adam[] adamW = new Adam[classes];
        for (int k = 0; k < classes; k++) {
            adamW[k] = new Adam(d);
        }
        Adam adamB = new Adam(classes);
        double[][] residuals = new double[classes][n];
        double[] gradient = new double[d];
        for (int t = 1; t <= config.iterations; t++) {
            for (int i = 0; i < n; i++) {
                double[] p = softmax(w, b, features[i]);
                for (int k = 0; k < classes; k++) {
                    residuals[k][i] = (Math.exp(p[k]) - (labels[i] == k ? 1 : 0)) / n;
                }
            }
            double[] biasGradient = new double[classes];
            double rate = config.rate * (1 - (t - 1.0) / config.iterations);
            for (int k = 0; k < classes; k++) {
                for (int j = 0; j < d; j++) {
                    gradient[j] = config.l2 * w[k][j];
                }
                for (int i = 0; i < n; i++) {
                    double r = residuals[k][i];
                    float[] x = features[i];
                    biasGradient[k] += r;
                    for (int j = 0; j < d; j++) {
                        gradient[j] += r * x[j];
                    }
                }
                adamW[k].step(w[k], gradient, rate, t);
            }
            adamB.step(b, biasGradient, rate, t);
        }
        return new EncoderHead(w, b);
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
        return softmax(weights, bias, features);
    }

    /**
     * The number of classes.
     *
     * @return at least 2
     */
    public int classes() {
        return bias.length;
    }

    private static double[] softmax(double[][] w, double[] b, float[] x) {
        double[] logits = b.clone();
        double max = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < logits.length; k++) {
            double[] row = w[k];
            double sum = 0;
            for (int j = 0; j < row.length; j++) {
                sum += row[j] * x[j];
            }
            logits[k] += sum;
            max = Math.max(max, logits[k]);
        }
        double z = 0;
        for (double logit : logits) {
            z += Math.exp(logit - max);
        }
        double logZ = max + Math.log(z);
        for (int k = 0; k < logits.length; k++) {
            logits[k] -= logZ;
        }
        return logits;
    }

    /** Kingma and Ba (2015), algorithm 1, with the paper's constants. */
    private static final class Adam {
        private static final double BETA1 = 0.9;
        private static final double BETA2 = 0.999;
        private final double[] m;
        private final double[] v;

        Adam(int size) {
            m = new double[size];
            v = new double[size];
        }

        void step(double[] weights, double[] gradient, double rate, int t) {
            double c1 = 1 - Math.pow(BETA1, t);
            double c2 = 1 - Math.pow(BETA2, t);
            for (int i = 0; i < weights.length; i++) {
                m[i] = BETA1 * m[i] + (1 - BETA1) * gradient[i];
                v[i] = BETA2 * v[i] + (1 - BETA2) * gradient[i] * gradient[i];
                weights[i] -= rate * (m[i] / c1) / (Math.sqrt(v[i] / c2) + 1e-8);
            }
        }
    }
}
