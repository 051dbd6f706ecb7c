package io.github.rlllm.engine.evaluate;

import io.github.rlllm.api.Control;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs in this JVM, at most so many at a time, each on a thread of its own.
 *
 * <p>A job at its limit is told to stop through its {@link Meter} and by an interrupt. One that still runs
 * {@link #PATIENCE} later is abandoned: its thread, named in the log, can neither be stopped nor be waited for, and
 * another takes its place, as long as at most {@link #MAX_ABANDONED} are abandoned and alive. Beyond that there is one
 * thread less for each, and without any the jobs that are left end as {@link Outcome.Reason#WORKER_LOST}.
 *
 * <p>An {@link OutOfMemoryError} strikes whichever thread allocates next, so a job that met one is tried again with no
 * other beside it before it is held to be the cause.
 */
public final class InProcess implements JobExecutor {
    /** How long a job may go on after it was told to stop. */
    public static final Duration PATIENCE = Duration.ofSeconds(2);

    /** How many abandoned threads may live before they take the place of others. */
    public static final int MAX_ABANDONED = 4;

    /** What a sum of nanoseconds can hold with room to spare. */
    static final Duration LONGEST = Duration.ofDays(3650);

    private static final Logger LOG = LoggerFactory.getLogger(InProcess.class);
    private static final long LOOK_MILLIS = 10;

    private final int threads;
    private final Tasks tasks;
    private final LongSupplier nanos;
    private final Duration patience;
    private final List<Thread> abandoned = new ArrayList<>();

    /**
     * An executor.
     *
     * @param threads how many jobs at a time, at least 1
     * @param tasks the tasks that it can run
     * @param nanos a nanosecond clock, such as {@code System::nanoTime}; decides about time limits alone
     */
    public InProcess(int threads, Tasks tasks, LongSupplier nanos) {
        this(threads, tasks, nanos, PATIENCE);
    }

    InProcess(int threads, Tasks tasks, LongSupplier nanos, Duration patience) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: >= 1)");
        }
        this.threads = threads;
        this.tasks = tasks;
        this.nanos = nanos;
        this.patience = patience;
    }

    @Override
    public void run(Batch batch, Consumer<Evaluation> done, Control control) {
        Deque<Job> alone = new ArrayDeque<>();
        new Round(batch, done, control, threads, alone).run(new ArrayDeque<>(batch.jobs()));
        if (!alone.isEmpty()) {
            new Round(batch, done, control, 1, null).run(alone);
        }
    }

    /** The threads that were abandoned and still run. */
    List<String> abandoned() {
        abandoned.removeIf(thread -> !thread.isAlive());
        return abandoned.stream().map(Thread::getName).toList();
    }

    /** Some jobs, so many at a time. */
    private final class Round {
        private final Batch batch;
        private final Task task;
        private final Consumer<Evaluation> done;
        private final Control control;
        private final int width;
        /** Where jobs go that met an OutOfMemoryError beside others; null where there are no others. */
        private final @Nullable Deque<Job> again;

        private final BlockingQueue<Attempt> ended = new LinkedBlockingQueue<>();
        private final List<Attempt> running = new ArrayList<>();

        Round(Batch batch, Consumer<Evaluation> done, Control control, int width, @Nullable Deque<Job> again) {
            this.batch = batch;
            this.task = tasks.get(batch.task());
            this.done = done;
            this.control = control;
            this.width = width;
            this.again = again;
        }

        void run(Deque<Job> waiting) {
            boolean interrupted = false;
            try {
                while (!waiting.isEmpty() || !running.isEmpty()) {
                    boolean cancelled = interrupted || control.cancelled();
                    if (cancelled) {
                        waiting.forEach(job -> tell(job, Outcome.Reason.CANCELLED, "cancelled before it began"));
                        waiting.clear();
                        running.forEach(attempt -> stop(attempt, Outcome.Reason.CANCELLED, "cancelled"));
                    }
                    fill(waiting);
                    try {
                        take(ended.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS));
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                    watch();
                }
            } finally {
                running.forEach(attempt -> stop(attempt, Outcome.Reason.CANCELLED, "cancelled"));
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private void fill(Deque<Job> waiting) {
            int free = width - Math.max(0, abandoned().size() - MAX_ABANDONED) - running.size();
            for (; free > 0 && !waiting.isEmpty(); free--) {
                Attempt attempt = new Attempt(task, waiting.remove(), batch.limits(), nanos.getAsLong(), ended);
                running.add(attempt);
                attempt.thread.start();
            }
            if (running.isEmpty() && !waiting.isEmpty()) {
                waiting.forEach(job -> tell(
                        job, Outcome.Reason.WORKER_LOST, "no thread left: abandoned and still running " + abandoned()));
                waiting.clear();
            }
        }

        /** Tells of an attempt that ended, unless it was abandoned before. */
        private void take(@Nullable Attempt attempt) {
            if (attempt == null || !running.remove(attempt)) {
                return;
            }
            if (again != null && attempt.struck()) {
                again.add(attempt.job);
            } else {
                done.accept(Evaluation.of(attempt.job, attempt.outcome()));
            }
        }

        private void watch() {
            long now = nanos.getAsLong();
            for (Attempt attempt : List.copyOf(running)) {
                if (attempt.overAllocated()) {
                    stop(attempt, Outcome.Reason.OUT_OF_MEMORY, "allocated too much");
                } else if (now - attempt.deadline > 0) {
                    stop(
                            attempt,
                            Outcome.Reason.TIMED_OUT,
                            "more than " + batch.limits().time() + " of wall time (expected: at most that)");
                }
                if (attempt.told && now - attempt.patience > 0 && running.remove(attempt)) {
                    abandoned.add(attempt.thread);
                    LOG.warn(
                            "Thread '{}' ignores its interrupt and is abandoned; {} such threads are alive",
                            attempt.thread.getName(),
                            abandoned().size());
                    done.accept(Evaluation.of(attempt.job, attempt.outcome()));
                }
            }
        }

        private void stop(Attempt attempt, Outcome.Reason reason, String message) {
            attempt.stop(reason, message, nanos.getAsLong() + patience.toNanos());
        }

        private void tell(Job job, Outcome.Reason reason, String message) {
            done.accept(Evaluation.of(job, new Outcome.Failed(reason, 0, "", message)));
        }
    }
}
