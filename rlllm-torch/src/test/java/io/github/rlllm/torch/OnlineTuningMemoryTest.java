package io.github.rlllm.torch;

import io.github.rlllm.api.RewardModel;
import io.github.rlllm.torch.CausalLm.Trained;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import io.github.rlllm.torch.checkpoint.ModelConfig.Sizes;
import io.github.rlllm.torch.checkpoint.ModelConfig.Tokens;
import io.github.rlllm.torch.tuning.GroupTuning;
import io.github.rlllm.torch.tuning.GroupTuningConfig;
import io.github.rlllm.torch.tuning.LearningRate;
import io.github.rlllm.torch.tuning.Optimisation;
import io.github.rlllm.torch.tuning.PpoTuning;
import io.github.rlllm.torch.tuning.PpoTuningConfig;
import io.github.rlllm.torch.tuning.TokenCompletion;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A training on own samples holds no more of the engine's arrays, and of the system's memory, after many updates than after few. */
class OnlineTuningMemoryTest {
    private final TorchRuntime runtime = TorchRuntime.start();
    private final SplittableRandom rng = new SplittableRandom(1);
    private final GroupTuning group;
    private final PpoTuning ppo;

    OnlineTuningMemoryTest() {
        RewardModel<TokenCompletion> length = completion -> completion.length() / 8.0;
        Optimisation optimisation = Optimisation.of(LearningRate.constant(1e-4)).withMicroBatch(4);
        CausalLm first = draw();
        group = new GroupTuning(
                first,
                draw()::logProbs,
                new CausalSampler(first),
                List.of(length),
                new double[] {1},
                GroupTuningConfig.grpo(8, optimisation).withGroupSize(4));
        CausalLm second = draw();
        CausalLm value = second.copy();
        value.addScore(new float[32]);
        value.train(Trained.ALL);
        ppo = new PpoTuning(
                second,
                draw()::logProbs,
                value,
                new CausalSampler(second),
                length,
                PpoTuningConfig.defaults(8, optimisation));
    }

    private CausalLm draw() {
        ModelConfig config = ModelConfig.gpt2(
                new Sizes(64, 32, 2, 32, 128), 2, new Tokens(OptionalInt.empty(), List.of(0), OptionalInt.empty()));
        CausalLm model = CausalLm.draw(runtime, config, rng);
        model.train(Trained.ALL);
        return model;
    }

    private int[][] prompts(int n) {
        int[][] prompts = new int[n][];
        for (int i = 0; i < n; i++) {
            prompts[i] = rng.ints(1 + rng.nextInt(15), 0, 64).toArray();
        }
        return prompts;
    }

    private void update(int times) {
        for (int i = 0; i < times; i++) {
            if (i % 4 == 0) {
                ppo.update(prompts(4), rng);
            } else {
                group.update(prompts(1), rng);
            }
        }
    }

    @Test
    void handlesStayFlatOver40Updates() {
        FlatMemory.ofHandles(runtime, this::update, 4, 40);
    }

    @Test
    @Tag("slow")
    void handlesAndMemoryStayFlatOver2000Updates() throws IOException {
        FlatMemory.over2000Updates(runtime, this::update);
    }
}
