package io.github.rlllm.examples.learn;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.MetricsLog;
import io.github.rlllm.engine.run.ModelCard;
import io.github.rlllm.engine.run.RunFolder;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.SeedTable;
import io.github.rlllm.rl4llm.replies.Preference;
import io.github.rlllm.rl4llm.replies.Reply;
import io.github.rlllm.rl4llm.replies.ReplyModel;
import io.github.rlllm.rl4llm.replies.ReplyReward;
import io.github.rlllm.rl4llm.replies.Rollout;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** What the demonstrations on hotel replies share: engine, table, curves, kept stages, and how replies are drawn and read. */
final class ReplyRun implements AutoCloseable {
    static final String GPT = "GPT-2 of 2 layers, width 64, trained in the run";

    private static final String FEW_WORDS = "It knows the few dozen words of a made-up language and nothing else.";
    private static final List<String> MODEL_FAILS = List.of(
            FEW_WORDS, "Its demonstrators are programs of which half are careless, and it learned their errors.");
    private static final List<String> POLICY_FAILS = List.of(
            FEW_WORDS,
            "Its annotators are simulated and biased, and it learned their bias.",
            "Where the learned reward was raised far, the true score may have fallen.");
    private static final List<String> REWARD_FAILS = List.of(
            FEW_WORDS,
            "Its annotators are simulated and biased, and it learned their bias.",
            "It was fitted on replies of other policies: of replies unlike theirs its score may say nothing.");

    private final String id;
    private final RunRequest request;
    private final LongSupplier nanos;
    private final TorchRuntime runtime = TorchRuntime.start();
    private final SeedTable table = new SeedTable();
    private final MetricsLog metrics;
    private final long start;

    ReplyRun(String id, RunRequest request, LongSupplier nanos) throws IOException {
        this.id = id;
        this.request = request;
        this.nanos = nanos;
        this.start = nanos.getAsLong();
        this.metrics = MetricsLog.open(request.folder().resolve("metrics-curves.jsonl"), 0);
    }

    TorchRuntime runtime() {
        return runtime;
    }

    SeedTable table() {
        return table;
    }

    double seconds() {
        return (nanos.getAsLong() - start) / 1e9;
    }

    String machine() {
        return Provenance.thisMachine() + ", " + runtime.describe();
    }

    /** Where stages are kept; of other settings they are refused. */
    Stages kept(String settings) throws IOException {
        Map<String, String> all = Map.of("settings", settings, "engine", runtime.describe());
        Provenance provenance = new Provenance(id, all, 0, "none", Provenance.thisMachine());
        return Stages.in(
                request.folder().resolve("kept"), provenance, request.resume(), request.checkpointEvery(), nanos);
    }

    void proceed(String what, int seed) {
        request.progress().update(what + ", seed " + seed, seed, request.seeds());
        if (request.control().cancelled()) {
            throw new CancellationException(id + ": cancelled before " + what + " of seed " + seed);
        }
    }

    /** The curve of a training. */
    void curve(int seed, String row, List<Rollout> rollouts) throws IOException {
        for (Rollout rollout : rollouts) {
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("seed", (double) seed);
            figures.put(row + ", learned reward", rollout.proxy());
            figures.put(row + ", true score", rollout.truth());
            figures.put(row + ", root of KL", Math.sqrt(Math.max(0, rollout.kl())));
            metrics.append(rollout.iteration(), figures);
        }
    }

    /**
     * Writes a policy as transformers reads it, without a tokenizer, and its card with the row's newest figures.
     *
     * @param seed the seed
     * @param row the arm
     * @param policy the model
     * @param language the class that makes up its texts
     * @param comparisons that simulated annotators made, at least 1
     * @param figures names of the row's figures
     */
    void keep(int seed, String row, CausalLm policy, Class<?> language, long comparisons, List<String> figures)
            throws IOException {
        write(
                new Kind("", "Comparing methods of tuning by feedback; not for answering people.", POLICY_FAILS),
                seed,
                row,
                policy,
                language,
                comparisons,
                figures);
    }

