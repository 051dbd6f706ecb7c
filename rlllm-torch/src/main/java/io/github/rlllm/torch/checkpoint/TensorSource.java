package io.github.rlllm.torch.checkpoint;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Set;

/** Named tensors of a file, read one at a time and widened to single precision. Thread-safe until it is closed. */
public interface TensorSource extends AutoCloseable {
    /**
     * The names in the order of the file.
     *
     * @return an unmodifiable set
     */
    Set<String> names();

    /**
     * The shape of a tensor, the slowest dimension first.
     *
     * @param name one of {@link #names}
     * @return its dimensions, at least 0 each
     * @throws IllegalArgumentException if there is no such tensor
     */
    long[] shape(String name);

    /**
     * How a tensor is stored.
     *
     * @param name one of {@link #names}
     * @return such as {@code F32}, {@code BF16} or {@code Q4_K}
     */
    String kind(String name);

    /**
     * What the file calls a tensor.
     *
     * @param name any name of a tensor
     * @return the name in the file, for messages
     */
    default String called(String name) {
        return name;
    }

    /**
     * Reads a tensor, row-major.
     *
     * @param name one of {@link #names}
     * @param out takes exactly as many numbers as the tensor has
     * @throws IOException if it cannot be read, or is of a kind that holds no real numbers
     */
    void read(String name, FloatBuffer out) throws IOException;

    /**
     * Reads a tensor into an array.
     *
     * @param name one of {@link #names}
     * @return its numbers, row-major
     * @throws IOException as {@link #read}, or if the tensor is too large for an array
     */
    default float[] floats(String name) throws IOException {
        long size = Shapes.size(shape(name));
        if (size > Integer.MAX_VALUE - 8) {
            throw new IOException("tensor " + name + ": " + size + " numbers (expected: fewer than 2^31)");
        }
        float[] values = new float[(int) size];
        read(name, FloatBuffer.wrap(values));
        return values;
    }

    @Override
    void close() throws IOException;
}
