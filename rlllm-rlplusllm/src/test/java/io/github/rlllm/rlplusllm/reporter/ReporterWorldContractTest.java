package io.github.rlllm.rlplusllm.reporter;

import io.github.rlllm.api.Environment;
import io.github.rlllm.testkit.EnvironmentContract;

class ReporterWorldContractTest extends EnvironmentContract<float[], Integer> {
    @Override
    protected Environment<float[], Integer> create() {
        return new ReporterWorld(false, ScriptedPlanner.examining(), new RingWalker(), 40, steps -> {});
    }
}
