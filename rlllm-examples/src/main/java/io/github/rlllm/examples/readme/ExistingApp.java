package io.github.rlllm.examples.readme;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Policy;
import io.github.rlllm.engine.learner.Dqn;
import io.github.rlllm.engine.learner.DqnConfig;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.world.FrozenLake;
import io.github.rlllm.engine.world.OneHot;

/** An application that adds the dependency and lets an agent learn. */
final class ExistingApp {
    private ExistingApp() {}

    static Object run() {
        // region ExistingApp
        Environment<float[], Integer> lake = new OneHot<>(FrozenLake.fourByFour(false));
        Dqn dqn = new Dqn(DqnConfig.defaults(), lake, 1);
        dqn.learn(20_000, Progress.none(), Control.none());

        Policy<float[], Integer> policy = dqn.greedy();
        int firstMove = policy.at(lake.reset(7)).mode(); // 0 left, 1 down, 2 right, 3 up
        // endregion
        return firstMove;
    }
}
