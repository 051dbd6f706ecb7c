package io.github.rlllm.torch;

import io.github.rlllm.engine.alignment.Dpo;
import io.github.rlllm.torch.CausalLm.Trained;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import io.github.rlllm.torch.checkpoint.ModelConfig.Sizes;
import io.github.rlllm.torch.checkpoint.ModelConfig.Tokens;
import io.github.rlllm.torch.tuning.LearningRate;
import io.github.rlllm.torch.tuning.Optimisation;
import io.github.rlllm.torch.tuning.PreferenceLoss;
import io.github.rlllm.torch.tuning.PreferenceTuning;
import io.github.rlllm.torch.tuning.PreferenceTuning.Preference;
import io.github.rlllm.torch.tuning.SupervisedTuning;
import io.github.rlllm.torch.tuning.SupervisedTuning.Text;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A training holds no more of the engine's arrays, and of the system's memory, after many updates than after few. */
class TuningMemoryTest {
    private final TorchRuntime runtime = TorchRuntime.start();
    private final SplittableRandom rng = new SplittableRandom(1);
    private final CausalLm model = CausalLm.draw(
            runtime,
            ModelConfig.gpt2(
                    new Sizes(64, 32, 2, 32, 128), 2, new Tokens(OptionalInt.empty(), List.of(), OptionalInt.empty())),
            rng);
    private SupervisedTuning supervised;
    private PreferenceTuning preferences;

    private int[] tokens() {
        return rng.ints(1 + rng.nextInt(15), 0, 64).toArray();
    }

    private void update(int times) {
        if (supervised == null) {
            CausalLm reference = model.copy();
            model.train(Trained.ALL);
            Optimisation optimisation =
                    Optimisation.of(LearningRate.constant(1e-4)).withMicroBatch(2);
            supervised = new SupervisedTuning(model, SupervisedTuning.Config.of(optimisation));
            preferences =
                    new PreferenceTuning(model, reference::logProbs, PreferenceLoss.of(Dpo.defaults()), optimisation);
        }
        for (int i = 0; i < times; i++) {
            if (i % 2 == 0) {
                supervised.update(List.of(Text.of(tokens(), tokens()), Text.of(tokens(), tokens())));
            } else {
                preferences.update(List.of(new Preference(tokens(), tokens(), tokens())));
            }
        }
    }

    @Test
    void handlesStayFlatOver200Updates() {
        FlatMemory.ofHandles(runtime, this::update, 20, 200);
    }

    @Test
    @Tag("slow")
    void handlesAndMemoryStayFlatOver2000Updates() throws IOException {
        FlatMemory.over2000Updates(runtime, this::update);
    }
}
