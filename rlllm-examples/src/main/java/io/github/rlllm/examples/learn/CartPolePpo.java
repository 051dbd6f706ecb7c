package io.github.rlllm.examples.learn;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.Policy;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.learner.Ppo;
import io.github.rlllm.engine.learner.PpoConfig;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.RunFolder;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.world.CartPole;
import io.github.rlllm.examples.Demonstration;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.bench.PpoCartPole;
import io.github.rlllm.examples.experiment.Bounds;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * PPO on CartPole, kept: killed at any moment, it goes on with {@code --resume} and ends as the unbroken run would have,
 * which {@code seed-N/final.json} shows. Beside it the uniformly random policy; no policy can reach more than 500.
 */
public final class CartPolePpo implements Demonstration {
    private static final int EPISODES = 20;
    private static final int LOG_UPDATES = 10;
    private static final double MOST = 500;
    private static final String RETURN = "return of 20 sampled episodes";

    private final PpoConfig config;
    private final LongSupplier nanos;

    /** The run of {@code rlllm run cartpole-ppo}: {@link PpoCartPole#zoo()}, 100,000 steps. */
    public CartPolePpo() {
        this(PpoCartPole.zoo(), System::nanoTime);
    }

    /**
     * A run with other figures.
     *
     * @param config the learner's
     * @param nanos a nanosecond clock, for durations and for when to save
     */
    public CartPolePpo(PpoConfig config, LongSupplier nanos) {
        this.config = config;
        this.nanos = nanos;
    }

    @Override
    public Result run(RunRequest request) throws IOException {
        long start = nanos.getAsLong();
        int seeds = request.seeds();
        double[] random = new double[seeds];
        double[] learned = new double[seeds];
        double[] solvedAt = new double[seeds];
        double[] cost = new double[seeds];
        int solved = 0;
        Policy<float[], Integer> uniform = seen -> Finite.uniform(List.of(0, 1));
        for (int seed = 1; seed <= seeds; seed++) {
            random[seed - 1] = meanReturn(uniform, seed);
            try (Ppo<Integer> ppo = Ppo.categorical(config, CartPole::new, seed, Kernels.fastest())) {
                cost[seed - 1] = train(ppo, seed, request);
                learned[seed - 1] = meanReturn(ppo.policy(), seed);
            }
            long at = SeedMetrics.first(request.folder(), seed, RETURN, Bounds.CARTPOLE_SOLVED);
            solved += at < 0 ? 0 : 1;
            solvedAt[seed - 1] = at < 0 ? config.rollout().budget() : at;
        }
        SeedMetrics.join(request.folder(), seeds);

        Map<String, Metric> ppo = new LinkedHashMap<>();
        ppo.put("return", Metric.of("of 500", learned));
        ppo.put("solved at", Metric.of("env steps, the budget where not solved", solvedAt));
        ppo.put("checkpointing", Metric.of("share of the time", cost));
        double[] most = new double[seeds];
        Arrays.fill(most, MOST);
        String engine = "two MLP " + config.hidden() + ", " + Kernels.fastest().name();
        return new Result(
                "cartpole-ppo",
                seeds,
                (nanos.getAsLong() - start) / 1e9,
                Provenance.thisMachine(),
                List.of(
                        new Arm("random", "none", Map.of("return", Metric.of("of 500", random))),
                        new Arm("ppo", engine, ppo),
                        new Arm("most that is possible", "none", Map.of("return", Metric.of("of 500", most)))),
                List.of(
                        Aim.atLeast("seeds that reached a return of 475 within the budget", solved / (double) seeds, 1),
                        Aim.atMost(
                                "checkpointing, share of the time",
                                Arrays.stream(cost).average().orElse(0),
                                Bounds.CHECKPOINT_COST)));
    }

    /** Trains one seed to its end and answers the share of the time that its checkpoints took. */
    private double train(Ppo<Integer> ppo, int seed, RunRequest request) throws IOException {
        Provenance provenance = new Provenance(
                "cartpole-ppo",
                Map.of("ppo", config.toString(), "kernels", Kernels.fastest().name()),
                seed,
                "none",
                Provenance.thisMachine());
        long budget = config.rollout().budget();
        RunFolder folder = RunFolder.open(request.folder().resolve("seed-" + seed));
        try (KeptRun run = KeptRun.open(
                folder, provenance, Map.of("ppo", ppo), request.resume(), request.checkpointEvery(), nanos)) {
            while (ppo.steps() < budget) {
                // One update, so that a cancelled run is saved where the unbroken one also passes.
                ppo.learn(1, Progress.none(), Control.none());
                if (ppo.updates() % LOG_UPDATES == 0) {
                    run.log(ppo.steps(), figures(ppo));
                }
                run.updated(ppo.steps());
                request.progress().update("ppo on CartPole, seed " + seed, Math.min(ppo.steps(), budget), budget);
                if (request.control().cancelled()) {
                    run.save();
                    throw new CancellationException("cartpole-ppo");
                }
            }
            double cost = run.cost();
            run.finish(ppo.steps());
            return cost;
        }
    }

    private static Map<String, Double> figures(Ppo<Integer> ppo) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("policy loss", ppo.losses().policy());
        figures.put("value loss", ppo.losses().value());
        figures.put("entropy", ppo.losses().entropy());
        figures.put(RETURN, meanReturn(ppo.policy(), 0));
        return figures;
    }

    private static double meanReturn(Policy<float[], Integer> policy, long seed) {
        RandomGenerator rng = SeededRandom.of(seed, "cartpole evaluation");
        double sum = 0;
        try (Environment<float[], Integer> pole = new CartPole()) {
            for (int episode = 0; episode < EPISODES; episode++) {
                float[] observation = pole.reset(rng.nextLong());
                Step<float[]> step;
                do {
                    step = pole.step(policy.at(observation).sample(rng));
                    sum += step.reward();
                    observation = step.observation();
                } while (!step.ending().over());
            }
        }
        return sum / EPISODES;
    }
}
