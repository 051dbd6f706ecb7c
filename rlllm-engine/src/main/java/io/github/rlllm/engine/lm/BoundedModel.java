package io.github.rlllm.engine.lm;

import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Prompt;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A model of which at most so many calls are in flight, each at most so long, and all of which can be cancelled. The caller
 * goes on when the time is over or the control says so; the call's own thread is interrupted, and what it still answers is
 * dropped and counted. A call that does not heed the interrupt keeps its place until it ends, so that there are never more in
 * flight than was said. Thread-safe.
 */
public final class BoundedModel implements LanguageModel {
    private static final long LOOK_NANOS = 5_000_000;

    private final LanguageModel model;
    private final int inFlight;
    private final Duration time;
    private final Executor executor;
    private final LongSupplier nanos;
    private final Control control;
    private final Semaphore places;
    private final AtomicLong late = new AtomicLong();

    /**
     * Bounds a model.
     *
     * @param model asked
     * @param inFlight the most calls at once, at least 1
     * @param time the longest of one call, and the longest wait for a free place; above zero
     * @param executor runs each call in a thread of its own at once; the caller shuts it down
     * @param nanos a nanosecond clock
     * @param control ends calls with a {@link CancellationException}
     */
    public BoundedModel(
            LanguageModel model, int inFlight, Duration time, Executor executor, LongSupplier nanos, Control control) {
        if (inFlight < 1) {
            throw new IllegalArgumentException("inFlight: " + inFlight + " (expected: >= 1)");
        }
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("time: " + time + " (expected: > 0)");
        }
        this.model = Objects.requireNonNull(model, "model");
        this.inFlight = inFlight;
        this.time = time;
        this.executor = Objects.requireNonNull(executor, "executor");
        this.nanos = Objects.requireNonNull(nanos, "nanos");
        this.control = Objects.requireNonNull(control, "control");
        this.places = new Semaphore(inFlight, true);
    }

    /**
     * {@inheritDoc}
     *
     * @throws TimeoutException if there is no answer in time
     * @throws RateLimitException if no place became free in time; nothing was sent
     * @throws CancellationException if it was cancelled, or the calling thread interrupted
     */
    @Override
    public Completion complete(Prompt prompt) {
        enter();
        Call call = new Call(prompt);
        try {
            executor.execute(call);
        } catch (RuntimeException e) {
            places.release();
            throw e;
        }
        return call.await();
    }

    private void enter() {
        long until = nanos.getAsLong() + time.toNanos();
        try {
            do {
                if (control.cancelled()) {
                    throw new CancellationException("cancelled before the model was asked");
                }
                if (places.tryAcquire(LOOK_NANOS, TimeUnit.NANOSECONDS)) {
                    return;
                }
            } while (until - nanos.getAsLong() > 0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted before the model was asked");
        }
        throw new RateLimitException("in flight: " + inFlight + " (expected: a free place within " + time + ")");
    }

    /**
     * How many answers came after nobody waited for them any more. They were dropped, and may have been paid for.
     *
     * @return at least 0
     */
    public long late() {
        return late.get();
    }

    /** One call: its thread works, its caller waits. */
    private final class Call implements Runnable {
        private final Prompt prompt;
        private final CompletableFuture<Completion> answer = new CompletableFuture<>();
        private final Object lock = new Object();
        private @Nullable Thread thread;
        private boolean left;

        Call(Prompt prompt) {
            this.prompt = prompt;
        }

        @Override
        public void run() {
            try {
                synchronized (lock) {
                    if (left) {
                        return;
                    }
                    thread = Thread.currentThread();
                }
                Completion found = model.complete(prompt);
                if (!answer.complete(found)) {
                    late.incrementAndGet();
                }
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            } finally {
                synchronized (lock) {
                    thread = null;
                }
                // The interrupt was for this call, not for what the thread does next.
                Thread.interrupted();
                places.release();
            }
        }

        private Completion await() {
            long start = nanos.getAsLong();
            while (true) {
                long remaining = time.toNanos() - (nanos.getAsLong() - start);
                if (control.cancelled()) {
                    throw leave(new CancellationException("cancelled while the model was asked"));
                }
                if (remaining <= 0) {
                    throw leave(new TimeoutException("answer: none after " + time + " (expected: one within it)"));
                }
                try {
                    return answer.get(Math.min(remaining, LOOK_NANOS), TimeUnit.NANOSECONDS);
                } catch (java.util.concurrent.TimeoutException e) {
                    // Looks at the control and at the time again.
                } catch (ExecutionException e) {
                    throw rethrown(e.getCause());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw leave(new CancellationException("interrupted while the model was asked"));
                }
            }
        }

        private RuntimeException leave(RuntimeException why) {
            if (!answer.completeExceptionally(why) && !answer.isCompletedExceptionally()) {
                late.incrementAndGet();
            }
            synchronized (lock) {
                left = true;
                if (thread != null) {
                    thread.interrupt();
                }
            }
            return why;
        }

        private RuntimeException rethrown(@Nullable Throwable failure) {
            if (failure instanceof Error error) {
                throw error;
            }
            return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
        }
    }
}
