package io.github.rlllm.engine.world;

import io.github.rlllm.api.Space;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Observations and actions of any type: copies that later changes do not reach, comparison by value, and words. */
final class Values {
    private static final int SHOWN = 120;

    private Values() {}

    /**
     * A copy to compare with: arrays are cloned, records and collections become arrays of copies. What is left is taken
     * to be immutable; where its equality is identity, its text stands for it.
     */
    static @Nullable Object copy(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        Class<?> type = value.getClass();
        if (type.isArray()) {
            int length = Array.getLength(value);
            if (type.getComponentType().isPrimitive()) {
                Object copy = Array.newInstance(type.getComponentType(), length);
                System.arraycopy(value, 0, copy, 0, length);
                return copy;
            }
            Object[] copies = new Object[length];
            for (int i = 0; i < length; i++) {
                copies[i] = copy(Array.get(value, i));
            }
            return copies;
        }
        if (value instanceof Record) {
            return components(value);
        }
        if (value instanceof Collection<?> elements) {
            return elements.stream().map(Values::copy).toArray();
        }
        if (value instanceof Map<?, ?> map) {
            List<@Nullable Object> entries = new ArrayList<>();
            map.forEach((key, element) -> {
                entries.add(copy(key));
                entries.add(copy(element));
            });
            return entries.toArray();
        }
        return equalByValue(value) ? value : text(value);
    }

    private static @Nullable Object components(Object value) {
        RecordComponent[] components = value.getClass().getRecordComponents();
        Object[] copies = new Object[components.length];
        try {
            for (int i = 0; i < copies.length; i++) {
                components[i].getAccessor().setAccessible(true);
                copies[i] = copy(components[i].getAccessor().invoke(value));
            }
            return copies;
        } catch (ReflectiveOperationException | RuntimeException e) {
            return value; // its module does not let us look inside
        }
    }

    private static boolean inherits(Class<?> type, String method, Class<?>... parameters) {
        try {
            return type.getMethod(method, parameters).getDeclaringClass() == Object.class;
        } catch (NoSuchMethodException e) {
            return true;
        }
    }

    /** Whether equality of a value's class is more than identity. */
    static boolean equalByValue(Object value) {
        return !inherits(value.getClass(), "equals", Object.class);
    }

    private static String text(Object value) {
        return inherits(value.getClass(), "toString") ? value.getClass().getName() : value.toString();
    }

    /** A primitive array's clone; other values are shared. */
    @SuppressWarnings("unchecked") // a clone has its original's class
    static <T> T cloned(T value) {
        return value.getClass().isArray() && value.getClass().getComponentType().isPrimitive()
                ? (T) Objects.requireNonNull(copy(value))
                : value;
    }

    static boolean same(@Nullable Object one, @Nullable Object other) {
        return Objects.deepEquals(copy(one), copy(other));
    }

    /** The path to the first place at which two copies differ, such as {@code [3]}; empty where it is the whole. */
    static String difference(@Nullable Object one, @Nullable Object other) {
        if (one == null
                || other == null
                || one.getClass() != other.getClass()
                || !one.getClass().isArray()
                || Array.getLength(one) != Array.getLength(other)) {
            return "";
        }
        for (int i = 0; i < Array.getLength(one); i++) {
            if (!Objects.deepEquals(Array.get(one, i), Array.get(other, i))) {
                return "[" + i + "]" + difference(Array.get(one, i), Array.get(other, i));
            }
        }
        return "";
    }

    /** What lies at a path that {@link #difference} or {@link #notFinite} gave. */
    static @Nullable Object at(@Nullable Object copy, String path) {
        Object value = copy;
        for (String index : path.split("[\\[\\]]+")) {
            if (!index.isEmpty() && value != null) {
                value = Array.get(value, Integer.parseInt(index));
            }
        }
        return value;
    }

    /** The path to the first NaN or infinity in a copy; null where there is none. */
    static @Nullable String notFinite(@Nullable Object copy) {
        if (copy instanceof Double || copy instanceof Float) {
            return Double.isFinite(((Number) copy).doubleValue()) ? null : "";
        }
        if (copy == null || !copy.getClass().isArray()) {
            return null;
        }
        Class<?> element = copy.getClass().getComponentType();
        if (element.isPrimitive() && element != float.class && element != double.class) {
            return null;
        }
        for (int i = 0; i < Array.getLength(copy); i++) {
            String path = notFinite(Array.get(copy, i));
            if (path != null) {
                return "[" + i + "]" + path;
            }
        }
        return null;
    }

    /** Overwrites an array's numbers, also of arrays inside; says whether there was one. */
    static boolean scribble(@Nullable Object value) {
        if (value == null || !value.getClass().isArray()) {
            return false;
        }
        boolean changed = false;
        for (int i = 0; i < Array.getLength(value); i++) {
            Class<?> element = value.getClass().getComponentType();
            if (!element.isPrimitive()) {
                changed |= scribble(Array.get(value, i));
            } else if (element == boolean.class) {
                Array.setBoolean(value, i, !Array.getBoolean(value, i));
                changed = true;
            } else if (element == char.class) {
                Array.setChar(value, i, '?');
                changed = true;
            } else {
                Array.setByte(value, i, (byte) (Array.getDouble(value, i) == 77 ? 78 : 77));
                changed = true;
            }
        }
        return changed;
    }

