package io.github.rlllm.examples.experiment;

import io.github.rlllm.api.RewardModel;
import io.github.rlllm.engine.run.MetricsLog;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.examples.experiment.FeedbackModels.Judged;
import io.github.rlllm.rl4llm.instructgpt.InstructGpt;
import io.github.rlllm.rl4llm.instructgpt.InstructGptConfig;
import io.github.rlllm.rl4llm.replies.Annotator;
import io.github.rlllm.rl4llm.replies.HotelReplies;
import io.github.rlllm.rl4llm.replies.Preference;
import io.github.rlllm.rl4llm.replies.PreferenceFile;
import io.github.rlllm.rl4llm.replies.Reply;
import io.github.rlllm.rl4llm.replies.ReplyModel;
import io.github.rlllm.rl4llm.replies.ReplyReward;
import io.github.rlllm.rl4llm.replies.RewardFitting;
import io.github.rlllm.rl4llm.replies.Rollout;
import io.github.rlllm.rl4llm.replies.TextTuning;
import io.github.rlllm.rl4llm.replies.TunedModel;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.Padding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Everything of {@link FeedbackTuning} that belongs to one seed. */
final class FeedbackSeed {
    static final int CHOICES = 8;
    static final String SFT = "SFT";
    static final String BEST = "best of " + CHOICES;
    static final String MORE = "SFT, equal extra compute";
    static final String PPO = "PPO";
    static final String ORACLE = "PPO on the true score";
    static final String FREE = "PPO, KL off";
    static final String MIX = "PPO-ptx";
    static final String CONTROL = "control: PPO, shuffled preferences";
    static final String REWARD = "reward model";
    private static final String SHUFFLED = "shuffled preferences";
    static final String DIAGNOSIS = "diagnosis";

    static final String TRUE = "true score";
    static final String CORPUS = "held-out corpus";
    static final String FALL = "fall of the true score from its peak";
    static final String RISE = "rise of the proxy";
    private static final String PROXY = "proxy score";
    private static final String KL = "KL to SFT";
    private static final String ROOT_KL = "root of KL";
    private static final String PAIRS = "share of pairs";

    private static final int SMOOTH = 5;
    private static final int CORPUS_TEXTS = 512;
    private static final int CHUNK = 128;
    /** Without the KL term PPO goes on for so many times the rollouts, so that over-optimisation has its time to show. */
    private static final int LONGER = 2;

    private final InstructGpt trainer;
    private final HotelReplies task;
    private final InstructGptConfig config;
    private final HeldOutReplies heldOut;
    private final double mix;
    private final CausalLm tuned;
    private final int seed;
    private final SeedTable table;
    private final MetricsLog metrics;
    private final Stages kept;
    private final SeededRandom rng;

    FeedbackSeed(Study study, CausalLm tuned, int seed, SeedTable table, MetricsLog metrics, Stages kept) {
        this.trainer = study.trainer();
        this.task = study.task();
        this.config = study.config();
        this.heldOut = study.heldOut();
        this.mix = study.mix();
        this.tuned = tuned;
        this.seed = seed;
        this.table = table;
        this.metrics = metrics;
        this.kept = kept;
        this.rng = SeededRandom.of(seed, "feedback tuning");
    }

    /** What all seeds share, apart from the model; the mix is the weight of the corpus in a row of PPO-ptx, 0 for no such row. */
    record Study(
            InstructGpt trainer, HotelReplies task, InstructGptConfig config, HeldOutReplies heldOut, double mix) {}

