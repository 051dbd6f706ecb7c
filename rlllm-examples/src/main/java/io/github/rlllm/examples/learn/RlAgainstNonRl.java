package io.github.rlllm.examples.learn;

import io.github.rlllm.engine.alignment.Dpo;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.examples.Demonstration;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
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
import io.github.rlllm.rl4llm.replies.TextTuning;
import io.github.rlllm.rl4llm.replies.TunedModel;
import io.github.rlllm.torch.CausalLm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * {@code rlllm run rl-against-non-rl}: the beginning of the paper's open question 3. Nine methods on one task, from one
 * supervised model, with the same preferences, equal compute ({@link FlopCount}, with sampling, scoring and the reward model
 * where one is used) and one setting each, fixed beforehand: none is tuned. Beside them the controls: some of the methods on shuffled preferences, which must not raise the true score.
 */
public final class RlAgainstNonRl implements Demonstration {
    static final String ID = "rl-against-non-rl";
    static final String START = "where all start";
    static final String SFT = "SFT on the preferred replies";
    static final String BEST = "best of n";
    static final String FILTERING = "filtering";
    static final String WEIGHTED = "reward-weighted regression";
    static final String CONDITIONAL = "conditional alignment";
    static final String DPO = "DPO";
    static final String PPO = "PPO";
    static final String GRPO = "GRPO";
    static final String RLOO = "RLOO";
    static final String SHUFFLED = ", shuffled preferences";
    static final List<String> METHODS = List.of(SFT, BEST, FILTERING, WEIGHTED, CONDITIONAL, DPO, PPO, GRPO, RLOO);
    private static final List<String> NON_RL = List.of(SFT, BEST, FILTERING, WEIGHTED, CONDITIONAL, DPO);
    private static final List<String> RL = List.of(PPO, GRPO, RLOO);
    private static final List<String> CONTROLS = List.of(WEIGHTED, DPO, PPO);

    static final String TRUE = "true score";
    static final String PROXY = "learned reward";
    static final String KL = "KL to the start";
    static final String FLOPS = "operations";
    private static final double GIGA = 1e9;

    private final ReplyBase base;
    private final Sizes sizes;
    private final Map<String, Double> settings;
    private final LongSupplier nanos;

    /**
     * The sizes.
     *
     * @param pairs preferences that every method has
     * @param epochs most passes of the reward model over them
     * @param flops operations that every method has, once the preferences are there
     * @param data share of what is left after the reward model that the offline methods spend on scored replies
     * @param heldOut prompts on which replies are judged
     */
    record Sizes(int pairs, int epochs, double flops, double data, int heldOut) {
        static Sizes defaults() {
            return new Sizes(1000, 2, 1.5e11, 0.3, 256);
        }
    }

    /** The run of the command line. */
    public RlAgainstNonRl() {
        this(ReplyBase.defaults(), Sizes.defaults(), Settings.defaults(), System::nanoTime);
    }

    /**
     * A run of other sizes.
     *
     * @param base where all start
     * @param sizes the sizes
     * @param settings one a method, by name
     * @param nanos a nanosecond clock
     */
    RlAgainstNonRl(ReplyBase base, Sizes sizes, Map<String, Double> settings, LongSupplier nanos) {
        this.base = base;
        this.sizes = sizes;
        this.settings = settings;
        this.nanos = nanos;
    }

    @Override
    public Result run(RunRequest request) throws IOException {
        return run(request, 1, METHODS, CONTROLS);
    }

    /** Some of the rows, of seeds from another first one on. */
    Result run(RunRequest request, int first, List<String> methods, List<String> controls) throws IOException {
        try (ReplyRun run = new ReplyRun(ID, request, nanos)) {
            Stages kept = run.kept(base + " " + sizes + " " + settings);
            ReplyBase.Start start = base.start(run.runtime(), request, kept.of("shared"));
            CausalLm tuned = start.tuned();
            for (int seed = first; seed < first + request.seeds(); seed++) {
                Stages keptSeed = kept.of("seed " + seed);
                SeededRandom rng = SeededRandom.of(seed, ID);
                List<Preference> preferences =
                        base.preferences(run.runtime(), request, tuned, sizes.pairs, rng, keptSeed);
                Seed judged = new Seed(run, request, start, seed, preferences, keptSeed);
                judged.judge(START, ReplyRun.replies(tuned, judged.prompts), tuned, 0);
                for (String method : methods) {
                    judged.method(method, method);
                }
                List<Preference> shuffled = ReplyRun.shuffled(preferences, rng.split("coin"));
                Seed control = new Seed(run, request, start, seed, shuffled, keptSeed.of("shuffled"));
                for (String method : controls) {
                    control.method(method, method + SHUFFLED);
                }
            }
            String model = ReplyRun.GPT + "; annotator simulated; pre-training and SFT shared by the seeds";
            List<Aim> aims = methods.equals(METHODS) ? aims(run) : List.of();
            return new Result(
                    ID,
                    request.seeds(),
                    run.seconds(),
                    run.machine(),
                    run.table().arms(model),
                    aims);
        }
    }

