package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.engine.alignment.Advantages;
import io.github.rlllm.engine.alignment.Aggregation;
import io.github.rlllm.engine.alignment.ClippedSurrogate;
import io.github.rlllm.engine.alignment.Dpo;
import io.github.rlllm.engine.alignment.Pairs;
import io.github.rlllm.engine.alignment.TokenRewards;
import io.github.rlllm.engine.alignment.ValueLoss;
import io.github.rlllm.engine.alignment.Whitening;
import io.github.rlllm.engine.decoding.SampledLogProbs;
import io.github.rlllm.engine.run.Checks;
import io.github.rlllm.engine.run.KeptList;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.torch.AdamW;
import io.github.rlllm.torch.CompletionBatch;
import io.github.rlllm.torch.GptDecoder;
import io.github.rlllm.torch.GptWeights;
import io.github.rlllm.torch.TinyGpt;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.Vocabulary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * PPO, RLOO, GRPO and DPO on replies, each written out from its samples to its updates; the losses are those of {@link
 * io.github.rlllm.engine.alignment}. All hold the policy to the model that it starts from. Rates fall linearly to a tenth.
 * Each training is a stage that can be kept, and counts its operations. Confined to one thread.
 */
public final class PolicyTraining {
    private static final double GAMMA = 1;
    private static final double LAMBDA = 0.95;
    private static final double GRPO_EPSILON = 1e-4;
    private static final int PAIRS_A_STEP = 32;
    private static final int CHUNK = 128;
    private static final double DECODER_TOLERANCE = 1e-4;

    private final TorchRuntime runtime;
    private final StageWatch stage;

    /**
     * Training on an engine.
     *
     * @param runtime the engine
     * @param progress where it says how far it is
     * @param control says when to stop; a stop is a {@link java.util.concurrent.CancellationException}
     */
    public PolicyTraining(TorchRuntime runtime, Progress progress, Control control) {
        this.runtime = runtime;
        this.stage = new StageWatch(progress, control);
    }

    /** The networks and generators of an online method, and what keeps them. */
    private final class Online {
        private final TinyGpt policy;
        private final TinyGpt reference;
        private final AdamW optimiser;
        private final SeededRandom prompts;
        private final SeededRandom samples;
        private final SeededRandom order;
        private final KeptList<Rollout> rollouts = Rollout.list();
        private final Map<String, Snapshot> parts = new TreeMap<>();

        Online(GptWeights start, SeededRandom rng, FlopCount flops) {
            policy = new TinyGpt(runtime, start);
            reference = new TinyGpt(runtime, start);
            optimiser = new AdamW(SupervisedTraining.FEEDBACK, start);
            prompts = rng.split("prompts");
            samples = rng.split("samples");
            order = rng.split("order");
            parts.putAll(Map.of("policy", policy, "policy optimiser", optimiser, "prompts", prompts));
            parts.putAll(Map.of("samples", samples, "order", order, "rollouts", rollouts, "flops", flops));
        }
    }

    /** Replies with what the sampling policy and the reference gave their tokens, and their scores. */
    private record Sampled(List<Reply> replies, int[][] rows, double[][] old, double[][] ref, double[] scores) {}

