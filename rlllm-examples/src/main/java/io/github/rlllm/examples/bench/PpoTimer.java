package io.github.rlllm.examples.bench;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.EnvironmentFactory;
import io.github.rlllm.api.Policy;
import io.github.rlllm.engine.learner.Ppo;
import io.github.rlllm.engine.learner.PpoConfig;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.examples.RunRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Times whole PPO loops, rollout and updates, on one thread: speed over a number of environment steps, and seconds and
 * steps until an evaluation reaches a bound, the evaluation's own time left out.
 */
final class PpoTimer {
    /** Floating-point operations a second that one core of the recording machine can do at most, in 1e9. */
    static final double CORE_CEILING = 104;

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

    /** A run of a number of steps, after one rollout outside the clock. */
    TimedRun speed(long seed, long steps) {
        try (Ppo<Integer> ppo = Ppo.categorical(config, factory, seed, kernels)) {
            ppo.learn(1, Progress.none(), control);
            long before = ppo.steps();
            TimedRun run = timed(ppo, steps, new TimedRun(0, 0, 0, false));
            return new TimedRun(run.steps() - before, run.seconds(), run.share(), false);
        }
    }

    /**
     * A run until the look, taken after the first update at or past every multiple of {@code every} steps, is at least the
     * bound, or the budget is spent.
     */
    TimedRun solve(long seed, int every, double bound, ToDoubleFunction<Policy<float[], Integer>> look) {
        try (Ppo<Integer> ppo = Ppo.categorical(config, factory, seed, kernels)) {
            TimedRun run = new TimedRun(0, 0, 0, false);
            while (true) {
                long before = ppo.steps();
                run = timed(ppo, every - before % every, run);
                if (look.applyAsDouble(ppo.policy()) >= bound) {
                    return new TimedRun(run.steps(), run.seconds(), run.share(), true);
                }
                if (ppo.steps() == before) {
                    return run;
                }
            }
        }
    }

    /** Goes on with a run. */
    private TimedRun timed(Ppo<Integer> ppo, long steps, TimedRun soFar) {
        long cpu = TimedRun.processorNanos();
        long start = nanos.getAsLong();
        ppo.learn(steps, Progress.none(), control);
        double seconds = soFar.seconds() + (nanos.getAsLong() - start) / 1e9;
        double busy = soFar.share() * soFar.seconds() + (TimedRun.processorNanos() - cpu) / 1e9;
        if (control.cancelled()) {
            throw new CancellationException("benchmark cancelled");
        }
        return new TimedRun(ppo.steps(), seconds, busy / seconds, false);
    }

    /** Runs of as many seeds as asked for, after one that gives the JIT compiler its turn. */
    List<TimedRun> speeds(String id, int steps, RunRequest request) {
        speed(0, steps / 2);
        List<TimedRun> runs = new ArrayList<>();
        for (int seed = 1; seed <= request.seeds(); seed++) {
            runs.add(speed(seed, steps));
            request.progress().update(id + ": env steps/s", seed, request.seeds());
        }
        return runs;
    }

    /** Runs until the bound, over {@link TimedRun#SOLVE_SEEDS} seeds at least. */
    List<TimedRun> solves(String id, int every, double bound, Supplier<Look> looks, RunRequest request) {
        int seeds = Math.max(TimedRun.SOLVE_SEEDS, request.seeds());
        List<TimedRun> runs = new ArrayList<>();
        for (int seed = 1; seed <= seeds; seed++) {
            try (Look look = looks.get()) {
                runs.add(solve(seed, every, bound, look));
            }
            request.progress().update(id + ": to solve", seed, seeds);
        }
        return runs;
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

    /** The arithmetic of some runs beside what a core can do. */
    void arithmetic(String name, List<TimedRun> runs, int inputs, int actions, Map<String, Metric> metrics) {
        double billions = operationsPerStep(inputs, actions) / 1e9;
        metrics.put(name, Metric.of("GFLOP/s", TimedRun.each(runs, run -> run.steps() / run.seconds() * billions)));
        metrics.put("ceiling of the recording core", Metric.of("GFLOP/s", CORE_CEILING));
    }
}