    /**
     * Writes a reward model, and its card with the row's newest figures.
     *
     * @param seed the seed
     * @param row the arm
     * @param reward the reward model
     * @param language the class that makes up its texts
     * @param comparisons that simulated annotators made, at least 1
     * @param figures names of the row's figures that are the reward model's
     */
    void keepReward(int seed, String row, ReplyReward reward, Class<?> language, long comparisons, List<String> figures)
            throws IOException {
        write(
                new Kind(
                        ", reward model",
                        "Scoring replies in this demonstration; not for judging what people write.",
                        REWARD_FAILS),
                seed,
                row,
                reward.model(),
                language,
                comparisons,
                figures);
    }

    /**
     * Writes the supervised model, and its card with the row's newest figures: no judgement took part in it.
     *
     * @param row the arm
     * @param model the model
     * @param language the class that makes up its texts
     * @param figures names of the row's figures
     */
    void keepSupervised(String row, CausalLm model, Class<?> language, List<String> figures) throws IOException {
        write(
                new Kind("", "Where the policies of this demonstration start; not for answering people.", MODEL_FAILS),
                0,
                row,
                model,
                language,
                0,
                figures);
    }

    /** What a card says of a kind of model. */
    private record Kind(String suffix, String use, List<String> failures) {}

    private void write(
            Kind kind, int seed, String row, CausalLm model, Class<?> language, long comparisons, List<String> figures)
            throws IOException {
        String name = row + kind.suffix;
        Path folder = RunFolder.open(request.folder()
                        .resolve("models")
                        .resolve(seed == 0 ? "shared" : "seed-" + seed)
                        .resolve(name.replaceAll("[^A-Za-z0-9]+", "-")))
                .path();
        model.save(folder);
        Map<String, Double> measured = new LinkedHashMap<>();
        for (String figure : figures) {
            double[] values = table.values(row, figure);
            if (values.length > 0) {
                measured.put(figure, values[values.length - 1]);
            }
        }
        ModelCard.Data texts = new ModelCard.Data(
                language.getSimpleName(),
                "made up by " + language.getName(),
                "Apache-2.0",
                comparisons == 0 ? "pre-training, demonstrations" : "pre-training, demonstrations, requests",
                comparisons);
        List<ModelCard.Annotators> annotators = comparisons == 0
                ? List.of()
                : List.of(new ModelCard.Annotators(
                        "programs that simulate noisy, biased annotators, as their class declares",
                        0,
                        comparisons,
                        null));
        String method = comparisons == 0
                ? "likelihood of a corpus and then of demonstrations, " + GPT + "; no judgement took part"
                : name + " from the supervised model, " + GPT + ", seed " + seed;
        new ModelCard(
                        id + ", " + name,
                        method,
                        List.of(texts),
                        annotators,
                        kind.use,
                        kind.failures,
                        measured,
                        new Provenance(id, Map.of("row", row), seed, GPT, machine()))
                .write(folder);
    }

    /** Held-out prompts, the same for every arm and seed. */
    static List<int[]> prompts(String label, int number, Function<RandomGenerator, int[]> draw) {
        RandomGenerator rng = SeededRandom.of(0, label);
        return IntStream.range(0, number).mapToObj(i -> draw.apply(rng)).toList();
    }

    /** One reply to every prompt at temperature 1, by the same random numbers for every model. */
    static List<Reply> replies(CausalLm model, List<int[]> prompts) {
        return ReplyModel.sample(model, prompts, 1, SeededRandom.of(0, "replies to held-out prompts"));
    }

    /** The control: who was preferred is drawn by a coin, so that nothing can be learned. */
    static List<Preference> shuffled(List<Preference> preferences, RandomGenerator coin) {
        return preferences.stream()
                .map(preference -> coin.nextBoolean() ? preference : preference.swapped())
                .toList();
    }

    static double mean(List<Reply> replies, ToDoubleFunction<Reply> score) {
        return replies.stream().mapToDouble(score).average().orElseThrow();
    }

    /** One arm less another in a figure, with its interval over the seeds. */
    Metric difference(String one, String other, String figure) {
        double[] a = table.values(one, figure);
        double[] b = table.values(other, figure);
        return Metric.of(
                figure,
                IntStream.range(0, a.length).mapToDouble(i -> a[i] - b[i]).toArray());
    }

    @Override
    public void close() {
        metrics.close();
    }
}