    /** All rows, each model kept with its card; gives the control's rise of the true score, one number a prompt. */
    double[] run(boolean broken, @Nullable PreferenceFile person, FeedbackModels models) throws IOException {
        List<Preference> preferences = person == null ? simulated(broken) : person.preferences();
        ReplyReward reward = fitReward(REWARD, preferences);
        ReplyReward random = fitReward(SHUFFLED, shuffled(preferences));
        InstructGptConfig.Ppo ppo = config.ppo();

        List<Reply> sft = evaluate(SFT, tuned, reward);
        bestOf(reward);
        int extra = extraSteps(preferences.size());
        CausalLm more = trainer.sft(tuned, extra, rng.split("more demonstrations"), kept.of(MORE));
        evaluate(MORE, more, reward);
        models.supervised(seed, MORE, config.sftSteps() + extra, more, figures(MORE));
        List<Reply> policy = policy(PPO, reward, reward, ppo, Judged.ANNOTATOR, models);
        policy(ORACLE, reward, task::trueScore, ppo, Judged.TRUTH, models);
        InstructGptConfig.Ppo free = ppo.withBeta(0).withIterations(LONGER * ppo.iterations());
        policy(FREE, reward, reward, free, Judged.ANNOTATOR, models);
        List<Reply> control = policy(CONTROL, random, random, ppo, Judged.COIN, models);
        if (mix > 0) {
            corpus(SFT, tuned);
            policy(MIX, reward, reward, ppo.withPretraining(mix), Judged.ANNOTATOR, models);
        }

        table.add(REWARD, "agreement", PAIRS, agreement(preferences));
        double[] halves = kept.once("accuracies", () -> new double[] {
            accuracy(reward, sft, heldOut.turned(sft)), accuracy(reward, policy, heldOut.turned(policy))
        });
        table.add(REWARD, "accuracy on SFT samples", PAIRS, halves[0]);
        table.add(REWARD, "accuracy on PPO samples", PAIRS, halves[1]);
        Diagnosis.Reward accuracies = accuracies(reward, preferences, policy, sft);
        table.add(REWARD, "accuracy on its own preferences", PAIRS, accuracies.before());
        table.add(REWARD, "accuracy on PPO against SFT samples", PAIRS, accuracies.after());
        List<Preference> held = RewardFitting.heldOut(preferences, rng.split("reward model"));
        double[] unseen = kept.once("held out", () -> new double[] {reward.accuracy(held)});
        table.add(REWARD, "accuracy on held-out preferences", PAIRS, unseen[0]);
        table.add(REWARD, "longer reply on held-out preferences", PAIRS, Preference.longerIsChosen(held));
        table.add(DIAGNOSIS, "reward", "named", Diagnosis.reward(accuracies) ? 1 : 0);
        models.reward(seed, REWARD, reward.model(), Judged.ANNOTATOR, figures(REWARD));
        models.reward(seed, SHUFFLED, random.model(), Judged.COIN, Map.of());
        double[] before = heldOut.perPrompt(sft);
        double[] after = heldOut.perPrompt(control);
        return IntStream.range(0, before.length)
                .mapToDouble(i -> after[i] - before[i])
                .toArray();
    }

    /** What a reward model's failure is read off, as {@link #run} has it, without the rows that it does not need. */
    Diagnosis.Reward diagnosed(boolean broken) throws IOException {
        List<Preference> preferences = simulated(broken);
        ReplyReward reward = fitReward(REWARD, preferences);
        List<Reply> sft = evaluate(SFT, tuned, reward);
        List<Reply> policy = evaluate(PPO, ppo(PPO, reward, reward, config.ppo()), reward);
        return accuracies(reward, preferences, policy, sft);
    }

    private Diagnosis.Reward accuracies(
            ReplyReward reward, List<Preference> preferences, List<Reply> policy, List<Reply> sft) throws IOException {
        List<Reply> chosen = preferences.stream().map(Preference::chosen).toList();
        List<Reply> rejected = preferences.stream().map(Preference::rejected).toList();
        double[] before = kept.once("before", () -> new double[] {accuracy(reward, chosen, rejected)});
        double[] after = kept.once("after", () -> new double[] {accuracy(reward, policy, sft)});
        return new Diagnosis.Reward(before[0], after[0]);
    }

    /** Preferences of the simulated annotator; the fault that is injected is that all are about one prompt. */
    private List<Preference> simulated(boolean broken) throws IOException {
        int[] only = task.prompt(rng.split("prompt of the preferences"));
        Function<RandomGenerator, int[]> source = broken ? from -> only : task::prompt;
        return trainer.compare(tuned, source, Annotator.defaults(), rng.split("preferences"), kept);
    }

    private ReplyReward fitReward(String name, List<Preference> preferences) throws IOException {
        return trainer.fitReward(tuned, preferences, rng.split("reward model"), kept.of(name));
    }

    /** PPO from the tuned model, its curve kept and its peak and fall put into the table. */
    private CausalLm ppo(String row, ReplyReward value, RewardModel<Reply> reward, InstructGptConfig.Ppo settings)
            throws IOException {
        TunedModel policy = trainer.ppo(tuned, value.model(), reward, settings, rng.split("PPO"), kept.of(row));
        List<Rollout> curve = policy.rollouts();
        for (Rollout rollout : curve) {
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("seed", (double) seed);
            figures.put(row + ", " + PROXY, rollout.proxy());
            figures.put(row + ", " + TRUE, rollout.truth());
            figures.put(row + ", " + KL, rollout.kl());
            figures.put(row + ", " + ROOT_KL, Math.sqrt(Math.max(0, rollout.kl())));
            metrics.append(rollout.iteration(), figures);
        }
        if (row.equals(FREE)) {
            double[] truth = smooth(curve.stream().mapToDouble(Rollout::truth).toArray());
            double[] proxy = smooth(curve.stream().mapToDouble(Rollout::proxy).toArray());
            double peak = Arrays.stream(truth).max().orElse(Double.NaN);
            table.add(row, FALL, TRUE, peak - truth[truth.length - 1]);
            table.add(row, RISE, PROXY, proxy[proxy.length - 1] - proxy[0]);
        }
        return policy.model();
    }

    /** PPO, what its policy replies, and the policy kept with its card. */
    private List<Reply> policy(
            String row,
            ReplyReward value,
            RewardModel<Reply> reward,
            InstructGptConfig.Ppo settings,
            Judged judged,
            FeedbackModels models)
            throws IOException {
        CausalLm model = ppo(row, value, reward, settings);
        List<Reply> replies = evaluate(row, model, value);
        if (mix > 0) {
            corpus(row, model);
        }
        models.policy(seed, row, model, judged, figures(row));
        return replies;
    }

