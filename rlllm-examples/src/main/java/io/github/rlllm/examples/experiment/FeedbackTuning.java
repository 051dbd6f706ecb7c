package io.github.rlllm.examples.experiment;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.MetricsLog;
import io.github.rlllm.engine.run.ModelCard.Annotators;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.rl4llm.instructgpt.InstructGpt;
import io.github.rlllm.rl4llm.instructgpt.InstructGptConfig;
import io.github.rlllm.rl4llm.replies.HotelReplies;
import io.github.rlllm.rl4llm.replies.PreferenceFile;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
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
    /** Weight of the corpus in PPO-ptx, set on seed 101; the paper's 27.8 stands beside losses of another scale. */
    private static final double MIX = 0.1;

    private static final String GPT_2 = "GPT-2 of 2 layers, width 64, trained in the run";

    private static final Logger LOG = LoggerFactory.getLogger(FeedbackTuning.class);

    private final HotelReplies task = new HotelReplies();
    private final InstructGptConfig config;
    private final int heldOut;
    private final double mix;
    private final LongSupplier nanos;

    /** The experiment as the main job runs it. */
    public FeedbackTuning() {
        this(InstructGptConfig.defaults(), HELD_OUT, 0, System::nanoTime);
    }

    /**
     * The experiment with a row more: PPO-ptx, in which the likelihood of the corpus takes part.
     *
     * @return the demonstration of the study
     */
    public static FeedbackTuning withPretrainingMix() {
        return new FeedbackTuning(InstructGptConfig.defaults(), HELD_OUT, MIX, System::nanoTime);
    }

    FeedbackTuning(InstructGptConfig config, int heldOut, double mix, LongSupplier nanos) {
        this.config = config;
        this.heldOut = heldOut;
        this.mix = mix;
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
        FeedbackSeed.Study study = study(runtime, run);
        FeedbackModels models = models(run, person, runtime);
        CausalLm tuned = tuned(study, kept.of("shared"), models);
        SeedTable table = new SeedTable();
        List<double[]> rises = new ArrayList<>();
        Path log = run.folder().resolve("metrics-feedback.jsonl");
        try (MetricsLog metrics = MetricsLog.open(log, 0)) {
            for (int seed = 1; seed <= run.seeds(); seed++) {
                FeedbackSeed one = new FeedbackSeed(study, tuned, seed, table, metrics, kept.of("seed " + seed));
                rises.add(one.run(request.broken().equals("reward"), person, models));
            }
        }
        LOG.info("checkpoints of feedback tuning: {} of its time", kept.cost());
        String annotator = person == null
                ? String.format(
                        Locale.ROOT,
                        "annotator simulated, agreement %.2f",
                        table.mean(FeedbackSeed.REWARD, "agreement"))
                : String.format(
                        Locale.ROOT,
                        "preferences of %s, %d pairs, %.0f %% unknown words",
                        file == null ? "" : file.getFileName(),
                        person.preferences().size(),
                        100 * person.unknown());
        List<Arm> arms = table.arms(GPT_2 + "; " + annotator + "; pre-training and SFT shared by the seeds");
        return new Result(
                "instructgpt",
                run.seeds(),
                (nanos.getAsLong() - start) / 1e9,
                machine(runtime),
                arms,
                aims(table, rises));
    }

    private FeedbackSeed.Study study(TorchRuntime runtime, RunRequest run) {
        return new FeedbackSeed.Study(
                new InstructGpt(runtime, task, config, run.progress(), run.control()),
                task,
                config,
                new HeldOutReplies(task, heldOut, run.control()),
                mix);
    }

    private FeedbackModels models(RunRequest run, @Nullable PreferenceFile person, TorchRuntime runtime) {
        Annotators annotator = person == null
                ? new Annotators(
                        "a program, noisy and fond of warm words, as Annotator declares", 0, config.pairs(), null)
                : new Annotators(
                        "whoever made the given file of preferences",
                        1,
                        person.preferences().size(),
                        null);
        Map<String, String> settings = Map.of("config", config.toString());
        Provenance provenance = new Provenance("instructgpt", settings, 0, GPT_2, machine(runtime));
        return new FeedbackModels(run.folder(), config, annotator, provenance);
    }

    private static String machine(TorchRuntime runtime) {
        return Provenance.thisMachine() + ", " + runtime.describe();
    }

    /** The supervised model from which the preferences and the policy of every seed start. */
    private CausalLm tuned(FeedbackSeed.Study study, Stages kept, @Nullable FeedbackModels models) throws IOException {
        SeededRandom shared = SeededRandom.of(0, "feedback tuning, shared by all seeds");
        CausalLm start = study.trainer().pretrain(shared.split("corpus"), kept);
        CausalLm tuned = study.trainer().sft(start, config.sftSteps(), shared.split("supervised"), kept);
        if (models != null) {
            models.pretrained(start);
            models.supervised(0, FeedbackSeed.SFT, config.sftSteps(), tuned, Map.of());
        }
        return tuned;
    }

    /**
     * Of as many seeds as asked for, from {@code first}, what a reward model's failure is read off, as {@link #run} has it,
     * without the rows that it does not need and without keeping anything.
     */
    List<Diagnosis.Reward> diagnosed(ExperimentRequest request, int first) throws IOException {
        RunRequest run = request.run();
        FeedbackSeed.Study study = study(TorchRuntime.start(), run);
        CausalLm tuned = tuned(study, Stages.none(), null);
        List<Diagnosis.Reward> seeds = new ArrayList<>();
        try (MetricsLog metrics = MetricsLog.open(run.folder().resolve("metrics-feedback.jsonl"), 0)) {
            for (int seed = first; seed < first + run.seeds(); seed++) {
                FeedbackSeed one = new FeedbackSeed(study, tuned, seed, new SeedTable(), metrics, Stages.none());
                seeds.add(one.diagnosed(request.broken().equals("reward")));
            }
        }
        return seeds;
    }

    private static List<Aim> aims(SeedTable table, List<double[]> rises) {
        double[] sft = table.values(FeedbackSeed.SFT, FeedbackSeed.TRUE);
        double[] ppo = table.values(FeedbackSeed.PPO, FeedbackSeed.TRUE);
        double[] fall = table.values(FeedbackSeed.FREE, FeedbackSeed.FALL);
        double[] gain = table.values(FeedbackSeed.FREE, FeedbackSeed.RISE);
        double above =
                IntStream.range(0, sft.length).filter(i -> ppo[i] > sft[i]).count() / (double) sft.length;
        double leastFall = Arrays.stream(fall).min().orElse(Double.NaN);
        double leastGain = Arrays.stream(gain).min().orElse(Double.NaN);
        double[] perSeed = rises.stream()
                .mapToDouble(rise -> Arrays.stream(rise).average().orElse(Double.NaN))
                .toArray();
        double[] units = rises.stream().flatMapToDouble(Arrays::stream).toArray();
        Metric rise = Metric.over("true score", perSeed, units);
        List<Aim> aims = new ArrayList<>(List.of(
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
                        rise.low(), Bounds.SHUFFLED_RISE)));
        double[] with = table.values(FeedbackSeed.MIX, FeedbackSeed.CORPUS);
        if (with.length > 0) {
            double[] without = table.values(FeedbackSeed.PPO, FeedbackSeed.CORPUS);
            double least = IntStream.range(0, with.length)
                    .mapToDouble(i -> without[i] - with[i])
                    .min()
                    .orElseThrow();
            aims.add(new Aim(
                    "PPO-ptx: least by which a token of the held-out corpus is likelier than under PPO, in nats",
                    least,
                    Bounds.MIX_KEEPS,
                    least > Bounds.MIX_KEEPS));
        }
        return aims;
    }
}
