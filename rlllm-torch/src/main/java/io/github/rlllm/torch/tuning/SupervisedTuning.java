package io.github.rlllm.torch.tuning;

import io.github.rlllm.api.Snapshot;
import io.github.rlllm.engine.alignment.Aggregation;
import io.github.rlllm.engine.alignment.Likelihood;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CompletionBatch;
import io.github.rlllm.torch.tuning.Packing.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Supervised tuning (Ouyang et al. 2022, "Training language models to follow instructions with human feedback", section
 * 3.5): the weighted likelihood of texts. With weights it is filtering alignment (best completions alone) and
 * reward-weighted regression ({@link Likelihood#rewardWeights}); with a prompt that says how good what follows is, it is
 * conditional alignment.
 *
 * <pre>{@code loss = -sum over texts of weight * sum over its learned tokens of (the aggregation's weight) * log pi}</pre>
 */
public final class SupervisedTuning implements Snapshot {
    private final Descent descent;
    private final Config config;

    /** Which tokens are learned. */
    public enum Learned {
        /** Those of the completion; the prompt is read only. TRL's {@code completion_only_loss}. */
        COMPLETIONS,
        /** Those of prompt and completion alike, but for a text's first. */
        WHOLE_TEXTS
    }

    /**
     * The settings.
     *
     * @param learned which tokens are learned
     * @param aggregation what a token weighs; {@link Aggregation#TOKEN_MEAN} as TRL does
     * @param packed whether texts lie behind each other in rows of the model's context, which changes no result beyond
     *     rounding; {@link Optimisation#microBatch} then counts rows
     * @param optimisation how to descend
     */
    public record Config(Learned learned, Aggregation aggregation, boolean packed, Optimisation optimisation) {
        /**
         * Completions alone, each token alike, packed.
         *
         * @param optimisation how to descend
         * @return the settings
         */
        public static Config of(Optimisation optimisation) {
            return new Config(Learned.COMPLETIONS, Aggregation.TOKEN_MEAN, true, optimisation);
        }

        /**
         * The same with other tokens learned.
         *
         * @param other which
         * @return a changed copy
         */
        public Config withLearned(Learned other) {
            return new Config(other, aggregation, packed, optimisation);
        }

        /**
         * The same with or without packing.
         *
         * @param other whether to pack
         * @return a changed copy
         */
        public Config withPacked(boolean other) {
            return new Config(learned, aggregation, other, optimisation);
        }
    }

    /**
     * A text. A view: the arrays are not copied.
     *
     * @param prompt its first tokens; at least one, but may be empty where whole texts are learned
     * @param completion the tokens after them, at least one, or two where there is no prompt
     * @param weight how much it counts, finite and above 0
     */
    @SuppressWarnings("ArrayRecordComponent") // a view of working arrays, never compared
    public record Text(int[] prompt, int[] completion, double weight) {
        /**
         * A text that counts once.
         *
         * @param prompt its first tokens
         * @param completion the tokens after them
         * @return the text
         */
        public static Text of(int[] prompt, int[] completion) {
            return new Text(prompt, completion, 1);
        }
    }

    /**
     * The figures of an update.
     *
     * @param step its number, from 1
     * @param loss before it
     * @param tokens that were learned
     * @param columns that the passes computed, padding included
     * @param gradientNorm before clipping
     * @param rate the learning rate
     */
    public record Update(long step, double loss, long tokens, long columns, double gradientNorm, double rate) {}

    /** A batch as prompts that are read and completions that are learned. */
    private record Learning(int[][] prompts, int[][] completions, double[] weights, Aggregation.Batch whole) {}

    /**
     * A trainer that has made no update.
     *
     * @param model that learns; {@link CausalLm#train} said what of it
     * @param config the settings
     * @throws IllegalStateException if nothing is trained
     */
    public SupervisedTuning(CausalLm model, Config config) {
        this.descent = new Descent(model, config.optimisation());
        this.config = config;
    }

    /**
     * One update.
     *
     * @param batch at least one text, each at most as long as the model's context
     * @return its figures
     * @throws IllegalArgumentException if a text is too short or too long
     * @throws io.github.rlllm.engine.run.NotFiniteException if a log-probability, the loss or the gradient is not finite
     */
    public Update update(List<Text> batch) {
        Learning all = learning(batch);
        double loss = 0;
        long columns = 0;
        for (Part part : parts(all)) {
            double[] weights =
                    Arrays.stream(part.texts()).mapToDouble(i -> all.weights[i]).toArray();
            CompletionBatch pass = CompletionBatch.packed(
                    pick(all.prompts, part.texts()), pick(all.completions, part.texts()), part.rows());
            loss += descent.accumulate(
                    pass,
                    1,
                    (tokens, gradient) -> Likelihood.loss(tokens, weights, config.aggregation, all.whole, gradient));
            columns += pass.columns();
        }
        Descent.Step step = descent.step();
        return new Update(step.number(), loss, all.whole.tokens(), columns, step.gradientNorm(), step.rate());
    }

    /**
     * The loss of texts, without an update.
     *
     * @param batch at least one text
     * @return the loss
     * @throws ArithmeticException if a log-probability is not finite
     */
    public double loss(List<Text> batch) {
        Learning all = learning(batch);
        double loss = 0;
        for (Part part : parts(all)) {
            double[] weights =
                    Arrays.stream(part.texts()).mapToDouble(i -> all.weights[i]).toArray();
            double[][] tokens = descent.model()
                    .logProbs(
                            CompletionBatch.packed(
                                    pick(all.prompts, part.texts()), pick(all.completions, part.texts()), part.rows()),
                            1);
            double[][] unused =
                    Arrays.stream(tokens).map(row -> new double[row.length]).toArray(double[][]::new);
            loss += Likelihood.loss(tokens, weights, config.aggregation, all.whole, unused);
        }
        return loss;
    }

    private Learning learning(List<Text> batch) {
        int n = batch.size();
        int[][] prompts = new int[n][];
        int[][] completions = new int[n][];
        double[] weights = new double[n];
        long tokens = 0;
        int longest = 1;
        for (int i = 0; i < n; i++) {
            Text text = batch.get(i);
            weights[i] = text.weight();
            if (!(weights[i] > 0 && weights[i] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "weight of text " + i + ": " + weights[i] + " (expected: finite and > 0)");
            }
            int[] whole = Arrays.copyOf(text.prompt(), text.prompt().length + text.completion().length);
            System.arraycopy(text.completion(), 0, whole, text.prompt().length, text.completion().length);
            int read = config.learned == Learned.COMPLETIONS ? text.prompt().length : 1;
            if (read == 0 || whole.length <= read) {
                throw new IllegalArgumentException("text " + i + ": " + text.prompt().length + " tokens of prompt and "
                        + text.completion().length + " of completion (expected: one to read and one to learn)");
            }
            prompts[i] = Arrays.copyOf(whole, read);
            completions[i] = Arrays.copyOfRange(whole, read, whole.length);
            tokens += completions[i].length;
            longest = Math.max(longest, completions[i].length);
        }
        if (n == 0) {
            throw new IllegalArgumentException("batch: 0 texts (expected: >= 1)");
        }
        return new Learning(prompts, completions, weights, new Aggregation.Batch(n, tokens, longest));
    }

    /** The texts of each pass. */
    private List<Part> parts(Learning all) {
        int n = all.prompts.length;
        int[] lengths = IntStream.range(0, n)
                .map(i -> all.prompts[i].length + all.completions[i].length)
                .toArray();
        List<int[]> rows = config.packed
                ? Packing.rows(lengths, descent.model().config().sizes().context())
                : IntStream.range(0, n).mapToObj(i -> new int[] {i}).toList();
        List<Part> parts = new ArrayList<>();
        descent.passes(rows).forEach(pass -> parts.add(Part.of(pass)));
        return parts;
    }

    private static int[][] pick(int[][] rows, int[] which) {
        return Arrays.stream(which).mapToObj(i -> rows[i]).toArray(int[][]::new);
    }

    @Override
    public byte[] save() {
        return descent.save();
    }

    @Override
    public void restore(byte[] state) {
        descent.restore(state);
    }
}
