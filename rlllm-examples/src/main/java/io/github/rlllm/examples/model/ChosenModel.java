package io.github.rlllm.examples.model;

import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.api.ScoringModel;
import io.github.rlllm.engine.lm.BoundedModel;
import io.github.rlllm.engine.lm.Cassette;
import io.github.rlllm.engine.lm.ModelUsage;
import io.github.rlllm.engine.lm.RetryLimits;
import io.github.rlllm.engine.lm.RetryingModel;
import io.github.rlllm.engine.lm.Sleeper;
import io.github.rlllm.engine.lm.SpendingModel;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.SeededRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The language model of a run, as the person chose it, with all that stands between a study and a model that costs money:
 * cassette, retries, limits of spending, time-outs. A study asks it as any other. Thread-safe.
 *
 * <p>Its name is the model's own, without the server: a cassette recorded at one server is replayed without any.
 */
public final class ChosenModel implements LanguageModel, AutoCloseable {
    private final String name;
    private final LanguageModel model;
    private final @Nullable Source source;
    private final @Nullable Cassette cassette;
    private final @Nullable SpendingModel spending;
    private final @Nullable BoundedModel bounded;
    private final ModelChoice choice;
    private final ModelUsage before;
    private final ExecutorService threads;

    /** Where answers come from, and what has to be closed after the last. */
    interface Source extends LanguageModel, AutoCloseable {
        /** Exact log-probabilities, where the source gives them. */
        default Optional<ScoringModel> scoring() {
            return Optional.empty();
        }

        @Override
        void close();
    }

    private ChosenModel(
            String name,
            ModelChoice choice,
            @Nullable Source source,
            @Nullable Cassette cassette,
            Control control,
            LongSupplier nanos) {
        this.name = name;
        this.choice = choice;
        this.source = source;
        this.cassette = cassette;
        before = cassette == null ? ModelUsage.NONE : cassette.cost(choice.price());
        threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "model");
            thread.setDaemon(true);
            return thread;
        });
        if (source == null) {
            bounded = null;
            spending = null;
            model = java.util.Objects.requireNonNull(cassette, "cassette").replay(name);
            return;
        }
        bounded = new BoundedModel(source, choice.inFlight(), choice.limits().call(), threads, nanos, control);
        spending =
                new SpendingModel(bounded, choice.limits(), choice.price(), nanos, SpendingModel::tokensAtMost, before);
        LanguageModel patient = new RetryingModel(
                spending,
                RetryLimits.defaults(),
                SeededRandom.of(0, "waits between attempts"),
                nanos,
                Sleeper.ofThread(),
                control);
        model = cassette == null ? patient : cassette.over(patient, name);
    }

    /**
     * Opens what was chosen.
     *
     * @param choice which model
     * @param environment the environment's variables, among which is the key
     * @param control ends calls and waits
     * @param nanos a nanosecond clock
     * @return the model, to be closed by the caller
     * @throws IOException if a file cannot be read or written, or is damaged
     * @throws IllegalArgumentException if the choice names nothing that there is
     */
    public static ChosenModel open(
            ModelChoice choice, Map<String, String> environment, Control control, LongSupplier nanos)
            throws IOException {
        Path file = choice.cassette();
        Cassette cassette = file == null
                ? null
                : Cassette.open(file, choice.replay() ? Cassette.Mode.REPLAY : Cassette.Mode.RECORD_MISSING);
        Source source = null;
        try {
            String asked = choice.model();
            String name;
            if (asked == null) {
                name = only(
                        java.util.Objects.requireNonNull(cassette, "cassette").models());
            } else {
                name = name(asked);
                source = choice.replay() ? null : source(asked, choice, environment);
            }
            return new ChosenModel(name, choice, source, cassette, control, nanos);
        } catch (IOException | RuntimeException e) {
            if (cassette != null) {
                cassette.close();
            }
            throw e;
        }
    }

    private static Source source(String asked, ModelChoice choice, Map<String, String> environment) throws IOException {
        return isServer(asked)
                ? ServerSource.open(
                        asked,
                        choice.keyVariable(),
                        environment,
                        choice.limits().call())
                : CheckpointSource.open(Path.of(asked), choice.template(), name(asked));
    }

    private static boolean isServer(String asked) {
        return asked.startsWith("http://") || asked.startsWith("https://");
    }

    private static String name(String asked) {
        if (isServer(asked)) {
            return ServerSource.name(asked);
        }
        Path last = Path.of(asked).getFileName();
        return last == null ? asked : last.toString();
    }

    private static String only(SortedSet<String> models) {
        if (models.size() != 1) {
            throw new IllegalArgumentException("cassette: answers of " + models.size() + " models " + models
                    + " (expected: one, or --model to say which)");
        }
        return models.first();
    }

    @Override
    public Completion complete(Prompt prompt) {
        return model.complete(prompt);
    }

    /**
     * Exact log-probabilities by the same model, which a checkpoint on this machine gives and a server or a cassette does not.
     * They are neither recorded nor limited.
     *
     * @return the scores
     */
    public Optional<ScoringModel> scoring() {
        return source == null ? Optional.empty() : source.scoring();
    }

    /**
     * The model's identity, as it goes into arms and provenance.
     *
     * @return such as {@code gemma-3-270m-it-Q8_0.gguf}
     */
    public String name() {
        return name;
    }

    /**
     * What the study has spent, also in earlier processes whose calls are in the cassette.
     *
     * @return calls, tokens and money
     */
    public ModelUsage usage() {
        return spending == null ? before : spending.spent();
    }

    /**
     * The same as an arm of the study's result, with what was sent in this run and what came from the cassette.
     *
     * @return named {@code language model}
     */
    public Arm arm() {
        ModelUsage usage = usage();
        Map<String, Metric> figures = new LinkedHashMap<>();
        put(figures, "calls", "calls", usage.calls());
        put(figures, "tokens in", "tokens", usage.tokensIn());
        put(figures, "tokens out", "tokens", usage.tokensOut());
        put(figures, "money", "currency of the prices", usage.money());
        put(figures, "calls in this run", "calls", usage.calls() - (double) before.calls());
        put(figures, "answers from the cassette", "answers", cassette == null ? 0 : cassette.replayed());
        put(figures, "answers too late", "answers", bounded == null ? 0 : bounded.late());
        return new Arm("language model", name, figures);
    }

    private static void put(Map<String, Metric> figures, String name, String unit, double value) {
        figures.put(name, Metric.of(unit, value));
    }

    /** Ends what is under way and closes the model and the cassette. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            // A checkpoint is read by its call until that ends.
            boolean ended = threads.awaitTermination(choice.limits().call().toMillis(), TimeUnit.MILLISECONDS);
            if (source != null && ended) {
                source.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (cassette != null) {
                cassette.close();
            }
        }
    }
}
