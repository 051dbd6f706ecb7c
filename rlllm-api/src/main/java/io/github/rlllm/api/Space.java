package io.github.rlllm.api;

import java.util.Arrays;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The set from which observations or actions come. Immutable and thread-safe; equal where it holds the same values.
 *
 * @param <T> the type of an element
 */
public interface Space<T> {
    /**
     * Whether a value belongs to this space.
     *
     * @param value any value
     * @return true if it belongs
     */
    boolean contains(T value);

    /**
     * Draws an element: uniformly where the space is bounded; where a bound is infinite from a standard normal, cut at
     * the other bound.
     *
     * @param rng the source of randomness
     * @return an element that belongs to the caller
     */
    T sample(RandomGenerator rng);

    /**
     * Space of the integers {@code 0 .. n-1}.
     *
     * @param n the number of elements, at least 1
     * @return the space
     * @throws IllegalArgumentException if {@code n < 1}
     */
    static Discrete discrete(int n) {
        return new Discrete(n);
    }

    /**
     * Space of {@code float[]} of the given shape with the same bounds everywhere.
     *
     * @param low the lower bound of every element, may be negative infinity
     * @param high the upper bound of every element, may be infinity, at least {@code low}
     * @param shape the dimensions, each at least 1; elements are stored flat in row-major order
     * @return the space
     * @throws IllegalArgumentException if a bound is NaN, {@code low > high}, no finite number lies between, or a
     *     dimension is below 1
     */
    static Box box(double low, double high, int... shape) {
        int size = Box.size(shape);
        float[] lows = new float[size];
        float[] highs = new float[size];
        Arrays.fill(lows, (float) low);
        Arrays.fill(highs, (float) high);
        return new Box(lows, highs, shape);
    }

    /**
     * Space of texts.
     *
     * @param maxLength the greatest number of UTF-16 units, at least 0
     * @return the space; its samples are at most 65,536 random lower-case letters
     * @throws IllegalArgumentException if {@code maxLength} is negative
     */
    static Space<String> text(int maxLength) {
        return new TextSpace(maxLength);
    }

    /**
     * The integers {@code 0 .. n-1}.
     *
     * @param n the number of elements, at least 1
     */
    record Discrete(int n) implements Space<Integer> {
        /** Checks the record. */
        public Discrete {
            if (n < 1) {
                throw new IllegalArgumentException("n: " + n + " (expected: >= 1)");
            }
        }

        @Override
        public boolean contains(Integer value) {
            return value >= 0 && value < n;
        }

        @Override
        public Integer sample(RandomGenerator rng) {
            return rng.nextInt(n);
        }
    }

    /**
     * Flat {@code float[]} arrays with a shape and a bound for every element. Elements are finite even where a bound is
     * not.
     */
    final class Box implements Space<float[]> {
        private final float[] low;
        private final float[] high;
        private final int[] shape;

        /**
         * A box with a bound for every element.
         *
         * @param low the lower bounds, one an element in row-major order
         * @param high the upper bounds, one an element
         * @param shape the dimensions, whose product is the number of elements
         * @throws IllegalArgumentException if lengths differ, a bound is NaN, {@code low > high}, or no finite number
         *     lies between
         */
        public Box(float[] low, float[] high, int... shape) {
            int size = size(shape);
            if (low.length != size || high.length != size) {
                throw new IllegalArgumentException("low, high: lengths " + low.length + ", " + high.length
                        + " (expected: " + size + ", the product of " + Arrays.toString(shape) + ")");
            }
            for (int i = 0; i < size; i++) {
                if (!(low[i] <= high[i])) {
                    throw new IllegalArgumentException(
                            "low[" + i + "]: " + low[i] + " (expected: <= high[" + i + "] = " + high[i] + ")");
                }
                if (low[i] == Float.POSITIVE_INFINITY || high[i] == Float.NEGATIVE_INFINITY) {
                    throw new IllegalArgumentException("low[" + i + "], high[" + i + "]: both " + low[i]
                            + " (expected: a finite number between them)");
                }
            }
            this.low = low.clone();
            this.high = high.clone();
            this.shape = shape.clone();
        }

        private static int size(int[] shape) {
            int size = 1;
            for (int dimension : shape) {
                if (dimension < 1) {
                    throw new IllegalArgumentException(
                            "shape: " + Arrays.toString(shape) + " (expected: every dimension >= 1)");
                }
                size = Math.multiplyExact(size, dimension);
            }
            return size;
        }

        /**
         * The number of elements.
         *
         * @return the product of the shape
         */
        public int size() {
            return low.length;
        }

        /**
         * The dimensions.
         *
         * @return a copy
         */
        public int[] shape() {
            return shape.clone();
        }

        /**
         * The lower bound of one element.
         *
         * @param index the flat index
         * @return the bound
         */
        public float low(int index) {
            return low[index];
        }

        /**
         * The upper bound of one element.
         *
         * @param index the flat index
         * @return the bound
         */
        public float high(int index) {
            return high[index];
        }

        @Override
        public boolean contains(float[] value) {
            if (value.length != low.length) {
                return false;
            }
            for (int i = 0; i < low.length; i++) {
                if (!(value[i] >= low[i] && value[i] <= high[i] && Float.isFinite(value[i]))) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public float[] sample(RandomGenerator rng) {
            float[] value = new float[low.length];
            for (int i = 0; i < value.length; i++) {
                boolean bounded = Float.isFinite(low[i]) && Float.isFinite(high[i]);
                double draw = bounded ? low[i] + rng.nextDouble() * ((double) high[i] - low[i]) : rng.nextGaussian();
                value[i] = (float) Math.min(high[i], Math.max(low[i], draw));
            }
            return value;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Box box
                    && Arrays.equals(low, box.low)
                    && Arrays.equals(high, box.high)
                    && Arrays.equals(shape, box.shape);
        }

        @Override
        public int hashCode() {
            return Objects.hash(Arrays.hashCode(low), Arrays.hashCode(high), Arrays.hashCode(shape));
        }

        @Override
        public String toString() {
            boolean same = true;
            for (int i = 1; i < low.length; i++) {
                same &= low[i] == low[0] && high[i] == high[0];
            }
            return "box" + Arrays.toString(shape) + (same ? " from " + low[0] + " to " + high[0] : "");
        }
    }
}
