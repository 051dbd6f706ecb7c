package io.github.rlllm.engine.world.blocks;

import io.github.rlllm.api.Environment;
import io.github.rlllm.testkit.EnvironmentContract;

class BlocksContractTest extends EnvironmentContract<float[], Integer> {
    @Override
    protected Environment<float[], Integer> create() {
        return new Blocks(BlocksConfig.defaults().withNoise(.2, .05).withDisturbance(.05));
    }
}
