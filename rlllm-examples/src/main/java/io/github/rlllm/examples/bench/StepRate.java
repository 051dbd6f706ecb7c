package io.github.rlllm.examples.bench;

import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.examples.RunRequest;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;

/**
 * Times work that is counted in steps: warm-up, then several runs of equal length. The rate is by the wall
 * clock; beside it stands the share of a core that the process had, which is near 1 on a quiet machine.
 */
final class StepRate {
    private static final int RUNS = 7;
    private static final long WARM_UP_NANOS = 1_500_000_000L;
    private static final long RUN_NANOS = 500_000_000L;
    /** Processor time is counted in hundredths of a second. */
    private static final long TOLERANCE_NANOS = 50_000_000L;

    private static final long MOST = 6;

    private StepRate() {}

    /**
     * Measures.
     *
     * @param name what is measured
     * @param chunk does some milliseconds of work and answers how many steps it took
     * @param request where progress goes and when to stop
     * @param metrics gets the rate (env steps/s) under the name and the core's share under "NAME, core share"; one value a
     *     run
     * @return the rate
     */
    static Metric measure(String name, LongSupplier chunk, RunRequest request, Map<String, Metric> metrics) {
        return measure(name, "env steps/s", chunk, request, metrics);
    }

    /** As above for what is counted in something else than environment steps. */
    static Metric measure(
            String name, String unit, LongSupplier chunk, RunRequest request, Map<String, Metric> metrics) {
        double[] rates = new double[RUNS];
        double[] shares = new double[RUNS];
        timed(chunk, WARM_UP_NANOS, 0, rates, shares);
        for (int run = 0; run < RUNS; run++) {
            if (request.control().cancelled()) {
                throw new CancellationException(name + ": cancelled after " + run + " runs (expected: " + RUNS + ")");
            }
            request.progress().update(name, run, RUNS);
            timed(chunk, RUN_NANOS, run, rates, shares);
        }
        request.progress().update(name, RUNS, RUNS);
        Metric rate = Metric.of(unit, rates);
        metrics.put(name, rate);
        metrics.put(name + ", core share", Metric.of("share", shares));
        return rate;
    }

    private static void timed(LongSupplier chunk, long nanos, int run, double[] rates, double[] shares) {
        long steps = 0;
        long cpu = TimedRun.processorNanos();
        long begin = System.nanoTime();
        long passed;
        long spent;
        do {
            steps += chunk.getAsLong();
            passed = System.nanoTime() - begin;
            spent = TimedRun.processorNanos() - cpu;
            // On a core that something else shares, a part of the time is not this work's: it then takes longer.
        } while (passed < nanos || spent < nanos - TOLERANCE_NANOS && passed < MOST * nanos);
        rates[run] = steps * 1e9 / passed;
        shares[run] = (double) spent / passed;
    }
}
