package io.github.rlllm.engine.lm;

import dev.failsafe.Execution;
import dev.failsafe.ExecutionContext;
import dev.failsafe.RetryPolicy;
import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Prompt;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model that is asked again where that may help: after 429, 5xx, time-outs and broken connections. Another failure passes
 * through at once. Thread-safe.
 *
 * <p>The wait after failure n is drawn uniformly from [d / 2, d] with d = min(cap, first * 2^(n - 1)). Where the server asks
 * for a wait (Retry-After) that is waited at least, and one above the cap is waited as the cap (in both cases with up to
 * {@code first} more, so that those who were refused together do not come back together). Where the wait would pass the
 * total time, or no attempt is left, {@link ModelUnavailableException} says so without waiting.
 */
public final class RetryingModel implements LanguageModel {
    private static final Logger LOG = LoggerFactory.getLogger(RetryingModel.class);
    /** How often a wait looks whether it is cancelled. */
    private static final long LOOK_NANOS = 5_000_000;

    private final LanguageModel model;
    private final RetryLimits limits;
    private final RandomGenerator rng;
    private final LongSupplier nanos;
    private final Sleeper sleeper;
    private final Control control;
    private final RetryPolicy<Completion> policy;

    /**
     * Makes a model patient.
     *
     * @param model asked
     * @param limits how often and how long
     * @param rng draws the waits; used by one thread at a time
     * @param nanos a nanosecond clock
     * @param sleeper waits as long as the clock says
     * @param control ends a wait with a {@link CancellationException}
     */
    public RetryingModel(
            LanguageModel model,
            RetryLimits limits,
            RandomGenerator rng,
            LongSupplier nanos,
            Sleeper sleeper,
            Control control) {
        this.model = Objects.requireNonNull(model, "model");
        this.limits = Objects.requireNonNull(limits, "limits");
        this.rng = Objects.requireNonNull(rng, "rng");
        this.nanos = Objects.requireNonNull(nanos, "nanos");
        this.sleeper = Objects.requireNonNull(sleeper, "sleeper");
        this.control = Objects.requireNonNull(control, "control");
        this.policy = RetryPolicy.<Completion>builder()
                .withMaxAttempts(limits.attempts())
                .handleIf(failure -> Failure.of(failure).again())
                .withDelayFn(this::delay)
                .build();
    }

    /**
     * {@inheritDoc}
     *
     * @throws ModelUnavailableException if no attempt helped; the last failure is its cause
     * @throws CancellationException if it was cancelled while it waited
     */
    @Override
    public Completion complete(Prompt prompt) {
        long start = nanos.getAsLong();
        Execution<Completion> execution = Execution.of(policy);
        while (true) {
            try {
                return model.complete(prompt);
            } catch (RuntimeException e) {
                if (!Failure.of(e).again()) {
                    throw e;
                }
                execution.recordException(e);
                Duration wait = execution.getDelay();
                Duration gone = Duration.ofNanos(nanos.getAsLong() - start);
                int attempts = execution.getAttemptCount();
                if (execution.isComplete() || gone.plus(wait).compareTo(limits.total()) > 0) {
                    throw new ModelUnavailableException(attempts, gone, e);
                }
                LOG.debug(
                        "attempt {} failed ({}), the next in {}",
                        attempts,
                        e.getClass().getSimpleName(),
                        wait);
                pause(wait);
            }
        }
    }

    private Duration delay(ExecutionContext<Completion> context) {
        Throwable failure = context.getLastException();
        Duration asked = failure == null ? null : Failure.retryAfter(failure).orElse(null);
        if (asked != null) {
            Duration least = asked.compareTo(limits.cap()) > 0 ? limits.cap() : asked;
            return least.plusNanos(draw(limits.first().toNanos()));
        }
        double doubled = limits.first().toNanos() * Math.pow(2, Math.max(0, context.getAttemptCount() - 1));
        long most = (long) Math.min(doubled, limits.cap().toNanos());
        return Duration.ofNanos(most - draw(most / 2));
    }

    /** Uniform from 0 to a bound. */
    private long draw(long most) {
        synchronized (rng) {
            return rng.nextLong(most + 1);
        }
    }

    private void pause(Duration wait) {
        // By the clock: the sum of many brief sleeps is far longer than it says where the processor is busy.
        long until = nanos.getAsLong() + wait.toNanos();
        for (long left = wait.toNanos(); left > 0; left = until - nanos.getAsLong()) {
            if (control.cancelled()) {
                throw new CancellationException("cancelled before the next attempt");
            }
            try {
                sleeper.sleep(Duration.ofNanos(Math.min(left, LOOK_NANOS)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted before the next attempt");
            }
        }
    }
}
