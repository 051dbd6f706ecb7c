package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A call that is under way, and the control that its skill looks at: cancelled with its run, by a stop of its own, or by
 * time, whichever is first. Thread-safe but for its alarms, which are the mailbox's.
 */
final class Attempt implements Control {
    private final Skill<?> skill;
    private final SkillCall call;
    private final String key;
    private final BooleanSupplier runCancelled;
    private final LongSupplier nanos;
    private final long start;
    private final long limit;
    private final Work work = new Work(this::begin);
    private final List<Alarm> alarms = new ArrayList<>();
    private CompletionStage<SkillResult> stage = new CompletableFuture<>();
    private volatile RunEvent.@Nullable StopReason stop;

    /**
     * A call that has not begun.
     *
     * @param skill of the call
     * @param call what to do
     * @param key for the skill
     * @param runCancelled whether the whole run is
     * @param nanos the clock
     * @param limit nanoseconds until it reads cancelled
     */
    Attempt(Skill<?> skill, SkillCall call, String key, BooleanSupplier runCancelled, LongSupplier nanos, long limit) {
        this.skill = skill;
        this.call = call;
        this.key = key;
        this.runCancelled = runCancelled;
        this.nanos = nanos;
        this.start = nanos.getAsLong();
        this.limit = limit;
    }

    Skill<?> skill() {
        return skill;
    }

    SkillCall call() {
        return call;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public boolean cancelled() {
        return stop != null || runCancelled.getAsBoolean() || left() <= 0;
    }

    /** Nanoseconds until its time is over. */
    long left() {
        return limit == Long.MAX_VALUE ? Long.MAX_VALUE : limit - (nanos.getAsLong() - start);
    }

    /**
     * Begins it in this thread.
     *
     * @param mailbox where its end is told
     * @param end told how it ended
     */
    void run(Mailbox mailbox, Consumer<SkillResult> end) {
        work.run();
        Thread here = Thread.currentThread();
        stage.whenComplete((result, failure) -> {
            Runnable told = () -> end.accept(result(result, failure));
            if (Thread.currentThread() == here) {
                mailbox.handle(told);
            } else {
                mailbox.post(told); // a robot's own thread has other things to do
            }
        });
    }

    private void begin() {
        try {
            CompletionStage<SkillResult> started = skill.start(call, this);
            stage = started == null
                    ? CompletableFuture.failedFuture(new IllegalStateException("no stage (expected: one)"))
                    : started;
        } catch (RuntimeException | Error e) {
            stage = CompletableFuture.failedFuture(e); // one skill's crash does not take the run with it
        }
    }

    /** From now on it reads cancelled; the first reason counts. */
    void stop(RunEvent.StopReason reason) {
        if (stop == null) {
            stop = reason;
        }
    }

    RunEvent.@Nullable StopReason stopped() {
        return stop;
    }

    void interrupt() {
        work.interrupt();
    }

    /** Rings while this is under way. */
    void add(Alarm alarm) {
        alarms.add(alarm);
    }

    void over() {
        alarms.forEach(Alarm::off);
    }

    /** How it ended, where a stop by time says so and a failure is a result. */
    SkillResult result(@Nullable SkillResult result, @Nullable Throwable failure) {
        if (result == null || failure != null) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            result = new SkillResult(
                    SkillResult.Status.FAILED, cause == null ? "no result (expected: one)" : cause.toString());
        }
        boolean byTime = stop == RunEvent.StopReason.TIMEOUT && !result.success();
        boolean byItself =
                stop == null && !runCancelled.getAsBoolean() && result.status() == SkillResult.Status.CANCELLED;
        return byTime || byItself
                ? new SkillResult(SkillResult.Status.TIMEOUT, "stopped after " + Duration.ofNanos(limit))
                : result;
    }
}
