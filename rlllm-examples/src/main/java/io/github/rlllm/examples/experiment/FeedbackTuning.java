package io.github.rlllm.examples.experiment;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.api.RewardModel;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.MetricsLog;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.rl4llm.instructgpt.Annotator;
import io.github.rlllm.rl4llm.instructgpt.HotelReplies;
import io.github.rlllm.rl4llm.instructgpt.InstructGpt;
import io.github.rlllm.rl4llm.instructgpt.InstructGptConfig;
import io.github.rlllm.rl4llm.instructgpt.LearnedReward;
import io.github.rlllm.rl4llm.instructgpt.Preference;
import io.github.rlllm.rl4llm.instructgpt.PreferenceFile;
import io.github.rlllm.rl4llm.instructgpt.Reply;
import io.github.rlllm.torch.GptWeights;
import io.github.rlllm.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Experiment 3: a reward model from feedback tunes a language model. Pre-training and supervised tuning are made once and
 * shared by all seeds; preferences, reward models, PPO and the comparisons are made anew for each. Replies are judged by
 * the true score of {@link HotelReplies} on 256 held-out prompts, two replies each, drawn with the same random numbers for
 * every row.
 */
public final class FeedbackTuning implements Experiment {
    private static final int HELD_OUT = 256;
    private static final int CHOICES = 8;
    private static final int SMOOTH = 5;
    private static final String GPT = "GPT of 2 layers, width 64, trained in the run; ";

    private static final String SFT = "SFT";
    private static final String BEST = "best of " + CHOICES;
    private static final String MORE = "SFT, equal extra compute";
    private static final String PPO = "PPO";
    private static final String ORACLE = "PPO on the true score";
    private static final String FREE = "PPO, KL off";
    private static final String CONTROL = "control: PPO, shuffled preferences";
    private static final String REWARD = "reward model";
    private static final String DIAGNOSIS = "diagnosis";

    private static final String TRUE = "true score";
    private static final String PROXY = "proxy score";
    private static final String KL = "KL to SFT";
    private static final String ROOT_KL = "root of KL";

    private final InstructGptConfig config;
    private final int heldOut;
    private final LongSupplier nanos;

    /** The experiment as the main job runs it. */
    public FeedbackTuning() {
        this(InstructGptConfig.defaults(), HELD_OUT, System::nanoTime);
    }

    FeedbackTuning(InstructGptConfig config, int heldOut, LongSupplier nanos) {
        this.config = config;
        this.heldOut = heldOut;
        this.nanos = nanos;
    }

    /** The figures of the rows, one value a seed, in the order in which they came. */
    private static final class Table {
        private final Map<String, Map<String, List<Double>>> rows = new LinkedHashMap<>();
        private final Map<String, String> units = new LinkedHashMap<>();

        void add(String row, String figure, String unit, double value) {
            rows.computeIfAbsent(row, key -> new LinkedHashMap<>())
                    .computeIfAbsent(figure, key -> new ArrayList<>())
                    .add(value);
            units.put(figure, unit);
        }

        double[] values(String row, String figure) {
            return rows.getOrDefault(row, Map.of()).getOrDefault(figure, List.of()).stream()
                    .mapToDouble(Double::doubleValue)
                    .toArray();
        }

        List<Arm> arms(String model) {
            List<Arm> arms = new ArrayList<>();
            rows.forEach((row, figures) -> {
                Map<String, Metric> metrics = new LinkedHashMap<>();
                figures.forEach((figure, values) -> metrics.put(
                        figure,
                        Metric.of(
                                units.getOrDefault(figure, ""),
                                values.stream().mapToDouble(Double::doubleValue).toArray())));
                arms.add(new Arm(row, model, metrics));
            });
            return arms;
        }
    }

