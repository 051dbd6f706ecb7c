package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.RewardModel;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.engine.alignment.ClippedSurrogate;
import io.github.rlllm.engine.alignment.Dpo;
import io.github.rlllm.engine.alignment.KlEstimator;
import io.github.rlllm.engine.alignment.Pairs;
import io.github.rlllm.engine.alignment.TokenRewards;
import io.github.rlllm.engine.run.Checks;
import io.github.rlllm.engine.run.KeptList;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.torch.AdamW;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CausalSampler;
import io.github.rlllm.torch.tuning.GroupTuning;
import io.github.rlllm.torch.tuning.GroupTuningConfig;
import io.github.rlllm.torch.tuning.GroupUpdate;
import io.github.rlllm.torch.tuning.LearningRate;
import io.github.rlllm.torch.tuning.Optimisation;
import io.github.rlllm.torch.tuning.Passes;
import io.github.rlllm.torch.tuning.PpoReward;
import io.github.rlllm.torch.tuning.PpoTuning;
import io.github.rlllm.torch.tuning.PpoTuningConfig;
import io.github.rlllm.torch.tuning.PpoUpdate;
import io.github.rlllm.torch.tuning.PreferenceLoss;
import io.github.rlllm.torch.tuning.PreferenceTuning;
import io.github.rlllm.torch.tuning.TokenCompletion;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * PPO, RLOO, GRPO and DPO of {@link io.github.rlllm.torch.tuning} as these studies use them: held to the model that they start
 * from, at temperature 1, with a rate that falls to a tenth, operations counted, stages that can be kept. Confined to one
 * thread.
 */
public final class PolicyTuning {
    private static final int PAIRS_A_STEP = 32;
    private static final int PAIRS_A_PASS = 128;
    /** Replies of the start from which the operations of an update are foreseen. */
    private static final int FORESEEN = 64;
    /** As lm-human-preferences has it: a large epsilon, no decay. */
    private static final AdamW.Config FEEDBACK = new AdamW.Config(0.9, 0.999, 1e-5, 0, 1);

    private final StageWatch stage;

    /**
     * The set-up.
     *
     * @param progress where it says how far it is
     * @param control says when to stop; a stop is a {@link java.util.concurrent.CancellationException}
     */
    public PolicyTuning(Progress progress, Control control) {
        this.stage = new StageWatch(progress, control);
    }

    static Optimisation optimisation(int microBatch, LearningRate rate) {
        return Optimisation.of(rate).withMicroBatch(microBatch).withAdam(FEEDBACK);
    }

    /** What an update says of itself. */
    private record Update(double kl, double clipped) {}

    /** Scores what a trainer draws, and sees it. */
    private static final class Judge implements RewardModel<TokenCompletion> {
        private final ReplyGoal goal;
        private double proxy;
        private double truth;
        private long tokens;

        Judge(ReplyGoal goal) {
            this.goal = goal;
        }

        @Override
        public double score(TokenCompletion judged) {
            return scoreAll(List.of(judged))[0];
        }

        @Override
        public double[] scoreAll(List<? extends TokenCompletion> batch) {
            List<Reply> replies = batch.stream()
                    .map(one -> new Reply(one.prompt(), one.tokens()))
                    .toList();
            double[] scores = goal.reward().scoreAll(replies);
            for (double score : scores) {
                Checks.finite("reward", score, 0);
            }
            proxy = Arrays.stream(scores).average().orElseThrow();
            truth = replies.stream().mapToDouble(goal.truth()).average().orElseThrow();
            tokens = replies.stream().mapToLong(Reply::length).sum();
            return scores;
        }
    }

    /** One training of an online method. */
    private final class Online {
        private final CausalLm start;
        private final CausalLm policy;
        private final ReplyGoal goal;
        private final Judge judge;
        private final PolicySettings settings;
        private final Effort effort;
        private final FlopCount flops;
        private final SeededRandom rng;
        private final int read;
        private final int trained;

        /**
         * A training.
         *
         * @param read how often a rollout is read without a gradient, the sampling and the old log-probabilities among it
         * @param trained how many are trained on it
         */
        Online(
                CausalLm start,
                ReplyGoal goal,
                PolicySettings settings,
                Effort effort,
                FlopCount flops,
                SeededRandom rng,
                int read,
                int trained) {
            this.start = start;
            this.policy = ReplyModel.learning(start);
            this.goal = goal;
            this.judge = new Judge(goal);
            this.settings = settings;
            this.effort = effort;
            this.flops = flops;
            this.rng = rng;
            // One step a pass takes the old log-probabilities from its own forward pass.
            this.read = settings.minibatch() == replies() ? read - 1 : read;
            this.trained = trained * settings.passes();
        }

