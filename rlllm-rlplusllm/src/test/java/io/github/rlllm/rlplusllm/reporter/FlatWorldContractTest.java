package io.github.rlllm.rlplusllm.reporter;

import io.github.rlllm.api.Environment;
import io.github.rlllm.testkit.EnvironmentContract;

class FlatWorldContractTest extends EnvironmentContract<float[], Integer> {
    @Override
    protected Environment<float[], Integer> create() {
        return new FlatWorld(false, FlatWorld.Seen.WORDS);
    }
}
