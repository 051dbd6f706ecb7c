package io.github.rlllm.examples.bench;

import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.learner.PpoConfig;
import io.github.rlllm.engine.nn.AdamConfig;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.world.grid.Levels;
import io.github.rlllm.engine.world.grid.MiniGrid;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * PPO on MiniGrid-DoorKey-5x5 with flat views, the whole loop on one thread: 8 environments, 128 steps, batches of 64, 10
 * epochs, learning rate 2.5e-4, entropy .01. Solved: 20 episodes with sampled actions return .9 or more on average, looked
 * at every 2,048 steps, over 20 seeds at least. The peer's figures in the aims are recorded, not measured here.
 */
public final class PpoDoorKey implements Benchmark {
    private static final String ID = "ppo-doorkey";
    private static final int INPUTS = 147;
    private static final int ACTIONS = 7;
    private static final int SPEED_STEPS = 20_480;
    private static final int LOOK_EVERY = 2048;
    private static final int EPISODES = 20;
    private static final double SOLVED = 0.9;

    private final LongSupplier nanos;

    /** The benchmark on the system's clock. */
    public PpoDoorKey() {
        this(System::nanoTime);
    }

    /**
     * The benchmark on another clock.
     *
     * @param nanos a nanosecond clock
     */
    public PpoDoorKey(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * The settings.
     *
     * @return the configuration, with a budget of 300,000 steps
     */
    public static PpoConfig config() {
        return PpoConfig.defaults()
                .withRollout(
                        new PpoConfig.Rollout(8, 128, 300_000), new PpoConfig.Updates(10, 64, Double.POSITIVE_INFINITY))
                .withLoss(new PpoConfig.Loss(0.2, 0.01, 0.5, PpoConfig.ValueLoss.SQUARED, 0.2, true))
                .withAdam(AdamConfig.defaults()
                        .withLearningRate(2.5e-4)
                        .withEpsilon(1e-5)
                        .withMaxGradientNorm(0.5));
    }

    private static Environment<float[], Integer> environment() {
        return MiniGrid.flat(Levels.doorKey(5));
    }

    @Override
    public Result run(RunRequest request, Part part) {
        long start = nanos.getAsLong();
        Map<String, Metric> metrics = new LinkedHashMap<>();
        List<Arm> arms = new ArrayList<>();
        List<Aim> aims = new ArrayList<>();
        if (part.solve()) {
            // greedy actions circle for ever
            List<TimedRun> runs = timer(Kernels.fastest(), request)
                    .solves(ID, LOOK_EVERY, SOLVED, () -> new Look(environment(), EPISODES, false), request);
            TimedRun.solving(runs, metrics);
            aims.add(Aim.atMost(
                    "median env steps to solve over SB3",
                    TimedRun.mean(metrics, TimedRun.MEDIAN_STEPS) / Bounds.SB3_PPO_DOORKEY_STEPS,
                    Bounds.STEPS_TO_SOLVE_RATIO));
        }
        if (part.speed()) {
            speed(timer(Kernels.fastest(), request), request, metrics);
            Map<String, Metric> scalar = new LinkedHashMap<>();
            speed(timer(Kernels.scalar(), request), request, scalar);
            arms.add(new Arm("rlllm scalar", Kernels.scalar().name(), scalar));
            aims.add(Aim.atLeast(
                    "env steps/s over SB3 (2,300)",
                    TimedRun.mean(metrics, TimedRun.RATE) / Bounds.SB3_PPO_DOORKEY,
                    Bounds.PPO_DOORKEY_OVER_SB3));
            aims.add(Aim.atLeast(
                    "env steps/s on scalar kernels over SB3 (2,300)",
                    TimedRun.mean(scalar, TimedRun.RATE) / Bounds.SB3_PPO_DOORKEY,
                    Bounds.SCALAR_OVER_SB3));
        }
        arms.add(0, new Arm("rlllm", Kernels.fastest().name(), metrics));
        double seconds = (nanos.getAsLong() - start) / 1e9;
        return new Result(ID, request.seeds(), seconds, Provenance.thisMachine(), arms, aims);
    }

    private PpoTimer timer(Kernels kernels, RunRequest request) {
        return new PpoTimer(config(), PpoDoorKey::environment, kernels, nanos, request.control());
    }

    private static void speed(PpoTimer timer, RunRequest request, Map<String, Metric> metrics) {
        List<TimedRun> runs = timer.speeds(ID, SPEED_STEPS, request);
        TimedRun.speed(runs, metrics);
        timer.arithmetic("GFLOP/s, zero inputs counted", runs, INPUTS, ACTIONS, metrics);
    }
}