    @Override
    public Result run(ExperimentRequest request) throws IOException {
        long start = nanos.getAsLong();
        HotelReplies task = new HotelReplies();
        Path file = request.preferences();
        PreferenceFile person = file == null ? null : PreferenceFile.read(file, task);
        TorchRuntime runtime = TorchRuntime.start();
        InstructGpt study = new InstructGpt(
                runtime, task, config, request.run().progress(), request.run().control());
        GptWeights tuned = tuned(study);
        Table table = new Table();
        List<double[]> rises = new ArrayList<>();
        Path log = request.run().folder().resolve("metrics-feedback.jsonl");
        try (MetricsLog metrics = MetricsLog.open(log, 0)) {
            for (int seed = 1; seed <= request.run().seeds(); seed++) {
                Seed one = new Seed(study, task, tuned, seed, table, metrics);
                rises.add(one.run(request.broken().equals("reward"), person));
            }
        }
        String annotator = person == null
                ? String.format(Locale.ROOT, "annotator simulated, agreement %.2f", mean(table, REWARD, "agreement"))
                : String.format(
                        Locale.ROOT,
                        "preferences of %s, %d pairs, %.0f %% unknown words",
                        file == null ? "" : file.getFileName(),
                        person.preferences().size(),
                        100 * person.unknown());
        List<Arm> arms = table.arms(GPT + annotator + "; pre-training and SFT shared by the seeds");
        return new Result(
                "instructgpt",
                request.run().seeds(),
                (nanos.getAsLong() - start) / 1e9,
                Provenance.thisMachine() + ", " + runtime.describe(),
                arms,
                aims(table, rises));
    }

    /** The supervised model from which the preferences and the policy of every seed start. */
    private GptWeights tuned(InstructGpt study) {
        SeededRandom shared = SeededRandom.of(0, "feedback tuning, shared by all seeds");
        return study.sft(study.pretrain(shared.split("corpus")), config.sftSteps(), shared.split("supervised"));
    }

    /**
     * Of as many seeds as asked for, from {@code first}, what a reward model's failure is read off, as {@link #run} has it,
     * without the rows that it does not need.
     */
    List<Diagnosis.Reward> diagnosed(ExperimentRequest request, int first) throws IOException {
        HotelReplies task = new HotelReplies();
        RunRequest run = request.run();
        InstructGpt study = new InstructGpt(TorchRuntime.start(), task, config, run.progress(), run.control());
        GptWeights tuned = tuned(study);
        List<Diagnosis.Reward> seeds = new ArrayList<>();
        try (MetricsLog metrics = MetricsLog.open(run.folder().resolve("metrics-feedback.jsonl"), 0)) {
            for (int seed = first; seed < first + run.seeds(); seed++) {
                Seed one = new Seed(study, task, tuned, seed, new Table(), metrics);
                seeds.add(one.diagnosed(request.broken().equals("reward")));
            }
        }
        return seeds;
    }

    private static List<Aim> aims(Table table, List<double[]> rises) {
        double[] sft = table.values(SFT, TRUE);
        double[] ppo = table.values(PPO, TRUE);
        double[] fall = table.values(FREE, "fall of the true score from its peak");
        double[] gain = table.values(FREE, "rise of the proxy");
        double above =
                IntStream.range(0, sft.length).filter(i -> ppo[i] > sft[i]).count() / (double) sft.length;
        double leastFall = Arrays.stream(fall).min().orElse(Double.NaN);
        double leastGain = Arrays.stream(gain).min().orElse(Double.NaN);
        double[] perSeed = rises.stream()
                .mapToDouble(rise -> Arrays.stream(rise).average().orElse(Double.NaN))
                .toArray();
        double[] units = rises.stream().flatMapToDouble(Arrays::stream).toArray();
        Metric rise = Metric.over("true score", perSeed, units);
        return List.of(
                Aim.atLeast(
                        "share of seeds in which PPO's true score is above that of SFT", above, Bounds.PPO_ABOVE_SFT),
                new Aim(
                        "KL off: least fall of the true score from its peak",
                        leastFall,
                        Bounds.KL_OFF_FALL,
                        leastFall > Bounds.KL_OFF_FALL),
                new Aim("KL off: least rise of the proxy meanwhile", leastGain, 0, leastGain > 0),
                Aim.atMost(
                        "shuffled preferences: rise of the true score over SFT, lower end of its 95 % interval over"
                                + " prompts",
                        rise.low(), Bounds.SHUFFLED_RISE));
    }

    private static double mean(Table table, String row, String figure) {
        return Arrays.stream(table.values(row, figure)).average().orElse(Double.NaN);
    }

    /** Everything that belongs to one seed. */
    private final class Seed {
        private final InstructGpt study;
        private final HotelReplies task;
        private final GptWeights tuned;
        private final int seed;
        private final Table table;
        private final MetricsLog metrics;
        private final SeededRandom rng;
        private final SeededRandom evaluation = SeededRandom.of(0, "feedback tuning, held-out prompts");
        private final List<int[]> prompts = new ArrayList<>();

