package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.alignment.Aggregation;
import io.github.rlllm.engine.alignment.Likelihood;
import io.github.rlllm.engine.run.Checks;
import io.github.rlllm.engine.run.KeptList;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.torch.AdamW;
import io.github.rlllm.torch.CompletionBatch;
import io.github.rlllm.torch.GptWeights;
import io.github.rlllm.torch.OutputLoss;
import io.github.rlllm.torch.TinyGpt;
import io.github.rlllm.torch.TorchRuntime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/**
 * What is learned from texts, weighted replies and preferences. Each training is a stage that can be kept. Confined to one
 * thread.
 */
public final class SupervisedTraining {
    /** Texts a step. */
    public static final int TEXTS = 64;

    private static final double RATE = 2e-3;
    private static final int PAIRS_A_STEP = 32;
    private static final double REWARD_RATE = 1e-3;
    private static final double HELD_OUT = 0.15;
    private static final AdamW.Config TEXT = AdamW.Config.defaults();
    /** As lm-human-preferences has it: a large epsilon, no decay. */
    static final AdamW.Config FEEDBACK = new AdamW.Config(0.9, 0.999, 1e-5, 0, 1);

    private final TorchRuntime runtime;
    private final StageWatch stage;

    /**
     * Training on an engine.
     *
     * @param runtime the engine
     * @param progress where it says how far it is
     * @param control says when to stop; a stop is a {@link java.util.concurrent.CancellationException}
     */
    public SupervisedTraining(TorchRuntime runtime, Progress progress, Control control) {
        this.runtime = runtime;
        this.stage = new StageWatch(progress, control);
    }

    /**
     * The likelihood of texts that are drawn anew for every step, mean over tokens.
     *
     * @param name of the stage
     * @param start the weights to begin with
     * @param steps batches of 64 texts
     * @param texts the source of randomness
     * @param text draws a text
     * @param masked how many of a row's log-probabilities carry no loss, from the first
     * @param kept where the stage is kept
     * @return the tuned weights
     * @throws IOException if the stage cannot be kept
     */
    public GptWeights likelihood(
            String name,
            GptWeights start,
            int steps,
            SeededRandom texts,
            Function<RandomGenerator, int[]> text,
            ToIntFunction<int[]> masked,
            Stages kept)
            throws IOException {
        TinyGpt model = new TinyGpt(runtime, start);
        AdamW optimiser = new AdamW(TEXT, start);
        try (KeptRun run = kept.open(name, Map.of("model", model, "optimiser", optimiser, "texts", texts))) {
            for (int step = (int) run.step(); step < steps; step++) {
                stage.proceed(name, run, steps);
                int[][] rows = new int[TEXTS][];
                int tokens = 0;
                for (int i = 0; i < TEXTS; i++) {
                    rows[i] = text.apply(texts);
                    tokens += rows[i].length - 1 - masked.applyAsInt(rows[i]);
                }
                int n = tokens;
                OutputLoss mean = (logProbs, gradients) -> {
                    double loss = 0;
                    for (int i = 0; i < rows.length; i++) {
                        for (int j = masked.applyAsInt(rows[i]); j < logProbs[i].length; j++) {
                            loss -= logProbs[i][j] / n;
                            gradients[i][j] = -1f / n;
                        }
                    }
                    return loss;
                };
                Checks.finite("loss of " + name, model.accumulateLogProbs(rows, mean), step);
                double warm = Math.min(1, (step + 1) / 20.0);
                model.step(optimiser, RATE * warm * (1 - 0.9 * step / steps));
                run.updated(step + 1);
            }
            run.finish(steps);
        }
        return model.weights();
    }

