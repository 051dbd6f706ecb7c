package io.github.rlllm.examples.bench;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.EnvironmentFactory;
import io.github.rlllm.api.Policy;
import io.github.rlllm.engine.learner.Ppo;
import io.github.rlllm.engine.learner.PpoConfig;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Progress;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/**
 * Times whole PPO loops, rollout and updates, on one thread: speed over a number of environment steps, and seconds and
 * steps until an evaluation reaches a bound, the evaluation's own time left out.
 */
final class PpoTimer {
    /** Floating-point operations a second that one core of the recording machine can do at most, in 1e9. */
    static final double CORE_CEILING = 104;

    private static final int RESAMPLES = 2000;

    private final PpoConfig config;
    private final EnvironmentFactory<float[], Integer> factory;
    private final Kernels kernels;
    private final LongSupplier nanos;
    private final Control control;

    PpoTimer(
            PpoConfig config,
            EnvironmentFactory<float[], Integer> factory,
            Kernels kernels,
            LongSupplier nanos,
            Control control) {
        this.config = config;
        this.factory = factory;
        this.kernels = kernels;
        this.nanos = nanos;
        this.control = control;
    }

    /**
     * What one run took.
     *
     * @param steps environment steps
     * @param seconds wall-clock time of learning
     * @param share the share of a core that the thread had in that time; well below 1 something else disturbed it
     * @param solved whether the bound was reached
     */
    record Run(long steps, double seconds, double share, boolean solved) {}

    /** A run of a number of steps, after one rollout outside the clock. */
    Run speed(long seed, long steps) {
        try (Ppo<Integer> ppo = Ppo.categorical(config, factory, seed, kernels)) {
            ppo.learn(1, Progress.none(), control);
            long before = ppo.steps();
            return timed(ppo, steps, 0, 0, before);
        }
    }

    /** A run until the evaluation, looked at every {@code every} steps, is at least the bound, or the budget is spent. */
    Run solve(long seed, int every, double bound, ToDoubleFunction<Policy<float[], Integer>> evaluation) {
        try (Ppo<Integer> ppo = Ppo.categorical(config, factory, seed, kernels)) {
            double seconds = 0;
            double busy = 0;
            while (true) {
                long before = ppo.steps();
                Run part = timed(ppo, every, seconds, busy, 0);
                seconds = part.seconds();
                busy = part.share() * seconds;
                if (evaluation.applyAsDouble(ppo.policy()) >= bound) {
                    return new Run(ppo.steps(), seconds, part.share(), true);
                }
                if (ppo.steps() == before) {
                    return new Run(ppo.steps(), seconds, part.share(), false);
                }
            }
        }
    }

    private Run timed(Ppo<Integer> ppo, long steps, double seconds, double busy, long before) {
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long start = nanos.getAsLong();
        ppo.learn(steps, Progress.none(), control);
        double wall = seconds + (nanos.getAsLong() - start) / 1e9;
        double used = busy + (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) / 1e9;
        if (control.cancelled()) {
            throw new CancellationException("benchmark cancelled");
        }
        return new Run(ppo.steps() - before, wall, used / wall, false);
    }

    /**
     * Floating-point operations an environment step: a forward pass when acting; in each epoch a forward pass, the weight
     * gradients and, but for the first layer, the input gradients. Two a weight and sample; activations are not counted.
     */
    double operationsPerStep(int inputs, int actions) {
        double operations = 0;
        for (int outputs : new int[] {actions, 1}) {
            int in = inputs;
            for (int l = 0; l <= config.hidden().size(); l++) {
                int out = l < config.hidden().size() ? config.hidden().get(l) : outputs;
                double weights = 2.0 * in * out;
                operations += weights + config.updates().epochs() * weights * (l == 0 ? 2 : 3);
                in = out;
            }
        }
        return operations;
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

    static double medianOf(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }
}