        Seed(InstructGpt study, HotelReplies task, GptWeights tuned, int seed, Table table, MetricsLog metrics) {
            this.study = study;
            this.task = task;
            this.tuned = tuned;
            this.seed = seed;
            this.table = table;
            this.metrics = metrics;
            this.rng = SeededRandom.of(seed, "feedback tuning");
            RandomGenerator drawn = evaluation.split("prompts");
            for (int i = 0; i < heldOut; i++) {
                prompts.add(task.prompt(drawn));
            }
        }

        /** All rows; gives the control's rise of the true score, one number a prompt. */
        double[] run(boolean broken, @Nullable PreferenceFile person) throws IOException {
            List<Preference> preferences = person == null ? simulated(broken) : person.preferences();
            LearnedReward reward = study.fitReward(tuned, preferences, rng.split("reward model"));
            LearnedReward random = study.fitReward(tuned, shuffled(preferences), rng.split("reward model"));
            InstructGptConfig.Ppo ppo = config.ppo();

            List<Reply> sft = evaluate(SFT, tuned, reward);
            judge(BEST, bestOf(reward), reward);
            int extra = extraSteps(preferences.size());
            evaluate(MORE, study.sft(tuned, extra, rng.split("more demonstrations")), reward);
            List<Reply> policy = evaluate(PPO, ppo(PPO, reward, reward, ppo), reward);
            evaluate(ORACLE, ppo(ORACLE, reward, task::trueScore, ppo), reward);
            evaluate(FREE, ppo(FREE, reward, reward, ppo.withBeta(0)), reward);
            List<Reply> control = evaluate(CONTROL, ppo(CONTROL, random, random, ppo), random);

            table.add(REWARD, "agreement", "share of pairs", agreement(preferences));
            table.add(REWARD, "accuracy on SFT samples", "share of pairs", accuracy(reward, sft, half(sft)));
            table.add(REWARD, "accuracy on PPO samples", "share of pairs", accuracy(reward, policy, half(policy)));
            Diagnosis.Reward accuracies = accuracies(reward, preferences, policy, sft);
            table.add(REWARD, "accuracy on its own preferences", "share of pairs", accuracies.before());
            table.add(REWARD, "accuracy on PPO against SFT samples", "share of pairs", accuracies.after());
            table.add(DIAGNOSIS, "reward", "named", Diagnosis.reward(accuracies) ? 1 : 0);
            double[] before = perPrompt(sft);
            double[] after = perPrompt(control);
            return IntStream.range(0, heldOut)
                    .mapToDouble(i -> after[i] - before[i])
                    .toArray();
        }

        /** What a reward model's failure is read off, as {@link #run} has it, without the rows that it does not need. */
        Diagnosis.Reward diagnosed(boolean broken) throws IOException {
            List<Preference> preferences = simulated(broken);
            LearnedReward reward = study.fitReward(tuned, preferences, rng.split("reward model"));
            List<Reply> sft = evaluate(SFT, tuned, reward);
            List<Reply> policy = evaluate(PPO, ppo(PPO, reward, reward, config.ppo()), reward);
            return accuracies(reward, preferences, policy, sft);
        }

        private Diagnosis.Reward accuracies(
                LearnedReward reward, List<Preference> preferences, List<Reply> policy, List<Reply> sft) {
            double before = accuracy(
                    reward,
                    preferences.stream().map(Preference::chosen).toList(),
                    preferences.stream().map(Preference::rejected).toList());
            return new Diagnosis.Reward(before, accuracy(reward, policy, sft));
        }

        /** Preferences of the simulated annotator; the fault that is injected is that all are about one prompt. */
        private List<Preference> simulated(boolean broken) {
            RandomGenerator drawn = rng.split("prompts of the preferences");
            int[] only = task.prompt(drawn);
            Supplier<int[]> source = broken ? () -> only : () -> task.prompt(drawn);
            return study.collect(tuned, source, Annotator.defaults(), rng.split("preferences"));
        }

