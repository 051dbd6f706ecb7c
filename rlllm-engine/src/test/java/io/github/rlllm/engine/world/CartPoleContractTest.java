package io.github.rlllm.engine.world;

import io.github.rlllm.api.Environment;
import io.github.rlllm.testkit.EnvironmentContract;

class CartPoleContractTest extends EnvironmentContract<float[], Integer> {
    @Override
    protected Environment<float[], Integer> create() {
        return new CartPole();
    }
}
