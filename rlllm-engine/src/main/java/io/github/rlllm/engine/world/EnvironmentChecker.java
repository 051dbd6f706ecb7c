package io.github.rlllm.engine.world;

import io.github.rlllm.api.EnvironmentFactory;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks for what is broken in an environment: values that are not allowed, calls that are accepted or refused against
 * the contract, differences between runs of equal seed and actions, arrays that are shared, state that is left over,
 * hangs.
 *
 * <p>A broken environment gives findings and never an exception. Environments are made, used and closed in one thread
 * of the executor. Thread-safe.
 */
public final class EnvironmentChecker {
    private EnvironmentChecker() {}

    /**
     * One thing that is wrong.
     *
     * @param method where, such as {@code step(3).reward}: the reward of the fourth step of an episode
     * @param value what was found
     * @param expected what the contract asks for
     */
    public record Finding(String method, String value, String expected) {
        /** Checks the record. */
        public Finding {
            Objects.requireNonNull(method, "method");
            Objects.requireNonNull(value, "value");
            Objects.requireNonNull(expected, "expected");
        }

        /**
         * The finding in words.
         *
         * @return such as {@code step(3).reward: NaN (expected: a finite number)}
         */
        public String message() {
            return method + ": " + value + " (expected: " + expected + ")";
        }

        @Override
        public String toString() {
            return message();
        }
    }

    /**
     * How far the check goes.
     *
     * @param episodes the number of seeds that are played, at least 1
     * @param steps the steps after which an episode counts as one that never ends, at least 1
     * @param call the time after which a single call of the environment counts as one that hangs
     * @param total the time for the whole check, counted in units of {@code call}
     * @param seedsMatter whether different seeds must lead to different episodes; false for environments that are the
     *     same in every episode
     */
    public record Limits(int episodes, int steps, Duration call, Duration total, boolean seedsMatter) {
        /**
         * Checks the record.
         *
         * @throws IllegalArgumentException if a number is below 1, a duration is not positive, or {@code total < call}
         */
        public Limits {
            atLeastOne("episodes", episodes);
            atLeastOne("steps", steps);
            if (call.isZero() || call.isNegative()) {
                throw new IllegalArgumentException("call: " + call + " (expected: > 0)");
            }
            if (total.compareTo(call) < 0) {
                throw new IllegalArgumentException("total: " + total + " (expected: >= call, " + call + ")");
            }
        }

        private static void atLeastOne(String name, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
            }
        }

        /**
         * Six episodes of at most 10,000 steps, 5 seconds a call, two minutes in all, seeds that need not matter.
         *
         * @return the limits
         */
        public static Limits defaults() {
            return new Limits(6, 10_000, Duration.ofSeconds(5), Duration.ofMinutes(2), false);
        }

        /**
         * The same with another greatest length of an episode.
         *
         * @param most the steps after which an episode counts as one that never ends
         * @return changed limits
         */
        public Limits withSteps(int most) {
            return new Limits(episodes, most, call, total, seedsMatter);
        }

        /**
         * The same with other times.
         *
         * @param oneCall for a single call
         * @param allTogether for the whole check
         * @return changed limits
         */
        public Limits withTimes(Duration oneCall, Duration allTogether) {
            return new Limits(episodes, steps, oneCall, allTogether, seedsMatter);
        }

        /**
         * The same with seeds that must matter or need not.
         *
         * @param matter whether different seeds must lead to different episodes
         * @return changed limits
         */
        public Limits withSeedsMatter(boolean matter) {
            return new Limits(episodes, steps, call, total, matter);
        }
    }

    /**
     * Checks with the default limits in a thread of its own, which ends with the check (or, if the environment hangs and
     * ignores interrupts, with the JVM).
     *
     * @param <O> the type of an observation
     * @param <A> the type of an action
     * @param factory makes the environment
     * @return what is wrong; empty for a good environment
     */
    public static <O, A> List<Finding> check(EnvironmentFactory<O, A> factory) {
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "environment-checker");
            thread.setDaemon(true);
            return thread;
        });
        try {
            return check(factory, Limits.defaults(), executor);
        } finally {
            executor.shutdownNow();
        }
    }

    /**
     * Checks in a thread of an executor. Where the environment hangs the check ends there: the task is interrupted, and
     * an environment that ignores it keeps the thread.
     *
     * @param <O> the type of an observation
     * @param <A> the type of an action
     * @param factory makes the environment, several times
     * @param limits how far to go
     * @param executor runs the check as one task; stays open
     * @return what is wrong, in the order in which it was found; empty for a good environment
     */
    public static <O, A> List<Finding> check(
            EnvironmentFactory<O, A> factory, Limits limits, ExecutorService executor) {
        Objects.requireNonNull(factory, "factory");
        FindingLog log = new FindingLog();
        Future<?> work = executor.submit(() -> run(factory, limits, log));
        Duration waited = Duration.ZERO;
        long calls = log.calls();
        while (true) {
            try {
                work.get(limits.call().toNanos(), TimeUnit.NANOSECONDS);
                return log.close();
            } catch (TimeoutException e) {
                waited = waited.plus(limits.call());
                if (log.calls() == calls) {
                    log.add(log.current(), "no answer within " + limits.call(), "an answer");
                    break;
                }
                if (waited.compareTo(limits.total()) >= 0) {
                    log.add("check", "stopped after " + waited + " in " + log.current(), "to finish");
                    break;
                }
                calls = log.calls();
            } catch (InterruptedException e) {
                log.add("check", "interrupted in " + log.current(), "to finish");
                Thread.currentThread().interrupt();
                break;
            } catch (ExecutionException e) {
                throw new IllegalStateException("the checker itself failed in " + log.current(), e.getCause());
            }
        }
        List<Finding> findings = log.close();
        work.cancel(true);
        return findings;
    }

    private static <O, A> void run(EnvironmentFactory<O, A> factory, Limits limits, FindingLog log) {
        try {
            new EnvironmentChecks<>(factory, limits, log).run();
        } catch (FindingLog.ClosedException e) {
            // The one who waits has given up, and nobody reads what this thread would find.
        }
    }
}
