package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.alignment.RewardLoss;
import io.github.rlllm.engine.run.KeptList;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.tuning.RewardTuning;
import io.github.rlllm.torch.tuning.RewardTuning.Comparison;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * {@link RewardTuning} as these studies use it: the loss {@code log(1 + exp(r_rejected - r_chosen))} in batches of 32
 * preferences, of which a share is held out to say when to stop. Confined to one thread.
 */
public final class RewardFitting {
    private static final int PAIRS_A_STEP = 32;
    private static final double RATE = 1e-3;
    private static final int WARM_UP = 10;
    private static final double HELD_OUT = 0.15;

    private final StageWatch stage;

    /**
     * The set-up.
     *
     * @param progress where it says how far it is
     * @param control says when to stop; a stop is a {@link java.util.concurrent.CancellationException}
     */
    public RewardFitting(Progress progress, Control control) {
        this.stage = new StageWatch(progress, control);
    }

    /**
     * A reward model of preferences. A share of them is held out, and the half pass with the best loss on them is kept. The
     * scores are then shifted so that some replies have mean 0.
     *
     * @param start the model to begin with, with or without a score head
     * @param preferences at least 16
     * @param epochs most passes over them, at least 1
     * @param zero replies whose scores are to have mean 0, such as demonstrations
     * @param flops counts what it takes
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the reward model
     * @throws IOException if the stage cannot be kept
     */
    public ReplyReward fit(
            CausalLm start,
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
        List<Preference> validation = shuffled.subList(0, held);
        List<Preference> training = shuffled.subList(held, shuffled.size());
        List<List<Preference>> passes = Batches.passes(training, epochs, order);
        int stepsAnEpoch = (training.size() + PAIRS_A_STEP - 1) / PAIRS_A_STEP;
        int total = epochs * stepsAnEpoch;

        CausalLm model = ReplyModel.withoutScores(start);
        model.train(CausalLm.Trained.ALL);
        CausalLm best = ReplyModel.learning(model);
        RewardTuning tuning = new RewardTuning(
                model,
                RewardLoss.defaults(),
                PolicyTuning.optimisation(
                        PAIRS_A_STEP, Effort.falling(RATE, total).withWarmUp(Math.min(WARM_UP, total - 1))));
        KeptList<Double> losses = KeptList.ofDoubles();
        try (KeptRun run =
                kept.open("reward model", Map.of("tuning", tuning, "best", best, "losses", losses, "flops", flops))) {
            for (int step = (int) run.step(); step < total; step++) {
                stage.proceed("reward model", run, total);
                int from = step % stepsAnEpoch * PAIRS_A_STEP;
                List<Preference> batch =
                        passes.get(step / stepsAnEpoch).subList(from, Math.min(training.size(), from + PAIRS_A_STEP));
                tuning.update(batch.stream()
                        .map(pair -> Comparison.of(
                                pair.chosen().row(), pair.rejected().row()))
                        .toList());
                flops.trained(tokens(batch));
                if ((step + 1) % Math.max(1, stepsAnEpoch / 2) == 0 || step == total - 1) {
                    double loss = loss(model, validation);
                    flops.read(tokens(validation));
                    if (losses.elements().stream().allMatch(before -> loss < before)) {
                        best.restore(model.save());
                    }
                    losses.add(loss);
                }
                run.updated(step + 1);
            }
            run.finish(total);
        }
        return ReplyReward.centred(ReplyModel.learned(best), zero);
    }

    /**
     * Where reward models start: preference-model pre-training (Askell et al. 2021, section 4; Bai et al. 2022a, section 3), on
     * comparisons that nobody labelled. A demonstration is preferred to one that was given to another prompt. The score head
     * is then forgotten, so that what is better is learned from annotators alone.
     *
     * @param tuned the supervised model
     * @param demonstrations at least 17
     * @param epochs most passes over them
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the model, frozen
     * @throws IOException if the stage cannot be kept
     */
    public CausalLm judging(CausalLm tuned, List<Reply> demonstrations, int epochs, SeededRandom rng, Stages kept)
            throws IOException {
        List<Preference> pairs = new ArrayList<>();
        for (int i = 1; i < demonstrations.size(); i++) {
            Reply own = demonstrations.get(i);
            Reply other = new Reply(own.prompt(), demonstrations.get(i - 1).completion());
            pairs.add(new Preference(own, other));
        }
        FlopCount shared = new FlopCount(tuned.config());
        ReplyReward fitted = fit(tuned, pairs, epochs, demonstrations.subList(0, 1), shared, rng, kept);
        return ReplyModel.withoutScores(fitted.model());
    }

    /**
     * The preferences that {@link #fit} holds out. It never learns from them, but keeps the pass that is best on them, so
     * that an accuracy on them is a little above that on others.
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

    private static double loss(CausalLm model, List<Preference> pairs) {
        double[] chosen =
                model.scores(pairs.stream().map(pair -> pair.chosen().row()).toArray(int[][]::new));
        double[] rejected =
                model.scores(pairs.stream().map(pair -> pair.rejected().row()).toArray(int[][]::new));
        int n = chosen.length;
        return RewardLoss.defaults().loss(chosen, rejected, new double[n], new double[n], new double[n]);
    }

    private static long tokens(List<Preference> pairs) {
        return pairs.stream()
                .mapToLong(pair -> pair.chosen().length() + pair.rejected().length())
                .sum();
    }
}
