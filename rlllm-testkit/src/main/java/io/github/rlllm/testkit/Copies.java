package io.github.rlllm.testkit;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Copies to compare with, and comparison by value: arrays by their elements, everything else by equals. */
final class Copies {
    private Copies() {}

    @SuppressWarnings("unchecked") // a copy has its original's class
    static <T> T of(T value) {
        if (!value.getClass().isArray()) {
            return value;
        }
        int length = Array.getLength(value);
        Object copy = Array.newInstance(value.getClass().getComponentType(), length);
        for (int i = 0; i < length; i++) {
            Object element = Array.get(value, i);
            Array.set(copy, i, element == null ? null : of(element));
        }
        return (T) copy;
    }

    static boolean same(@Nullable Object one, @Nullable Object other) {
        return Objects.deepEquals(one, other);
    }

    /** Overwrites an array of numbers; other values are left. */
    static void scribble(@Nullable Object value) {
        if (value instanceof float[] array) {
            Arrays.fill(array, 77);
        } else if (value instanceof double[] array) {
            Arrays.fill(array, 77);
        } else if (value instanceof int[] array) {
            Arrays.fill(array, 77);
        } else if (value instanceof byte[] array) {
            Arrays.fill(array, (byte) 77);
        }
    }

    static String text(@Nullable Object value) {
        String text = Arrays.deepToString(new @Nullable Object[] {value});
        return text.substring(1, text.length() - 1);
    }
}
