package io.github.rlllm.engine.world.reach;

import io.github.rlllm.api.Environment;
import io.github.rlllm.testkit.EnvironmentContract;

class TableTopContractTest extends EnvironmentContract<float[], float[]> {
    @Override
    protected Environment<float[], float[]> create() {
        return new TableTop(TableTop.Goal.PUSH);
    }
}