        int replies() {
            return settings.prompts() * settings.group();
        }

        Passes passes() {
            return new Passes(settings.passes(), replies() / settings.minibatch(), Double.POSITIVE_INFINITY);
        }

        /** The rate falls over the updates that the effort is foreseen to pay for. */
        Optimisation optimisation() {
            SeededRandom some = rng.split("foreseen");
            List<int[]> prompts = Stream.generate(() -> goal.prompts().apply(some))
                    .limit(FORESEEN)
                    .toList();
            double tokens = replies() * FlopCount.meanTokens(ReplyModel.sample(start, prompts, 1, some));
            double updates = effort.updates(flops.ofRead(read * tokens) + flops.ofTrained(trained * tokens));
            double steps = updates * passes().passes() * passes().minibatches();
            return PolicyTuning.optimisation(replies(), Effort.falling(settings.rate(), steps));
        }

        TunedModel train(
                String name, Snapshot tuning, Function<int[][], Update> update, Stages kept, SeededRandom draws)
                throws IOException {
            SeededRandom prompts = rng.split("prompts");
            KeptList<Rollout> rollouts = Rollout.list();
            double begun = flops.total();
            try (KeptRun run = kept.open(
                    name,
                    Map.of(
                            "tuning",
                            tuning,
                            "prompts",
                            prompts,
                            "draws",
                            draws,
                            "rollouts",
                            rollouts,
                            "flops",
                            flops))) {
                double done = effort.done(run.step(), flops.total() - begun);
                while (done < 1) {
                    stage.proceed(name, run, done);
                    int[][] asked = Stream.generate(() -> goal.prompts().apply(prompts))
                            .limit(settings.prompts())
                            .toArray(int[][]::new);
                    Update made = update.apply(asked);
                    flops.read(read * judge.tokens);
                    flops.trained(trained * judge.tokens);
                    rollouts.add(new Rollout((int) run.step(), judge.proxy, judge.truth, made.kl, made.clipped));
                    run.updated(run.step() + 1);
                    done = effort.done(run.step(), flops.total() - begun);
                }
                run.finish(run.step());
            }
            return new TunedModel(ReplyModel.learned(policy), rollouts.elements());
        }

        TunedModel group(String name, GroupTuningConfig config, Stages kept) throws IOException {
            GroupTuning tuning = new GroupTuning(
                    policy,
                    start::logProbs,
                    new CausalSampler(policy),
                    List.of(judge),
                    new double[] {1},
                    config.withGroupSize(settings.group()).withPasses(passes()));
            SeededRandom draws = rng.split("draws");
            return train(
                    name,
                    tuning,
                    asked -> {
                        GroupUpdate made = tuning.update(asked, draws);
                        return new Update(made.kl().orElseThrow(), made.clipped());
                    },
                    kept,
                    draws);
        }
    }

    /**
     * {@link PpoTuning}: k1 in every token's reward, the score on the last, a value model of its own.
     *
     * @param start where the policy starts and what it is held to
     * @param valueStart where the value model starts, with a score head, such as a reward model's network
     * @param goal prompts and reward
     * @param settings the sizes
     * @param effort when it ends; an update is a rollout
     * @param flops counts what it takes
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the policy and what it saw
     * @throws IOException if the stage cannot be kept
     * @throws IllegalStateException if the sampler's log-probabilities differ from the engine's at the first rollout
     */
    public TunedModel ppo(
            CausalLm start,
            CausalLm valueStart,
            ReplyGoal goal,
            PolicySettings settings,
            Effort effort,
            FlopCount flops,
            SeededRandom rng,
            Stages kept)
            throws IOException {
        // Sampled, and read by policy, reference, reward and value model.
        Online online = new Online(start, goal, settings, effort, flops, rng, 5, 2);
        PpoTuningConfig config = PpoTuningConfig.defaults(HotelReplies.LONGEST, online.optimisation())
                .withReward(PpoReward.fixed(settings.beta()))
                .withPasses(online.passes());
        PpoTuning tuning = new PpoTuning(
                online.policy,
                start::logProbs,
                ReplyModel.learning(valueStart),
                new CausalSampler(online.policy),
                online.judge,
                config);
        SeededRandom draws = rng.split("draws");
        return online.train(
                "PPO",
                tuning,
                asked -> {
                    PpoUpdate made = tuning.update(asked, draws);
                    return new Update(made.kl(), made.clipped());
                },
                kept,
                draws);
    }

