package io.github.rlllm.torch.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys and values of a GGUF file, by their kinds. Each key once. */
final class GgufMetadata {
    private static final int UINT8 = 0;
    private static final int INT8 = 1;
    private static final int UINT16 = 2;
    private static final int INT16 = 3;
    private static final int UINT32 = 4;
    private static final int INT32 = 5;
    private static final int FLOAT32 = 6;
    private static final int BOOL = 7;
    private static final int STRING = 8;
    private static final int ARRAY = 9;
    private static final int UINT64 = 10;
    private static final int INT64 = 11;
    private static final int FLOAT64 = 12;
    private static final int[] SIZES = {1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8};
    private static final int LONGEST_KEY = 65_535;
    private static final int LONGEST_TEXT = 1 << 24;

    private final Path file;
    private final Map<String, Long> whole = new HashMap<>();
    private final Map<String, Double> real = new HashMap<>();
    private final Map<String, Boolean> flags = new HashMap<>();
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, List<String>> textLists = new HashMap<>();
    private final Map<String, double[]> numberLists = new HashMap<>();
    private final Set<String> keys = new HashSet<>();

    GgufMetadata(Path file) {
        this.file = file;
    }

    static GgufMetadata read(Path file, GgufCursor in, long count) throws IOException {
        GgufMetadata metadata = new GgufMetadata(file);
        for (long i = 0; i < count; i++) {
            String key = in.text("key " + i, LONGEST_KEY);
            if (!metadata.keys.add(key)) {
                throw in.bad("key " + i, key, "each key once");
            }
            metadata.value(in, key, type(in, key));
        }
        return metadata;
    }

    private static int type(GgufCursor in, String key) throws IOException {
        int type = in.i32(key + ": type");
        if (type < 0 || type > FLOAT64) {
            throw in.bad(key + ": type", Integer.toUnsignedString(type), "0 to 12");
        }
        return type;
    }

    private void value(GgufCursor in, String key, int type) throws IOException {
        switch (type) {
            case STRING -> texts.put(key, in.text(key, LONGEST_TEXT));
            case BOOL -> flags.put(key, flag(in, key));
            case FLOAT32, FLOAT64 -> real.put(key, number(in, key, type));
            case ARRAY -> array(in, key);
            default -> whole.put(key, wholeNumber(in, key, type));
        }
    }

    private static boolean flag(GgufCursor in, String key) throws IOException {
        int value = in.u8(key);
        if (value > 1) {
            throw in.bad(key, value, "0 or 1");
        }
        return value == 1;
    }

    private static long wholeNumber(GgufCursor in, String key, int type) throws IOException {
        return switch (type) {
            case UINT8 -> in.u8(key);
            case INT8 -> (byte) in.u8(key);
            case UINT16 -> in.i16(key) & 0xffff;
            case INT16 -> in.i16(key);
            case UINT32 -> in.i32(key) & 0xffff_ffffL;
            case INT32 -> in.i32(key);
            case UINT64, INT64 -> in.i64(key);
            default -> throw new IllegalArgumentException("type: " + type + " (expected: a whole number)");
        };
    }

    private static double number(GgufCursor in, String key, int type) throws IOException {
        return type == FLOAT32 ? Float.intBitsToFloat(in.i32(key)) : Double.longBitsToDouble(in.i64(key));
    }

    private void array(GgufCursor in, String key) throws IOException {
        int type = type(in, key);
        if (type == ARRAY) {
            throw in.bad(key, "an array of arrays", "an array of numbers, flags or texts");
        }
        int count = (int) Math.min(Integer.MAX_VALUE, in.count(key + ": length", SIZES[type]));
        if (type == STRING) {
            List<String> list = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                list.add(in.text(key, LONGEST_TEXT));
            }
            textLists.put(key, list);
            return;
        }
        double[] list = new double[Math.min(count, 1 << 16)];
        for (int i = 0; i < count; i++) {
            if (i == list.length) {
                list = Arrays.copyOf(list, (int) Math.min(count, 2L * list.length));
            }
            list[i] = type == BOOL
                    ? flag(in, key) ? 1 : 0
                    : type == FLOAT32 || type == FLOAT64 ? number(in, key, type) : wholeNumber(in, key, type);
        }
        numberLists.put(key, list);
    }

    BadFileException bad(String key, Object value, String expected) {
        return new BadFileException(file, key, value, expected);
    }

    boolean has(String key) {
        return keys.contains(key);
    }

    private <T> T need(Map<String, T> values, String key, String expected) throws BadFileException {
        T value = values.get(key);
        if (value == null) {
            throw bad(key, keys.contains(key) ? "of another type" : "missing", expected);
        }
        return value;
    }

    String text(String key, List<String> known) throws BadFileException {
        String value = need(texts, key, "one of " + known);
        if (!known.contains(value)) {
            throw bad(key, value, "one of " + known);
        }
        return value;
    }

    int count(String key, int least, int most) throws BadFileException {
        String expected = "a whole number from " + least + " to " + most;
        long value = need(whole, key, expected);
        if (value < least || value > most) {
            throw bad(key, value, expected);
        }
        return (int) value;
    }

    int count(String key, int least, int most, int otherwise) throws BadFileException {
        return has(key) ? count(key, least, most) : otherwise;
    }

    double positive(String key) throws BadFileException {
        double value = need(real, key, "a finite number > 0");
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw bad(key, value, "a finite number > 0");
        }
        return value;
    }

    double positive(String key, double otherwise) throws BadFileException {
        return has(key) ? positive(key) : otherwise;
    }

    boolean flag(String key, boolean otherwise) throws BadFileException {
        return has(key) ? need(flags, key, "a flag") : otherwise;
    }

    List<String> textList(String key) throws BadFileException {
        return need(textLists, key, "an array of texts");
    }

    /** An array of numbers as long as said; null if there is none. */
    double @Nullable [] numberList(String key, int length) throws BadFileException {
        if (!has(key)) {
            return null;
        }
        double[] list = need(numberLists, key, "an array of " + length + " numbers");
        if (list.length != length) {
            throw bad(key, list.length + " numbers", length + ", one a token");
        }
        return list;
    }
}
