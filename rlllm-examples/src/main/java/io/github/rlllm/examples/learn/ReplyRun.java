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
     * Writes a trained model as transformers reads it, without a tokenizer, and its card with the row's newest figures.
     *
     * @param seed the seed
     * @param row the arm
     * @param model the model
     * @param language the class that makes up its texts
     * @param comparisons that simulated annotators made, at least 1
     * @param figures names of the row's figures
     */
    void keep(int seed, String row, CausalLm model, Class<?> language, long comparisons, List<String> figures)
            throws IOException {
        Path folder = RunFolder.open(request.folder()
                        .resolve("models")
                        .resolve("seed-" + seed)
                        .resolve(row.replaceAll("[^A-Za-z0-9]+", "-")))
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
                "pre-training, demonstrations, requests",
                comparisons);
        ModelCard.Annotators annotators = new ModelCard.Annotators(
                "programs that simulate noisy, biased annotators, as their class declares", 0, comparisons, null);
        new ModelCard(
                        id + ", " + row,
                        row + " from the supervised model, " + GPT + ", seed " + seed,
                        List.of(texts),
                        List.of(annotators),
                        "Comparing methods of tuning by feedback; not for answering people.",
                        List.of(
                                "It knows the few dozen words of a made-up language and nothing else.",
                                "Its annotators are simulated and biased, and it learned their bias.",
                                "Where the learned reward was raised far, the true score may have fallen."),
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
