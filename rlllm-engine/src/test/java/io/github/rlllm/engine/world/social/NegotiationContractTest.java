package io.github.rlllm.engine.world.social;

import io.github.rlllm.api.Environment;
import io.github.rlllm.testkit.EnvironmentContract;

class NegotiationContractTest extends EnvironmentContract<float[], Integer> {
    @Override
    protected Environment<float[], Integer> create() {
        return new Negotiation();
    }
}