    /**
     * The likelihood of given replies, each with its weight: batches of 64 drawn with replacement, the loss a mean over
     * tokens.
     *
     * @param name of the stage
     * @param start the weights to begin with
     * @param replies at least one
     * @param weights one a reply, above 0, of mean about 1
     * @param effort when it ends
     * @param rate learning rate at the start, falling to a tenth
     * @param flops counts what it takes
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the tuned weights
     * @throws IOException if the stage cannot be kept
     */
    public GptWeights weighted(
            String name,
            GptWeights start,
            List<Reply> replies,
            double[] weights,
            Effort effort,
            double rate,
            FlopCount flops,
            SeededRandom rng,
            Stages kept)
            throws IOException {
        if (replies.isEmpty() || weights.length != replies.size()) {
            throw new IllegalArgumentException(
                    "weights: " + weights.length + " (expected: " + replies.size() + ", one a reply, at least one)");
        }
        TinyGpt model = new TinyGpt(runtime, start);
        AdamW optimiser = new AdamW(TEXT, start);
        SeededRandom order = rng.split("order");
        double begun = flops.total();
        try (KeptRun run =
                kept.open(name, Map.of("model", model, "optimiser", optimiser, "order", order, "flops", flops))) {
            double done = effort.done(run.step(), flops.total() - begun);
            while (done < 1) {
                stage.proceed(name, run, done);
                List<Reply> some = new ArrayList<>(TEXTS);
                double[] weight = new double[TEXTS];
                for (int i = 0; i < TEXTS; i++) {
                    int at = order.nextInt(replies.size());
                    some.add(replies.get(at));
                    weight[i] = weights[at];
                }
                CompletionBatch batch = Batches.of(some);
                int[][] rows = batch.rows();
                CompletionBatch.Loss mean = (now, gradient) -> {
                    Aggregation.Batch whole = Aggregation.Batch.of(now, HotelReplies.LONGEST);
                    return Likelihood.loss(now, weight, Aggregation.TOKEN_MEAN, whole, gradient);
                };
                Checks.finite("loss of " + name, model.accumulateLogProbs(rows, batch.over(mean)), (int) run.step());
                flops.trained(FlopCount.tokens(rows));
                model.step(optimiser, rate * (1 - 0.9 * done));
                run.updated(run.step() + 1);
                done = effort.done(run.step(), flops.total() - begun);
            }
            run.finish(run.step());
        }
        return model.weights();
    }

    /**
     * A reward model of preferences: from a tuned model's weights, the loss
     * {@code log(1 + exp(r_rejected - r_chosen))}. A share of the preferences is held out, and the pass with the best loss
     * on them is kept. The scores are then shifted so that some replies have mean 0.
     *
     * @param start the tuned model's weights
     * @param preferences at least 16
     * @param epochs most passes over them, at least 1
     * @param zero replies whose scores are to have mean 0, such as demonstrations
     * @param flops counts what it takes
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the reward model
     * @throws IOException if the stage cannot be kept
     */
    public LearnedReward fitReward(
            GptWeights start,
            List<Preference> preferences,
            int epochs,
            List<Reply> zero,
            FlopCount flops,
            SeededRandom rng,
            Stages kept)
            throws IOException {
        List<Preference> shuffled = new ArrayList<>(preferences);
        RandomGenerator order = rng.split("order");
        Batches.shuffle(shuffled, order);
        int held = held(shuffled);
        int[][] validation = Batches.rows(shuffled.subList(0, held));
        List<Preference> training = shuffled.subList(held, shuffled.size());
        List<List<Preference>> passes = Batches.passes(training, epochs, order);
        int stepsAnEpoch = (training.size() + PAIRS_A_STEP - 1) / PAIRS_A_STEP;
        int total = epochs * stepsAnEpoch;

        TinyGpt model = new TinyGpt(runtime, start);
        AdamW optimiser = new AdamW(FEEDBACK, start);
        TinyGpt best = new TinyGpt(runtime, start);
        KeptList<Double> losses = KeptList.ofDoubles();
        try (KeptRun run = kept.open(
                "reward model",
                Map.of("model", model, "optimiser", optimiser, "best", best, "losses", losses, "flops", flops))) {
            for (int step = (int) run.step(); step < total; step++) {
                stage.proceed("reward model", run, total);
                int from = step % stepsAnEpoch * PAIRS_A_STEP;
                int[][] rows = Batches.rows(
                        passes.get(step / stepsAnEpoch).subList(from, Math.min(training.size(), from + PAIRS_A_STEP)));
                Checks.finite("reward loss", model.accumulateScalars(rows, bradleyTerry(rows)), step);
                flops.trained(FlopCount.tokens(rows));
                model.step(optimiser, REWARD_RATE * Math.min(1, (step + 1) / 10.0) * (1 - 0.9 * step / total));
                if ((step + 1) % Math.max(1, stepsAnEpoch / 2) == 0 || step == total - 1) {
                    float[][] scalars = model.scalars(validation);
                    flops.read(FlopCount.tokens(validation));
                    double loss = bradleyTerry(validation).at(scalars, zeros(scalars));
                    if (losses.elements().stream().allMatch(before -> loss < before)) {
                        best.restore(model.save());
                    }
                    losses.add(loss);
                }
                run.updated(step + 1);
            }
            run.finish(total);
        }
        return LearnedReward.centred(best, zero);
    }