        /** PPO from the tuned model, its curve kept and its peak and fall put into the table. */
        private GptWeights ppo(
                String row, LearnedReward value, RewardModel<Reply> reward, InstructGptConfig.Ppo settings)
                throws IOException {
            List<InstructGpt.Rollout> curve = new ArrayList<>();
            GptWeights policy = study.ppo(tuned, value.weights(), reward, settings, rng.split("PPO"), curve::add);
            for (InstructGpt.Rollout rollout : curve) {
                Map<String, Double> figures = new LinkedHashMap<>();
                figures.put("seed", (double) seed);
                figures.put(row + ", " + PROXY, rollout.proxy());
                figures.put(row + ", " + TRUE, rollout.truth());
                figures.put(row + ", " + KL, rollout.kl());
                figures.put(row + ", " + ROOT_KL, Math.sqrt(Math.max(0, rollout.kl())));
                metrics.append(rollout.iteration(), figures);
            }
            if (row.equals(FREE)) {
                double[] truth = smooth(
                        curve.stream().mapToDouble(InstructGpt.Rollout::truth).toArray());
                double[] proxy = smooth(
                        curve.stream().mapToDouble(InstructGpt.Rollout::proxy).toArray());
                double peak = Arrays.stream(truth).max().orElse(Double.NaN);
                table.add(row, "fall of the true score from its peak", TRUE, peak - truth[truth.length - 1]);
                table.add(row, "rise of the proxy", PROXY, proxy[proxy.length - 1] - proxy[0]);
            }
            return policy;
        }

        /** Two replies to every prompt: first all first ones, then all second ones. */
        private List<Reply> evaluate(String row, GptWeights weights, LearnedReward reward) {
            List<int[]> twice = new ArrayList<>(prompts);
            twice.addAll(prompts);
            List<Reply> replies = study.sample(weights, twice, evaluation.split("replies"));
            judge(row, replies, reward);
            double kl = study.kl(weights, tuned, replies);
            table.add(row, KL, "nats", kl);
            table.add(row, ROOT_KL, "root of nats", Math.sqrt(Math.max(0, kl)));
            return replies;
        }

        private void judge(String row, List<Reply> replies, LearnedReward reward) {
            table.add(
                    row, TRUE, TRUE, Arrays.stream(perPrompt(replies)).average().orElseThrow());
            table.add(
                    row,
                    PROXY,
                    PROXY,
                    Arrays.stream(reward.scoreAll(replies)).average().orElseThrow());
            if (row.equals(BEST)) {
                double bound = Math.log(CHOICES) - (CHOICES - 1.0) / CHOICES;
                table.add(row, KL, "nats", bound);
                table.add(row, ROOT_KL, "root of nats", Math.sqrt(bound));
            }
        }

        private List<Reply> bestOf(LearnedReward reward) {
            RandomGenerator samples = evaluation.split("replies");
            List<Reply> best = new ArrayList<>();
            for (int i = 0; i < 2 * heldOut; i++) {
                List<Reply> some = study.sample(tuned, Collections.nCopies(CHOICES, prompts.get(i % heldOut)), samples);
                double[] scores = reward.scoreAll(some);
                int at = 0;
                for (int k = 1; k < CHOICES; k++) {
                    at = scores[k] > scores[at] ? k : at;
                }
                best.add(some.get(at));
            }
            return best;
        }

        /** Who was preferred is drawn by a coin, so that nothing can be learned. */
        private List<Preference> shuffled(List<Preference> preferences) {
            RandomGenerator coin = rng.split("coin");
            return preferences.stream()
                    .map(preference -> coin.nextBoolean() ? preference : preference.swapped())
                    .toList();
        }

        /** The mean true score of the two replies to each prompt. */
        private double[] perPrompt(List<Reply> replies) {
            return IntStream.range(0, heldOut)
                    .mapToDouble(i -> (task.trueScore(replies.get(i)) + task.trueScore(replies.get(i + heldOut))) / 2)
                    .toArray();
        }

        private List<Reply> half(List<Reply> replies) {
            List<Reply> turned = new ArrayList<>(replies.subList(heldOut, 2 * heldOut));
            turned.addAll(replies.subList(0, heldOut));
            return turned;
        }

        /** Of pairs whose true scores differ, the share that the reward model orders as they are. */
        private double accuracy(LearnedReward reward, List<Reply> some, List<Reply> others) {
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
        return (int) Math.round((rewardRows + ppoRows) / InstructGpt.TEXTS);
    }

    private static double[] smooth(double[] values) {
        int width = Math.min(SMOOTH, values.length);
        return IntStream.rangeClosed(0, values.length - width)
                .mapToDouble(i -> Arrays.stream(values, i, i + width).average().orElseThrow())
                .toArray();
    }
}
