package io.github.rlllm.torch;

import io.github.rlllm.api.Snapshot;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * AdamW (Loshchilov and Hutter, 2019) in Java arrays, so that its state can be saved: for gradient g at step t
 *
 * <pre>
 * w *= 1 - lr * decay
 * m = b1 m + (1 - b1) g,   v = b2 v + (1 - b2) g^2
 * w -= lr * (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon)
 * </pre>
 *
 * <p>where g was scaled down if the global norm over all tensors exceeds a bound. Epsilon sits outside the corrected
 * root, as in PyTorch. Decay falls on matrices alone, not on biases, gains and the score head. Not thread-safe.
 */
public final class AdamW implements Snapshot {
    private final Config config;
    private final boolean[] decayed;
    private final float[][] m;
    private final float[][] v;
    private long steps;

    /**
     * The settings.
     *
     * @param beta1 in [0, 1)
     * @param beta2 in [0, 1)
     * @param epsilon above 0
     * @param decay at least 0
     * @param maxNorm the greatest global norm of a gradient, above 0; infinity never clips
     */
    public record Config(double beta1, double beta2, double epsilon, double decay, double maxNorm) {
        /**
         * Checks the record.
         *
         * @throws IllegalArgumentException if a part is out of its range
         */
        public Config {
            require("beta1", beta1, beta1 >= 0 && beta1 < 1, "in [0, 1)");
            require("beta2", beta2, beta2 >= 0 && beta2 < 1, "in [0, 1)");
            require("epsilon", epsilon, epsilon > 0, "> 0");
            require("decay", decay, decay >= 0 && decay < Double.POSITIVE_INFINITY, ">= 0");
            require("maxNorm", maxNorm, maxNorm > 0, "> 0");
        }

        /**
         * The usual settings of small GPTs: .9, .95, 1e-8, decay .01, norm 1.
         *
         * @return the settings
         */
        public static Config defaults() {
            return new Config(0.9, 0.95, 1e-8, 0.01, 1);
        }

        private static void require(String name, double value, boolean good, String expected) {
            if (!good) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
            }
        }
    }

    /** An optimiser that has made no step, as {@link CausalLm#optimiser} makes it. */
    AdamW(Config config, float[][] zeros, boolean[] decayed) {
        this.config = config;
        this.decayed = decayed;
        this.m = zeros;
        this.v = zerosLike(zeros);
    }

    private static float[][] zerosLike(float[][] tensors) {
        float[][] zeros = new float[tensors.length][];
        for (int i = 0; i < zeros.length; i++) {
            zeros[i] = new float[tensors[i].length];
        }
        return zeros;
    }

    /**
     * One step.
     *
     * @param weights changed in place
     * @param gradients as many tensors of the same lengths; not changed
     * @param rate the learning rate, at least 0
     * @return the global norm of the gradient before clipping
     */
    double step(float[][] weights, float[][] gradients, double rate) {
        double square = 0;
        for (float[] g : gradients) {
            double sum = 0;
            for (float x : g) {
                sum += (double) x * x;
            }
            square += sum;
        }
        double norm = Math.sqrt(square);
        if (!Double.isFinite(norm)) {
            throw new ArithmeticException(
                    "gradient norm at step " + (steps + 1) + ": " + norm + " (expected: a finite number)");
        }
        float scale = (float) (norm > config.maxNorm ? config.maxNorm / (norm + 1e-6) : 1);
        steps++;
        float b1 = (float) config.beta1;
        float b2 = (float) config.beta2;
        float first = 1 - b1;
        float second = 1 - b2;
        float size = (float) (rate / (1 - Math.pow(config.beta1, steps)));
        float root = (float) Math.sqrt(1 - Math.pow(config.beta2, steps));
        float epsilon = (float) config.epsilon;
        for (int i = 0; i < weights.length; i++) {
            float keep = decayed[i] ? (float) (1 - rate * config.decay) : 1;
            float[] w = weights[i];
            float[] g = gradients[i];
            float[] mi = m[i];
            float[] vi = v[i];
            for (int j = 0; j < w.length; j++) {
                float x = g[j] * scale;
                mi[j] = b1 * mi[j] + first * x;
                vi[j] = b2 * vi[j] + second * x * x;
                w[j] = w[j] * keep - size * mi[j] / ((float) Math.sqrt(vi[j]) / root + epsilon);
            }
        }
        return norm;
    }

    /**
     * The steps made so far.
     *
     * @return at least 0
     */
    public long steps() {
        return steps;
    }

    @Override
    public byte[] save() {
        int numbers = Arrays.stream(m).mapToInt(tensor -> 2 * tensor.length).sum();
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + Float.BYTES * numbers);
        bytes.putLong(steps);
        for (int i = 0; i < m.length; i++) {
            for (float[] tensor : new float[][] {m[i], v[i]}) {
                bytes.asFloatBuffer().put(tensor);
                bytes.position(bytes.position() + Float.BYTES * tensor.length);
            }
        }
        return bytes.array();
    }

    @Override
    public void restore(byte[] state) {
        int numbers = Arrays.stream(m).mapToInt(tensor -> 2 * tensor.length).sum();
        int expected = Long.BYTES + Float.BYTES * numbers;
        if (state.length != expected) {
            throw new IllegalArgumentException("state: " + state.length + " bytes (expected: " + expected + ")");
        }
        ByteBuffer bytes = ByteBuffer.wrap(state);
        steps = bytes.getLong();
        for (int i = 0; i < m.length; i++) {
            for (float[] tensor : new float[][] {m[i], v[i]}) {
                bytes.asFloatBuffer().get(tensor);
                bytes.position(bytes.position() + Float.BYTES * tensor.length);
            }
        }
    }
}
