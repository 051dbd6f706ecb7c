package io.github.rlllm.examples.learn;

import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.examples.Demonstration;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import io.github.rlllm.rl4llm.offline.AskedScore;
import io.github.rlllm.rl4llm.offline.OfflineAlignment;
import io.github.rlllm.rl4llm.offline.OfflineAlignmentConfig;
import io.github.rlllm.rl4llm.offline.ScoredReply;
import io.github.rlllm.rl4llm.replies.Effort;
import io.github.rlllm.rl4llm.replies.FlopCount;
import io.github.rlllm.rl4llm.replies.HotelReplies;
import io.github.rlllm.rl4llm.replies.PolicySettings;
import io.github.rlllm.rl4llm.replies.PolicyTuning;
import io.github.rlllm.rl4llm.replies.Preference;
import io.github.rlllm.rl4llm.replies.Reply;
import io.github.rlllm.rl4llm.replies.ReplyGoal;
import io.github.rlllm.rl4llm.replies.ReplyModel;
import io.github.rlllm.rl4llm.replies.ReplyReward;
import io.github.rlllm.rl4llm.replies.RewardFitting;
import io.github.rlllm.rl4llm.replies.TunedModel;
import io.github.rlllm.torch.CausalLm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * {@code rlllm run offline-alignment}: filtering, reward-weighted regression and conditional alignment on replies that a reward
 * model scored once, with PPO on the same reward model beside them, each with the operations that it took. Pre-training and
 * supervised tuning are shared by the seeds; preferences, reward model and policies are made anew for each.
 */
public final class OfflineAlignmentRun implements Demonstration {
    static final String ID = "offline-alignment";
    static final String SFT = "SFT";
    static final String FILTERING = "filtering";
    static final String WEIGHTED = "reward-weighted regression";
    static final String CONDITIONAL = "conditional alignment";
    static final String PPO = "PPO";
    static final String CONTROL = "control: conditional, shuffled preferences";
    static final String TRUE = "true score";
    static final String PROXY = "learned reward";
    static final String KL = "KL to SFT";
    static final String FLOPS = "tuning operations";
    static final String ACCURACY = "reward model's accuracy, held out";
    static final String LONGER = "longer reply's accuracy, held out";
    static final String MATCHED = "true score at the operations of conditional alignment";

    private static final String ASKING = "conditional, asked";
    private static final double[] ASKED = {-2, -1, 0, 1, 1.5};
    private static final double GIGA = 1e9;

    private final ReplyBase base;
    private final Sizes sizes;
    private final OfflineAlignmentConfig config;
    private final LongSupplier nanos;

    /**
     * The sizes.
     *
     * @param pairs preferences, at least 16
     * @param epochs most passes of the reward model
     * @param batches of 64 scored replies
     * @param steps of the offline methods, of 16 replies
     * @param rollouts of PPO, of 64 replies
     * @param beta of PPO
     * @param heldOut prompts on which replies are judged
     */
    record Sizes(int pairs, int epochs, int batches, int steps, int rollouts, double beta, int heldOut) {
        static Sizes defaults() {
            return new Sizes(1000, 2, 32, 384, 30, 0.1, 256);
        }
    }

    /** The run of the command line. */
    public OfflineAlignmentRun() {
        this(ReplyBase.defaults(), Sizes.defaults(), OfflineAlignmentConfig.defaults(), System::nanoTime);
    }

    OfflineAlignmentRun(ReplyBase base, Sizes sizes, OfflineAlignmentConfig config, LongSupplier nanos) {
        this.base = base;
        this.sizes = sizes;
        this.config = config;
        this.nanos = nanos;
    }

    @Override
    public Result run(RunRequest request) throws IOException {
        return run(request, 1);
    }

    /** Of seeds from another first one on, for choosing settings. */
    Result run(RunRequest request, int first) throws IOException {
        try (ReplyRun run = new ReplyRun(ID, request, nanos)) {
            Stages kept = run.kept(base + " " + sizes + " " + config);
            ReplyBase.Start start = base.start(run.runtime(), request, kept.of("shared"));
            for (int seed = first; seed < first + request.seeds(); seed++) {
                new Seed(run, request, start, seed, kept.of("seed " + seed)).run();
            }
            String model = String.format(
                    Locale.ROOT, "%s; annotator simulated; pre-training and SFT shared by the seeds", ReplyRun.GPT);
            return new Result(
                    ID,
                    request.seeds(),
                    run.seconds(),
                    run.machine(),
                    run.table().arms(model),
                    aims(run));
        }
    }

