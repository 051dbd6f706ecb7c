package io.github.rlllm.rlplusllm.plan;

import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * The handle of a run. No method waits but {@link #join}. Thread-safe.
 *
 * <p>A cancel is never lost: it is a flag that is set once and for ever, seen by the running skill through its control
 * and by the run before and after everything that it does.
 */
public final class PlanRun {
    private final CompletableFuture<PlanReport> completion = new CompletableFuture<>();
    private final CompletableFuture<Stop> stop = new CompletableFuture<>();
    private final PlanLoop<?> loop;
    private final EventLog log;

    PlanRun(PlanLoop<?> loop, EventLog log) {
        this.loop = loop;
        this.log = log;
    }

    /**
     * The end of the run. Completes after the last skill has stopped, or after it has not in its time.
     *
     * @return the report; exceptional only if the journal could not be written or a function of the options threw
     */
    public CompletionStage<PlanReport> completion() {
        return completion.minimalCompletionStage();
    }

    /**
     * Waits for the end of the run.
     *
     * @return the report
     * @throws java.util.concurrent.CompletionException if the journal could not be written or a function of the options threw
     */
    public PlanReport join() {
        return completion.join();
    }

    /**
     * Everything that happens, from number 0 on, whenever the subscription is made. Every subscriber has a place of its own
     * in the events of the run: none is lost, and a slow one keeps nobody else waiting. Subscribers are called in threads of
     * the runner's executor.
     *
     * @return the publisher; it completes after {@link RunEvent.Finished}
     */
    public Flow.Publisher<RunEvent> events() {
        return log;
    }

    /**
     * Ends the run. The control of the running skill reads cancelled at once; a thread that it runs in is interrupted after
     * half of its stop time-out.
     *
     * @return completes once the running skill has acknowledged, or has not within its stop time-out; exceptional only if
     *     the journal could not be written or a function of the options threw
     */
    public CompletionStage<Stop> cancel() {
        loop.cancel();
        return stop.minimalCompletionStage();
    }

    /** Lets the running skill end and starts no other until {@link #resume}. The time of the budget goes on. */
    public void pause() {
        loop.pause();
    }

    /** Ends a pause. */
    public void resume() {
        loop.resume();
    }

    /**
     * Stops the running skill and goes on with another task. Budgets go on; history stays; repeats and failures are counted
     * anew.
     *
     * @param task what is asked for from now on
     */
    public void preempt(String task) {
        loop.preempt(Objects.requireNonNull(task, "task"));
    }

    /**
     * Adds something in words that the planner is told of. The running skill goes on; what was chosen and has not begun is
     * chosen anew.
     *
     * @param text for example {@code the cup is hot}
     */
    public void amend(String text) {
        loop.amend(Objects.requireNonNull(text, "text"));
    }

    void end(PlanReport report, Collection<RunEvent.NotStopped> unstopped) {
        completion.complete(report);
        stop.complete(unstopped.stream()
                .findFirst()
                .<Stop>map(not -> new Stop.NotStopped(not.call(), not.resources()))
                .orElseGet(() -> new Stop.Stopped(report)));
    }

    void fail(Throwable failure) {
        completion.completeExceptionally(failure);
        stop.completeExceptionally(failure);
    }
}