    /** How well a model still knows the corpus: the mean of {@code -log p} over the tokens of texts that it never saw. */
    private void corpus(String row, CausalLm model) throws IOException {
        double[] loss = kept.of(row).once("corpus", () -> {
            RandomGenerator texts = SeededRandom.of(0, "feedback tuning, held-out corpus");
            double sum = 0;
            long tokens = 0;
            for (int from = 0; from < CORPUS_TEXTS; from += CHUNK) {
                int[][] rows = Stream.generate(() -> task.corpusText(texts))
                        .limit(CHUNK)
                        .toArray(int[][]::new);
                for (float[] text : model.logProbs(rows, Padding.RIGHT)) {
                    for (float logProb : text) {
                        sum -= logProb;
                    }
                    tokens += text.length;
                }
            }
            return new double[] {sum / tokens};
        });
        table.add(row, CORPUS, "nats a token", loss[0]);
    }

    /** A row's figures of this seed. */
    private Map<String, Double> figures(String row) {
        Map<String, Double> figures = new LinkedHashMap<>();
        for (String figure : table.figures(row)) {
            double[] values = table.values(row, figure);
            figures.put(figure, values[values.length - 1]);
        }
        return figures;
    }

    private List<Reply> evaluate(String row, CausalLm model, ReplyReward reward) throws IOException {
        List<Reply> replies = heldOut.of(row, model, kept);
        double[] figures = kept.of(row).once("figures", () ->
                new double[] {mean(reward.scoreAll(replies)), ReplyModel.kl(model, replies, tuned, replies)});
        judge(row, replies, figures[0], figures[1]);
        return replies;
    }

    /** The best of some replies of the tuned model to every prompt, by the reward model. */
    private void bestOf(ReplyReward reward) throws IOException {
        List<Reply> best = heldOut.bestOf(BEST, tuned, CHOICES, reward, kept);
        double[] proxy = kept.of(BEST).once("figures", () -> new double[] {mean(reward.scoreAll(best))});
        judge(BEST, best, proxy[0], Math.log(CHOICES) - (CHOICES - 1.0) / CHOICES);
    }

    private void judge(String row, List<Reply> replies, double proxy, double kl) {
        table.add(row, TRUE, TRUE, mean(heldOut.perPrompt(replies)));
        table.add(row, PROXY, PROXY, proxy);
        table.add(row, KL, "nats", kl);
        table.add(row, ROOT_KL, "root of nats", Math.sqrt(Math.max(0, kl)));
    }

    /** Who was preferred is drawn by a coin, so that nothing can be learned. */
    private List<Preference> shuffled(List<Preference> preferences) {
        RandomGenerator coin = rng.split("coin");
        return preferences.stream()
                .map(preference -> coin.nextBoolean() ? preference : preference.swapped())
                .toList();
    }

    /** Of pairs whose true scores differ, the share that the reward model orders as they are. */
    private double accuracy(ReplyReward reward, List<Reply> some, List<Reply> others) {
        List<Preference> pairs = new ArrayList<>();
        for (int i = 0; i < some.size(); i++) {
            double a = task.trueScore(some.get(i));
            double b = task.trueScore(others.get(i));
            if (Math.abs(a - b) > 1e-9) {
                Preference pair = new Preference(some.get(i), others.get(i));
                pairs.add(a > b ? pair : pair.swapped());
            }
        }
        return pairs.isEmpty() ? 0.5 : reward.accuracy(pairs);
    }

    /** Of pairs whose true scores differ, the share on which annotator and true score agree. */
    private double agreement(List<Preference> preferences) {
        int right = 0;
        int pairs = 0;
        for (Preference preference : preferences) {
            double margin = task.trueScore(preference.chosen()) - task.trueScore(preference.rejected());
            pairs += Math.abs(margin) > 1e-9 ? 1 : 0;
            right += margin > 1e-9 ? 1 : 0;
        }
        return pairs == 0 ? 0.5 : (double) right / pairs;
    }

    /**
     * Supervised steps that cost what reward model and PPO cost together, in rows that are trained on (a forward without
     * its backward counts a third): each preference is two rows an epoch; a reply of PPO is read four times and trained on
     * twice an epoch.
     */
    private int extraSteps(int preferences) {
        InstructGptConfig.Ppo ppo = config.ppo();
        double rewardRows = 2.0 * preferences * config.rewardEpochs();
        double ppoRows = ppo.iterations() * ppo.batch() * (4.0 / 3 + 2.0 * ppo.epochs());
        return (int) Math.round((rewardRows + ppoRows) / TextTuning.TEXTS);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double[] smooth(double[] values) {
        int width = Math.min(SMOOTH, values.length);
        return IntStream.rangeClosed(0, values.length - width)
                .mapToDouble(i -> Arrays.stream(values, i, i + width).average().orElseThrow())
                .toArray();
    }
}
