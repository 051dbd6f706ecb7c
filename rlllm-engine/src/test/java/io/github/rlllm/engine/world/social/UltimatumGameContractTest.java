package io.github.rlllm.engine.world.social;

import io.github.rlllm.api.Environment;
import io.github.rlllm.testkit.EnvironmentContract;
import java.util.List;

class UltimatumGameContractTest extends EnvironmentContract<float[], Integer> {
    @Override
    protected Environment<float[], Integer> create() {
        return new UltimatumGame(
                List.of(new UltimatumGame.Proposal(700, 300), new UltimatumGame.Proposal(90_000, 9_900)));
    }
}
