package io.github.rlllm.examples.learn;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Policy;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.learner.Dqn;
import io.github.rlllm.engine.learner.DqnConfig;
import io.github.rlllm.engine.learner.TabularQ;
import io.github.rlllm.engine.learner.ValueIteration;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.RunFolder;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.world.FrozenLake;
import io.github.rlllm.engine.world.OneHot;
import io.github.rlllm.engine.world.TabularWorld;
import io.github.rlllm.examples.Demonstration;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * DQN on FrozenLake 8x8 (not slippery), kept: killed at any moment, it goes on with {@code --resume} and ends as the
 * unbroken run would have, which {@code seed-N/final.json} shows. Beside it the uniformly random policy, a table and
 * the optimum.
 */
public final class FrozenLakeDqn implements Demonstration {
    private static final int CHUNK = 250;
    private static final int LOG_EVERY = 1_000;
    private static final int RANDOM_EPISODES = 200;
    /** Values begin above what can be earned, so that the table tries everything. */
    private static final TabularQ.Config TABLE =
            TabularQ.Config.defaults().withRate(0.5).withInitial(1);

    private static final String GREEDY = "greedy success";

    private final DqnConfig config;
    private final LongSupplier nanos;

    /** The run of {@code rlllm run frozenlake-dqn}: {@link DqnConfig#defaults()}, 100,000 steps. */
    public FrozenLakeDqn() {
        this(DqnConfig.defaults(), System::nanoTime);
    }

    /**
     * A run with other figures.
     *
     * @param config the learner's
     * @param nanos a nanosecond clock, for durations and for when to save
     */
    public FrozenLakeDqn(DqnConfig config, LongSupplier nanos) {
        this.config = config;
        this.nanos = nanos;
    }

    @Override
    public Result run(RunRequest request) throws IOException {
        long start = nanos.getAsLong();
        double[] random = new double[request.seeds()];
        double[] learned = new double[request.seeds()];
        double[] tabular = new double[request.seeds()];
        double[] optimal = new double[request.seeds()];
        double[] recent = new double[request.seeds()];
        double[] solved = new double[request.seeds()];
        double[] solvedAt = new double[request.seeds()];
        double[] cost = new double[request.seeds()];
        for (int seed = 1; seed <= request.seeds(); seed++) {
            random[seed - 1] = randomSuccess(seed);
            tabular[seed - 1] = tabularSuccess(seed, request);
            optimal[seed - 1] = optimalSuccess(seed);
            Dqn dqn = new Dqn(config, lake(), seed);
            cost[seed - 1] = train(dqn, seed, request);
            learned[seed - 1] = episode(dqn.greedy(), seed, SeededRandom.of(seed, "greedy"));
            recent[seed - 1] = dqn.recentReturn();
            long at = SeedMetrics.first(request.folder(), seed, GREEDY, 1);
            solved[seed - 1] = at < 0 ? 0 : 1;
            solvedAt[seed - 1] = at < 0 ? config.schedule().steps() : at;
        }
        SeedMetrics.join(request.folder(), request.seeds());

        Map<String, Metric> dqn = new LinkedHashMap<>();
        dqn.put("solved", Metric.of("share", solved));
        dqn.put("solved at", Metric.of("env steps, the budget where not solved", solvedAt));
        dqn.put("greedy success at the end", Metric.of("share", learned));
        dqn.put("return while learning", Metric.of("of the newest 100 episodes", recent));
        dqn.put("checkpointing", Metric.of("share of the time", cost));
        String engine = "MLP " + config.hidden() + ", " + Kernels.fastest().name();
        List<Arm> arms = List.of(
                new Arm("random", "none", Map.of("success", Metric.of("share of episodes", random))),
                new Arm("dqn", engine, dqn),
                new Arm("tabular Q", "none", Map.of("success", Metric.of("share of episodes", tabular))),
                new Arm(
                        "optimal (value iteration)",
                        "none",
                        Map.of("success", Metric.of("share of episodes", optimal))));
        return new Result(
                "frozenlake-dqn",
                request.seeds(),
                (nanos.getAsLong() - start) / 1e9,
                Provenance.thisMachine(),
                arms,
                List.of(
                        Aim.atLeast("seeds whose greedy policy reached the goal within the budget", mean(solved), 1),
                        Aim.atMost("checkpointing, share of the time", mean(cost), Bounds.CHECKPOINT_COST)));
    }

