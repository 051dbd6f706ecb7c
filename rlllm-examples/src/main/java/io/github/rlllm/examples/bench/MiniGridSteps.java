package io.github.rlllm.examples.bench;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.world.grid.Level;
import io.github.rlllm.engine.world.grid.Levels;
import io.github.rlllm.engine.world.grid.MiniGrid;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * {@code rlllm bench minigrid-steps}: MiniGrid on one core with random actions drawn beforehand, an observation at every
 * step, and a new layout after every episode.
 */
public final class MiniGridSteps implements Benchmark {
    /** Makes the benchmark. */
    public MiniGridSteps() {}

    @Override
    public Result run(RunRequest request, Part part) {
        part.requireSpeed();
        long begin = System.nanoTime();
        Map<String, Metric> metrics = new LinkedHashMap<>();
        List<Aim> aims = new ArrayList<>();
        for (Map.Entry<String, Level> level :
                List.of(Map.entry("Empty-8x8", Levels.empty(8)), Map.entry("DoorKey-5x5", Levels.doorKey(5)))) {
            measure(level.getKey() + " image", new MiniGrid(level.getValue()), request, metrics, aims);
            measure(level.getKey() + " flat", MiniGrid.flat(level.getValue()), request, metrics, aims);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new Result(
                "minigrid-steps",
                request.seeds(),
                seconds,
                Provenance.thisMachine(),
                List.of(new Arm("rlllm", "none", metrics)),
                aims);
    }

    private static <O> void measure(
            String name,
            Environment<O, Integer> world,
            RunRequest request,
            Map<String, Metric> metrics,
            List<Aim> aims) {
        int[] actions = new SplittableRandom(1).ints(4096, 0, 7).toArray();
        long[] seed = {0};
        world.reset(seed[0]);
        Metric rate = StepRate.measure(
                name,
                () -> {
                    for (int action : actions) {
                        Step<O> step = world.step(action);
                        if (step.ending() != Ending.NONE) {
                            world.reset(++seed[0]);
                        }
                    }
                    return actions.length;
                },
                request,
                metrics);
        aims.add(Aim.atLeast(name + " steps/s", rate.mean(), Bounds.MINIGRID_STEPS));
    }
}
