package io.github.rlllm.torch;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A tensor in single precision where the engine reads it. While it is trained it lives in a Java array too, which the
 * optimiser updates, beside its accumulated gradient.
 */
final class Parameter {
    private static final int CHUNK = 1 << 14;

    final String name;
    final long[] shape;
    final ByteBuffer memory;
    private float @Nullable [] values;
    private float @Nullable [] gradient;

    Parameter(String name, long... shape) {
        this.name = name;
        this.shape = shape.clone();
        long size = 1;
        for (long n : shape) {
            size = Math.multiplyExact(size, n);
        }
        if (size > (1L << 29) - 64) {
            throw new IllegalArgumentException(
                    "tensor " + name + ": " + Arrays.toString(shape) + " (expected: fewer than 2^29 numbers)");
        }
        this.memory = TorchScope.aligned((int) size);
    }

    int size() {
        return memory.capacity() / Float.BYTES;
    }

    /** A view of the memory. */
    FloatBuffer numbers() {
        return memory.asFloatBuffer();
    }

    float[] copy() {
        float[] copy = new float[size()];
        numbers().get(copy);
        return copy;
    }

    void requireSize(float[] numbers) {
        if (numbers.length != size()) {
            throw new IllegalArgumentException("numbers of tensor " + name + ": " + numbers.length + " (expected: "
                    + size() + ", shape " + Arrays.toString(shape) + ")");
        }
    }

    void set(float[] numbers) {
        requireSize(numbers);
        numbers().put(numbers);
        if (values != null) {
            values = numbers.clone();
        }
    }

    /** A frozen one with the same numbers. */
    Parameter twin() {
        Parameter twin = new Parameter(name, shape);
        twin.numbers().put(numbers());
        return twin;
    }

    void train(boolean trained) {
        values = trained ? copy() : null;
        gradient = trained ? new float[size()] : null;
    }

    boolean trained() {
        return values != null;
    }

    float[] values() {
        if (values == null) {
            throw new IllegalStateException("tensor " + name + ": frozen (expected: trained)");
        }
        return values;
    }

    float[] gradient() {
        if (gradient == null) {
            throw new IllegalStateException("tensor " + name + ": frozen (expected: trained)");
        }
        return gradient;
    }

    void accumulate(FloatBuffer found) {
        float[] sum = gradient();
        float[] part = new float[Math.min(sum.length, CHUNK)]; // loops over arrays are vectorised, over buffers not
        for (int from = 0; from < sum.length; from += CHUNK) {
            int n = Math.min(CHUNK, sum.length - from);
            found.get(from, part, 0, n);
            for (int i = 0; i < n; i++) {
                sum[from + i] += part[i];
            }
        }
    }

    /** Brings the updated array to where the engine reads, and forgets the gradient. */
    void stepped() {
        numbers().put(values());
        Arrays.fill(gradient(), 0f);
    }
}