    private List<Aim> aims(ReplyRun run) {
        double rise = run.table().mean(CONDITIONAL, TRUE) - run.table().mean(SFT, TRUE);
        double ppo = run.table().mean(PPO, TRUE) - run.table().mean(SFT, TRUE);
        double share = run.table().mean(CONDITIONAL, FLOPS) / run.table().mean(PPO, FLOPS);
        double best = Math.max(run.table().mean(FILTERING, TRUE), run.table().mean(WEIGHTED, TRUE));
        Metric control = run.difference(CONTROL, SFT, TRUE);
        return List.of(
                Aim.atLeast(
                        "conditional less the better of filtering and reward-weighted regression, true score",
                        run.table().mean(CONDITIONAL, TRUE) - best,
                        Bounds.CONDITIONAL_BEST),
                Aim.atLeast("rise of conditional over that of PPO, true score", rise / ppo, Bounds.CONDITIONAL_RISE),
                Aim.atMost("operations of conditional over those of PPO", share, Bounds.CONDITIONAL_COMPUTE),
                Aim.atLeast(
                        "least rise of the learned reward from one asked score to the next", leastStep(run, PROXY), 0),
                Aim.atLeast("least rise of the true score from one asked score to the next", leastStep(run, TRUE), 0),
                Aim.atMost(
                        "shuffled preferences: rise of the true score over SFT, lower end of its 95 % interval over seeds",
                        control.low(), Bounds.SHUFFLED_RISE));
    }

    private static double leastStep(ReplyRun run, String figure) {
        return IntStream.range(1, ASKED.length)
                .mapToDouble(i ->
                        run.table().mean(asked(ASKED[i]), figure) - run.table().mean(asked(ASKED[i - 1]), figure))
                .min()
                .orElseThrow();
    }

    private static String asked(double score) {
        return String.format(Locale.ROOT, ASKING + " %+.1f", score);
    }

    /** Everything that belongs to one seed. */
    private final class Seed {
        private final ReplyRun run;
        private final RunRequest request;
        private final CausalLm tuned;
        private final CausalLm judging;
        private final int seed;
        private final Stages kept;
        private final SeededRandom rng;
        private final OfflineAlignment offline;
        private final List<int[]> prompts;

        Seed(ReplyRun run, RunRequest request, ReplyBase.Start start, int seed, Stages kept) {
            this.run = run;
            this.request = request;
            this.tuned = start.tuned();
            this.judging = start.judging();
            this.seed = seed;
            this.kept = kept;
            this.rng = SeededRandom.of(seed, ID);
            this.offline = new OfflineAlignment(base.task(), config, request.progress(), request.control());
            this.prompts = ReplyRun.prompts("held-out prompts", sizes.heldOut, base.task()::prompt);
        }