    static String describe(@Nullable Object value) {
        Object copy = copy(value);
        String text;
        try {
            text = copy instanceof String ? '"' + (String) copy + '"' : plain(copy);
        } catch (RuntimeException e) {
            text = "a " + (value == null ? "null" : value.getClass().getName());
        }
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    private static String plain(@Nullable Object copy) {
        if (copy == null || !copy.getClass().isArray()) {
            return String.valueOf(copy);
        }
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < Array.getLength(copy) && text.length() <= SHOWN; i++) {
            text.append(i == 0 ? "" : ", ").append(plain(Array.get(copy, i)));
        }
        return text.append(']').toString();
    }

    /** Where and how a value lies outside a space: path, value, expectation; null for an element. */
    static <T> String @Nullable [] outside(Space<T> space, T value) {
        Object copy = copy(value);
        if (space instanceof Space.Box box && value instanceof float[] array) {
            if (array.length != box.size()) {
                String shape = describe(box.shape());
                return new String[] {"", "length " + array.length, "length " + box.size() + ", the product of " + shape
                };
            }
            for (int i = 0; i < array.length; i++) {
                if (Float.isFinite(array[i]) && (array[i] < box.low(i) || array[i] > box.high(i))) {
                    return new String[] {"[" + i + "]", "" + array[i], "from " + box.low(i) + " to " + box.high(i)};
                }
            }
        }
        String path = notFinite(copy);
        if (path != null) {
            return new String[] {path, String.valueOf(at(copy, path)), "a finite number"};
        }
        boolean inside;
        try {
            inside = space.contains(value);
        } catch (ClassCastException e) {
            return new String[] {"", "a " + value.getClass().getTypeName(), "an element of " + space};
        }
        return inside ? null : new String[] {"", describe(value), "an element of " + space};
    }

    /** Values of an element's type that do not belong to the space, as many as can be thought of. */
    static <T> List<T> outsiders(Space<T> space, T element) {
        List<Object> candidates = new ArrayList<>();
        if (element instanceof Integer) {
            candidates.addAll(List.of(-1, Integer.MIN_VALUE, Integer.MAX_VALUE));
            if (space instanceof Space.Discrete discrete) {
                candidates.add(0, discrete.n());
            }
        } else if (element instanceof Long) {
            candidates.addAll(List.of(-1L, Long.MIN_VALUE, Long.MAX_VALUE));
        } else if (element instanceof String) {
            candidates.addAll(List.of("", "x".repeat(1 << 17), "\u0000"));
        } else if (element instanceof float[] array && array.length > 0) {
            candidates.add(new float[array.length + 1]);
            candidates.add(new float[array.length - 1]);
            for (float wrong : new float[] {
                Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE, -Float.MAX_VALUE
            }) {
                float[] candidate = array.clone();
                candidate[array.length - 1] = wrong;
                candidates.add(candidate);
            }
        } else if (element instanceof double[] array && array.length > 0) {
            candidates.add(new double[array.length + 1]);
            for (double wrong : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.MAX_VALUE}) {
                double[] candidate = array.clone();
                candidate[array.length - 1] = wrong;
                candidates.add(candidate);
            }
        } else if (element instanceof int[] array && array.length > 0) {
            candidates.add(new int[array.length + 1]);
            for (int wrong : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                int[] candidate = array.clone();
                candidate[array.length - 1] = wrong;
                candidates.add(candidate);
            }
        }
        List<T> outsiders = new ArrayList<>();
        for (Object candidate : candidates) {
            @SuppressWarnings("unchecked") // of the element's own class
            T value = (T) candidate;
            if (!space.contains(value)) {
                outsiders.add(value);
            }
        }
        return outsiders;
    }

    /** The least and the greatest element of a bounded space, as actions are tried at the ends too. */
    static <T> List<T> extremes(Space<T> space) {
        List<Object> ends = new ArrayList<>();
        if (space instanceof Space.Discrete discrete) {
            ends.add(0);
            ends.add(discrete.n() - 1);
        } else if (space instanceof Space.Box box) {
            float[] low = new float[box.size()];
            float[] high = new float[box.size()];
            boolean finite = true;
            for (int i = 0; i < low.length; i++) {
                low[i] = box.low(i);
                high[i] = box.high(i);
                finite &= Float.isFinite(low[i]) && Float.isFinite(high[i]);
            }
            if (finite) {
                ends.add(low);
                ends.add(high);
            }
        }
        @SuppressWarnings("unchecked") // the element types of the two spaces
        List<T> typed = (List<T>) ends;
        return typed;
    }
}
