package io.github.rlllm.engine.nn;

import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A linear map that is only read: {@code y = x W + b}, its weight copied into the order in which the kernels of this JVM
 * read it, for one row as for many. A row's result does not depend on the rows beside it, bit for bit. Immutable and
 * thread-safe.
 */
public final class LinearMap {
    private static final int WIDTH = 64;

    private final Kernels kernels;
    private final float[][] packed;
    private final float[] bias;
    private final int in;
    private final int out;

    /**
     * Packs a weight.
     *
     * @param kernels that will read it
     * @param weight [out, in], or [in, out] if {@code byInput}, row-major; copied
     * @param in inputs, at least 1
     * @param out outputs, at least 1
     * @param byInput the order of the weight
     * @param bias one number an output; null for none
     * @throws IllegalArgumentException if a length is not what the numbers of inputs and outputs say
     */
    public LinearMap(Kernels kernels, FloatBuffer weight, int in, int out, boolean byInput, float @Nullable [] bias) {
        if (in < 1 || out < 1 || weight.capacity() != (long) in * out) {
            throw new IllegalArgumentException("weight: " + weight.capacity() + " numbers (expected: in " + in
                    + " times out " + out + ", each at least 1)");
        }
        if (bias != null && bias.length != out) {
            throw new IllegalArgumentException("bias: " + bias.length + " numbers (expected: " + out + ")");
        }
        this.kernels = kernels;
        this.in = in;
        this.out = out;
        this.packed = kernels.pack(weight, in, out, byInput);
        this.bias = new float[width(out)];
        if (bias != null) {
            System.arraycopy(bias, 0, this.bias, 0, out);
        }
    }

    /**
     * The length of the rows that the map writes.
     *
     * @param out outputs
     * @return the least multiple of 64 that is not below it; what is padded is written with zeros, or gets zero added
     */
    public static int width(int out) {
        return (out + WIDTH - 1) / WIDTH * WIDTH;
    }

    /**
     * The number of inputs.
     *
     * @return at least 1
     */
    public int in() {
        return in;
    }

    /**
     * The number of outputs.
     *
     * @return at least 1
     */
    public int out() {
        return out;
    }

    /**
     * {@code y = x W + b}.
     *
     * @param x at least m rows of at least {@link #in} numbers
     * @param m rows
     * @param y at least m rows of at least {@link #width} of {@link #out} numbers, none of them in x
     */
    public void apply(float[][] x, int m, float[][] y) {
        kernels.product(x, m, in, packed, bias.length, bias, false, y);
    }

    /**
     * {@code y += x W + b}.
     *
     * @param x at least m rows of at least {@link #in} numbers
     * @param m rows
     * @param y at least m rows of at least {@link #width} of {@link #out} numbers, none of them in x
     */
    public void add(float[][] x, int m, float[][] y) {
        kernels.product(x, m, in, packed, bias.length, bias, true, y);
    }
}
