package io.github.rlllm.engine.program;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * One input of a reward program: a scalar, an array or a table of numbers or flags that the program may read.
 *
 * @param name a Java identifier of at most 64 ASCII characters that is no word of the language
 * @param type the type of each element
 * @param shape the lengths: none for a scalar, one for an array, two for a table (rows, columns); each at least 1, in all at
 *     most {@value #MOST_ELEMENTS} elements
 * @param unit the unit, such as {@code m} or {@code rad/s}; empty for none
 * @param low the least value, {@code -Double.MAX_VALUE} for none (the least int for {@link Type#INT}); 0 for flags
 * @param high the greatest value, {@code Double.MAX_VALUE} for none (the greatest int for {@link Type#INT}); 1 for flags
 * @param sentence what it means, one line for the model
 */
public record RewardInput(
        String name, Type type, List<Integer> shape, String unit, double low, double high, String sentence) {
    /** The most elements of one input. */
    public static final int MOST_ELEMENTS = 65_536;

    private static final int MOST_NAME = 64;
    private static final int MOST_TEXT = 400;
    private static final Set<String> WORDS = Set.of(
            "abstract",
            "assert",
            "boolean",
            "break",
            "byte",
            "case",
            "catch",
            "char",
            "class",
            "const",
            "continue",
            "default",
            "do",
            "double",
            "else",
            "enum",
            "extends",
            "final",
            "finally",
            "float",
            "for",
            "goto",
            "if",
            "implements",
            "import",
            "instanceof",
            "int",
            "interface",
            "long",
            "native",
            "new",
            "package",
            "private",
            "protected",
            "public",
            "return",
            "short",
            "static",
            "strictfp",
            "super",
            "switch",
            "synchronized",
            "this",
            "throw",
            "throws",
            "transient",
            "try",
            "void",
            "volatile",
            "while",
            "true",
            "false",
            "null",
            "var",
            "yield",
            "record",
            "sealed",
            "permits",
            "_",
            "Math",
            "reward",
            "component");

    /** The type of an element. */
    public enum Type {
        /** A finite double. */
        DOUBLE("double"),
        /** A 32-bit integer. */
        INT("int"),
        /** A flag; 0 or 1 in a row of inputs. */
        BOOLEAN("boolean");

        private final String word;

        Type(String word) {
            this.word = word;
        }

        /**
         * The word in the language.
         *
         * @return {@code double}, {@code int} or {@code boolean}
         */
        public String word() {
            return word;
        }
    }

    /** Checks all components. */
    public RewardInput {
        requireName("name", name);
        Objects.requireNonNull(type, "type");
        shape = List.copyOf(shape);
        if (shape.size() > 2) {
            throw new IllegalArgumentException(name + ".shape: " + shape + " (expected: at most 2 lengths)");
        }
        long elements = 1;
        for (int length : shape) {
            if (length < 1 || length > MOST_ELEMENTS) {
                throw new IllegalArgumentException(
                        name + ".shape: " + shape + " (expected: lengths of 1 to " + MOST_ELEMENTS + ")");
            }
            elements *= length;
        }
        if (elements > MOST_ELEMENTS) {
            throw new IllegalArgumentException(
                    name + ".shape: " + shape + " (expected: at most " + MOST_ELEMENTS + " elements)");
        }
        requireText(name + ".unit", unit);
        requireText(name + ".sentence", sentence);
        requireRange(name, type, low, high);
    }

    private static void requireRange(String name, Type type, double low, double high) {
        if (!Double.isFinite(low) || !Double.isFinite(high) || low > high) {
            throw new IllegalArgumentException(
                    name + ".range: " + low + " to " + high + " (expected: finite, low <= high)");
        }
        boolean whole = low == (int) low && high == (int) high;
        if (type == Type.INT && !whole) {
            throw new IllegalArgumentException(name + ".range: " + low + " to " + high + " (expected: whole ints)");
        }
        if (type == Type.BOOLEAN && (low != 0 || high != 1)) {
            throw new IllegalArgumentException(
                    name + ".range: " + low + " to " + high + " (expected: none for a flag)");
        }
    }

    /** A name in the language. */
    static String requireName(String what, String name) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*") || name.length() > MOST_NAME || WORDS.contains(name)) {
            throw new IllegalArgumentException(what + ": " + shown(name) + " (expected: an identifier of at most "
                    + MOST_NAME + " ASCII characters that is no word of the language)");
        }
        return name;
    }

    /** Text that is printed into the model's comment. */
    static String requireText(String what, String text) {
        if (text.length() > MOST_TEXT) {
            throw new IllegalArgumentException(
                    what + ": " + text.length() + " characters (expected: at most " + MOST_TEXT + ")");
        }
        boolean plain = text.codePoints().allMatch(RewardInput::printable);
        if (!plain || text.contains("*/")) {
            throw new IllegalArgumentException(
                    what + ": " + shown(text) + " (expected: one line, no control characters, no */)");
        }
        return text;
    }

    private static boolean printable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private static String shown(String text) {
        return text.substring(0, Math.min(MOST_NAME, text.length())).replaceAll("[^ -~]", "?");
    }

    /**
     * A number without a range.
     *
     * @param name its name
     * @param unit its unit, empty for none
     * @param sentence what it means
     * @return the input
     */
    public static RewardInput number(String name, String unit, String sentence) {
        return new RewardInput(name, Type.DOUBLE, List.of(), unit, -Double.MAX_VALUE, Double.MAX_VALUE, sentence);
    }

    /**
     * An integer without a range.
     *
     * @param name its name
     * @param unit its unit, empty for none
     * @param sentence what it means
     * @return the input
     */
    public static RewardInput integer(String name, String unit, String sentence) {
        return new RewardInput(name, Type.INT, List.of(), unit, Integer.MIN_VALUE, Integer.MAX_VALUE, sentence);
    }

    /**
     * A flag.
     *
     * @param name its name
     * @param sentence what it means
     * @return the input
     */
    public static RewardInput flag(String name, String sentence) {
        return new RewardInput(name, Type.BOOLEAN, List.of(), "", 0, 1, sentence);
    }

    /**
     * The same as an array or table.
     *
     * @param lengths one length (an array) or two (rows and columns of a table)
     * @return the input
     */
    public RewardInput withShape(Integer... lengths) {
        return new RewardInput(name, type, List.of(lengths), unit, low, high, sentence);
    }

    /**
     * The same with a range, which is enforced at the door.
     *
     * @param least the least value
     * @param greatest the greatest value
     * @return the input
     */
    public RewardInput withRange(double least, double greatest) {
        return new RewardInput(name, type, shape, unit, least, greatest, sentence);
    }

    /**
     * The number of elements.
     *
     * @return 1 for a scalar
     */
    public int size() {
        int size = 1;
        for (int length : shape) {
            size *= length;
        }
        return size;
    }

    /** Whether a range says more than the type. */
    boolean ranged() {
        return switch (type) {
            case DOUBLE -> low != -Double.MAX_VALUE || high != Double.MAX_VALUE;
            case INT -> low != Integer.MIN_VALUE || high != Integer.MAX_VALUE;
            case BOOLEAN -> false;
        };
    }

    /** Whether a value is one of this input's elements; false for NaN. */
    boolean holds(double value) {
        return value >= low && value <= high && (type == Type.DOUBLE || value == Math.rint(value));
    }
}
