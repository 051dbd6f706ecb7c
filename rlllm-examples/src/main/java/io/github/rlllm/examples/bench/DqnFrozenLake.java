package io.github.rlllm.examples.bench;

import io.github.rlllm.engine.learner.DqnConfig;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.world.FrozenLake;
import io.github.rlllm.engine.world.OneHot;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.experiment.Bounds;

/**
 * Deep Q-learning on the 8x8 FrozenLake that is not slippery: one-hot cells, two layers of 64, an update of 64 every 4
 * steps. Solved when the one greedy episode reaches the goal.
 */
public final class DqnFrozenLake implements Benchmark {
    /** Made by the registry. */
    public DqnFrozenLake() {}

    @Override
    public Result run(RunRequest request, Part part) {
        return new DqnBench(
                        "dqn-frozenlake",
                        DqnConfig.defaults(),
                        () -> new OneHot<>(FrozenLake.eightByEight(false)),
                        20_480,
                        1,
                        0,
                        new DqnBench.Peer(
                                Bounds.SB3_DQN_FROZENLAKE,
                                Bounds.DQN_FROZENLAKE_OVER_SB3,
                                Bounds.SB3_DQN_FROZENLAKE_STEPS))
                .run(request, part);
    }
}
