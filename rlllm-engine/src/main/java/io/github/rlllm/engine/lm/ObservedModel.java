package io.github.rlllm.engine.lm;

import io.github.rlllm.api.Completion;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Prompt;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A model whose calls somebody is told of as they end, such as {@link GenAiMetrics}. Thread-safe where the listener is. */
public final class ObservedModel implements LanguageModel {
    private final LanguageModel model;
    private final String name;
    private final Consumer<? super ModelCall> listener;
    private final LongSupplier nanos;

    /**
     * Observes a model.
     *
     * @param model asked
     * @param name its identity
     * @param listener told of every call in the thread that called, before the caller goes on; must not fail
     * @param nanos a nanosecond clock
     */
    public ObservedModel(LanguageModel model, String name, Consumer<? super ModelCall> listener, LongSupplier nanos) {
        this.model = Objects.requireNonNull(model, "model");
        this.name = Objects.requireNonNull(name, "name");
        this.listener = Objects.requireNonNull(listener, "listener");
        this.nanos = Objects.requireNonNull(nanos, "nanos");
    }

    @Override
    public Completion complete(Prompt prompt) {
        long start = nanos.getAsLong();
        Completion answer = null;
        RuntimeException failure = null;
        try {
            answer = model.complete(prompt);
            return answer;
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        } finally {
            tell(prompt, answer, failure, start);
        }
    }

    private void tell(Prompt prompt, @Nullable Completion answer, @Nullable RuntimeException failure, long start) {
        Duration time = Duration.ofNanos(nanos.getAsLong() - start);
        listener.accept(new ModelCall(name, prompt.maxTokens(), answer, failure, time));
    }
}
