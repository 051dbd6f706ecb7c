package io.github.rlllm.examples.bench;

import com.sun.management.OperatingSystemMXBean;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Policy;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.learner.Dqn;
import io.github.rlllm.engine.learner.DqnConfig;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Speed and steps to solve of deep Q-learning in one world, by the rule under which the Python peer was measured: the
 * speed is that of the whole loop after 1,100 steps; solved is a mean return of at least .9, looked at every 2,000 steps,
 * the looking not counted in the time.
 *
 * @param id the benchmark's name
 * @param config the settings, its budget that of solving
 * @param environment makes the world
 * @param steps the environment steps over which the speed is taken
 * @param episodes the episodes of one look
 * @param epsilon the share of random actions while looking
 * @param peer the peer's environment steps a second, as recorded on one core
 * @param bound by how much it is to be exceeded
 */
record DqnBench(
        String id,
        DqnConfig config,
        Supplier<Environment<float[], Integer>> environment,
        int steps,
        int episodes,
        double epsilon,
        double peer,
        double bound) {
    private static final String RATE = "env steps/s";
    private static final int LEAST_RUNS = 3;
    private static final int LEAST_SEEDS = 5;
    private static final int BEFORE = 1_100;
    private static final int EVERY = 2_000;
    private static final double SOLVED = 0.9;
    private static final long LOOK_SEED = 10_000;

    /** Below 1 the core was shared with something else, and the speed is too low by that factor. */
    private record Speed(double stepsPerSecond, double coreShare) {}

    private record Solving(long steps, double seconds, boolean solved) {}

    Result run(RunRequest request) {
        long start = System.nanoTime();
        int seeds = Math.max(LEAST_SEEDS, request.seeds());
        Map<String, Metric> metrics = speeds(Kernels.fastest(), request);
        Map<String, Metric> scalar = speeds(Kernels.scalar(), request);
        double[] stepsToSolve = new double[seeds];
        double[] seconds = new double[seeds];
        double failed = 0;
        for (int seed = 0; seed < seeds; seed++) {
            Solving solving = solve(seed + 1, request.control());
            stepsToSolve[seed] = solving.steps();
            seconds[seed] = solving.seconds();
            failed += solving.solved() ? 0 : 1;
            request.progress().update(id + ": to solve", seed + 1L, seeds);
        }
        metrics.put("steps to solve", Metric.of("env steps", stepsToSolve));
        metrics.put("seconds to solve", Metric.of("s", seconds));
        metrics.put("unsolved", Metric.of("share", failed / seeds));
        return new Result(
                id,
                seeds,
                (System.nanoTime() - start) / 1e9,
                Provenance.thisMachine(),
                List.of(
                        new Arm("rlllm", Kernels.fastest().name(), metrics),
                        new Arm("rlllm scalar", Kernels.scalar().name(), scalar)),
                List.of(
                        over("speed", metrics, bound),
                        over("speed without the Vector API", scalar, Bounds.SCALAR_OVER_SB3)));
    }

    private Aim over(String what, Map<String, Metric> metrics, double least) {
        return Aim.atLeast(
                what + " over SB3's " + (long) peer + " env steps/s, recorded on one core of another run",
                Objects.requireNonNull(metrics.get(RATE)).mean() / peer,
                least);
    }

    private Map<String, Metric> speeds(Kernels kernels, RunRequest request) {
        int runs = Math.max(LEAST_RUNS, request.seeds());
        double[] rates = new double[runs];
        double[] shares = new double[runs];
        speed(0, kernels, request.control()); // compiles; its figure is left out
        for (int run = 0; run < runs; run++) {
            Speed measured = speed(run + 1, kernels, request.control());
            rates[run] = measured.stepsPerSecond();
            shares[run] = measured.coreShare();
            request.progress().update(id + ": speed, " + kernels.name(), run + 1L, runs);
        }
        Map<String, Metric> metrics = new LinkedHashMap<>();
        metrics.put(RATE, Metric.of(RATE, rates));
        metrics.put("core share", Metric.of("share", shares));
        return metrics;
    }

    private Speed speed(long seed, Kernels kernels, Control control) {
        DqnConfig.Schedule s = config.schedule();
        try (Environment<float[], Integer> world = environment.get()) {
            Dqn dqn = new Dqn(
                    config.withSchedule(new DqnConfig.Schedule(
                            BEFORE + steps,
                            s.learningStarts(),
                            s.trainEvery(),
                            s.targetEvery(),
                            s.batch(),
                            s.replay())),
                    world,
                    seed,
                    kernels);
            dqn.learn(BEFORE, Progress.none(), control);
            long cpu = processCpuNanos();
            long start = System.nanoTime();
            dqn.learn(steps, Progress.none(), control);
            double nanos = System.nanoTime() - start;
            stopIfCancelled(control);
            return new Speed(steps / (nanos / 1e9), (processCpuNanos() - cpu) / nanos);
        }
    }

    private Solving solve(long seed, Control control) {
        try (Environment<float[], Integer> world = environment.get();
                Environment<float[], Integer> look = environment.get()) {
            Dqn dqn = new Dqn(config, world, seed);
            RandomGenerator rng = SeededRandom.of(LOOK_SEED, "look");
            long nanos = 0;
            long budget = config.schedule().steps();
            while (dqn.steps() < budget) {
                long start = System.nanoTime();
                dqn.learn(EVERY, Progress.none(), control);
                nanos += System.nanoTime() - start;
                stopIfCancelled(control);
                if (looksSolved(dqn.epsilonGreedy(epsilon), look, rng)) {
                    return new Solving(dqn.steps(), nanos / 1e9, true);
                }
            }
            return new Solving(budget, nanos / 1e9, false);
        }
    }

    private boolean looksSolved(
            Policy<float[], Integer> policy, Environment<float[], Integer> world, RandomGenerator rng) {
        double sum = 0;
        double best = 0;
        for (int episode = 0; episode < episodes; episode++) {
            double earned = 0;
            float[] seen = world.reset(rng.nextLong());
            Step<float[]> step;
            do {
                step = world.step(policy.at(seen).sample(rng));
                earned += step.reward();
                seen = step.observation();
            } while (!step.ending().over());
            sum += earned;
            best = Math.max(best, earned);
            if (episode == 3 && best == 0) {
                return false; // plainly unsolved: the rest is spared, as at the peer
            }
        }
        return sum / episodes >= SOLVED;
    }

    private static long processCpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static void stopIfCancelled(Control control) {
        if (control.cancelled()) {
            throw new CancellationException("cancelled");
        }
    }
}
