package io.github.rlllm.engine.evaluate;

import io.github.rlllm.engine.run.NotFiniteException;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/** One try of one job on a thread of its own, so that nothing of a job is left for the next. */
final class Attempt {
    private static final int MAX_MESSAGE = 2_000;

    final Job job;
    final Thread thread;
    /** When it must have ended, on the executor's clock. */
    final long deadline;
    /** Until when it may go on after it was told to stop; set by the executor. */
    long patience;

    boolean told;

    private final Task task;
    private final BlockingQueue<Attempt> ended;
    private final Meter meter;
    private volatile @Nullable Outcome outcome;
    private volatile boolean struck;

    Attempt(Task task, Job job, Limits limits, long start, BlockingQueue<Attempt> ended) {
        this.task = task;
        this.job = job;
        this.ended = ended;
        long nanos = limits.time().compareTo(InProcess.LONGEST) > 0
                ? InProcess.LONGEST.toNanos()
                : limits.time().toNanos();
        deadline = start + nanos;
        thread = new Thread(this::work, "evaluate " + job.id());
        thread.setDaemon(true);
        meter = new Meter(limits, thread.getId(), 0);
    }

    private void work() {
        try {
            outcome = settled();
        } catch (OutOfMemoryError e) {
            struck = true;
            // Thrown while the outcome was put into words: these few need no more memory.
            outcome = new Outcome.Failed(Outcome.Reason.OUT_OF_MEMORY, 0, "", "no memory left");
        }
        ended.add(this);
    }

    /** What the task makes of the job; whatever it throws, this returns. */
    private Outcome settled() {
        Outcome result;
        try {
            result = new Outcome.Finished(task.run(job, meter), meter.steps());
        } catch (RejectedJobException e) {
            result = failed(Outcome.Reason.REJECTED, meter.steps(), "", e);
        } catch (NotFiniteException e) {
            long step = e.step() > 0 ? e.step() : meter.steps();
            result = failed(Outcome.Reason.DIVERGED, step, e.quantity(), e);
        } catch (OutOfMemoryError e) {
            struck = meter.stopped().isEmpty();
            result = failed(Outcome.Reason.OUT_OF_MEMORY, meter.steps(), "", e);
        } catch (Throwable e) {
            result = failed(Outcome.Reason.CRASHED, meter.steps(), e.getClass().getName(), e);
        }
        // A job that was stopped is stopped, whatever it made of the exception.
        return meter.stopped().isPresent() ? meter.stopped().get() : result;
    }

    private static Outcome.Failed failed(Outcome.Reason reason, long step, String subject, Throwable e) {
        String message = String.valueOf(e.getMessage());
        return new Outcome.Failed(reason, step, subject, message.substring(0, Math.min(message.length(), MAX_MESSAGE)));
    }

    /** Whether it met an OutOfMemoryError of the JVM before it was told to stop. */
    boolean struck() {
        return struck;
    }

    /** Tells it to stop; its thread may take until {@code patience}. */
    void stop(Outcome.Reason reason, String message, long untilNanos) {
        meter.stop(reason, message);
        if (!told) {
            told = true;
            patience = untilNanos;
            thread.interrupt();
        }
    }

    /** Whether it has allocated too much. */
    boolean overAllocated() {
        meter.look();
        return meter.cancelled();
    }

    /** How it ended, or how it was told to. */
    Outcome outcome() {
        Outcome known = outcome;
        return known != null ? known : meter.stopped().orElseThrow();
    }
}
