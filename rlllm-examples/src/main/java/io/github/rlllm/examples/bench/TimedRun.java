package io.github.rlllm.examples.bench;

import com.sun.management.OperatingSystemMXBean;
import io.github.rlllm.engine.run.Metric;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * What one run of learning took.
 *
 * @param steps environment steps
 * @param seconds wall-clock time of learning
 * @param share processor time of the process, its compiler and collector included, over that time; well below 1 on one
 *     core something else disturbed it
 * @param solved whether the bound was reached
 */
record TimedRun(long steps, double seconds, double share, boolean solved) {
    /** The least number of seeds over which solving is measured: it varies far more than speed does. */
    static final int SOLVE_SEEDS = 20;

    static final String RATE = "env steps/s";
    static final String MEDIAN_STEPS = "median env steps to solve";
    static final String MEDIAN_SECONDS = "median s to solve";
    private static final int RESAMPLES = 2000;

    /** Processor time of this process so far, all its threads, in nanoseconds; the system counts it in hundredths of a second. */
    static long processorNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    /** Adds the speed of some runs, and the share of a core that they had. */
    static void speed(List<TimedRun> runs, Map<String, Metric> metrics) {
        metrics.put(RATE, Metric.of(RATE, each(runs, run -> run.steps / run.seconds)));
        metrics.put("core share", Metric.of("share", each(runs, TimedRun::share)));
    }

    /** Adds medians of what solving took, with bootstrap intervals over the seeds, and how many seeds solved. */
    static void solving(List<TimedRun> runs, Map<String, Metric> metrics) {
        metrics.put(MEDIAN_SECONDS, median("s", each(runs, TimedRun::seconds)));
        metrics.put(MEDIAN_STEPS, median("env steps", each(runs, run -> run.steps)));
        metrics.put("solved", Metric.of("share", each(runs, run -> run.solved ? 1 : 0)));
    }

    /** The mean of a metric that is there. */
    static double mean(Map<String, Metric> metrics, String name) {
        return Objects.requireNonNull(metrics.get(name), name).mean();
    }

    static double[] each(List<TimedRun> runs, ToDoubleFunction<TimedRun> figure) {
        return runs.stream().mapToDouble(figure).toArray();
    }

    /** The median with a percentile bootstrap interval. */
    static Metric median(String unit, double... values) {
        SplittableRandom rng = new SplittableRandom(0);
        double[] medians = new double[RESAMPLES];
        for (int r = 0; r < RESAMPLES; r++) {
            double[] drawn = new double[values.length];
            for (int i = 0; i < drawn.length; i++) {
                drawn[i] = values[rng.nextInt(values.length)];
            }
            medians[r] = medianOf(drawn);
        }
        Arrays.sort(medians);
        return new Metric(
                medianOf(values),
                medians[(int) (0.025 * RESAMPLES)],
                medians[(int) (0.975 * RESAMPLES) - 1],
                values.length,
                unit,
                Arrays.stream(values).boxed().toList());
    }

    private static double medianOf(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }
}