    /**
     * PPO (Schulman et al. 2017; Ouyang et al. 2022): k1 in every token's reward, the score on the last, generalised
     * advantages against a value network of its own, whitened; clip .2.
     *
     * @param start where the policy starts and what it is held to
     * @param valueStart where the value network starts, such as the reward model's weights
     * @param goal prompts and reward
     * @param settings the sizes
     * @param effort when it ends; an update is a rollout
     * @param flops counts what it takes
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the policy and what it saw
     * @throws IOException if the stage cannot be kept
     * @throws IllegalStateException if the decoder's log-probabilities differ from the engine's at the first rollout
     */
    public TunedPolicy ppo(
            GptWeights start,
            GptWeights valueStart,
            ReplyGoal goal,
            PolicySettings settings,
            Effort effort,
            FlopCount flops,
            SeededRandom rng,
            Stages kept)
            throws IOException {
        Online online = new Online(start, rng, flops);
        TinyGpt value = new TinyGpt(runtime, valueStart);
        AdamW valueOptimiser = new AdamW(SupervisedTraining.FEEDBACK, valueStart);
        online.parts.putAll(Map.of("value", value, "value optimiser", valueOptimiser));
        TokenRewards shaping = TokenRewards.defaults().withBeta(settings.beta());
        ClippedSurrogate surrogate = ClippedSurrogate.ppo();
        ValueLoss valueLoss = ValueLoss.defaults();
        double begun = flops.total();
        try (KeptRun run = kept.open("PPO", online.parts)) {
            double done = effort.done(run.step(), flops.total() - begun);
            while (done < 1) {
                stage.proceed("PPO", run, done);
                Sampled sampled = sample(online, goal, settings, flops, run.step());
                double[][] values = Batches.of(sampled.replies).tokens(value.scalars(sampled.rows));
                flops.read(FlopCount.tokens(sampled.rows));
                double[][] rewards = shaping.tokens(sampled.old, sampled.ref, sampled.scores);
                double[][] raw = Advantages.gae(rewards, values, GAMMA, LAMBDA);
                double[][] returns = sum(raw, values);
                double[][] advantages = Whitening.advantages().of(raw);
                double rate = settings.rate() * (1 - 0.9 * done);
                double clipped = 0;
                for (int pass = 0; pass < settings.passes(); pass++) {
                    clipped = 0;
                    for (int[] part : parts(sampled, settings, online.order)) {
                        CompletionBatch batch = Batches.of(pick(part, sampled.replies));
                        double[][] old = pick(part, sampled.old);
                        double[][] advantage = pick(part, advantages);
                        clipped += update(online, surrogate, batch, old, null, advantage, rate, flops)
                                * part.length
                                / sampled.rows.length;
                        double[][] then = pick(part, values);
                        double[][] target = pick(part, returns);
                        CompletionBatch.Loss critic =
                                (now, gradient) -> valueLoss.loss(now, then, target, whole(now), gradient);
                        Checks.finite(
                                "value loss", value.accumulateScalars(batch.rows(), batch.over(critic)), run.step());
                        flops.trained(FlopCount.tokens(batch.rows()));
                        value.step(valueOptimiser, rate);
                    }
                }
                done = rolled(run, online, goal, sampled, clipped, effort, flops.total() - begun);
            }
            run.finish(run.step());
        }
        return new TunedPolicy(online.policy.weights(), online.rollouts.elements());
    }

    /**
     * RLOO (Ahmadian et al. 2024): k1 taken from the reward of the whole reply, each compared with the others to its prompt.
     *
     * @param start where the policy starts and what it is held to
     * @param goal prompts and reward
     * @param settings the sizes, with groups of 2 at least
     * @param effort when it ends; an update is a rollout
     * @param flops counts what it takes
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the policy and what it saw
     * @throws IOException if the stage cannot be kept
     * @throws IllegalStateException if the decoder's log-probabilities differ from the engine's at the first rollout
     */
    public TunedPolicy rloo(
            GptWeights start,
            ReplyGoal goal,
            PolicySettings settings,
            Effort effort,
            FlopCount flops,
            SeededRandom rng,
            Stages kept)
            throws IOException {
        Online online = new Online(start, rng, flops);
        TokenRewards shaping = TokenRewards.defaults().withBeta(settings.beta());
        ClippedSurrogate surrogate = ClippedSurrogate.rloo();
        double begun = flops.total();
        try (KeptRun run = kept.open("RLOO", online.parts)) {
            double done = effort.done(run.step(), flops.total() - begun);
            while (done < 1) {
                stage.proceed("RLOO", run, done);
                Sampled sampled = sample(online, goal, settings, flops, run.step());
                double[] rewards = shaping.completions(sampled.old, sampled.ref, sampled.scores);
                double[] advantages = Advantages.leaveOneOut(rewards, settings.group());
                double clipped = passes(online, surrogate, sampled, advantages, settings, done, flops);
                done = rolled(run, online, goal, sampled, clipped, effort, flops.total() - begun);
            }
            run.finish(run.step());
        }
        return new TunedPolicy(online.policy.weights(), online.rollouts.elements());
    }

    /**
     * GRPO as first published (Shao et al. 2024): scores centred within the replies to a prompt and divided by their
     * deviation, k3 in the loss, each reply's mean over its tokens.
     *
     * @param start where the policy starts and what it is held to
     * @param goal prompts and reward
     * @param settings the sizes, with groups of 2 at least
     * @param effort when it ends; an update is a rollout
     * @param flops counts what it takes
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the policy and what it saw
     * @throws IOException if the stage cannot be kept
     * @throws IllegalStateException if the decoder's log-probabilities differ from the engine's at the first rollout
     */
    public TunedPolicy grpo(
            GptWeights start,
            ReplyGoal goal,
            PolicySettings settings,
            Effort effort,
            FlopCount flops,
            SeededRandom rng,
            Stages kept)
            throws IOException {
        Online online = new Online(start, rng, flops);
        ClippedSurrogate surrogate = ClippedSurrogate.grpo().withBeta(settings.beta());
        double begun = flops.total();
        try (KeptRun run = kept.open("GRPO", online.parts)) {
            double done = effort.done(run.step(), flops.total() - begun);
            while (done < 1) {
                stage.proceed("GRPO", run, done);
                Sampled sampled = sample(online, goal, settings, flops, run.step());
                double[] advantages =
                        Advantages.group(sampled.scores, settings.group(), Advantages.Scale.GROUP, GRPO_EPSILON);
                double clipped = passes(online, surrogate, sampled, advantages, settings, done, flops);
                done = rolled(run, online, goal, sampled, clipped, effort, flops.total() - begun);
            }
            run.finish(run.step());
        }
        return new TunedPolicy(online.policy.weights(), online.rollouts.elements());
    }