    private static Environment<float[], Integer> lake() {
        return new OneHot<>(FrozenLake.eightByEight(false));
    }

    /** Trains one seed to its end and answers the share of the time that its checkpoints took. */
    private double train(Dqn dqn, int seed, RunRequest request) throws IOException {
        Provenance provenance = new Provenance(
                "frozenlake-dqn",
                Map.of("dqn", config.toString(), "kernels", Kernels.fastest().name()),
                seed,
                "none",
                Provenance.thisMachine());
        long steps = config.schedule().steps();
        RunFolder folder = RunFolder.open(request.folder().resolve("seed-" + seed));
        try (KeptRun run = KeptRun.open(
                folder, provenance, Map.of("dqn", dqn), request.resume(), request.checkpointEvery(), nanos)) {
            while (dqn.steps() < steps) {
                // Whole chunks, so that a cancelled run is saved where the unbroken one also passes.
                dqn.learn(CHUNK, Progress.none(), Control.none());
                if (dqn.steps() % LOG_EVERY == 0) {
                    run.log(dqn.steps(), figures(dqn));
                }
                run.updated(dqn.steps());
                request.progress().update("dqn on FrozenLake, seed " + seed, dqn.steps(), steps);
                if (request.control().cancelled()) {
                    run.save();
                    throw new CancellationException("frozenlake-dqn");
                }
            }
            double cost = run.cost();
            run.finish(steps);
            return cost;
        }
    }

    private static Map<String, Double> figures(Dqn dqn) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("loss", dqn.loss());
        figures.put("return of the newest 100 episodes", dqn.recentReturn());
        figures.put(GREEDY, episode(dqn.greedy(), 0, SeededRandom.of(0, "greedy")));
        return figures;
    }

    /** The return of one episode: 1 where the goal is reached. */
    private static double episode(Policy<float[], Integer> policy, long seed, RandomGenerator rng) {
        try (Environment<float[], Integer> lake = lake()) {
            float[] observation = lake.reset(seed);
            double sum = 0;
            while (true) {
                Step<float[]> step = lake.step(policy.at(observation).sample(rng));
                sum += step.reward();
                if (step.ending() != Ending.NONE) {
                    return sum;
                }
                observation = step.observation();
            }
        }
    }

    private static double randomSuccess(long seed) {
        RandomGenerator rng = SeededRandom.of(seed, "random policy");
        try (Environment<float[], Integer> lake = lake()) {
            double sum = 0;
            for (int episode = 0; episode < RANDOM_EPISODES; episode++) {
                lake.reset(rng.nextLong());
                Step<float[]> step;
                do {
                    step = lake.step(lake.actionSpace().sample(rng));
                    sum += step.reward();
                } while (step.ending() == Ending.NONE);
            }
            return sum / RANDOM_EPISODES;
        }
    }

    private double tabularSuccess(long seed, RunRequest request) {
        TabularQ table = new TabularQ(TABLE, FrozenLake.eightByEight(false), seed);
        table.learn(Long.MAX_VALUE, Progress.none(), request.control());
        return tableEpisode(table.values(), seed);
    }

    private double optimalSuccess(long seed) {
        return tableEpisode(ValueIteration.solve(FrozenLake.eightByEight(false), config.gamma(), 1e-10, 10_000), seed);
    }

    /** The return of one greedy episode by a table of action values. */
    private static double tableEpisode(double[][] q, long seed) {
        int[] greedy = ValueIteration.greedy(q);
        TabularWorld lake = FrozenLake.eightByEight(false);
        int state = lake.reset(seed);
        Step<Integer> step;
        double sum = 0;
        do {
            step = lake.step(greedy[state]);
            sum += step.reward();
            state = step.observation();
        } while (step.ending() == Ending.NONE);
        return sum;
    }

    private static double mean(double[] values) {
        return java.util.Arrays.stream(values).average().orElse(Double.NaN);
    }
}
