package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.rlllm.engine.decoding.SamplingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CausalSamplerTest {
    @TempDir
    private Path folder;

    @Test
    void logProbabilitiesAreTheModels() throws IOException {
        SplittableRandom rng = new SplittableRandom(3);
        CausalLm model = CausalLm.open(TorchRuntime.start(), TinyCheckpoint.llama(folder, rng));
        BatchSampler sampler = new CausalSampler(model, List.of());
        int[][] prompts = {{1, 2, 3}, {4}};
        Sampled sampled = sampler.sample(prompts, SamplingConfig.defaults().withTemperature(.7), 5, rng);
        float[][] whole = model.logProbs(sampled.rows(), Padding.RIGHT, .7);
        assertArrayEquals(new int[] {5, 5}, sampled.lengths());
        assertArrayEquals(prompts[0], sampled.prompts()[0]);
        for (int i = 0; i < 2; i++) {
            for (int t = 0; t < 5; t++) {
                assertEquals(whole[i][prompts[i].length - 1 + t], sampled.logProbs()[i][t], 1e-4);
            }
        }
    }
}
