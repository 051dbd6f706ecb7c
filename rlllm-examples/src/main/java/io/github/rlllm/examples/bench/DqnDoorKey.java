package io.github.rlllm.examples.bench;

import io.github.rlllm.engine.learner.DqnConfig;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.world.grid.Levels;
import io.github.rlllm.engine.world.grid.MiniGrid;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;

/**
 * Deep Q-learning on MiniGrid-DoorKey-5x5: the flat 7x7x3 view, all seven actions, two layers of 64, gamma .95, an update
 * of 64 every 2 steps. Solved when the mean return of 20 episodes with a share of .05 random actions is at least .9;
 * without those a greedy policy may turn in a circle for ever.
 */
public final class DqnDoorKey implements Benchmark {
    /** Made by the registry. */
    public DqnDoorKey() {}

    @Override
    public Result run(RunRequest request, Part part) {
        return new DqnBench(
                        "dqn-doorkey",
                        DqnConfig.defaults()
                                .withGamma(0.95)
                                .withSchedule(new DqnConfig.Schedule(100_000, 1_000, 2, 500, 64, 100_000)),
                        () -> MiniGrid.flat(Levels.doorKey(5)),
                        10_000,
                        20,
                        0.05,
                        new DqnBench.Peer(
                                Bounds.SB3_DQN_DOORKEY, Bounds.DQN_DOORKEY_OVER_SB3, Bounds.SB3_DQN_DOORKEY_STEPS))
                .run(request, part);
    }
}