    /**
     * DPO (Rafailov et al. 2023) on preferences that are there, in batches of 32 drawn with replacement.
     *
     * @param start where the policy starts and what it is held to
     * @param preferences at least one
     * @param dpo the loss
     * @param effort when it ends; an update is a step
     * @param rate learning rate at the start
     * @param flops counts what it takes; the reference reads every pair once
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the policy's weights
     * @throws IOException if the stage cannot be kept
     */
    public GptWeights dpo(
            GptWeights start,
            List<Preference> preferences,
            Dpo dpo,
            Effort effort,
            double rate,
            FlopCount flops,
            SeededRandom rng,
            Stages kept)
            throws IOException {
        TinyGpt policy = new TinyGpt(runtime, start);
        TinyGpt reference = new TinyGpt(runtime, start);
        AdamW optimiser = new AdamW(SupervisedTraining.FEEDBACK, start);
        SeededRandom order = rng.split("order");
        double begun = flops.total();
        double[][] chosenRef = read(reference, preferences, Preference::chosen, flops);
        double[][] rejectedRef = read(reference, preferences, Preference::rejected, flops);
        Map<String, Snapshot> parts = Map.of("policy", policy, "optimiser", optimiser, "order", order, "flops", flops);
        try (KeptRun run = kept.open("DPO", parts)) {
            double done = effort.done(run.step(), flops.total() - begun);
            while (done < 1) {
                stage.proceed("DPO", run, done);
                int[] drawn = IntStream.range(0, PAIRS_A_STEP)
                        .map(i -> order.nextInt(preferences.size()))
                        .toArray();
                List<Reply> replies = new ArrayList<>();
                pick(drawn, preferences).forEach(pair -> replies.add(pair.chosen()));
                pick(drawn, preferences).forEach(pair -> replies.add(pair.rejected()));
                CompletionBatch batch = Batches.of(replies);
                Pairs ref = new Pairs(pick(drawn, chosenRef), pick(drawn, rejectedRef));
                CompletionBatch.Loss loss = (now, gradient) -> dpo.loss(halves(now), ref, halves(gradient));
                Checks.finite("DPO loss", policy.accumulateLogProbs(batch.rows(), batch.over(loss)), run.step());
                flops.trained(FlopCount.tokens(batch.rows()));
                policy.step(optimiser, rate * (1 - 0.9 * done));
                run.updated(run.step() + 1);
                done = effort.done(run.step(), flops.total() - begun);
            }
            run.finish(run.step());
        }
        return policy.weights();
    }

    /** What a model gives the tokens of one half of preferences. */
    private static double[][] read(
            TinyGpt model, List<Preference> preferences, Function<Preference, Reply> half, FlopCount flops) {
        List<double[]> tokens = new ArrayList<>();
        for (int from = 0; from < preferences.size(); from += CHUNK) {
            List<Preference> some = preferences.subList(from, Math.min(preferences.size(), from + CHUNK));
            CompletionBatch batch = Batches.of(some.stream().map(half).toList());
            int[][] rows = batch.rows();
            tokens.addAll(Arrays.asList(batch.tokens(model.logProbs(rows))));
            flops.read(FlopCount.tokens(rows));
        }
        return tokens.toArray(double[][]::new);
    }

    /** Replies of the policy as it is; the old log-probabilities are the trainer's. */
    private Sampled sample(Online online, ReplyGoal goal, PolicySettings settings, FlopCount flops, long step) {
        GptDecoder decoder = new GptDecoder(online.policy.weights());
        List<Reply> replies = new ArrayList<>();
        List<double[]> decoded = new ArrayList<>();
        for (int i = 0; i < settings.prompts(); i++) {
            int[] prompt = goal.prompts().apply(online.prompts);
            for (int k = 0; k < settings.group(); k++) {
                GptDecoder.Sample drawn =
                        decoder.sample(prompt, HotelReplies.LONGEST, Vocabulary.END, 1, online.samples);
                replies.add(new Reply(prompt, drawn.tokens()));
                decoded.add(doubles(drawn.logProbs()));
            }
        }
        CompletionBatch batch = Batches.of(replies);
        int[][] rows = batch.rows();
        double[][] old = batch.tokens(online.policy.logProbs(rows));
        if (step == 0) {
            SampledLogProbs.requireClose(decoded.toArray(double[][]::new), old, DECODER_TOLERANCE);
        }
        double[][] ref = batch.tokens(online.reference.logProbs(rows));
        double[] scores = goal.reward().scoreAll(replies);
        for (double score : scores) {
            Checks.finite("reward", score, step);
        }
        flops.read(4 * FlopCount.tokens(rows)); // sampled, old, reference, scored
        return new Sampled(replies, rows, old, ref, scores);
    }