    /**
     * {@link GroupTuning} as RLOO: k1 taken from the reward of the whole reply, each compared with the others to its prompt.
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
     */
    public TunedModel rloo(
            CausalLm start,
            ReplyGoal goal,
            PolicySettings settings,
            Effort effort,
            FlopCount flops,
            SeededRandom rng,
            Stages kept)
            throws IOException {
        Online online = new Online(start, goal, settings, effort, flops, rng, 4, 1);
        TokenRewards shaping =
                new TokenRewards(KlEstimator.K1, settings.beta(), Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
        return online.group(
                "RLOO",
                GroupTuningConfig.rloo(HotelReplies.LONGEST, online.optimisation())
                        .withRewardKl(shaping),
                kept);
    }

    /**
     * {@link GroupTuning} as GRPO was first published: scores centred within the replies to a prompt and divided by their
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
     */
    public TunedModel grpo(
            CausalLm start,
            ReplyGoal goal,
            PolicySettings settings,
            Effort effort,
            FlopCount flops,
            SeededRandom rng,
            Stages kept)
            throws IOException {
        Online online = new Online(start, goal, settings, effort, flops, rng, 4, 1);
        return online.group(
                "GRPO",
                GroupTuningConfig.grpo(HotelReplies.LONGEST, online.optimisation())
                        .withSurrogate(ClippedSurrogate.grpo().withBeta(settings.beta())),
                kept);
    }

    /**
     * {@link PreferenceTuning} by DPO on preferences that are there, in batches of 32 drawn with replacement.
     *
     * @param start where the policy starts and what it is held to
     * @param preferences at least one
     * @param dpo the loss
     * @param effort when it ends; an update is a step
     * @param rate learning rate at the start
     * @param flops counts what it takes; the reference reads every pair once
     * @param rng the source of randomness
     * @param kept where the stage is kept
     * @return the policy, frozen
     * @throws IOException if the stage cannot be kept
     */
    public CausalLm dpo(
            CausalLm start,
            List<Preference> preferences,
            Dpo dpo,
            Effort effort,
            double rate,
            FlopCount flops,
            SeededRandom rng,
            Stages kept)
            throws IOException {
        List<PreferenceTuning.Preference> pairs = preferences.stream()
                .map(pair -> new PreferenceTuning.Preference(
                        pair.chosen().prompt(),
                        pair.chosen().completion(),
                        pair.rejected().completion()))
                .toList();
        long[] tokens = preferences.stream()
                .mapToLong(pair -> pair.chosen().length() + pair.rejected().length())
                .toArray();
        double begun = flops.total();
        flops.read(Arrays.stream(tokens).sum());
        double mean = Arrays.stream(tokens).average().orElseThrow();
        double updates = effort.updates(flops.ofTrained(PAIRS_A_STEP * mean));
        CausalLm policy = ReplyModel.learning(start);
        PreferenceTuning tuning = new PreferenceTuning(
                policy,
                start::logProbs,
                PreferenceLoss.of(dpo),
                optimisation(PAIRS_A_PASS, Effort.falling(rate, updates)));
        Pairs reference = tuning.reference(pairs);
        SeededRandom order = rng.split("order");
        try (KeptRun run = kept.open("DPO", Map.of("tuning", tuning, "order", order, "flops", flops))) {
            double done = effort.done(run.step(), flops.total() - begun);
            while (done < 1) {
                stage.proceed("DPO", run, done);
                int[] drawn = IntStream.range(0, PAIRS_A_STEP)
                        .map(i -> order.nextInt(pairs.size()))
                        .toArray();
                tuning.update(
                        Arrays.stream(drawn).mapToObj(pairs::get).toList(),
                        new Pairs(pick(reference.chosen(), drawn), pick(reference.rejected(), drawn)));
                flops.trained(Arrays.stream(drawn).mapToLong(i -> tokens[i]).sum());
                run.updated(run.step() + 1);
                done = effort.done(run.step(), flops.total() - begun);
            }
            run.finish(run.step());
        }
        return ReplyModel.learned(policy);
    }

    private static double[][] pick(double[][] of, int[] some) {
        return Arrays.stream(some).mapToObj(i -> of[i]).toArray(double[][]::new);
    }
}
