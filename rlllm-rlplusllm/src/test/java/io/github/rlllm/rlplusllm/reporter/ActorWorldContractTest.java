package io.github.rlllm.rlplusllm.reporter;

import io.github.rlllm.api.Environment;
import io.github.rlllm.testkit.EnvironmentContract;

class ActorWorldContractTest extends EnvironmentContract<float[], Integer> {
    @Override
    protected Environment<float[], Integer> create() {
        return new ActorWorld(false, 40);
    }
}
