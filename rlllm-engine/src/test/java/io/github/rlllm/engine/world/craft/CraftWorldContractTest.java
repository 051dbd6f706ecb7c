package io.github.rlllm.engine.world.craft;

import io.github.rlllm.api.Environment;
import io.github.rlllm.testkit.EnvironmentContract;

class CraftWorldContractTest extends EnvironmentContract<float[], Integer> {
    @Override
    protected Environment<float[], Integer> create() {
        return new CraftWorld();
    }

    @Override
    protected int longestEpisode() {
        return CraftWorld.LIMIT;
    }
}
