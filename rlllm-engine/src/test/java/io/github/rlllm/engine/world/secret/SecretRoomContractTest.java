package io.github.rlllm.engine.world.secret;

import io.github.rlllm.api.Environment;
import io.github.rlllm.testkit.EnvironmentContract;

class SecretRoomContractTest extends EnvironmentContract<float[], Integer> {
    @Override
    protected Environment<float[], Integer> create() {
        return new SecretRoom(true);
    }
}
