package io.github.rlllm.examples.bench;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.world.CartPole;
import io.github.rlllm.engine.world.CartPoleBatch;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** {@code rlllm bench cartpole-steps}: stepping CartPole on one core with random actions drawn beforehand and auto-reset. */
public final class CartPoleSteps implements Benchmark {
    private static final int COUNT = 1024;
    private static final int ROWS = 512;

    /** Makes the benchmark. */
    public CartPoleSteps() {}

    @Override
    public Result run(RunRequest request, Part part) {
        part.requireSpeed();
        long begin = System.nanoTime();
        Map<String, Metric> metrics = new LinkedHashMap<>();
        Metric batch = batch(request, metrics);
        single(request, metrics);
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new Result(
                "cartpole-steps",
                request.seeds(),
                seconds,
                Provenance.thisMachine(),
                List.of(new Arm("rlllm", "none", metrics)),
                List.of(Aim.atLeast("CartPole batch steps/s", batch.mean(), Bounds.CARTPOLE_STEPS)));
    }

    private static Metric batch(RunRequest request, Map<String, Metric> metrics) {
        SplittableRandom rng = new SplittableRandom(1);
        int[][] actions = new int[ROWS][];
        for (int row = 0; row < ROWS; row++) {
            actions[row] = rng.ints(COUNT, 0, 2).toArray();
        }
        CartPoleBatch world = new CartPoleBatch(COUNT);
        float[] observations = new float[CartPoleBatch.WIDTH * COUNT];
        float[] last = new float[CartPoleBatch.WIDTH * COUNT];
        Ending[] endings = new Ending[COUNT];
        world.reset(1, observations);
        return StepRate.measure(
                "batch of " + COUNT,
                () -> {
                    for (int[] row : actions) {
                        world.step(row, observations, endings, last);
                    }
                    return (long) ROWS * COUNT;
                },
                request,
                metrics);
    }

    private static void single(RunRequest request, Map<String, Metric> metrics) {
        int[] actions = new SplittableRandom(1).ints(4096, 0, 2).toArray();
        Environment<float[], Integer> world = new CartPole();
        long[] seed = {0};
        world.reset(seed[0]);
        StepRate.measure(
                "one by one",
                () -> {
                    for (int action : actions) {
                        Step<float[]> step = world.step(action);
                        if (step.ending() != Ending.NONE) {
                            world.reset(++seed[0]);
                        }
                    }
                    return actions.length;
                },
                request,
                metrics);
    }
}
