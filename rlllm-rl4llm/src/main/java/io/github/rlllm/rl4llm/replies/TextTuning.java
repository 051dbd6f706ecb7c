package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.torch.AdamW;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.tuning.Optimisation;
import io.github.rlllm.torch.tuning.SupervisedTuning;
import io.github.rlllm.torch.tuning.SupervisedTuning.Learned;
import io.github.rlllm.torch.tuning.SupervisedTuning.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * {@link SupervisedTuning} as these studies use it: batches of 64 fresh texts or of 16 given ones, a rate that falls to a tenth, stages that can be kept.
 * Confined to one thread.
 */
public final class TextTuning {
    /** Texts a step. */
    public static final int TEXTS = 64;

    /** Given replies a step: more and smaller steps than for fresh texts, as there are few of them. */
    public static final int REPLIES = 16;

    private static final double RATE = 2e-3;
    private static final int WARM_UP = 20;

    private final double rate;
    private final StageWatch stage;

    /**
     * The set-up.
     *
     * @param progress where it says how far it is
     * @param control says when to stop; a stop is a {@link java.util.concurrent.CancellationException}
     */
    public TextTuning(Progress progress, Control control) {
        this(RATE, progress, control);
    }

    /**
     * The set-up with another rate.
     *
     * @param rate of {@link #likelihood}, the learning rate after its warm-up, falling to a tenth; above 0
     * @param progress where it says how far it is
     * @param control says when to stop; a stop is a {@link java.util.concurrent.CancellationException}
     */
    public TextTuning(double rate, Progress progress, Control control) {
        this.rate = rate;
        this.stage = new StageWatch(progress, control);
    }

    /**
     * The likelihood of texts that are drawn anew for every step.
     *
     * @param name of the stage
     * @param start the model to begin with
     * @param steps batches of 64 texts
     * @param learned which of their tokens
     * @param texts the source of randomness
     * @param text draws a text
     * @param kept where the stage is kept
     * @return the tuned model, frozen
     * @throws IOException if the stage cannot be kept
     */
    public CausalLm likelihood(
            String name,
            CausalLm start,
            int steps,
            Learned learned,
            SeededRandom texts,
            Function<RandomGenerator, Text> text,
            Stages kept)
            throws IOException {
        CausalLm model = ReplyModel.learning(start);
        SupervisedTuning tuning =
                tuning(model, Effort.falling(rate, steps).withWarmUp(Math.min(WARM_UP, steps - 1)), learned);
        try (KeptRun run = kept.open(name, Map.of("tuning", tuning, "texts", texts))) {
            for (int step = (int) run.step(); step < steps; step++) {
                stage.proceed(name, run, steps);
                List<Text> batch = new ArrayList<>(TEXTS);
                for (int i = 0; i < TEXTS; i++) {
                    batch.add(text.apply(texts));
                }
                tuning.update(batch);
                run.updated(step + 1);
            }
            run.finish(steps);
        }
        return ReplyModel.learned(model);
    }

    /**
     * The likelihood of given replies, each with its weight, drawn with replacement.
     *
     * @param name of the stage
     * @param start the model to begin with
     * @param replies at least one
     * @param weights one a reply, above 0, of mean about 1
     * @param effort when it ends
     * @param rate learning rate at the start
     * @param flops counts what it takes
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the tuned model, frozen
     * @throws IOException if the stage cannot be kept
     */
    public CausalLm weighted(
            String name,
            CausalLm start,
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
        CausalLm model = ReplyModel.learning(start);
        double updates = effort.updates(flops.ofTrained(REPLIES * FlopCount.meanTokens(replies)));
        SupervisedTuning tuning = tuning(model, Effort.falling(rate, updates), Learned.COMPLETIONS);
        SeededRandom order = rng.split("order");
        double begun = flops.total();
        try (KeptRun run = kept.open(name, Map.of("tuning", tuning, "order", order, "flops", flops))) {
            double done = effort.done(run.step(), flops.total() - begun);
            while (done < 1) {
                stage.proceed(name, run, done);
                List<Text> batch = new ArrayList<>(REPLIES);
                for (int i = 0; i < REPLIES; i++) {
                    int at = order.nextInt(replies.size());
                    Reply reply = replies.get(at);
                    batch.add(new Text(reply.prompt(), reply.completion(), weights[at]));
                    flops.trained(reply.length());
                }
                tuning.update(batch);
                run.updated(run.step() + 1);
                done = effort.done(run.step(), flops.total() - begun);
            }
            run.finish(run.step());
        }
        return ReplyModel.learned(model);
    }

    private static SupervisedTuning tuning(
            CausalLm model, io.github.rlllm.torch.tuning.LearningRate rate, Learned learned) {
        Optimisation optimisation = Optimisation.of(rate).withMicroBatch(TEXTS).withAdam(AdamW.Config.defaults());
        return new SupervisedTuning(
                model, SupervisedTuning.Config.of(optimisation).withLearned(learned));
    }
}
