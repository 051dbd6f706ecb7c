package io.github.rlllm.examples.bench;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.learner.PpoConfig;
import io.github.rlllm.engine.nn.AdamConfig;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.world.CartPole;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * PPO on CartPole-v1, the whole loop on one thread. Speed: rl-zoo's settings with 8 environments on the fastest and on the
 * scalar kernels, and CleanRL's settings with 64. Seconds and environment steps until 20 greedy episodes return 475 or
 * more on average, looked at every 2,048 steps: over 20 seeds at least, of which the first runs in a
 * JVM that has compiled nothing yet. The peers' figures in the aims are recorded, not measured here.
 */
public final class PpoCartPole implements Benchmark {
    private static final String ID = "ppo-cartpole";
    private static final int LOOK_EVERY = 2048;
    private static final int EPISODES = 20;

    private static final int SPEED_STEPS = 51_200;
    private static final int SPEED_STEPS_SCALAR = 20_480;
    private static final int SPEED_STEPS_64 = 204_800;

    private final LongSupplier nanos;

    /** The benchmark on the system's clock. */
    public PpoCartPole() {
        this(System::nanoTime);
    }

    /**
     * The benchmark on another clock.
     *
     * @param nanos a nanosecond clock
     */
    public PpoCartPole(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * The settings of rl-baselines3-zoo for CartPole-v1: 8 environments, 32 steps, batches of 256, 20 epochs, gamma .98,
     * lambda .8, learning rate 1e-3 and clip .2 falling linearly over 100,000 steps.
     *
     * @return the configuration
     */
    public static PpoConfig zoo() {
        return PpoConfig.defaults()
                .withDiscounts(0.98, 0.8)
                .withRollout(
                        new PpoConfig.Rollout(8, 32, 100_000), new PpoConfig.Updates(20, 256, Double.POSITIVE_INFINITY))
                .withAnnealing(new PpoConfig.Annealing(true, true))
                .withAdam(adam(1e-3));
    }

    /**
     * The settings of CleanRL's PPO: 128 steps, 4 batches, 4 epochs, gamma .99, lambda .95, clip .2 of policy and value,
     * entropy .01, half the squared error times .5, learning rate 2.5e-4 falling linearly over 500,000 steps.
     *
     * @param environments how many step together
     * @return the configuration
     */
    public static PpoConfig cleanRl(int environments) {
        return PpoConfig.defaults()
                .withRollout(
                        new PpoConfig.Rollout(environments, 128, 500_000),
                        new PpoConfig.Updates(4, environments * 128 / 4, Double.POSITIVE_INFINITY))
                .withLoss(new PpoConfig.Loss(0.2, 0.01, 0.25, PpoConfig.ValueLoss.PESSIMISTIC, 0.2, true))
                .withAnnealing(new PpoConfig.Annealing(true, false))
                .withAdam(adam(2.5e-4));
    }

    private static AdamConfig adam(double rate) {
        return AdamConfig.defaults().withLearningRate(rate).withEpsilon(1e-5).withMaxGradientNorm(0.5);
    }

    @Override
    public Result run(RunRequest request, Part part) {
        long start = nanos.getAsLong();
        Kernels fastest = Kernels.fastest();
        PpoTimer zoo = new PpoTimer(zoo(), CartPole::new, fastest, nanos, request.control());
        Map<String, Metric> metrics = new LinkedHashMap<>();
        List<Arm> arms = new ArrayList<>();
        List<Aim> aims = new ArrayList<>();
        if (part.solve()) {
            List<TimedRun> runs = zoo.solves(
                    ID, LOOK_EVERY, Bounds.CARTPOLE_SOLVED, () -> new Look(new CartPole(), EPISODES, true), request);
            TimedRun.solving(runs, metrics);
            metrics.put("s to solve, cold JVM", Metric.of("s", runs.get(0).seconds()));
            aims.add(Aim.atMost(
                    "median env steps to solve over SB3 (14,336)",
                    TimedRun.mean(metrics, TimedRun.MEDIAN_STEPS) / Bounds.SB3_PPO_CARTPOLE_STEPS,
                    Bounds.STEPS_TO_SOLVE_RATIO));
            aims.add(Aim.atMost(
                    "median s to solve against the best single file's",
                    TimedRun.mean(metrics, TimedRun.MEDIAN_SECONDS),
                    Bounds.BEST_SECONDS_TO_SOLVE));
        }
        if (part.speed()) {
            speed(zoo, SPEED_STEPS, request, metrics);
            Map<String, Metric> wide = new LinkedHashMap<>();
            PpoTimer wideTimer = new PpoTimer(cleanRl(64), CartPole::new, fastest, nanos, request.control());
            speed(wideTimer, SPEED_STEPS_64, request, wide);
            // the scalar kernels last: once a JVM has used both kinds, it calls either a little more slowly
            Map<String, Metric> scalar = new LinkedHashMap<>();
            PpoTimer scalarTimer = new PpoTimer(zoo(), CartPole::new, Kernels.scalar(), nanos, request.control());
            speed(scalarTimer, SPEED_STEPS_SCALAR, request, scalar);
            arms.add(new Arm("rlllm scalar", Kernels.scalar().name(), scalar));
            arms.add(new Arm("rlllm 64 environments", fastest.name(), wide));
            aims.add(Aim.atLeast(
                    "env steps/s over SB3 (5,000)",
                    TimedRun.mean(metrics, TimedRun.RATE) / Bounds.SB3_PPO_CARTPOLE,
                    Bounds.PPO_CARTPOLE_OVER_SB3));
            aims.add(Aim.atLeast(
                    "env steps/s over sbx (8,400)",
                    TimedRun.mean(metrics, TimedRun.RATE) / Bounds.SBX_PPO_CARTPOLE,
                    Bounds.PPO_CARTPOLE_OVER_SBX));
            aims.add(Aim.atLeast(
                    "env steps/s on scalar kernels over SB3 (5,000)",
                    TimedRun.mean(scalar, TimedRun.RATE) / Bounds.SB3_PPO_CARTPOLE,
                    Bounds.SCALAR_OVER_SB3));
            aims.add(Aim.atLeast(
                    "env steps/s of 64 environments over single-file torch (68,000)",
                    TimedRun.mean(wide, TimedRun.RATE) / Bounds.TORCH_PPO_CARTPOLE_64,
                    Bounds.PPO_CARTPOLE_64_OVER_TORCH));
        }
        arms.add(0, new Arm("rlllm", fastest.name(), metrics));
        double seconds = (nanos.getAsLong() - start) / 1e9;
        return new Result(ID, request.seeds(), seconds, Provenance.thisMachine(), arms, aims);
    }

    private static void speed(PpoTimer timer, int steps, RunRequest request, Map<String, Metric> metrics) {
        List<TimedRun> runs = timer.speeds(ID, steps, request);
        TimedRun.speed(runs, metrics);
        timer.arithmetic("GFLOP/s", runs, 4, 2, metrics);
    }
}
