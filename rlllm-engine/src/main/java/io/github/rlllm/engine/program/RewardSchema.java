package io.github.rlllm.engine.program;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a reward program may read: named, typed inputs with shapes, units, ranges and a sentence each. The schema validates
 * values, documents them, and prints the description that a language model is shown. Immutable and thread-safe.
 *
 * <p>Values come as a <em>row</em>: one {@code double} an element, inputs in order, tables by rows, flags as 0 and 1; ints are
 * exact in a double. {@link #offset} says where an input begins. A batch is {@link #width()} <em>columns</em> of equal length.
 */
public final class RewardSchema {
    /** The most inputs of a schema. */
    public static final int MOST_INPUTS = 512;
    /** The most elements of a row. */
    public static final int MOST_WIDTH = 262_144;

    private final String name;
    private final String sentence;
    private final List<RewardInput> inputs;
    private final int width;
    private final Map<String, Integer> offsets = new HashMap<>();
    private final double[] low;
    private final double[] high;
    /** The elements that are ints or flags. */
    private final int[] whole;

    private final boolean[] isWhole;

    /**
     * A schema.
     *
     * @param name an identifier, such as the task's name
     * @param sentence what the program judges, one line
     * @param inputs what it may read, 1 to {@value #MOST_INPUTS} with distinct names, in the order of a row
     * @throws IllegalArgumentException if a name repeats or there are too few or too many inputs or elements
     */
    public RewardSchema(String name, String sentence, List<RewardInput> inputs) {
        this.name = RewardInput.requireName("name", name);
        this.sentence = RewardInput.requireText("sentence", sentence);
        this.inputs = List.copyOf(inputs);
        if (inputs.isEmpty() || inputs.size() > MOST_INPUTS) {
            throw new IllegalArgumentException("inputs: " + inputs.size() + " (expected: 1 to " + MOST_INPUTS + ")");
        }
        int sum = 0;
        for (RewardInput input : this.inputs) {
            if (offsets.put(input.name(), sum) != null) {
                throw new IllegalArgumentException("inputs: " + input.name() + " twice (expected: distinct names)");
            }
            sum += input.size();
            if (sum > MOST_WIDTH) {
                throw new IllegalArgumentException("inputs: more than " + MOST_WIDTH + " elements");
            }
        }
        width = sum;
        low = new double[width];
        high = new double[width];
        isWhole = new boolean[width];
        int at = 0;
        for (RewardInput input : this.inputs) {
            for (int i = 0; i < input.size(); i++, at++) {
                low[at] = input.low();
                high[at] = input.high();
                isWhole[at] = input.type() != RewardInput.Type.DOUBLE;
            }
        }
        whole = IntStream.range(0, width).filter(i -> isWhole[i]).toArray();
    }

    /**
     * The name.
     *
     * @return an identifier
     */
    public String name() {
        return name;
    }

    /**
     * What a program judges.
     *
     * @return one line
     */
    public String sentence() {
        return sentence;
    }

    /**
     * The inputs in the order of a row.
     *
     * @return an immutable list
     */
    public List<RewardInput> inputs() {
        return inputs;
    }

    /**
     * The number of elements of a row.
     *
     * @return at least 1
     */
    public int width() {
        return width;
    }

    /**
     * Where an input begins in a row.
     *
     * @param input its name
     * @return the index of its first element
     * @throws IllegalArgumentException if there is no such input
     */
    public int offset(String input) {
        Integer offset = offsets.get(input);
        if (offset == null) {
            throw new IllegalArgumentException("input: " + input + " (expected: one of " + names() + ")");
        }
        return offset;
    }

    private List<String> names() {
        return inputs.stream().map(RewardInput::name).toList();
    }

    /**
     * Checks a row: its length, and every element against type and range; NaN and infinities are refused.
     *
     * @param row one element each
     * @throws IllegalArgumentException with the name of the first element that is wrong
     */
    public void check(double[] row) {
        if (row.length != width) {
            throw new IllegalArgumentException("row: " + row.length + " elements (expected: " + width + ")");
        }
        boolean holds = true;
        // Without branches, because this stands before every evaluation.
        for (int i = 0; i < low.length; i++) {
            holds &= row[i] >= low[i] & row[i] <= high[i];
        }
        for (int i : whole) {
            holds &= row[i] == Math.rint(row[i]);
        }
        if (!holds) {
            refuse(row);
        }
    }

    private void refuse(double[] row) {
        for (int i = 0; i < width; i++) {
            if (!(row[i] >= low[i] && row[i] <= high[i]) || (isWhole[i] && row[i] != Math.rint(row[i]))) {
                throw refused(i, row[i], "");
            }
        }
    }

    /**
     * Checks columns: their number, equal lengths, and every element as {@link #check(double[])} does.
     *
     * @param columns one column an element of a row
     * @throws IllegalArgumentException with the name and place of an element that is wrong
     */
    public void check(double[][] columns) {
        checkLengths(columns);
        for (int i = 0; i < width; i++) {
            check(columns[i], i);
        }
    }

    /** Checks the columns' number and lengths alone. */
    void checkLengths(double[][] columns) {
        if (columns.length != width) {
            throw new IllegalArgumentException("columns: " + columns.length + " (expected: " + width + ")");
        }
        int rows = columns[0].length;
        for (int i = 0; i < width; i++) {
            if (columns[i].length != rows) {
                throw new IllegalArgumentException(
                        "columns[" + i + "]: " + columns[i].length + " rows (expected: " + rows + ")");
            }
        }
    }

    private void check(double[] column, int i) {
        double least = low[i];
        double greatest = high[i];
        boolean integral = isWhole[i];
        for (int s = 0; s < column.length; s++) {
            double value = column[s];
            if (!(value >= least && value <= greatest) || (integral && value != Math.rint(value))) {
                throw refused(i, value, " of row " + s);
            }
        }
    }

    private IllegalArgumentException refused(int element, double value, String place) {
        int at = element;
        for (RewardInput input : inputs) {
            if (at < input.size()) {
                String index = input.shape().isEmpty()
                        ? ""
                        : input.shape().size() == 1
                                ? "[" + at + "]"
                                : "[" + at / input.shape().get(1) + "]["
                                        + at % input.shape().get(1) + "]";
                return new IllegalArgumentException(
                        input.name() + index + place + ": " + value + " (expected: " + SchemaText.range(input) + ")");
            }
            at -= input.size();
        }
        throw new IllegalStateException("element " + element);
    }

    /**
     * The description that a language model is shown: the inputs as fields of a class, each with its sentence, unit and range
     * (Xie et al. 2024, Text2Reward, section 3.1), and below them the language in which the reward is written.
     *
     * @return Java-like text
     */
    public String description() {
        return SchemaText.description(this);
    }

    /**
     * The JSON form; {@link #fromJson} reads it back to an equal schema.
     *
     * @return an object, see docs/reward-programs.md
     */
    public String toJson() {
        return SchemaJson.write(this).toPrettyString();
    }

    /**
     * Reads the JSON form. Nothing is guessed: an unknown or repeated field, a wrong type or a value out of range is refused.
     *
     * @param json an object of at most 1,048,576 characters, see docs/reward-programs.md
     * @return the schema
     * @throws IllegalArgumentException with the path of what is wrong
     */
    public static RewardSchema fromJson(String json) {
        return SchemaJson.read(StrictTree.parse(json), "");
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof RewardSchema schema
                && name.equals(schema.name)
                && sentence.equals(schema.sentence)
                && inputs.equals(schema.inputs);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + inputs.hashCode();
    }

    @Override
    public String toString() {
        return "RewardSchema[" + name + ", " + names() + "]";
    }
}
