package io.github.rlllm.engine.nn;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The working memory for passing batches through an {@link Mlp}: activations forward, gradients backward. Allocates
 * nothing after its construction. Confined to one thread; several may share a network for reading.
 *
 * <p>Usage: {@link #forward}, then write dLoss/dOutput into {@link #outputGradient}, then {@link #backward}, which adds to
 * the network's gradient; so several batches may be added up before a step of {@link Adam}.
 */
public final class MlpBatch {
    /** Up to this share of non-zero inputs the sparse kernel of the weight gradient is the faster one. */
    private static final double SPARSE_GRADIENT = 0.35;
    /** The same for the forward pass. */
    private static final double SPARSE_FORWARD = 0.6;

    private final Mlp net;
    private final int capacity;
    private final float[][][] outputs;
    private final float[][][] gradients;
    private final float[] @Nullable [][] transposed;
    private final @Nullable SparseRows sparse;
    private float @Nullable [][] input;
    private int rows;
    private double nonZero;

    /**
     * Working memory.
     *
     * @param net the network
     * @param capacity the most rows that a batch has, at least 1
     * @throws IllegalArgumentException if the capacity is below 1
     */
    public MlpBatch(Mlp net, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity: " + capacity + " (expected: >= 1)");
        }
        this.net = net;
        this.capacity = capacity;
        int depth = net.layers.length;
        outputs = new float[depth][][];
        gradients = new float[depth][][];
        transposed = new float[depth][][];
        for (int l = 0; l < depth; l++) {
            Dense layer = net.layers[l];
            outputs[l] = new float[capacity][Kernels.padded(layer.out)];
            gradients[l] = new float[capacity][Kernels.padded(layer.out)];
            if (l > 0 && !layer.byOutput) {
                transposed[l] = new float[layer.out][Kernels.padded(layer.in)];
            }
        }
        sparse = SparseRows.worthwhile(net.inputs()) ? new SparseRows(capacity, net.inputs()) : null;
    }

    /**
     * Passes a batch forward.
     *
     * @param x the inputs, one row each of the network's number of inputs; kept until {@link #backward}, not changed
     * @param count how many of the rows, from 1 to the capacity
     * @return one row an input, at least as long as the network's outputs (what follows them means nothing), valid until
     *     the next call; not to be changed
     * @throws IllegalArgumentException if the count is outside its range or a row has the wrong length
     */
    public float[][] forward(float[][] x, int count) {
        if (count < 1 || count > capacity || count > x.length) {
            throw new IllegalArgumentException(
                    "count: " + count + " (expected: from 1 to " + Math.min(capacity, x.length) + ")");
        }
        for (int i = 0; i < count; i++) {
            net.requireInput(x[i]);
        }
        input = x;
        rows = count;
        Kernels kernels = net.kernels();
        float[][] a = x;
        int depth = net.layers.length;
        for (int l = 0; l < depth; l++) {
            Dense layer = net.layers[l];
            float[][] y = outputs[l];
            int width = Kernels.padded(layer.out);
            Mlp.Activation f = net.activation(l);
            if (layer.byOutput) {
                kernels.dots(a, count, Kernels.padded(layer.in), layer.weights, layer.out, layer.bias, y);
            } else if (l == 0 && sparse != null && (nonZero = sparse.scan(x, count)) <= SPARSE_FORWARD) {
                for (int i = 0; i < count; i++) {
                    kernels.multiplySparse(
                            x[i], sparse.index[i], sparse.count[i], layer.weights, width, layer.bias, f, y[i]);
                }
            } else {
                kernels.multiply(a, count, layer.in, layer.weights, width, layer.bias, f, y);
            }
            a = y;
        }
        return a;
    }

    /**
     * Where the caller writes dLoss/dOutput before {@link #backward}: the first {@link Mlp#outputs()} elements of the first
     * rows. What is behind them must stay zero. {@link #backward} does not clear it.
     *
     * @return the same rows at every call
     */
    public float[][] outputGradient() {
        return gradients[gradients.length - 1];
    }

    /**
     * Passes {@link #outputGradient} backward through the last batch and adds dLoss/dParameters to the network's gradient.
     *
     * @throws IllegalStateException before a {@link #forward}
     */
    public void backward() {
        float[][] x = input;
        if (x == null) {
            throw new IllegalStateException("backward: no batch (expected: forward before)");
        }
        Kernels kernels = net.kernels();
        for (int l = net.layers.length - 1; l >= 0; l--) {
            Dense layer = net.layers[l];
            float[][] d = gradients[l];
            int width = Kernels.padded(layer.out);
            int depth = Kernels.padded(layer.in);
            kernels.addColumns(d, rows, width, layer.biasGradient());
            if (layer.byOutput) {
                kernels.addOuter(d, rows, layer.out, outputs[l - 1], depth, layer.weightGradient());
                kernels.multiply(d, rows, layer.out, layer.weights, depth, null, null, gradients[l - 1]);
            } else if (l == 0) {
                if (sparse != null && nonZero <= SPARSE_GRADIENT) {
                    for (int i = 0; i < rows; i++) {
                        kernels.addOuterSparse(
                                x[i], sparse.index[i], sparse.count[i], d[i], width, layer.weightGradient());
                    }
                } else {
                    kernels.addOuter(x, rows, layer.in, d, width, layer.weightGradient());
                }
            } else {
                float[][] t = transposed[l];
                kernels.addOuter(outputs[l - 1], rows, layer.in, d, width, layer.weightGradient());
                kernels.transpose(layer.weights, layer.in, layer.out, t);
                kernels.multiply(d, rows, layer.out, t, depth, null, null, gradients[l - 1]);
            }
            if (l > 0) {
                kernels.activationGradient(net.hidden(), outputs[l - 1], gradients[l - 1], rows, depth);
            }
        }
    }

    /** Clears {@link #outputGradient}. */
    public void clearOutputGradient() {
        for (float[] row : outputGradient()) {
            Arrays.fill(row, 0f);
        }
    }
}