    private static List<Aim> aims(ReplyRun run) {
        List<Aim> aims = new ArrayList<>();
        for (String method : METHODS) {
            aims.add(Aim.atLeast(
                    method + ": rise of the true score, lower end of its 95 % interval over seeds",
                    run.difference(method, START, TRUE).low(),
                    Bounds.APART));
        }
        String rl = best(run, RL);
        String other = best(run, NON_RL);
        aims.add(Aim.atLeast(
                "best with RL (" + rl + ") less best without (" + other + "), true score",
                run.table().mean(rl, TRUE) - run.table().mean(other, TRUE),
                Bounds.APART));
        for (String method : CONTROLS) {
            aims.add(Aim.atMost(
                    method + SHUFFLED + ": rise of the true score, lower end of its 95 % interval over seeds",
                    run.difference(method + SHUFFLED, START, TRUE).low(),
                    Bounds.SHUFFLED_RISE));
        }
        double most = METHODS.stream()
                .mapToDouble(method -> run.table().mean(method, FLOPS))
                .max()
                .orElseThrow();
        double least = METHODS.stream()
                .mapToDouble(method -> run.table().mean(method, FLOPS))
                .min()
                .orElseThrow();
        aims.add(Aim.atMost("most operations of a method over least", most / least, Bounds.EQUAL_COMPUTE));
        return aims;
    }

    private static String best(ReplyRun run, List<String> methods) {
        return methods.stream()
                .max(java.util.Comparator.comparingDouble(method -> run.table().mean(method, TRUE)))
                .orElseThrow();
    }

    /** One seed with its preferences, true or shuffled. */
    private final class Seed {
        private final ReplyRun run;
        private final RunRequest request;
        private final CausalLm tuned;
        private final int seed;
        private final List<Preference> preferences;
        private final Stages kept;
        private final SeededRandom rng;
        private final PolicyTuning training;
        private final ReplyReward reward;
        private final FlopCount spent;
        private final List<int[]> prompts = ReplyRun.prompts("held-out prompts", sizes.heldOut, base.task()::prompt);

        Seed(
                ReplyRun run,
                RunRequest request,
                ReplyBase.Start start,
                int seed,
                List<Preference> preferences,
                Stages kept)
                throws IOException {
            this.run = run;
            this.request = request;
            this.tuned = start.tuned();
            this.seed = seed;
            this.preferences = preferences;
            this.kept = kept;
            this.rng = SeededRandom.of(seed, ID);
            this.training = new PolicyTuning(request.progress(), request.control());
            this.spent = new FlopCount(tuned.config());
            this.reward = base.reward(
                    request, start.judging(), preferences, sizes.epochs, spent, rng.split("reward model"), kept);
        }

        void method(String method, String row) throws IOException {
            run.proceed(row, seed);
            double setting = settings.getOrDefault(method, Double.NaN);
            switch (method) {
                case SFT -> sft(row, setting);
                case BEST -> bestOf(row);
                case FILTERING, WEIGHTED, CONDITIONAL -> offline(method, row, setting);
                case DPO -> dpo(row, setting);
                default -> online(method, row, setting);
            }
        }

        /** No reward model: the whole compute goes into the likelihood of the preferred replies. */
        private void sft(String row, double rate) throws IOException {
            FlopCount flops = new FlopCount(tuned.config());
            List<Reply> chosen = preferences.stream().map(Preference::chosen).toList();
            double[] weights = new double[chosen.size()];
            Arrays.fill(weights, 1);
            CausalLm policy = new TextTuning(request.progress(), request.control())
                    .weighted(
                            row,
                            tuned,
                            chosen,
                            weights,
                            Effort.flops(sizes.flops),
                            rate,
                            flops,
                            rng.split(SFT),
                            kept.of(SFT));
            judge(row, policy, flops);
        }

        /** The compute is spent where it is served: n is what it pays for on the replies that are judged. */
        private void bestOf(String row) throws IOException {
            FlopCount flops = counted();
            SeededRandom samples = rng.split(BEST);
            List<List<Reply>> choices = prompts.stream()
                    .map(prompt -> (List<Reply>) new ArrayList<Reply>())
                    .toList();
            while (choices.get(0).isEmpty() || flops.total() < sizes.flops) {
                List<Reply> drawn = ReplyModel.sample(tuned, prompts, 1, samples);
                for (int i = 0; i < drawn.size() && (choices.get(i).isEmpty() || flops.total() < sizes.flops); i++) {
                    choices.get(i).add(drawn.get(i));
                    flops.read(2L * drawn.get(i).length()); // sampled and scored
                }
            }
            List<Reply> best = new ArrayList<>();
            for (List<Reply> some : choices) {
                double[] scores = reward.scoreAll(some);
                int at = IntStream.range(0, scores.length)
                        .reduce((one, other) -> scores[other] > scores[one] ? other : one)
                        .orElseThrow();
                best.add(some.get(at));
            }
            double n = choices.stream().mapToInt(List::size).average().orElseThrow();
            run.table().add(row, "n", "replies a prompt", n);
            judge(row, best, null, flops.total());
            run.table().add(row, KL, "nats", Math.log(n) - (n - 1) / n);
        }

