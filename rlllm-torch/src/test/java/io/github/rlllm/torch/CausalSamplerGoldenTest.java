package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.engine.decoding.SamplingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Decoding in Java of models whose greedy tokens transformers recorded. */
class CausalSamplerGoldenTest {
    @ParameterizedTest
    @CsvSource({"gpt2,", "llama,", "llama, adapter_a", "llama, adapter_b", "llama_rope3,", "qwen2,", "qwen3,", "gemma3,"
    })
    void greedyTokensAreThoseOfTransformersAndLogProbabilitiesTheModels(
            String name, String adapter, TestReporter reporter) throws IOException {
        Path golden = Path.of(System.getProperty("rlllm.golden", "../shared/golden"));
        Assumptions.assumeTrue(Files.isDirectory(golden), golden + " is not there");
        Path folder = golden.resolve("lm").resolve(name);
        CausalLm model = CausalLm.open(TorchRuntime.start(), folder);
        if (adapter != null) {
            model.attach(LoraAdapter.load(folder.resolve(adapter), model.config()));
        }
        CausalSampler sampler = new CausalSampler(model, List.of());
        List<int[]> prompts = new ArrayList<>();
        List<int[]> expected = new ArrayList<>();
        int most = model.config().sizes().context();
        for (JsonNode sequence : new ObjectMapper()
                .readTree(folder.resolve("golden.json").toFile())
                .get("sequences")) {
            prompts.add(ids(sequence.get("ids")));
            expected.add(ids(sequence.at("/greedy/ids")));
        }
        int longest = prompts.stream().mapToInt(p -> p.length).max().orElseThrow();
        int[][] batch = prompts.toArray(int[][]::new);
        int steps = Math.min(expected.get(0).length, most - longest);
        Sampled greedy = sampler.sample(batch, SamplingConfig.greedy(), steps, new SplittableRandom(1));
        for (int i = 0; adapter == null && i < batch.length; i++) {
            int[] first = java.util.Arrays.copyOf(expected.get(i), steps);
            assertArrayEquals(first, greedy.completions()[i], "sequence " + i);
        }
        Sampled drawn =
                sampler.sample(batch, SamplingConfig.defaults(), Math.min(24, most - longest), new SplittableRandom(2));
        double worst = Math.max(worst(model, greedy), worst(model, drawn));
        reporter.publishEntry(name + ": greatest difference of log-probabilities", Double.toString(worst));
        assertEquals(0, worst, 1e-4);
    }

    private static double worst(CausalLm model, Sampled sampled) {
        float[][] whole = model.logProbs(sampled.rows(), Padding.RIGHT);
        double worst = 0;
        for (int i = 0; i < whole.length; i++) {
            int first = sampled.rows()[i].length - sampled.lengths()[i] - 1;
            for (int t = 0; t < sampled.lengths()[i]; t++) {
                worst = Math.max(worst, Math.abs(whole[i][first + t] - sampled.logProbs()[i][t]));
            }
        }
        return worst;
    }

    private static int[] ids(JsonNode array) {
        int[] ids = new int[array.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = array.get(i).intValue();
        }
        return ids;
    }
}
