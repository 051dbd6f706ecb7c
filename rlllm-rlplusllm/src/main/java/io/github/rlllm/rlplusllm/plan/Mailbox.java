package io.github.rlllm.rlplusllm.plan;

import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what is put into it one after the other, in the order in which it was put, whoever puts it. Holds no thread while it
 * is empty. Thread-safe.
 */
final class Mailbox {
    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

    private final Queue<Runnable> messages = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Executor executor;
    private final Consumer<Throwable> broken;

    /**
     * An empty mailbox.
     *
     * @param executor in whose threads messages run
     * @param broken told of what a message threw; it must not throw itself
     */
    Mailbox(Executor executor, Consumer<Throwable> broken) {
        this.executor = executor;
        this.broken = broken;
    }

    /** For threads of others, such as a robot's: the message runs in a thread of the executor. */
    void post(Runnable message) {
        messages.add(message);
        if (waiting.getAndIncrement() == 0) {
            try {
                executor.execute(this::drain);
            } catch (RejectedExecutionException e) {
                drain(); // a cancel still counts after the executor was shut down
            }
        }
    }

    /** For threads of the executor: the message runs here, unless another thread is at it. */
    void handle(Runnable message) {
        messages.add(message);
        if (waiting.getAndIncrement() == 0) {
            drain();
        }
    }

    /** What others answer is handled here; where they fail or answer nothing, something else. */
    <T> void await(Supplier<CompletionStage<T>> others, T otherwise, Consumer<T> then) {
        CompletionStage<T> stage;
        try {
            stage = Objects.requireNonNull(others.get(), "stage: null (expected: a stage)");
        } catch (RuntimeException e) {
            stage = CompletableFuture.failedFuture(e);
        }
        stage.whenComplete((answer, failure) -> {
            if (failure != null) {
                LOG.warn("supervisor failed with {}", failure.getClass().getName());
                LOG.debug("supervisor", failure);
            }
            post(() -> then.accept(failure == null && answer != null ? answer : otherwise));
        });
    }

    private void drain() {
        do {
            Runnable message = messages.poll();
            try {
                if (message != null) {
                    message.run();
                }
            } catch (RuntimeException | Error e) {
                broken.accept(e);
            }
        } while (waiting.decrementAndGet() > 0);
    }
}