        private void offline(String method, String row, double setting) throws IOException {
            OfflineAlignmentConfig config = OfflineAlignmentConfig.defaults();
            config = switch (method) {
                case FILTERING -> config.withShare(setting);
                case WEIGHTED -> config.withBeta(setting);
                default -> config.withAsked(setting);
            };
            OfflineAlignment offline = new OfflineAlignment(base.task(), config, request.progress(), request.control());
            FlopCount flops = counted();
            Effort data = Effort.flops(sizes.data * (sizes.flops - spent.total()));
            Stages of = kept.of(method);
            List<ScoredReply> scored = offline.collect(tuned, reward, data, flops, rng.split("data"), of.of("data"));
            Effort rest = Effort.flops(sizes.flops - flops.total());
            SeededRandom order = rng.split(method);
            switch (method) {
                case FILTERING -> judge(row, offline.filtering(tuned, scored, rest, flops, order, of), flops);
                case WEIGHTED -> judge(row, offline.rewardWeighted(tuned, scored, rest, flops, order, of), flops);
                default -> {
                    CausalLm policy = offline.conditional(tuned, scored, rest, flops, order, of);
                    List<int[]> asking = prompts.stream().map(offline::asking).toList();
                    judge(row, ReplyRun.replies(policy, asking), policy, flops.total());
                }
            }
        }

        /** No reward model: the whole compute goes into the preferences themselves. */
        private void dpo(String row, double beta) throws IOException {
            FlopCount flops = new FlopCount(tuned.config());
            CausalLm policy = training.dpo(
                    tuned,
                    preferences,
                    Dpo.defaults().withBeta(beta),
                    Effort.flops(sizes.flops),
                    Settings.RATE,
                    flops,
                    rng.split(DPO),
                    kept.of(DPO));
            judge(row, policy, flops);
        }

        private void online(String method, String row, double beta) throws IOException {
            FlopCount flops = counted();
            Effort rest = Effort.flops(sizes.flops - flops.total());
            ReplyGoal goal = new ReplyGoal(base.task()::prompt, reward, base.task()::trueScore);
            PolicySettings group = PolicySettings.group(beta).withRate(Settings.RATE);
            SeededRandom own = rng.split(method);
            Stages of = kept.of(method);
            TunedModel policy = switch (method) {
                case PPO ->
                    training.ppo(
                            tuned,
                            reward.model(),
                            goal,
                            PolicySettings.ppo(beta).withRate(Settings.RATE),
                            rest,
                            flops,
                            own,
                            of);
                case GRPO -> training.grpo(tuned, goal, group, rest, flops, own, of);
                default -> training.rloo(tuned, goal, group, rest, flops, own, of);
            };
            run.curve(seed, row, policy.rollouts());
            judge(row, policy.model(), flops);
        }

        /** What the reward model took. */
        private FlopCount counted() {
            FlopCount flops = new FlopCount(tuned.config());
            flops.restore(spent.save());
            return flops;
        }

        private void judge(String row, CausalLm policy, FlopCount flops) throws IOException {
            judge(row, ReplyRun.replies(policy, prompts), policy, flops.total());
        }

        private void judge(String row, List<Reply> replies, @Nullable CausalLm policy, double flops)
                throws IOException {
            List<Reply> plain = IntStream.range(0, replies.size())
                    .mapToObj(i -> new Reply(prompts.get(i), replies.get(i).completion()))
                    .toList();
            run.table().add(row, TRUE, TRUE, ReplyRun.mean(plain, base.task()::trueScore));
            run.table()
                    .add(
                            row,
                            PROXY,
                            PROXY,
                            Arrays.stream(reward.scoreAll(plain)).average().orElseThrow());
            if (policy != null) {
                run.table().add(row, KL, "nats", ReplyModel.kl(policy, replies, tuned, plain));
            }
            run.table().add(row, FLOPS, "GFLOP", flops / GIGA);
            if (policy != null) {
                run.keep(seed, row, policy, HotelReplies.class, sizes.pairs, List.of(TRUE, PROXY, KL, FLOPS));
            }
        }
    }

    /** The one setting of every method that has one, fixed before the table was first run: none was tuned on it. */
    static final class Settings {
        static final double RATE = 5e-4;

        private Settings() {}

        static Map<String, Double> defaults() {
            Map<String, Double> settings = new LinkedHashMap<>();
            settings.put(SFT, 1e-3); // learning rate
            settings.put(FILTERING, 0.2); // share that is kept
            settings.put(WEIGHTED, 0.5); // beta
            settings.put(CONDITIONAL, 1.0); // asked
            settings.put(DPO, 0.1); // beta
            settings.put(PPO, 0.1); // beta
            settings.put(GRPO, 0.04); // beta
            settings.put(RLOO, 0.1); // beta
            return settings;
        }
    }
}