        void run() throws IOException {
            List<Preference> preferences = base.preferences(run.runtime(), request, tuned, sizes.pairs, rng, kept);
            ReplyReward reward = reward("reward model", preferences);
            judge(SFT, tuned, prompts, reward, 0);
            List<Preference> heldOut = RewardFitting.heldOut(preferences, rng.split("reward model"));
            run.table().add(SFT, ACCURACY, "share of pairs", reward.accuracy(heldOut));
            run.table().add(SFT, LONGER, "share of pairs", Preference.longerIsChosen(heldOut));
            run.keepReward(seed, SFT, reward, HotelReplies.class, sizes.pairs, List.of(ACCURACY, LONGER));

            FlopCount data = new FlopCount(tuned.config());
            Effort batches = Effort.updates(sizes.batches);
            List<ScoredReply> scored =
                    offline.collect(tuned, reward, batches, data, rng.split("data"), kept.of("data"));
            Effort steps = Effort.updates(sizes.steps);
            run.proceed(FILTERING, seed);
            FlopCount flops = count(data);
            CausalLm filtered =
                    offline.filtering(tuned, scored, steps, flops, rng.split(FILTERING), kept.of(FILTERING));
            judge(FILTERING, filtered, prompts, reward, flops.total());
            flops = count(data);
            CausalLm weighted =
                    offline.rewardWeighted(tuned, scored, steps, flops, rng.split(WEIGHTED), kept.of(WEIGHTED));
            judge(WEIGHTED, weighted, prompts, reward, flops.total());
            flops = count(data);
            CausalLm conditional =
                    offline.conditional(tuned, scored, steps, flops, rng.split(CONDITIONAL), kept.of(CONDITIONAL));
            judge(CONDITIONAL, conditional, asking(), reward, flops.total());
            for (double score : ASKED) {
                judge(asked(score), conditional, asking(score), reward, flops.total());
            }
            ppo(reward, flops.total());

            ReplyReward random = reward("shuffled preferences", ReplyRun.shuffled(preferences, rng.split("coin")));
            List<ScoredReply> shuffled =
                    offline.collect(tuned, random, batches, count(data), rng.split("data"), kept.of("shuffled data"));
            flops = count(data);
            CausalLm control =
                    offline.conditional(tuned, shuffled, steps, flops, rng.split(CONDITIONAL), kept.of("control"));
            judge(CONTROL, control, asking(), random, flops.total());
        }

        private void ppo(ReplyReward reward, double match) throws IOException {
            FlopCount flops = new FlopCount(tuned.config());
            ReplyGoal goal = new ReplyGoal(base.task()::prompt, reward, base.task()::trueScore);
            TunedModel policy = new PolicyTuning(request.progress(), request.control())
                    .ppo(
                            tuned,
                            reward.model(),
                            goal,
                            PolicySettings.ppo(sizes.beta),
                            Effort.updates(sizes.rollouts),
                            flops,
                            rng.split(PPO),
                            kept.of(PPO));
            run.curve(seed, PPO, policy.rollouts());
            judge(PPO, policy.model(), prompts, reward, flops.total());
            // Replies of the rollouts around the place where PPO has taken as much: not held out, but as many are new.
            int at = (int) Math.min(sizes.rollouts - 1, match / flops.total() * sizes.rollouts);
            run.table()
                    .add(
                            PPO,
                            MATCHED,
                            TRUE,
                            policy.rollouts().subList(Math.max(0, at - 2), Math.min(sizes.rollouts, at + 3)).stream()
                                    .mapToDouble(rollout -> rollout.truth())
                                    .average()
                                    .orElseThrow());
        }

        private ReplyReward reward(String name, List<Preference> preferences) throws IOException {
            FlopCount flops = new FlopCount(tuned.config());
            return base.reward(
                    request, judging, preferences, sizes.epochs, flops, rng.split("reward model"), kept.of(name));
        }

        private FlopCount count(FlopCount data) {
            FlopCount count = new FlopCount(tuned.config());
            count.restore(data.save());
            return count;
        }

        private List<int[]> asking() {
            return prompts.stream().map(offline::asking).toList();
        }

        private List<int[]> asking(double score) {
            return prompts.stream()
                    .map(prompt -> AskedScore.in(base.task(), prompt, score))
                    .toList();
        }

        private void judge(String row, CausalLm model, List<int[]> given, ReplyReward reward, double flops)
                throws IOException {
            List<Reply> replies = ReplyRun.replies(model, given);
            List<Reply> plain = new ArrayList<>();
            for (int i = 0; i < replies.size(); i++) {
                plain.add(new Reply(prompts.get(i), replies.get(i).completion()));
            }
            run.table().add(row, TRUE, TRUE, ReplyRun.mean(plain, base.task()::trueScore));
            run.table()
                    .add(
                            row,
                            PROXY,
                            PROXY,
                            Arrays.stream(reward.scoreAll(plain)).average().orElseThrow());
            run.table().add(row, KL, "nats", ReplyModel.kl(model, replies, tuned, plain));
            run.table().add(row, FLOPS, "GFLOP", flops / GIGA);
            if (!row.startsWith(ASKING) && !row.equals(SFT)) {
                run.keep(seed, row, model, HotelReplies.class, sizes.pairs, List.of(TRUE, PROXY, KL, FLOPS));
            }
        }
    }
}
