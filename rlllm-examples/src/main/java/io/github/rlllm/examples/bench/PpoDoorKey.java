package io.github.rlllm.examples.bench;

import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Policy;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.learner.PpoConfig;
import io.github.rlllm.engine.nn.AdamConfig;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.world.grid.Levels;
import io.github.rlllm.engine.world.grid.MiniGrid;
import io.github.rlllm.examples.Demonstration;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * PPO on MiniGrid-DoorKey-5x5 with flat views, the whole loop on one thread: 8 environments, 128 steps, batches of 64, 10
 * epochs, learning rate 2.5e-4, entropy .01. Solved: 20 episodes with sampled actions return .9 or more on average, looked
 * at every 2,048 steps. The peer's figure in the aims is recorded, not measured here.
 */
public final class PpoDoorKey implements Demonstration {
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
    public Result run(RunRequest request) {
        long start = nanos.getAsLong();
        int seeds = request.seeds();
        int done = 0;
        List<Arm> arms = new ArrayList<>();
        for (Kernels kernels : List.of(Kernels.fastest(), Kernels.scalar())) {
            boolean fastest = arms.isEmpty();
            PpoTimer timer = new PpoTimer(config(), PpoDoorKey::environment, kernels, nanos, request.control());
            double[] seconds = new double[seeds];
            double[] toSolve = new double[seeds];
            double[] solved = new double[seeds];
            for (int i = 0; fastest && i < seeds; i++) {
                PpoTimer.Run run = timer.solve(i + 1, LOOK_EVERY, SOLVED, PpoDoorKey::sampledReturn);
                seconds[i] = run.seconds();
                toSolve[i] = run.steps();
                solved[i] = run.solved() ? 1 : 0;
                request.progress().update("seconds to solve", ++done, 3L * seeds);
            }
            timer.speed(0, SPEED_STEPS / 2); // the JIT compiler's turn
            double[] speeds = new double[seeds];
            double[] shares = new double[seeds];
            for (int i = 0; i < seeds; i++) {
                PpoTimer.Run run = timer.speed(i + 1, SPEED_STEPS);
                speeds[i] = run.steps() / run.seconds();
                shares[i] = run.share();
                request.progress().update("env steps/s", ++done, 3L * seeds);
            }
            double billions = timer.operationsPerStep(INPUTS, ACTIONS) / 1e9;
            Map<String, Metric> metrics = new LinkedHashMap<>();
            metrics.put("env steps/s", Metric.of("env steps/s", speeds));
            metrics.put(
                    "GFLOP/s, zero inputs counted",
                    Metric.of(
                            "GFLOP/s",
                            Arrays.stream(speeds).map(speed -> speed * billions).toArray()));
            metrics.put("ceiling of the recording core", Metric.of("GFLOP/s", PpoTimer.CORE_CEILING));
            metrics.put("core share", Metric.of("share", shares));
            if (fastest) {
                metrics.put("median s to solve", PpoTimer.median("s", seconds));
                metrics.put("median env steps to solve", PpoTimer.median("env steps", toSolve));
                metrics.put("solved", Metric.of("share", solved));
            }
            arms.add(new Arm(fastest ? "rlllm" : "rlllm scalar", kernels.name(), metrics));
        }
        List<Aim> aims = List.of(
                Aim.atLeast(
                        "env steps/s over SB3 (2,300)",
                        speed(arms.get(0)) / Bounds.SB3_PPO_DOORKEY,
                        Bounds.PPO_DOORKEY_OVER_SB3),
                Aim.atLeast(
                        "env steps/s on scalar kernels over SB3 (2,300)",
                        speed(arms.get(1)) / Bounds.SB3_PPO_DOORKEY,
                        Bounds.SCALAR_OVER_SB3));
        return new Result(
                "ppo-doorkey", seeds, (nanos.getAsLong() - start) / 1e9, Provenance.thisMachine(), arms, aims);
    }

    private static double speed(Arm arm) {
        return java.util.Objects.requireNonNull(arm.metrics().get("env steps/s"))
                .mean();
    }

    /** The mean return of 20 episodes with sampled actions: greedy ones circle for ever. */
    static double sampledReturn(Policy<float[], Integer> policy) {
        SplittableRandom rng = new SplittableRandom(10_000);
        double sum = 0;
        try (Environment<float[], Integer> environment = environment()) {
            for (int episode = 0; episode < EPISODES; episode++) {
                float[] seen = environment.reset(10_000 + episode);
                Step<float[]> answer;
                do {
                    answer = environment.step(policy.at(seen).sample(rng));
                    sum += answer.reward();
                    seen = answer.observation();
                } while (!answer.ending().over());
            }
        }
        return sum / EPISODES;
    }
}
