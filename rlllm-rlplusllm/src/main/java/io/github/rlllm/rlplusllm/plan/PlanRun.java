package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.PlanEvent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The handle of a running plan. Thread-safe.
 *
 * <p>A cancel is never lost: it is a flag that is set once and for ever, seen by the running skill through its control
 * and by the runner before and after everything that it does.
 */
public final class PlanRun {
    private static final int LAG = 256;

    private final CompletableFuture<PlanReport> completion = new CompletableFuture<>();
    private final SubmissionPublisher<PlanEvent> events;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile boolean cancelled;
    private boolean paused;

    PlanRun(Executor executor) {
        events = new SubmissionPublisher<>(executor, LAG);
    }

    /**
     * The end of the run. Completes after the last skill has stopped.
     *
     * @return the report; exceptional only if something outside planner and skills threw, such as the supplier of states
     */
    public CompletionStage<PlanReport> completion() {
        return completion.minimalCompletionStage();
    }

    /**
     * What happens from the time of subscription on. A subscriber that lags by more than 256 events misses some; nobody
     * holds up the run. {@link PlanOptions#trace} misses nothing.
     *
     * @return the publisher; it completes with the run
     */
    public Flow.Publisher<PlanEvent> events() {
        return events;
    }

    /**
     * Asks the run to stop. Also ends a pause.
     *
     * @return completes when the running skill has acknowledged and everything has stopped: with the report, whose
     *     ending is not {@link PlanEnding#CANCELLED} where the run ended by itself first
     */
    public CompletionStage<PlanReport> cancel() {
        lock.lock();
        try {
            cancelled = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return completion();
    }

    /** Lets the running skill end and starts no other until {@link #resume} or {@link #cancel}. */
    public void pause() {
        setPaused(true);
    }

    /** Ends a pause. */
    public void resume() {
        setPaused(false);
    }

    private void setPaused(boolean value) {
        lock.lock();
        try {
            paused = value;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    Control control() {
        return () -> cancelled;
    }

    void awaitUnpaused() {
        lock.lock();
        try {
            while (paused && !cancelled) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    void publish(PlanEvent event) {
        events.offer(event, (subscriber, dropped) -> false);
    }

    void end(PlanReport report) {
        events.close();
        completion.complete(report);
    }

    void fail(Throwable failure) {
        events.closeExceptionally(failure);
        completion.completeExceptionally(failure);
    }
}
