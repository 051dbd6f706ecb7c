package io.github.rlllm.examples.learn;

import static io.github.rlllm.examples.learn.MethodTrials.BEST;
import static io.github.rlllm.examples.learn.MethodTrials.DPO;
import static io.github.rlllm.examples.learn.MethodTrials.FILTERING;
import static io.github.rlllm.examples.learn.MethodTrials.GRPO;
import static io.github.rlllm.examples.learn.MethodTrials.PPO;
import static io.github.rlllm.examples.learn.MethodTrials.RLOO;
import static io.github.rlllm.examples.learn.MethodTrials.SFT;
import static io.github.rlllm.examples.learn.MethodTrials.WEIGHTED;

import io.github.rlllm.engine.alignment.Dpo;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.learn.MethodTrials.Setting;
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
import io.github.rlllm.rl4llm.replies.TextTuning;
import io.github.rlllm.rl4llm.replies.TunedModel;
import io.github.rlllm.torch.CausalLm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The methods at equal compute, of one seed with its preferences, true or shuffled. Every method gives one row of the table. */
final class MethodSeed {
    static final String START = "where all start";
    static final String TRUE = "true score";
    static final String PROXY = "learned reward";
    static final String KL = "KL to the start";
    static final String FLOPS = "operations";
    static final String ACCURACY = "reward model's accuracy, held out";
    static final String LONGER = "longer reply's accuracy, held out";
    private static final double GIGA = 1e9;

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
            return new Sizes(1000, 2, 1.5e11, 0.15, 256);
        }
    }

    private final ReplyRun run;
    private final RunRequest request;
    private final ReplyBase base;
    private final Sizes sizes;
    private final CausalLm tuned;
    private final CausalLm judging;
    private final int seed;
    private final List<Preference> preferences;
    private final List<int[]> prompts;
    private final Stages kept;
    private final SeededRandom rng;
    private final PolicyTuning policies;
    private final ReplyReward reward;
    /** What the reward model took. */
    private final FlopCount spent;

    MethodSeed(
            ReplyRun run,
            RunRequest request,
            ReplyBase base,
            Sizes sizes,
            ReplyBase.Start start,
            int seed,
            List<Preference> preferences,
            List<int[]> prompts,
            Stages kept)
            throws IOException {
        this.run = run;
        this.request = request;
        this.base = base;
        this.sizes = sizes;
        this.tuned = start.tuned();
        this.judging = start.judging();
        this.seed = seed;
        this.preferences = preferences;
        this.prompts = prompts;
        this.kept = kept;
        this.rng = SeededRandom.of(seed, RlAgainstNonRl.ID);
        this.policies = new PolicyTuning(request.progress(), request.control());
        this.spent = new FlopCount(tuned.config());
        this.reward = base.reward(request, judging, preferences, sizes.epochs, spent, rng.split("reward model"), kept);
    }

    /** The row of the model from which all start. */
    void start() throws IOException {
        judge(START, ReplyRun.replies(tuned, prompts), tuned, 0);
        rewardModel(START);
    }

    /** The reward model, judged on the preferences that it held out. */
    void rewardModel(String row) throws IOException {
        List<Preference> heldOut = RewardFitting.heldOut(preferences, rng.split("reward model"));
        run.table().add(row, ACCURACY, "share of pairs", reward.accuracy(heldOut));
        run.table().add(row, LONGER, "share of pairs", Preference.longerIsChosen(heldOut));
        run.keepReward(seed, row, reward, HotelReplies.class, sizes.pairs, List.of(ACCURACY, LONGER));
    }

    /** The row of a method. */
    void method(String method, Setting setting, String row) throws IOException {
        run.proceed(row, seed);
        Stages of = kept.of(row.replaceAll("[^A-Za-z0-9]+", "-"));
        switch (method) {
            case SFT -> sft(row, setting, of);
            case BEST -> bestOf(row, setting, of);
            case DPO -> dpo(row, setting, of);
            case PPO, GRPO, RLOO -> online(method, row, setting, of);
            default -> offline(method, row, setting, of);
        }
    }

    /** No reward model: the whole compute goes into the likelihood of the preferred replies. */
    private void sft(String row, Setting setting, Stages of) throws IOException {
        FlopCount flops = new FlopCount(tuned.config());
        List<Reply> chosen = preferences.stream().map(Preference::chosen).toList();
        double[] weights = new double[chosen.size()];
        Arrays.fill(weights, 1);
        Effort all = Effort.flops(sizes.flops);
        CausalLm policy = new TextTuning(request.progress(), request.control())
                .weighted(SFT, tuned, chosen, weights, all, setting.rate(), flops, rng.split(SFT), of);
        judge(row, policy, flops);
    }

    /**
     * The compute is spent where it is served: n is what it pays for on the replies that are judged. Its reward model is one
     * of its own, with the setting's passes.
     */
    private void bestOf(String row, Setting setting, Stages of) throws IOException {
        FlopCount flops = new FlopCount(tuned.config());
        int epochs = (int) setting.strength();
        ReplyReward judge = base.reward(request, judging, preferences, epochs, flops, rng.split("reward model"), of);
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
            double[] scores = judge.scoreAll(some);
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

    private void offline(String method, String row, Setting setting, Stages of) throws IOException {
        OfflineAlignmentConfig config =
                OfflineAlignmentConfig.defaults().withRate(setting.rate()).withConditionalRate(setting.rate());
        config = switch (method) {
            case FILTERING -> config.withShare(setting.strength());
            case WEIGHTED -> config.withBeta(setting.strength());
            default -> config.withAsked(setting.strength());
        };
        OfflineAlignment offline = new OfflineAlignment(base.task(), config, request.progress(), request.control());
        FlopCount flops = counted();
        Effort data = Effort.flops(sizes.data * (sizes.flops - spent.total()));
        List<ScoredReply> scored = offline.collect(tuned, reward, data, flops, rng.split("data"), of);
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
    private void dpo(String row, Setting setting, Stages of) throws IOException {
        FlopCount flops = new FlopCount(tuned.config());
        Dpo loss = Dpo.defaults().withBeta(setting.strength());
        Effort all = Effort.flops(sizes.flops);
        CausalLm policy = policies.dpo(tuned, preferences, loss, all, setting.rate(), flops, rng.split(DPO), of);
        judge(row, policy, flops);
    }

    private void online(String method, String row, Setting setting, Stages of) throws IOException {
        FlopCount flops = counted();
        Effort rest = Effort.flops(sizes.flops - flops.total());
        ReplyGoal goal = new ReplyGoal(base.task()::prompt, reward, base.task()::trueScore);
        PolicySettings alone = PolicySettings.ppo(setting.strength()).withRate(setting.rate());
        PolicySettings group = PolicySettings.group(setting.strength()).withRate(setting.rate());
        SeededRandom own = rng.split(method);
        TunedModel policy = switch (method) {
            case PPO -> policies.ppo(tuned, reward.model(), goal, alone, rest, flops, own, of);
            case GRPO -> policies.grpo(tuned, goal, group, rest, flops, own, of);
            default -> policies.rloo(tuned, goal, group, rest, flops, own, of);
        };
        run.curve(seed, row, policy.rollouts());
        judge(row, policy.model(), flops);
    }

    private FlopCount counted() {
        FlopCount flops = new FlopCount(tuned.config());
        flops.restore(spent.save());
        return flops;
    }

    private void judge(String row, CausalLm policy, FlopCount flops) throws IOException {
        judge(row, ReplyRun.replies(policy, prompts), policy, flops.total());
    }

    private void judge(String row, List<Reply> replies, @Nullable CausalLm policy, double flops) throws IOException {
        List<Reply> plain = IntStream.range(0, replies.size())
                .mapToObj(i -> new Reply(prompts.get(i), replies.get(i).completion()))
                .toList();
        run.table().add(row, TRUE, TRUE, ReplyRun.mean(plain, base.task()::trueScore));
        double proxy = Arrays.stream(reward.scoreAll(plain)).average().orElseThrow();
        run.table().add(row, PROXY, PROXY, proxy);
        if (policy != null) {
            run.table().add(row, KL, "nats", ReplyModel.kl(policy, replies, tuned, plain));
        }
        run.table().add(row, FLOPS, "GFLOP", flops / GIGA);
        if (policy != null && !row.equals(START)) {
            run.keep(seed, row, policy, HotelReplies.class, sizes.pairs, List.of(TRUE, PROXY, KL, FLOPS));
        }
    }
}
