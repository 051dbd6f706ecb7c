package io.github.rlllm.engine.nn;

import org.jspecify.annotations.Nullable;

/**
 * One fully connected layer: parameters and, once it is trained, their gradient. Rows are padded with zeros.
 *
 * <p>A hidden layer keeps one row an input, over which the forward pass adds whole rows; a narrow output layer keeps one
 * row an output, because a row of two outputs would be nearly all padding.
 */
final class Dense {
    final int in;
    final int out;
    /** True: weights[out][padded in]. False: weights[in][padded out]. */
    final boolean byOutput;

    final float[][] weights;
    final float[] bias;
    float @Nullable [][] weightGradient;
    float @Nullable [] biasGradient;

    Dense(int in, int out, boolean first) {
        this.in = in;
        this.out = out;
        byOutput = !first && out < Kernels.padded(1);
        weights = byOutput ? new float[out][Kernels.padded(in)] : new float[in][Kernels.padded(out)];
        bias = new float[Kernels.padded(out)];
    }

    float[][] weightGradient() {
        if (weightGradient == null) {
            weightGradient = new float[weights.length][weights[0].length];
        }
        return weightGradient;
    }

    float[] biasGradient() {
        if (biasGradient == null) {
            biasGradient = new float[bias.length];
        }
        return biasGradient;
    }

    /** Writes weights [out][in] in row-major order, then the bias; returns the next offset. */
    static int flatten(Dense shape, float[][] rows, float[] bias, float[] flat, int offset) {
        int at = offset;
        for (int o = 0; o < shape.out; o++) {
            for (int i = 0; i < shape.in; i++) {
                flat[at++] = shape.byOutput ? rows[o][i] : rows[i][o];
            }
        }
        System.arraycopy(bias, 0, flat, at, shape.out);
        return at + shape.out;
    }

    /** Reads what {@link #flatten} wrote; returns the next offset. */
    static int unflatten(Dense shape, float[] flat, int offset, float[][] rows, float[] bias) {
        int at = offset;
        for (int o = 0; o < shape.out; o++) {
            for (int i = 0; i < shape.in; i++) {
                if (shape.byOutput) {
                    rows[o][i] = flat[at++];
                } else {
                    rows[i][o] = flat[at++];
                }
            }
        }
        System.arraycopy(flat, at, bias, 0, shape.out);
        return at + shape.out;
    }
}
