package io.github.rlllm.engine.evaluate;

import com.sun.management.ThreadMXBean;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.EnvironmentFactory;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Counts what a job takes and stops it at its limits. The job's thread counts; any thread may cancel or look. Once
 * stopped, it stays stopped, and every further count throws: a job that catches the exception and goes on gains nothing.
 */
public final class Meter implements Control {
    /** Reading the allocated bytes takes some 50 ns, a step of a small world 30. */
    private static final int COUNTS_BETWEEN_LOOKS = 64;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Limits limits;
    private final AtomicLong steps = new AtomicLong();
    private final AtomicReference<Outcome.Failed> stopped = new AtomicReference<>();
    private final long allocatedBefore;
    private final long thread;
    private int counts;

    /** A meter of a thread that has allocated so much before the job. */
    Meter(Limits limits, long thread, long allocatedBefore) {
        this.limits = limits;
        this.thread = thread;
        this.allocatedBefore = allocatedBefore;
    }

    /**
     * A meter for the present thread by which a task can be tried without an executor; wall time is not watched.
     *
     * @param limits the limits
     * @return the meter
     */
    public static Meter of(Limits limits) {
        long here = Thread.currentThread().getId();
        return new Meter(limits, here, THREADS.getThreadAllocatedBytes(here));
    }

    /**
     * Counts steps that are about to be taken.
     *
     * @param count at least 0
     * @throws JobStoppedException if they are more than the job may take, or it is stopped for another reason
     */
    public void count(long count) {
        long now = steps.get() + count;
        if (now > limits.steps()) {
            stop(Outcome.Reason.OUT_OF_STEPS, "more than " + limits.steps() + " steps (expected: at most that many)");
        } else {
            steps.lazySet(now);
        }
        if (counts++ % COUNTS_BETWEEN_LOOKS == 0) {
            look();
        }
        Outcome.Failed why = stopped.get();
        if (why != null) {
            throw new JobStoppedException(why);
        }
    }

    /**
     * The steps so far.
     *
     * @return at least 0
     */
    public long steps() {
        return steps.get();
    }

    /**
     * Environments each of whose steps is counted here.
     *
     * @param <O> the type of an observation
     * @param <A> the type of an action
     * @param factory makes environments
     * @return makes environments of the same kind
     */
    public <O, A> EnvironmentFactory<O, A> counting(EnvironmentFactory<O, A> factory) {
        return () -> {
            Environment<O, A> made = factory.create();
            return new CountedEnvironment<>(made, this);
        };
    }

    @Override
    public boolean cancelled() {
        return stopped.get() != null;
    }

    /** Why it is stopped. */
    Optional<Outcome.Failed> stopped() {
        return Optional.ofNullable(stopped.get());
    }

    /** Stops the job, unless it is stopped already. */
    void stop(Outcome.Reason reason, String message) {
        stopped.compareAndSet(null, new Outcome.Failed(reason, steps.get(), "", message));
    }

    /** Stops the job where its thread has allocated too much. */
    void look() {
        long allocated = THREADS.getThreadAllocatedBytes(thread) - allocatedBefore;
        if (allocated > limits.allocatedBytes()) {
            stop(
                    Outcome.Reason.OUT_OF_MEMORY,
                    "more than " + limits.allocatedBytes() + " bytes allocated (expected: at most that many)");
        }
    }
}