    /** The passes over a rollout of what compares whole replies; gives the clipped share of the last. */
    private double passes(
            Online online,
            ClippedSurrogate surrogate,
            Sampled sampled,
            double[] advantages,
            PolicySettings settings,
            double done,
            FlopCount flops) {
        double[][] spread = Advantages.perToken(advantages, sampled.old);
        double clipped = 0;
        for (int pass = 0; pass < settings.passes(); pass++) {
            clipped = 0;
            for (int[] part : parts(sampled, settings, online.order)) {
                clipped += update(
                                online,
                                surrogate,
                                Batches.of(pick(part, sampled.replies)),
                                pick(part, sampled.old),
                                pick(part, sampled.ref),
                                pick(part, spread),
                                settings.rate() * (1 - 0.9 * done),
                                flops)
                        * part.length
                        / sampled.rows.length;
            }
        }
        return clipped;
    }

    /** A step of the policy; gives the clipped share. */
    private static double update(
            Online online,
            ClippedSurrogate surrogate,
            CompletionBatch batch,
            double[][] old,
            double @Nullable [][] ref,
            double[][] advantages,
            double rate,
            FlopCount flops) {
        double[] clipped = new double[1];
        int[][] rows = batch.rows();
        double loss = online.policy.accumulateLogProbs(rows, batch.over((now, gradient) -> {
            clipped[0] = surrogate.clipFraction(now, old, advantages);
            return surrogate.loss(now, old, ref, advantages, whole(now), gradient);
        }));
        Checks.finite("policy loss", loss, online.optimiser.steps());
        flops.trained(FlopCount.tokens(rows));
        online.policy.step(online.optimiser, rate);
        return clipped[0];
    }

    /** Ends an update: its figures, and the share of the effort that is done. */
    private static double rolled(
            KeptRun run, Online online, ReplyGoal goal, Sampled sampled, double clipped, Effort effort, double spent)
            throws IOException {
        double kl = 0;
        for (int i = 0; i < sampled.old.length; i++) {
            for (int t = 0; t < sampled.old[i].length; t++) {
                kl += (sampled.old[i][t] - sampled.ref[i][t]) / sampled.old.length;
            }
        }
        double proxy = Arrays.stream(sampled.scores).average().orElseThrow();
        double truth =
                sampled.replies.stream().mapToDouble(goal.truth()).average().orElseThrow();
        online.rollouts.add(new Rollout((int) run.step(), proxy, truth, kl, clipped));
        run.updated(run.step() + 1);
        return effort.done(run.step(), spent);
    }

    /** Which replies make each step of a pass. */
    private static List<int[]> parts(Sampled sampled, PolicySettings settings, SeededRandom rng) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, sampled.rows.length).boxed().toList());
        Batches.shuffle(order, rng);
        List<int[]> parts = new ArrayList<>();
        for (int from = 0; from < order.size(); from += settings.minibatch()) {
            parts.add(order.subList(from, from + settings.minibatch()).stream()
                    .mapToInt(i -> i)
                    .toArray());
        }
        return parts;
    }

    private static Aggregation.Batch whole(double[][] rows) {
        return Aggregation.Batch.of(rows, HotelReplies.LONGEST);
    }

    private static <T> List<T> pick(int[] part, List<T> of) {
        return Arrays.stream(part).mapToObj(of::get).toList();
    }

    private static double[][] pick(int[] part, double[][] of) {
        return Arrays.stream(part).mapToObj(i -> of[i]).toArray(double[][]::new);
    }

    private static Pairs halves(double[][] rows) {
        int n = rows.length / 2;
        return new Pairs(Arrays.copyOfRange(rows, 0, n), Arrays.copyOfRange(rows, n, 2 * n));
    }

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    private static double[][] sum(double[][] one, double[][] other) {
        double[][] sum = new double[one.length][];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = new double[one[i].length];
            for (int t = 0; t < sum[i].length; t++) {
                sum[i][t] = one[i][t] + other[i][t];
            }
        }
        return sum;
    }
}
