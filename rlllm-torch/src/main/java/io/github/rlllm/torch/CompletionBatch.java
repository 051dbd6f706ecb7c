package io.github.rlllm.torch;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Prompts with their completions as rows for a model, and back: the one place that knows which of a row's outputs belong to
 * the completion. The log-probability of completion token t, and the value before it, stand at position {@code prompt length
 * + t - 1} of the row's outputs. A prompt that several completions have is computed once, unless texts are packed. Immutable and
 * thread-safe.
 */
public final class CompletionBatch {
    private final int[][] rows;
    private final int[] first;
    private final int[] lengths;
    private final int @Nullable [][] packed;

    /** A loss over the log-probabilities of completions, as those of {@code engine.alignment} are. */
    @FunctionalInterface
    public interface Loss {
        /**
         * The loss and its derivative.
         *
         * @param tokens one row a completion, one number a token
         * @param gradient of the same shape and all zero: receives d loss / d token
         * @return the loss, a finite number
         */
        double at(double[][] tokens, double[][] gradient);
    }

    /**
     * A batch, copied.
     *
     * @param prompts one a completion, at least one token each
     * @param completions at least one, of at least one token each
     * @throws IllegalArgumentException if numbers differ or one is empty
     */
    public CompletionBatch(int[][] prompts, int[][] completions) {
        this(prompts, completions, null);
    }

    /**
     * A batch whose texts lie behind each other in a model's rows: positions begin again with each text and none sees
     * another, so that what is computed is the same, and less of it padding. A prompt that several completions in a row
     * follow, one after the other, is computed once; a row may be longer than the model's context.
     *
     * @param prompts one a completion, at least one token each
     * @param completions at least one, of at least one token each
     * @param packed for each row the numbers of the completions in it, each once
     * @return the batch
     * @throws IllegalArgumentException if numbers differ, one is empty, or a completion is not in one row
     */
    public static CompletionBatch packed(int[][] prompts, int[][] completions, int[][] packed) {
        int[] found =
                Arrays.stream(packed).flatMapToInt(Arrays::stream).sorted().toArray();
        if (!Arrays.equals(found, IntStream.range(0, completions.length).toArray())) {
            throw new IllegalArgumentException("packed: rows of " + Arrays.toString(found) + " (expected: each of 0 to "
                    + (completions.length - 1) + " once)");
        }
        return new CompletionBatch(
                prompts, completions, Arrays.stream(packed).map(int[]::clone).toArray(int[][]::new));
    }

    private CompletionBatch(int[][] prompts, int[][] completions, int @Nullable [][] packed) {
        this.packed = packed;
        if (completions.length == 0 || prompts.length != completions.length) {
            throw new IllegalArgumentException("prompts: " + prompts.length + " (expected: " + completions.length
                    + ", one a completion, at least one)");
        }
        rows = new int[prompts.length][];
        first = new int[prompts.length];
        lengths = new int[prompts.length];
        for (int i = 0; i < rows.length; i++) {
            if (prompts[i].length == 0 || completions[i].length == 0) {
                throw new IllegalArgumentException("prompt and completion " + i + ": " + prompts[i].length + " and "
                        + completions[i].length + " tokens (expected: >= 1 each)");
            }
            rows[i] = Arrays.copyOf(prompts[i], prompts[i].length + completions[i].length);
            System.arraycopy(completions[i], 0, rows[i], prompts[i].length, completions[i].length);
            first[i] = prompts[i].length - 1;
            lengths[i] = completions[i].length;
        }
    }

    /**
     * Each prompt followed by its completion.
     *
     * @return new rows
     */
    public int[][] rows() {
        return Arrays.stream(rows).map(int[]::clone).toArray(int[][]::new);
    }

    /**
     * What a model gave for the completions' tokens.
     *
     * @param outputs log-probabilities or scalars of {@link #rows}, as {@link CausalLm} gives them
     * @return one row a completion, one number a token: its log-probability, or the scalar before it
     */
    public double[][] tokens(float[][] outputs) {
        double[][] tokens = zeros();
        for (int i = 0; i < tokens.length; i++) {
            for (int t = 0; t < tokens[i].length; t++) {
                tokens[i][t] = outputs[i][first[i] + t];
            }
        }
        return tokens;
    }

    /**
     * A loss over completions as one over a model's outputs; prompts get no gradient.
     *
     * @param loss of the completions' tokens
     * @return what {@code accumulateLogProbs} or {@code accumulateScalars} of a model takes with {@link #rows}
     */
    public OutputLoss over(Loss loss) {
        return (outputs, gradients) -> {
            double[][] gradient = zeros();
            double value = loss.at(tokens(outputs), gradient);
            for (int i = 0; i < gradient.length; i++) {
                for (int t = 0; t < gradient[i].length; t++) {
                    gradients[i][first[i] + t] = (float) gradient[i][t];
                }
            }
            return value;
        };
    }

    /** A loss over the outputs of {@link #slots}. */
    static OutputLoss overCompletions(Loss loss) {
        return (outputs, gradients) -> {
            double[][] tokens = doubles(outputs);
            double[][] gradient =
                    Arrays.stream(tokens).map(row -> new double[row.length]).toArray(double[][]::new);
            double value = loss.at(tokens, gradient);
            for (int i = 0; i < gradient.length; i++) {
                for (int t = 0; t < gradient[i].length; t++) {
                    gradients[i][t] = (float) gradient[i][t];
                }
            }
            return value;
        };
    }

    static double[][] doubles(float[][] rows) {
        double[][] doubles = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            doubles[i] = new double[rows[i].length];
            for (int t = 0; t < rows[i].length; t++) {
                doubles[i][t] = rows[i][t];
            }
        }
        return doubles;
    }

    /**
     * What a model computes for it: the columns of its rows, padding included; a prompt that several completions have
     * counts once.
     *
     * @return at least 2
     */
    public int columns() {
        SharedPrompts shared = packed == null ? SharedPrompts.of(rows, first) : null;
        if (shared != null) {
            return shared.columns();
        }
        int[][] alone =
                IntStream.range(0, rows.length).mapToObj(i -> new int[] {i}).toArray(int[][]::new);
        int[][] inRows = packed == null ? alone : packed;
        return inRows.length * PackedRows.widest(rows, prompts(), inRows);
    }

    private int[] prompts() {
        return Arrays.stream(first).map(last -> last + 1).toArray();
    }

    /** The texts in a model's columns. */
    TextColumns layout(int most, int vocabulary) {
        TokenRows padded = new TokenRows(rows, 2, most, vocabulary, Padding.RIGHT);
        if (packed == null) {
            SharedPrompts shared = SharedPrompts.of(rows, first);
            return shared == null ? padded : shared;
        }
        return packed.length == rows.length ? padded : new PackedRows(rows, prompts(), packed);
    }

    /** The places before the completions' tokens. */
    Slots slots(TextColumns columns) {
        return new Slots(columns, first, lengths);
    }

    private double[][] zeros() {
        return Arrays.stream(lengths).mapToObj(double[]::new).toArray(double[][]::new);
    }
}
