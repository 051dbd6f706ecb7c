package io.github.rlllm.examples.bench;

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
import io.github.rlllm.engine.world.CartPole;
import io.github.rlllm.examples.Demonstration;
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
 * more on average, looked at every 2,048 steps: over {@value #SOLVE_SEEDS} seeds at least, of which the first runs in a
 * JVM that has compiled nothing yet. The peers' figures in the aims are recorded, not measured here.
 */
public final class PpoCartPole implements Demonstration {
    /** The least number of seeds over which solving is measured: it varies far more than speed does. */
    static final int SOLVE_SEEDS = 20;

    private static final int LOOK_EVERY = 2048;
    private static final int EPISODES = 20;
    private static final double SOLVED = 475;
    /** The median environment steps of the peer with the same settings, SB3. */
    private static final double PEER_STEPS = 14_336;

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
    public Result run(RunRequest request) {
        long start = nanos.getAsLong();
        Kernels fastest = Kernels.fastest();
        PpoTimer zoo = new PpoTimer(zoo(), CartPole::new, fastest, nanos, request.control());
        PpoTimer scalar = new PpoTimer(zoo(), CartPole::new, Kernels.scalar(), nanos, request.control());
        PpoTimer wide = new PpoTimer(cleanRl(64), CartPole::new, fastest, nanos, request.control());
        int seeds = request.seeds();
        int solveSeeds = Math.max(SOLVE_SEEDS, seeds);
        int parts = solveSeeds + 3 * seeds;
        int done = 0;

        List<PpoTimer.Run> solved = new ArrayList<>();
        for (int seed = 1; seed <= solveSeeds; seed++) {
            solved.add(zoo.solve(seed, LOOK_EVERY, SOLVED, PpoCartPole::greedyReturn));
            request.progress().update("seconds to solve", ++done, parts);
        }
        List<List<PpoTimer.Run>> speeds = new ArrayList<>();
        // the scalar kernels last: once a JVM has used both kinds, it calls either a little more slowly
        PpoTimer[] timers = {zoo, wide, scalar};
        int[] steps = {SPEED_STEPS, SPEED_STEPS_64, SPEED_STEPS_SCALAR};
        for (int arm = 0; arm < timers.length; arm++) {
            timers[arm].speed(0, steps[arm] / 2); // the JIT compiler's turn
            List<PpoTimer.Run> runs = new ArrayList<>();
            for (int seed = 1; seed <= seeds; seed++) {
                runs.add(timers[arm].speed(seed, steps[arm]));
                request.progress().update("env steps/s", ++done, parts);
            }
            speeds.add(runs);
        }

        Map<String, Metric> first = speedMetrics(speeds.get(0), zoo);
        double[] seconds = solved.stream().mapToDouble(PpoTimer.Run::seconds).toArray();
        double[] toSolve = solved.stream().mapToDouble(PpoTimer.Run::steps).toArray();
        first.put("median s to solve", PpoTimer.median("s", seconds));
        first.put("s to solve, cold JVM", Metric.of("s", seconds[0]));
        first.put("median env steps to solve", PpoTimer.median("env steps", toSolve));
        first.put(
                "solved",
                Metric.of(
                        "share",
                        solved.stream().mapToDouble(run -> run.solved() ? 1 : 0).toArray()));
        List<Arm> arms = List.of(
                new Arm("rlllm", fastest.name(), first),
                new Arm("rlllm scalar", Kernels.scalar().name(), speedMetrics(speeds.get(2), scalar)),
                new Arm("rlllm 64 environments", fastest.name(), speedMetrics(speeds.get(1), wide)));
        double zooSpeed = speed(arms.get(0));
        List<Aim> aims = List.of(
                Aim.atLeast(
                        "env steps/s over SB3 (5,000)",
                        zooSpeed / Bounds.SB3_PPO_CARTPOLE,
                        Bounds.PPO_CARTPOLE_OVER_SB3),
                Aim.atLeast(
                        "env steps/s over sbx (8,400)",
                        zooSpeed / Bounds.SBX_PPO_CARTPOLE,
                        Bounds.PPO_CARTPOLE_OVER_SBX),
                Aim.atLeast(
                        "env steps/s on scalar kernels over SB3 (5,000)",
                        speed(arms.get(1)) / Bounds.SB3_PPO_CARTPOLE,
                        Bounds.SCALAR_OVER_SB3),
                Aim.atLeast(
                        "env steps/s of 64 environments over single-file torch (68,000)",
                        speed(arms.get(2)) / Bounds.TORCH_PPO_CARTPOLE_64,
                        Bounds.PPO_CARTPOLE_64_OVER_TORCH),
                Aim.atMost(
                        "median env steps to solve over SB3 (14,336)",
                        PpoTimer.medianOf(toSolve) / PEER_STEPS,
                        Bounds.STEPS_TO_SOLVE_RATIO),
                Aim.atMost(
                        "median s to solve against the best single file's",
                        PpoTimer.medianOf(seconds),
                        Bounds.BEST_SECONDS_TO_SOLVE));
        return new Result(
                "ppo-cartpole", seeds, (nanos.getAsLong() - start) / 1e9, Provenance.thisMachine(), arms, aims);
    }

    private static double speed(Arm arm) {
        return java.util.Objects.requireNonNull(arm.metrics().get("env steps/s"))
                .mean();
    }

    private static Map<String, Metric> speedMetrics(List<PpoTimer.Run> runs, PpoTimer timer) {
        double[] speeds =
                runs.stream().mapToDouble(run -> run.steps() / run.seconds()).toArray();
        double billions = timer.operationsPerStep(4, 2) / 1e9;
        Map<String, Metric> metrics = new LinkedHashMap<>();
        metrics.put("env steps/s", Metric.of("env steps/s", speeds));
        metrics.put(
                "GFLOP/s",
                Metric.of(
                        "GFLOP/s",
                        java.util.Arrays.stream(speeds)
                                .map(speed -> speed * billions)
                                .toArray()));
        metrics.put("ceiling of the recording core", Metric.of("GFLOP/s", PpoTimer.CORE_CEILING));
        metrics.put(
                "core share",
                Metric.of(
                        "share", runs.stream().mapToDouble(PpoTimer.Run::share).toArray()));
        return metrics;
    }

    /** The mean return of 20 episodes with the most probable action; always the same episodes. */
    static double greedyReturn(Policy<float[], Integer> policy) {
        double sum = 0;
        try (CartPole environment = new CartPole()) {
            for (int episode = 0; episode < EPISODES; episode++) {
                float[] seen = environment.reset(10_000 + episode);
                Step<float[]> answer;
                do {
                    answer = environment.step(policy.at(seen).mode());
                    sum += answer.reward();
                    seen = answer.observation();
                } while (!answer.ending().over());
            }
        }
        return sum / EPISODES;
    }
}
