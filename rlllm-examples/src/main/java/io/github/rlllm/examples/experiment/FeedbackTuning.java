package io.github.rlllm.examples.experiment;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.api.RewardModel;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.KeptList;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.MetricsLog;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.rl4llm.instructgpt.InstructGpt;
import io.github.rlllm.rl4llm.instructgpt.InstructGptConfig;
import io.github.rlllm.rl4llm.replies.Annotator;
import io.github.rlllm.rl4llm.replies.Comparisons;
import io.github.rlllm.rl4llm.replies.HotelReplies;
import io.github.rlllm.rl4llm.replies.LearnedReward;
import io.github.rlllm.rl4llm.replies.Preference;
import io.github.rlllm.rl4llm.replies.PreferenceFile;
import io.github.rlllm.rl4llm.replies.Reply;
import io.github.rlllm.rl4llm.replies.Rollout;
import io.github.rlllm.rl4llm.replies.SupervisedTraining;
import io.github.rlllm.rl4llm.replies.TunedPolicy;
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
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Experiment 3: a reward model from feedback tunes a language model. Pre-training and supervised tuning are made once and
 * shared by all seeds; preferences, reward models, PPO and the comparisons are made anew for each. Replies are judged by
 * the true score of {@link HotelReplies} on 256 held-out prompts, two replies each, drawn with the same random numbers for
 * every row. Every stage is kept: broken off at any moment, it goes on where it was.
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

    private static final Logger LOG = LoggerFactory.getLogger(FeedbackTuning.class);

    private final HotelReplies task = new HotelReplies();
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

    @Override
    public Result run(ExperimentRequest request) throws IOException {
        long start = nanos.getAsLong();
        Path file = request.preferences();
        PreferenceFile person = file == null ? null : PreferenceFile.read(file, task);
        RunRequest run = request.run();
        TorchRuntime runtime = TorchRuntime.start();
        Map<String, String> settings =
                Map.of("config", config.toString(), "held out", "" + heldOut, "engine", runtime.describe());
        Stages kept = request.kept("feedback tuning", settings, 0, nanos);
        Study study = new Study(runtime, run);
        GptWeights tuned = tuned(study, kept.of("shared"));
        SeedTable table = new SeedTable();
        List<double[]> rises = new ArrayList<>();
        Path log = run.folder().resolve("metrics-feedback.jsonl");
        try (MetricsLog metrics = MetricsLog.open(log, 0)) {
            for (int seed = 1; seed <= run.seeds(); seed++) {
                Seed one = new Seed(study, tuned, seed, table, metrics, kept.of("seed " + seed));
                rises.add(one.run(request.broken().equals("reward"), person));
            }
        }
        LOG.info("checkpoints of feedback tuning: {} of its time", kept.cost());
        String annotator = person == null
                ? String.format(Locale.ROOT, "annotator simulated, agreement %.2f", table.mean(REWARD, "agreement"))
                : String.format(
                        Locale.ROOT,
                        "preferences of %s, %d pairs, %.0f %% unknown words",
                        file == null ? "" : file.getFileName(),
                        person.preferences().size(),
                        100 * person.unknown());
        List<Arm> arms = table.arms(GPT + annotator + "; pre-training and SFT shared by the seeds");
        return new Result(
                "instructgpt",
                run.seeds(),
                (nanos.getAsLong() - start) / 1e9,
                Provenance.thisMachine() + ", " + runtime.describe(),
                arms,
                aims(table, rises));
    }

    /** What trains and what samples, over one engine. */
    private final class Study {
        private final InstructGpt trainer;
        private final Comparisons comparisons;
        private final Control control;

        Study(TorchRuntime runtime, RunRequest run) {
            trainer = new InstructGpt(runtime, task, config, run.progress(), run.control());
            comparisons = new Comparisons(runtime, task, run.progress(), run.control());
            control = run.control();
        }
    }

    /** The supervised model from which the preferences and the policy of every seed start. */
    private GptWeights tuned(Study study, Stages kept) throws IOException {
        SeededRandom shared = SeededRandom.of(0, "feedback tuning, shared by all seeds");
        GptWeights start = study.trainer.pretrain(shared.split("corpus"), kept);
        return study.trainer.sft(start, config.sftSteps(), shared.split("supervised"), kept);
    }

    /**
     * Of as many seeds as asked for, from {@code first}, what a reward model's failure is read off, as {@link #run} has it,
     * without the rows that it does not need and without keeping anything.
     */
    List<Diagnosis.Reward> diagnosed(ExperimentRequest request, int first) throws IOException {
        RunRequest run = request.run();
        Study study = new Study(TorchRuntime.start(), run);
        GptWeights tuned = tuned(study, Stages.none());
        List<Diagnosis.Reward> seeds = new ArrayList<>();
        try (MetricsLog metrics = MetricsLog.open(run.folder().resolve("metrics-feedback.jsonl"), 0)) {
            for (int seed = first; seed < first + run.seeds(); seed++) {
                Seed one = new Seed(study, tuned, seed, new SeedTable(), metrics, Stages.none());
                seeds.add(one.diagnosed(request.broken().equals("reward")));
            }
        }
        return seeds;
    }

    private static List<Aim> aims(SeedTable table, List<double[]> rises) {
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

    /** Everything that belongs to one seed. */
    private final class Seed {
        private final Study study;
        private final GptWeights tuned;
        private final int seed;
        private final SeedTable table;
        private final MetricsLog metrics;
        private final Stages kept;
        private final SeededRandom rng;
        private final SeededRandom evaluation = SeededRandom.of(0, "feedback tuning, held-out prompts");
        private final List<int[]> prompts = new ArrayList<>();

        Seed(Study study, GptWeights tuned, int seed, SeedTable table, MetricsLog metrics, Stages kept) {
            this.study = study;
            this.tuned = tuned;
            this.seed = seed;
            this.table = table;
            this.metrics = metrics;
            this.kept = kept;
            this.rng = SeededRandom.of(seed, "feedback tuning");
            RandomGenerator drawn = evaluation.split("prompts");
            for (int i = 0; i < heldOut; i++) {
                prompts.add(task.prompt(drawn));
            }
        }

        /** All rows; gives the control's rise of the true score, one number a prompt. */
        double[] run(boolean broken, @Nullable PreferenceFile person) throws IOException {
            List<Preference> preferences = person == null ? simulated(broken) : person.preferences();
            LearnedReward reward = fitReward(REWARD, preferences);
            LearnedReward random = fitReward("shuffled preferences", shuffled(preferences));
            InstructGptConfig.Ppo ppo = config.ppo();

            List<Reply> sft = evaluate(SFT, tuned, reward);
            bestOf(reward);
            int extra = extraSteps(preferences.size());
            evaluate(MORE, study.trainer.sft(tuned, extra, rng.split("more demonstrations"), kept.of(MORE)), reward);
            List<Reply> policy = evaluate(PPO, ppo(PPO, reward, reward, ppo), reward);
            evaluate(ORACLE, ppo(ORACLE, reward, task::trueScore, ppo), reward);
            evaluate(FREE, ppo(FREE, reward, reward, ppo.withBeta(0)), reward);
            List<Reply> control = evaluate(CONTROL, ppo(CONTROL, random, random, ppo), random);

            table.add(REWARD, "agreement", "share of pairs", agreement(preferences));
            double[] halves = kept.once("accuracies", () ->
                    new double[] {accuracy(reward, sft, half(sft)), accuracy(reward, policy, half(policy))});
            table.add(REWARD, "accuracy on SFT samples", "share of pairs", halves[0]);
            table.add(REWARD, "accuracy on PPO samples", "share of pairs", halves[1]);
            Diagnosis.Reward accuracies = accuracies(reward, preferences, policy, sft);
            table.add(REWARD, "accuracy on its own preferences", "share of pairs", accuracies.before());
            table.add(REWARD, "accuracy on PPO against SFT samples", "share of pairs", accuracies.after());
            List<Preference> held = SupervisedTraining.heldOut(preferences, rng.split("reward model"));
            double[] unseen = kept.once("held out", () -> new double[] {reward.accuracy(held)});
            table.add(REWARD, "accuracy on held-out preferences", "share of pairs", unseen[0]);
            table.add(
                    REWARD, "longer reply on held-out preferences", "share of pairs", Preference.longerIsChosen(held));
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
            LearnedReward reward = fitReward(REWARD, preferences);
            List<Reply> sft = evaluate(SFT, tuned, reward);
            List<Reply> policy = evaluate(PPO, ppo(PPO, reward, reward, config.ppo()), reward);
            return accuracies(reward, preferences, policy, sft);
        }

        private Diagnosis.Reward accuracies(
                LearnedReward reward, List<Preference> preferences, List<Reply> policy, List<Reply> sft)
                throws IOException {
            List<Reply> chosen = preferences.stream().map(Preference::chosen).toList();
            List<Reply> rejected =
                    preferences.stream().map(Preference::rejected).toList();
            double[] before = kept.once("before", () -> new double[] {accuracy(reward, chosen, rejected)});
            double[] after = kept.once("after", () -> new double[] {accuracy(reward, policy, sft)});
            return new Diagnosis.Reward(before[0], after[0]);
        }

        /** Preferences of the simulated annotator; the fault that is injected is that all are about one prompt. */
        private List<Preference> simulated(boolean broken) throws IOException {
            SeededRandom drawn = rng.split("prompts of the preferences");
            int[] only = task.prompt(drawn);
            Function<RandomGenerator, int[]> source = broken ? from -> only : task::prompt;
            return study.comparisons.collect(
                    tuned, config.pairs(), source, Annotator.defaults(), drawn, rng.split("preferences"), kept);
        }

        private LearnedReward fitReward(String name, List<Preference> preferences) throws IOException {
            return study.trainer.fitReward(tuned, preferences, rng.split("reward model"), kept.of(name));
        }

        /** PPO from the tuned model, its curve kept and its peak and fall put into the table. */
        private GptWeights ppo(
                String row, LearnedReward value, RewardModel<Reply> reward, InstructGptConfig.Ppo settings)
                throws IOException {
            TunedPolicy policy =
                    study.trainer.ppo(tuned, value.weights(), reward, settings, rng.split("PPO"), kept.of(row));
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
                double[] truth =
                        smooth(curve.stream().mapToDouble(Rollout::truth).toArray());
                double[] proxy =
                        smooth(curve.stream().mapToDouble(Rollout::proxy).toArray());
                double peak = Arrays.stream(truth).max().orElse(Double.NaN);
                table.add(row, "fall of the true score from its peak", TRUE, peak - truth[truth.length - 1]);
                table.add(row, "rise of the proxy", PROXY, proxy[proxy.length - 1] - proxy[0]);
            }
            return policy.weights();
        }

        /** Two replies to every prompt: first all first ones, then all second ones. */
        private List<Reply> evaluate(String row, GptWeights weights, LearnedReward reward) throws IOException {
            List<Reply> replies = replies(
                    row,
                    (prompt, samples) -> study.comparisons
                            .sample(weights, List.of(prompt), samples)
                            .get(0));
            double[] figures = kept.of(row).once("figures", () ->
                    new double[] {mean(reward.scoreAll(replies)), study.comparisons.kl(weights, tuned, replies)});
            judge(row, replies, figures[0], figures[1]);
            return replies;
        }

        /** The best of some replies of the tuned model to every prompt, by the reward model. */
        private void bestOf(LearnedReward reward) throws IOException {
            List<Reply> best = replies(BEST, (prompt, samples) -> {
                List<Reply> some = study.comparisons.sample(tuned, Collections.nCopies(CHOICES, prompt), samples);
                double[] scores = reward.scoreAll(some);
                int at = 0;
                for (int k = 1; k < CHOICES; k++) {
                    at = scores[k] > scores[at] ? k : at;
                }
                return some.get(at);
            });
            double[] proxy = kept.of(BEST).once("figures", () -> new double[] {mean(reward.scoreAll(best))});
            judge(BEST, best, proxy[0], Math.log(CHOICES) - (CHOICES - 1.0) / CHOICES);
        }

        private List<Reply> replies(String row, BiFunction<int[], SeededRandom, Reply> answer) throws IOException {
            SeededRandom samples = evaluation.split("replies");
            KeptList<Reply> replies = Reply.list();
            try (KeptRun run = kept.of(row).open("replies", Map.of("samples", samples, "replies", replies))) {
                for (int i = (int) run.step(); i < 2 * heldOut; i++) {
                    if (study.control.cancelled()) {
                        run.save();
                        throw new CancellationException(row + ": cancelled at " + i + " of " + 2 * heldOut);
                    }
                    replies.add(answer.apply(prompts.get(i % heldOut), samples));
                    run.updated(i + 1);
                }
                run.finish(2 * heldOut);
            }
            return replies.elements();
        }

        private void judge(String row, List<Reply> replies, double proxy, double kl) {
            table.add(row, TRUE, TRUE, mean(perPrompt(replies)));
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
        return (int) Math.round((rewardRows + ppoRows) / SupervisedTraining.TEXTS);
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
