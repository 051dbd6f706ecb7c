package io.github.rlllm.torch;

import java.util.Arrays;

/**
 * Prompts with their completions as rows for a model, and back: the one place that knows which of a row's outputs belong to
 * the completion. The log-probability of completion token t, and the value before it, stand at position {@code prompt length
 * + t - 1} of the row's outputs. Immutable and thread-safe.
 */
public final class CompletionBatch {
    private final int[][] rows;
    private final int[] first;
    private final int[] lengths;

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
     * @param outputs log-probabilities or scalars of {@link #rows}, as {@link CausalLm} and {@link TinyGpt} give them
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

    private double[][] zeros() {
        return Arrays.stream(lengths).mapToObj(double[]::new).toArray(double[][]::new);
    }
}