    /**
     * Where reward models start: preference-model pre-training (Askell et al. 2021, section 4; Bai et al. 2022a, section 3), on
     * comparisons that nobody labelled. A demonstration is preferred to one that was given to another prompt. The scalar head
     * is then forgotten, so that what is better is learned from annotators alone.
     *
     * @param tuned the tuned model's weights
     * @param demonstrations at least 17
     * @param epochs most passes over them
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the weights
     * @throws IOException if the stage cannot be kept
     */
    public GptWeights judging(GptWeights tuned, List<Reply> demonstrations, int epochs, SeededRandom rng, Stages kept)
            throws IOException {
        List<Preference> pairs = new ArrayList<>();
        for (int i = 1; i < demonstrations.size(); i++) {
            Reply own = demonstrations.get(i);
            Reply other = new Reply(own.prompt(), demonstrations.get(i - 1).completion());
            pairs.add(new Preference(own, other));
        }
        return fitReward(tuned, pairs, epochs, demonstrations.subList(0, 1), new FlopCount(tuned.config()), rng, kept)
                .weights()
                .withoutScalars();
    }

    /**
     * The preferences that {@link #fitReward} holds out. It never learns from them, but keeps the pass that is best on them,
     * so that an accuracy on them is a little above that on others.
     *
     * @param preferences as given to it
     * @param rng as given to it
     * @return 15 % of them, 4 at least
     */
    public static List<Preference> heldOut(List<Preference> preferences, SeededRandom rng) {
        List<Preference> shuffled = new ArrayList<>(preferences);
        Batches.shuffle(shuffled, rng.split("order"));
        return List.copyOf(shuffled.subList(0, held(shuffled)));
    }

    private static int held(List<Preference> preferences) {
        return Math.max(4, (int) (HELD_OUT * preferences.size()));
    }

    /** Mean of {@code log(1 + exp(r_rejected - r_chosen))}, read after the last token of each row. */
    static OutputLoss bradleyTerry(int[][] rows) {
        return (scalars, gradients) -> {
            double loss = 0;
            int pairs = rows.length / 2;
            for (int i = 0; i < rows.length; i += 2) {
                int chosen = rows[i].length - 1;
                int rejected = rows[i + 1].length - 1;
                double margin = (double) scalars[i][chosen] - scalars[i + 1][rejected];
                loss += (margin > 0 ? Math.log1p(Math.exp(-margin)) : -margin + Math.log1p(Math.exp(margin))) / pairs;
                float slope = (float) (1 / (1 + Math.exp(margin)) / pairs);
                gradients[i][chosen] -= slope;
                gradients[i + 1][rejected] += slope;
            }
            return loss;
        };
    }

    /** Slopes that nobody asks for. */
    private static float[][] zeros(float[][] like) {
        return Arrays.stream(like).map(row -> new float[row.length]).toArray(float[][]::new);
    }
}
