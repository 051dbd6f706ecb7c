package io.github.rlllm.engine.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Adam (Kingma and Ba 2015) and, with weight decay, AdamW (Loshchilov and Hutter 2019), with the gradient clipped to a
 * global norm over all networks:
 *
 * <pre>
 * g = g min(1, maxNorm / (|g| + 1e-6))
 * m = beta1 m + (1 - beta1) g          v = beta2 v + (1 - beta2) g^2
 * p = p (1 - rate decay) - rate / (1 - beta1^t)  m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
 * </pre>
 *
 * <p>Confined to one thread.
 */
public final class Adam {
    private final AdamConfig config;
    private final Kernels kernels;
    private final float[][] parameters;
    private final float[][] gradients;
    private final float[][] first;
    private final float[][] second;
    private double learningRate;
    private long steps;

    /**
     * An optimiser of the parameters of networks, whose gradients are clipped together.
     *
     * @param config the figures
     * @param nets at least one network
     * @throws IllegalArgumentException if there is none
     */
    public Adam(AdamConfig config, Mlp... nets) {
        this(config, kernelsOf(nets), rows(nets, false), rows(nets, true));
    }

    Adam(AdamConfig config, Kernels kernels, float[][] parameters, float[][] gradients) {
        this.config = config;
        this.kernels = kernels;
        this.parameters = parameters;
        this.gradients = gradients;
        learningRate = config.learningRate();
        first = new float[parameters.length][];
        second = new float[parameters.length][];
        for (int r = 0; r < parameters.length; r++) {
            first[r] = new float[parameters[r].length];
            second[r] = new float[parameters[r].length];
        }
    }

    private static Kernels kernelsOf(Mlp... nets) {
        if (nets.length == 0) {
            throw new IllegalArgumentException("nets: 0 (expected: at least 1)");
        }
        return nets[0].kernels();
    }

    private static float[][] rows(Mlp[] nets, boolean gradient) {
        List<float[]> rows = new ArrayList<>();
        for (Mlp net : nets) {
            for (Dense layer : net.layers) {
                Collections.addAll(rows, gradient ? layer.weightGradient() : layer.weights);
                rows.add(gradient ? layer.biasGradient() : layer.bias);
            }
        }
        return rows.toArray(float[][]::new);
    }

    /**
     * Steps along the gradient that the networks have added up, and sets it to zero.
     *
     * @return the gradient's global norm before clipping. If it is NaN or infinite nothing has been changed but the
     *     gradient, which is zero: whoever trains stops, or leaves the batch out
     */
    public double step() {
        double squares = 0;
        for (float[] row : gradients) {
            squares += kernels.sumOfSquares(row);
        }
        double norm = Math.sqrt(squares);
        if (!(norm < Double.POSITIVE_INFINITY)) {
            for (float[] row : gradients) {
                java.util.Arrays.fill(row, 0f);
            }
            return norm;
        }
        steps++;
        double limit = config.maxGradientNorm();
        Kernels.AdamStep step = new Kernels.AdamStep(
                (float) config.beta1(),
                (float) config.beta2(),
                (float) config.epsilon(),
                (float) (learningRate / (1 - Math.pow(config.beta1(), steps))),
                (float) (1 / Math.sqrt(1 - Math.pow(config.beta2(), steps))),
                limit < Double.POSITIVE_INFINITY ? (float) Math.min(1, limit / (norm + 1e-6)) : 1f,
                (float) (1 - learningRate * config.weightDecay()));
        for (int r = 0; r < parameters.length; r++) {
            kernels.adam(parameters[r], gradients[r], first[r], second[r], step);
        }
        return norm;
    }

    /**
     * Changes the learning rate, as a schedule does.
     *
     * @param value at least 0, finite
     * @throws IllegalArgumentException if it is outside its range
     */
    public void learningRate(double value) {
        learningRate = config.withLearningRate(value).learningRate();
    }

    /**
     * The present learning rate.
     *
     * @return at least 0
     */
    public double learningRate() {
        return learningRate;
    }

    /**
     * The number of steps so far.
     *
     * @return at least 0
     */
    public long steps() {
        return steps;
    }

    /**
     * The moments, without which training does not resume exactly.
     *
     * @return first and second moments; belongs to the caller; to be kept together with {@link #steps()}
     */
    public float[] moments() {
        int size = 0;
        for (float[] row : parameters) {
            size += 2 * row.length;
        }
        float[] flat = new float[size];
        int at = 0;
        for (int r = 0; r < parameters.length; r++) {
            int n = parameters[r].length;
            System.arraycopy(first[r], 0, flat, at, n);
            System.arraycopy(second[r], 0, flat, at + n, n);
            at += 2 * n;
        }
        return flat;
    }

    /**
     * Puts back what {@link #steps()} and {@link #moments()} gave.
     *
     * @param stepsSoFar at least 0
     * @param flat the moments; not kept
     * @throws IllegalArgumentException if the moments are not of these networks
     */
    public void restore(long stepsSoFar, float[] flat) {
        int size = 0;
        for (float[] row : parameters) {
            size += 2 * row.length;
        }
        if (stepsSoFar < 0 || flat.length != size) {
            throw new IllegalArgumentException("steps, moments: " + stepsSoFar + ", length " + flat.length
                    + " (expected: >= 0, length " + size + ")");
        }
        steps = stepsSoFar;
        int at = 0;
        for (int r = 0; r < parameters.length; r++) {
            int n = parameters[r].length;
            System.arraycopy(flat, at, first[r], 0, n);
            System.arraycopy(flat, at + n, second[r], 0, n);
            at += 2 * n;
        }
    }
}
