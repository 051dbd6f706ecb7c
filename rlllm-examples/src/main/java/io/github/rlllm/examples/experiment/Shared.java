package io.github.rlllm.examples.experiment;

import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.LongFunction;

/**
 * What the experiments of one run share, such as the skills that experiment 1 learned and experiment 2 plans over:
 * computed once a kind and seed, by whoever asks first. Thread-safe; a second thread waits for the first.
 */
public final class Shared {
    private final Map<Key, FutureTask<?>> values = new ConcurrentHashMap<>();

    private record Key(Class<?> kind, long seed) {}

    /**
     * The value of a kind for a seed.
     *
     * @param <T> the kind of value
     * @param kind its class, which tells it from other values of the same seed
     * @param seed the seed
     * @param compute makes it from the seed where it is not there yet; must not ask for the same kind and seed
     * @return the value, the same object for every caller
     */
    public <T> T get(Class<T> kind, long seed, LongFunction<T> compute) {
        FutureTask<?> task =
                values.computeIfAbsent(new Key(kind, seed), key -> new FutureTask<>(() -> compute.apply(seed)));
        task.run(); // does nothing where another caller ran it or runs it
        try {
            return kind.cast(task.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the " + kind.getSimpleName(), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new CompletionException(e.getCause());
        }
    }
}
