package io.github.rlllm.engine.nn;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A fully connected network: {@code y = W_L h_(L-1) + b_L} with {@code h_l = f(W_l h_(l-1) + b_l)} and one activation
 * {@code f} for all hidden layers; the output is linear.
 *
 * <p>{@link #forward} may be called from several threads at once while nobody changes the parameters. Batches and
 * gradients: {@link MlpBatch}; optimiser: {@link Adam}.
 */
public final class Mlp {
    /** The function of the hidden layers. */
    public enum Activation {
        /** Hyperbolic tangent, see {@link Tanh} for its error. */
        TANH,
        /** max(0, x). */
        RELU
    }

    private final int[] sizes;
    private final Activation hidden;
    private final Kernels kernels;
    final Dense[] layers;

    /**
     * A network whose parameters are all zero.
     *
     * @param kernels the arithmetic, usually {@link Kernels#fastest()}
     * @param hidden the activation of the hidden layers
     * @param sizes inputs, widths of the hidden layers, outputs: at least 2 numbers, each at least 1
     * @throws IllegalArgumentException if a size is below 1 or fewer than two are given
     */
    public Mlp(Kernels kernels, Activation hidden, int... sizes) {
        if (sizes.length < 2 || Arrays.stream(sizes).anyMatch(size -> size < 1)) {
            throw new IllegalArgumentException(
                    "sizes: " + Arrays.toString(sizes) + " (expected: at least 2 numbers, each >= 1)");
        }
        this.kernels = kernels;
        this.hidden = hidden;
        this.sizes = sizes.clone();
        layers = new Dense[sizes.length - 1];
        for (int l = 0; l < layers.length; l++) {
            layers[l] = new Dense(sizes[l], sizes[l + 1], l == 0);
        }
    }

    /**
     * A network with orthogonal weights (Saxe et al. 2014): of each layer all singular values are its gain; biases are
     * zero. Usual gains are sqrt(2) for hidden layers, .01 for a policy's output, 1 for a value's.
     *
     * @param rng the source of the weights
     * @param hidden the activation of the hidden layers
     * @param hiddenGain gain of the hidden layers, &gt; 0
     * @param outputGain gain of the output layer, &gt; 0
     * @param sizes inputs, widths of the hidden layers, outputs
     * @return the network on {@link Kernels#fastest()}
     */
    public static Mlp orthogonal(
            RandomGenerator rng, Activation hidden, double hiddenGain, double outputGain, int... sizes) {
        return orthogonal(Kernels.fastest(), rng, hidden, hiddenGain, outputGain, sizes);
    }

    /**
     * A network with orthogonal weights on chosen kernels.
     *
     * @param kernels the arithmetic
     * @param rng the source of the weights
     * @param hidden the activation of the hidden layers
     * @param hiddenGain gain of the hidden layers, &gt; 0
     * @param outputGain gain of the output layer, &gt; 0
     * @param sizes inputs, widths of the hidden layers, outputs
     * @return the network
     */
    public static Mlp orthogonal(
            Kernels kernels,
            RandomGenerator rng,
            Activation hidden,
            double hiddenGain,
            double outputGain,
            int... sizes) {
        Mlp net = new Mlp(kernels, hidden, sizes);
        float[] flat = new float[net.parameterCount()];
        int at = 0;
        for (int l = 0; l < net.layers.length; l++) {
            double gain = l == net.layers.length - 1 ? outputGain : hiddenGain;
            for (double[] row : Orthogonal.matrix(rng, sizes[l + 1], sizes[l], gain)) {
                for (double w : row) {
                    flat[at++] = (float) w;
                }
            }
            at += sizes[l + 1];
        }
        net.setParameters(flat);
        return net;
    }

    /**
     * A network whose weights and biases are small: those of a layer with n inputs are uniform between {@code -1/sqrt(n)}
     * and {@code 1/sqrt(n)} (LeCun et al. 1998, "Efficient BackProp", at a third of its variance), what Torch and PyTorch
     * give a layer where nothing else is asked for. Outputs begin near zero, which suits values that are to be learned.
     *
     * @param kernels the arithmetic
     * @param rng the source of the parameters
     * @param hidden the activation of the hidden layers
     * @param sizes inputs, widths of the hidden layers, outputs
     * @return the network
     */
    public static Mlp uniform(Kernels kernels, RandomGenerator rng, Activation hidden, int... sizes) {
        Mlp net = new Mlp(kernels, hidden, sizes);
        float[] flat = new float[net.parameterCount()];
        int at = 0;
        for (int l = 0; l < net.layers.length; l++) {
            double bound = 1 / Math.sqrt(sizes[l]);
            for (int end = at + (sizes[l] + 1) * sizes[l + 1]; at < end; at++) {
                flat[at] = (float) ((2 * rng.nextDouble() - 1) * bound);
            }
        }
        net.setParameters(flat);
        return net;
    }

    /**
     * The network's answer to one input.
     *
     * @param x {@link #inputs()} numbers; not kept and not changed
     * @return {@link #outputs()} numbers that belong to the caller; up to rounding what a batch gives for the same input
     * @throws IllegalArgumentException if the length is wrong
     */
    public float[] forward(float[] x) {
        requireInput(x);
        float[][] a = {x};
        for (int l = 0; l < layers.length; l++) {
            Dense layer = layers[l];
            float[][] y = {new float[Kernels.padded(layer.out)]};
            Activation f = activation(l);
            if (layer.byOutput) {
                kernels.dots(a, 1, Kernels.padded(layer.in), layer.weights, layer.out, layer.bias, y);
            } else if (l == 0 && SparseRows.worthwhile(layer.in)) {
                int[] index = new int[layer.in];
                int count = SparseRows.nonZero(x, layer.in, index);
                kernels.multiplySparse(x, index, count, layer.weights, y[0].length, layer.bias, f, y[0]);
            } else {
                kernels.multiply(a, 1, layer.in, layer.weights, y[0].length, layer.bias, f, y);
            }
            a = y;
        }
        return a[0].length == outputs() ? a[0] : Arrays.copyOf(a[0], outputs());
    }

    /** The activation of a layer; none for the output. */
    @Nullable
    Activation activation(int layer) {
        return layer < layers.length - 1 ? hidden : null;
    }

    Activation hidden() {
        return hidden;
    }

    void requireInput(float[] x) {
        if (x.length != sizes[0]) {
            throw new IllegalArgumentException("x: length " + x.length + " (expected: " + sizes[0] + ")");
        }
    }

    Kernels kernels() {
        return kernels;
    }

    /**
     * The number of inputs.
     *
     * @return at least 1
     */
    public int inputs() {
        return sizes[0];
    }

    /**
     * The number of outputs.
     *
     * @return at least 1
     */
    public int outputs() {
        return sizes[sizes.length - 1];
    }

    /**
     * Inputs, widths of the hidden layers, outputs.
     *
     * @return a copy
     */
    public int[] sizes() {
        return sizes.clone();
    }

    /**
     * The number of parameters.
     *
     * @return the length of {@link #parameters()}
     */
    public int parameterCount() {
        int count = 0;
        for (int l = 0; l < layers.length; l++) {
            count += (sizes[l] + 1) * sizes[l + 1];
        }
        return count;
    }

    /**
     * The parameters: for each layer the weights [outputs][inputs] in row-major order, then the bias.
     *
     * @return {@link #parameterCount()} numbers that belong to the caller
     */
    public float[] parameters() {
        float[] flat = new float[parameterCount()];
        int at = 0;
        for (Dense layer : layers) {
            at = Dense.flatten(layer, layer.weights, layer.bias, flat, at);
        }
        return flat;
    }

    /**
     * Puts back what {@link #parameters()} gave.
     *
     * @param flat {@link #parameterCount()} numbers; not kept
     * @throws IllegalArgumentException if the length is wrong
     */
    public void setParameters(float[] flat) {
        if (flat.length != parameterCount()) {
            throw new IllegalArgumentException(
                    "parameters: length " + flat.length + " (expected: " + parameterCount() + ")");
        }
        int at = 0;
        for (Dense layer : layers) {
            at = Dense.unflatten(layer, flat, at, layer.weights, layer.bias);
        }
    }

    /**
     * The gradient that the batches have added up since the last step of the optimiser, in the order of
     * {@link #parameters()}.
     *
     * @return {@link #parameterCount()} numbers that belong to the caller
     */
    public float[] gradient() {
        float[] flat = new float[parameterCount()];
        int at = 0;
        for (Dense layer : layers) {
            at = Dense.flatten(layer, layer.weightGradient(), layer.biasGradient(), flat, at);
        }
        return flat;
    }

    /** Sets the gradient to zero. */
    public void zeroGradient() {
        for (Dense layer : layers) {
            for (float[] row : layer.weightGradient()) {
                Arrays.fill(row, 0f);
            }
            Arrays.fill(layer.biasGradient(), 0f);
        }
    }

    /**
     * Takes over another network's parameters, as for a target network.
     *
     * @param source a network of equal sizes
     * @throws IllegalArgumentException if the sizes differ
     */
    public void copyFrom(Mlp source) {
        polyak(source, 1);
    }

    /**
     * Moves the parameters towards another network's: {@code p = (1 - tau) p + tau source} (Polyak averaging).
     *
     * @param source a network of equal sizes
     * @param tau the step, from 0 (stay) to 1 (copy)
     * @throws IllegalArgumentException if the sizes differ or tau is outside its range
     */
    public void polyak(Mlp source, double tau) {
        if (!Arrays.equals(sizes, source.sizes)) {
            throw new IllegalArgumentException(
                    "source: sizes " + Arrays.toString(source.sizes) + " (expected: " + Arrays.toString(sizes) + ")");
        }
        if (!(tau >= 0 && tau <= 1)) {
            throw new IllegalArgumentException("tau: " + tau + " (expected: from 0 to 1)");
        }
        float t = (float) tau;
        for (int l = 0; l < layers.length; l++) {
            for (int r = 0; r < layers[l].weights.length; r++) {
                blend(layers[l].weights[r], source.layers[l].weights[r], t);
            }
            blend(layers[l].bias, source.layers[l].bias, t);
        }
    }

    private static void blend(float[] p, float[] q, float tau) {
        if (tau == 1f) {
            System.arraycopy(q, 0, p, 0, p.length);
            return;
        }
        for (int j = 0; j < p.length; j++) {
            p[j] = (1f - tau) * p[j] + tau * q[j];
        }
    }

    /**
     * A network of the same sizes, kernels and parameters.
     *
     * @return a copy that shares nothing
     */
    public Mlp copy() {
        Mlp copy = new Mlp(kernels, hidden, sizes);
        copy.copyFrom(this);
        return copy;
    }

    /**
     * Whether every parameter is a finite number.
     *
     * @return false if one is NaN or infinite
     */
    public boolean finite() {
        float sum = 0;
        for (Dense layer : layers) {
            for (float[] row : layer.weights) {
                for (float w : row) {
                    sum += w * 0f;
                }
            }
            for (float b : layer.bias) {
                sum += b * 0f;
            }
        }
        return sum == 0f;
    }
}
