package io.github.rlllm.engine.program;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.rlllm.api.RewardModel;
import io.github.rlllm.engine.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A compiled reward: reads a row of inputs and gives the total and named components. Immutable and thread-safe; the same
 * inputs give the same bits on every machine, in the scalar and the batch form, and after {@link #save} and {@link #load}.
 *
 * <p>Evaluation can fail in two ways only: {@link IllegalArgumentException} where the inputs are not those of the schema, and
 * {@link RewardFailure} where the program exceeds its fuel or a value is none. It never gives NaN, an infinity or -0.
 */
public final class RewardProgram {
    private static final String FORMAT = "rlllm-reward-program-1";
    /** Fewer rows are not worth the arrays of a block. */
    private static final int LEAST_BY_BLOCKS = 32;

    private final RewardSchema schema;
    private final String source;
    private final ProgramTree tree;
    private final List<String> components;
    private final ProgramCode code;
    /** What runs batches by blocks, made at the first one; it has none where {@link BlockCode} does not support the program. */
    private volatile @Nullable Optional<BlockCode> blocks;

    RewardProgram(String source, ProgramTree tree, ProgramCode code) {
        this.schema = tree.schema();
        this.source = source;
        this.tree = tree;
        this.components = tree.components();
        this.code = code;
    }

    ProgramTree tree() {
        return tree;
    }

    /**
     * What it reads.
     *
     * @return the schema
     */
    public RewardSchema schema() {
        return schema;
    }

    /**
     * The text that was compiled.
     *
     * @return the source, comments included
     */
    public String source() {
        return source;
    }

    /**
     * The names of the components, in the order in which the source names them first.
     *
     * @return an immutable list, may be empty
     */
    public List<String> components() {
        return components;
    }

    /**
     * Total and components of one row.
     *
     * @param row the inputs, see {@link RewardSchema}
     * @return finite values
     * @throws IllegalArgumentException if the row is not one of the schema
     * @throws RewardFailure if the program is stopped
     */
    public RewardValue evaluate(double[] row) {
        double[] values = new double[components.size()];
        return RewardValue.of(evaluate(row, values), components, values);
    }

    /**
     * Total and components of one row, without allocation.
     *
     * @param row the inputs, see {@link RewardSchema}
     * @param values takes the components in the order of {@link #components()}; as many as there are
     * @return the total, finite
     * @throws IllegalArgumentException if the row is not one of the schema or the array's length differs
     * @throws RewardFailure if the program is stopped
     */
    public double evaluate(double[] row, double[] values) {
        if (values.length != components.size()) {
            throw new IllegalArgumentException(
                    "values: " + values.length + " (expected: " + components.size() + ", one a component)");
        }
        schema.check(row);
        return code.row(row, values);
    }

    /**
     * The total of one row, without allocation.
     *
     * @param row the inputs, see {@link RewardSchema}
     * @return the total, finite
     * @throws IllegalArgumentException if the row is not one of the schema
     * @throws RewardFailure if the program is stopped
     */
    public double total(double[] row) {
        schema.check(row);
        return code.row(row, null);
    }

    /**
     * The totals of many rows, given by columns.
     *
     * @param columns one array an element of a row, of equal lengths
     * @return one total a row, each with the bits of {@link #total}; the array belongs to the caller
     * @throws IllegalArgumentException if the columns are not of the schema
     * @throws RewardFailure if the program is stopped at a row
     */
    public double[] totals(double[][] columns) {
        schema.checkLengths(columns);
        double[] totals = new double[columns[0].length];
        columns(columns, totals, null);
        return totals;
    }

    /**
     * Totals and components of many rows, given by columns, into arrays of the caller.
     *
     * @param columns one array an element of a row, of equal lengths
     * @param totals takes one total a row
     * @param values takes the components: one array a component, each of one value a row
     * @throws IllegalArgumentException if the columns are not of the schema or a length differs
     * @throws RewardFailure if the program is stopped at a row; the arrays hold nothing that means anything after a failure
     */
    public void evaluate(double[][] columns, double[] totals, double[][] values) {
        schema.checkLengths(columns);
        int rows = columns[0].length;
        if (totals.length != rows || values.length != components.size()) {
            throw new IllegalArgumentException("totals, values: " + totals.length + ", " + values.length
                    + " (expected: " + rows + " rows, " + components.size() + " components)");
        }
        for (double[] value : values) {
            if (value.length != rows) {
                throw new IllegalArgumentException("values: " + value.length + " rows (expected: " + rows + ")");
            }
        }
        columns(columns, totals, values);
    }

    private void columns(double[][] columns, double[] totals, double @Nullable [][] values) {
        BlockCode fast = totals.length < LEAST_BY_BLOCKS ? null : blocks();
        if (fast != null && fast.columns(columns, totals, values)) {
            return;
        }
        // By rows: checks of every input first, then the first failure.
        schema.check(columns);
        try {
            code.columns(columns, totals, values);
        } catch (RewardFailure e) {
            throw atRow(columns, totals.length, e);
        }
    }

    @SuppressWarnings("OptionalAssignedToNull")
    private @Nullable BlockCode blocks() {
        Optional<BlockCode> found = blocks;
        if (found == null) {
            found = Optional.ofNullable(BlockCode.of(tree));
            blocks = found;
        }
        return found.orElse(null);
    }

    /** The failure of the first row that fails, with its number. */
    private RewardFailure atRow(double[][] columns, int rows, RewardFailure failure) {
        double[] row = new double[columns.length];
        for (int s = 0; s < rows; s++) {
            for (int i = 0; i < row.length; i++) {
                row[i] = columns[i][s];
            }
            try {
                code.row(row, null);
            } catch (RewardFailure e) {
                return new RewardFailure(e.kind(), e.getMessage() + ", at row " + s);
            }
        }
        return failure;
    }

    /**
     * This program as a reward model of a loop of one's own.
     *
     * @param <T> what the loop judges, such as a transition
     * @param binding writes the inputs of what is judged into a row, see {@link RewardSchema#offset}
     * @return a thread-safe reward if the binding is; {@link RewardModel#score} gives {@link #total}
     */
    public <T> RewardModel<T> model(BiConsumer<? super T, double[]> binding) {
        return judged -> {
            double[] row = new double[schema.width()];
            binding.accept(judged, row);
            return total(row);
        };
    }

    /**
     * The saved form: format, schema and source. It is data; reading it compiles the source again under the same rules.
     *
     * @return a JSON object
     */
    public String toJson() {
        ObjectNode node = StrictTree.JSON.createObjectNode().put("format", FORMAT);
        node.set("schema", SchemaJson.write(schema));
        node.put("source", source);
        return node.toPrettyString() + "\n";
    }

    /**
     * Reads the saved form.
     *
     * @param json what {@link #toJson} gave
     * @return a program that gives the same bits
     * @throws IllegalArgumentException if it is no such object or the source is rejected
     */
    public static RewardProgram fromJson(String json) {
        JsonNode node = StrictTree.object(StrictTree.parse(json), "program", Set.of("format", "schema", "source"));
        String format = StrictTree.text(node, "", "format");
        if (!format.equals(FORMAT)) {
            throw new IllegalArgumentException("format: " + format + " (expected: " + FORMAT + ")");
        }
        JsonNode schema = node.get("schema");
        if (schema == null) {
            throw new IllegalArgumentException("schema: missing (expected: an object)");
        }
        return RewardCompiler.compile(SchemaJson.read(schema, "schema"), StrictTree.text(node, "", "source"))
                .fold(program -> program, reason -> {
                    throw new IllegalArgumentException("source: " + reason);
                });
    }

    /**
     * Writes the saved form to a file, whole or not at all.
     *
     * @param file is created or replaced
     * @throws IOException if it cannot be written
     */
    public void save(Path file) throws IOException {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "file: a root (expected: a file)");
        RunFolder.open(folder).write(file.getFileName().toString(), toJson());
    }

    /**
     * Reads a file that {@link #save} wrote. Needs no language model.
     *
     * @param file the file
     * @return a program that gives the same bits
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is no saved program
     */
    public static RewardProgram load(Path file) throws IOException {
        return fromJson(Files.readString(file));
    }

    @Override
    public String toString() {
        return "RewardProgram[" + schema.name() + ", " + components + "]";
    }
}
