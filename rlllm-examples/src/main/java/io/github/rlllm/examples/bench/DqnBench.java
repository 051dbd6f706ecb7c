package io.github.rlllm.examples.bench;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.learner.Dqn;
import io.github.rlllm.engine.learner.DqnConfig;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/**
 * Speed and steps to solve of deep Q-learning in one world, by the rule under which the Python peer was measured: the
 * speed is that of the whole loop after 1,100 steps; solved is a mean return of at least .9, looked at every 2,000 steps,
 * the looking not counted in the time, over 20 seeds at least.
 *
 * @param id the benchmark's name
 * @param config the settings, its budget that of solving
 * @param environment makes the world
 * @param steps the environment steps over which the speed is taken
 * @param episodes the episodes of one look
 * @param epsilon the share of random actions while looking
 * @param peer what was recorded of the peer
 */
record DqnBench(
        String id,
        DqnConfig config,
        Supplier<Environment<float[], Integer>> environment,
        int steps,
        int episodes,
        double epsilon,
        Peer peer) {
    /**
     * A peer, as recorded on one core.
     *
     * @param speed its environment steps a second
     * @param bound by how much that is to be exceeded
     * @param stepsToSolve its median environment steps until it solves
     */
    record Peer(double speed, double bound, double stepsToSolve) {}

    private static final int LEAST_RUNS = 3;
    private static final int BEFORE = 1_100;
    private static final int EVERY = 2_000;
    private static final double SOLVED = 0.9;

    Result run(RunRequest request, Benchmark.Part part) {
        long start = System.nanoTime();
        Map<String, Metric> metrics = new LinkedHashMap<>();
        List<Arm> arms = new ArrayList<>();
        List<Aim> aims = new ArrayList<>();
        if (part.speed()) {
            TimedRun.speed(speeds(Kernels.fastest(), request), metrics);
            Map<String, Metric> scalar = new LinkedHashMap<>();
            TimedRun.speed(speeds(Kernels.scalar(), request), scalar);
            arms.add(new Arm("rlllm scalar", Kernels.scalar().name(), scalar));
            aims.add(over("speed", metrics, peer.bound()));
            aims.add(over("speed without the Vector API", scalar, Bounds.SCALAR_OVER_SB3));
        }
        if (part.solve()) {
            int seeds = Math.max(TimedRun.SOLVE_SEEDS, request.seeds());
            List<TimedRun> runs = new ArrayList<>();
            for (int seed = 1; seed <= seeds; seed++) {
                runs.add(solve(seed, request.control()));
                request.progress().update(id + ": to solve", seed, seeds);
            }
            TimedRun.solving(runs, metrics);
            aims.add(Aim.atMost(
                    "median env steps to solve over SB3's " + (long) peer.stepsToSolve(),
                    TimedRun.mean(metrics, TimedRun.MEDIAN_STEPS) / peer.stepsToSolve(),
                    Bounds.STEPS_TO_SOLVE_RATIO));
        }
        arms.add(0, new Arm("rlllm", Kernels.fastest().name(), metrics));
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Result(id, request.seeds(), seconds, Provenance.thisMachine(), arms, aims);
    }

    private Aim over(String what, Map<String, Metric> metrics, double least) {
        return Aim.atLeast(
                what + " over SB3's " + (long) peer.speed() + " env steps/s, recorded on one core of another run",
                TimedRun.mean(metrics, TimedRun.RATE) / peer.speed(),
                least);
    }

    private List<TimedRun> speeds(Kernels kernels, RunRequest request) {
        int count = Math.max(LEAST_RUNS, request.seeds());
        speed(0, kernels, request.control()); // compiles; its figure is left out
        List<TimedRun> runs = new ArrayList<>();
        for (int seed = 1; seed <= count; seed++) {
            runs.add(speed(seed, kernels, request.control()));
            request.progress().update(id + ": speed, " + kernels.name(), seed, count);
        }
        return runs;
    }

    private TimedRun speed(long seed, Kernels kernels, Control control) {
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
            long cpu = TimedRun.processorNanos();
            long start = System.nanoTime();
            dqn.learn(steps, Progress.none(), control);
            double nanos = System.nanoTime() - start;
            stopIfCancelled(control);
            return new TimedRun(steps, nanos / 1e9, (TimedRun.processorNanos() - cpu) / nanos, false);
        }
    }

    private TimedRun solve(long seed, Control control) {
        try (Environment<float[], Integer> world = environment.get();
                Look look = new Look(environment.get(), episodes, false)) {
            Dqn dqn = new Dqn(config, world, seed);
            double nanos = 0;
            double busy = 0;
            boolean solved = false;
            while (!solved && dqn.steps() < config.schedule().steps()) {
                long cpu = TimedRun.processorNanos();
                long start = System.nanoTime();
                dqn.learn(EVERY, Progress.none(), control);
                nanos += System.nanoTime() - start;
                busy += TimedRun.processorNanos() - cpu;
                stopIfCancelled(control);
                solved = look.applyAsDouble(dqn.epsilonGreedy(epsilon)) >= SOLVED;
            }
            return new TimedRun(dqn.steps(), nanos / 1e9, busy / nanos, solved);
        }
    }

    private static void stopIfCancelled(Control control) {
        if (control.cancelled()) {
            throw new CancellationException("cancelled");
        }
    }
}
