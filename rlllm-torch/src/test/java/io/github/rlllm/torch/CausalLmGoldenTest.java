package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.torch.CausalLm.Trained;
import io.github.rlllm.torch.checkpoint.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Models against what transformers and PEFT computed in single precision: logits and log-probabilities within 5e-5,
 * gradient norms within 1e-3 relative, greedy tokens equal.
 */
class CausalLmGoldenTest {
    private static final double CLOSE = 5e-5;

    private final Path golden = Path.of(System.getProperty("rlllm.golden", "../shared/golden"));
    private TorchRuntime runtime;

    @TempDir
    private Path temporary;

    @BeforeEach
    void start() {
        Assumptions.assumeTrue(Files.isDirectory(golden), golden + " is not there");
        runtime = TorchRuntime.start();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "llama_rope3", "qwen2", "qwen3", "gemma3"})
    void logitsGreedyTokensAndGradientsAreThoseOfTransformers(String name, TestReporter reporter) throws IOException {
        Path folder = golden.resolve("lm").resolve(name);
        JsonNode file = json(folder.resolve("golden.json"));
        CausalLm model = CausalLm.open(runtime, folder);
        assertEquals(file.get("parameters").longValue(), model.parameters());
        try (Safetensors recorded = Safetensors.open(folder.resolve("golden.safetensors"))) {
            double worst = compareRows(model, file, recorded, "logits/");
            worst = Math.max(worst, comparePadded(model, file.get("left_padded"), recorded, Padding.LEFT));
            worst = Math.max(worst, comparePadded(model, file.get("right_padded"), recorded, Padding.RIGHT));
            reporter.publishEntry(name + ": greatest difference of logits", Double.toString(worst));
        }
        compareGreedy(model, file);
        model.train(Trained.ALL);
        compareGradients(model, file.get("batch_loss"), "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "llama_rope3", "qwen2", "qwen3", "gemma3"})
    void theOlderSpellingOfTheConfigurationIsTheSameModel(String name) throws IOException {
        Path folder = golden.resolve("lm").resolve(name);
        Files.copy(folder.resolve("config_legacy.json"), temporary.resolve("config.json"));
        Files.copy(folder.resolve("model.safetensors"), temporary.resolve("model.safetensors"));
        CausalLm old = CausalLm.open(runtime, temporary);
        CausalLm young = CausalLm.open(runtime, folder);
        assertEquals(young.config(), old.config());
        int[][] row = {ids(json(folder.resolve("golden.json")).at("/sequences/0/ids"))};
        assertArrayEquals(young.logProbs(row, Padding.RIGHT)[0], old.logProbs(row, Padding.RIGHT)[0]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "llama_rope3", "qwen2", "qwen3", "gemma3"})
    void whatIsSavedIsTheSameModel(String name) throws IOException {
        Path folder = golden.resolve("lm").resolve(name);
        CausalLm model = CausalLm.open(runtime, folder);
        model.save(temporary.resolve("saved"));
        CausalLm saved = CausalLm.open(runtime, temporary.resolve("saved"));
        assertEquals(model.config(), saved.config());
        int[][] row = {ids(json(folder.resolve("golden.json")).at("/sequences/1/ids"))};
        assertArrayEquals(model.logProbs(row, Padding.RIGHT)[0], saved.logProbs(row, Padding.RIGHT)[0]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"adapter_a", "adapter_b"})
    void adaptersAreThoseOfPeftAttachedMergedAndSaved(String name) throws IOException {
        Path base = golden.resolve("lm/llama");
        Path folder = base.resolve(name);
        JsonNode file = json(folder.resolve("golden.json"));
        JsonNode rows = json(base.resolve("golden.json"));
        CausalLm model = CausalLm.open(runtime, base);
        LoraAdapter adapter = LoraAdapter.load(folder, model.config());
        assertEquals(file.get("scaling").doubleValue(), adapter.settings().scaling(), 1e-12);
        model.attach(adapter);
        try (Safetensors recorded = Safetensors.open(folder.resolve("golden.safetensors"))) {
            compareRows(model, rows, recorded, "logits/");
            model.train(Trained.ADAPTER);
            compareGradients(model, file.get("batch_loss"), "base_model.model.");
            model.saveAdapter(temporary.resolve("saved"));
            model.merge();
            for (var norm : file.get("merged_weight_l2").properties()) {
                double found = norm(model.weight(norm.getKey()));
                assertEquals(norm.getValue().doubleValue(), found, 1e-5 * found, norm.getKey());
            }
            compareRows(model, rows, recorded, "merged_logits/");
        }
        LoraAdapter again = LoraAdapter.load(temporary.resolve("saved"), model.config());
        assertEquals(adapter.modules(), again.modules());
        CausalLm fresh = CausalLm.open(runtime, base);
        fresh.attach(again);
        int[][] row = {ids(rows.at("/sequences/0/ids"))};
        fresh.merge();
        assertArrayEquals(model.logProbs(row, Padding.RIGHT)[0], fresh.logProbs(row, Padding.RIGHT)[0]);
    }

    @Test
    void theRewardHeadScoresTheLastToken() throws IOException {
        Path base = golden.resolve("lm/llama");
        JsonNode file = json(base.resolve("reward_head.json"));
        CausalLm model = CausalLm.open(runtime, base);
        try (Safetensors head = Safetensors.open(base.resolve("reward_head.safetensors"))) {
            model.addScore(head.floats("score.weight"));
        }
        int[][] rows = rows(file.get("sequences"));
        for (Padding padding : Padding.values()) {
            float[][] scalars = model.scalars(rows, padding);
            for (int i = 0; i < rows.length; i++) {
                double expected = file.at("/scores/" + i).doubleValue();
                assertEquals(expected, scalars[i][rows[i].length - 1], CLOSE, padding + ", row " + i);
            }
        }
    }

    private static double compareRows(CausalLm model, JsonNode file, Safetensors recorded, String prefix)
            throws IOException {
        double worst = 0;
        int i = 0;
        for (JsonNode sequence : file.get("sequences")) {
            int[][] row = {ids(sequence.get("ids"))};
            float[][] logits = model.logits(row, Padding.RIGHT)[0];
            float[] expected = recorded.floats(prefix + i);
            for (int t = 0; t < logits.length; t++) {
                for (int v = 0; v < logits[t].length; v++) {
                    double difference = Math.abs(expected[t * logits[t].length + v] - logits[t][v]);
                    assertTrue(difference <= CLOSE, prefix + i + " at " + t + ", " + v + ": " + difference);
                    worst = Math.max(worst, difference);
                }
            }
            if (prefix.equals("logits/")
                    && file.has("left_padded")
                    && sequence.has("token_log_probs")
                    && recorded.names().contains("logits/left_padded")) {
                float[] found = model.logProbs(row, Padding.RIGHT)[0];
                for (int t = 0; t < found.length; t++) {
                    assertEquals(sequence.get("token_log_probs").get(t).doubleValue(), found[t], CLOSE);
                }
            }
            i++;
        }
        assertEquals(3, i);
        return worst;
    }

    private static double comparePadded(CausalLm model, JsonNode padded, Safetensors recorded, Padding padding)
            throws IOException {
        List<int[]> rows = new ArrayList<>();
        List<Integer> begins = new ArrayList<>();
        int columns = padded.get("input_ids").get(0).size();
        for (int i = 0; i < padded.get("input_ids").size(); i++) {
            int[] ids = ids(padded.get("input_ids").get(i));
            int[] mask = ids(padded.get("attention_mask").get(i));
            int length = java.util.Arrays.stream(mask).sum();
            int begin = padding == Padding.LEFT ? columns - length : 0;
            rows.add(java.util.Arrays.copyOfRange(ids, begin, begin + length));
            begins.add(begin);
        }
        float[] expected = recorded.floats("logits/" + (padding == Padding.LEFT ? "left" : "right") + "_padded");
        float[][][] logits = model.logits(rows.toArray(int[][]::new), padding);
        int v = logits[0][0].length;
        double worst = 0;
        for (int i = 0; i < logits.length; i++) {
            for (int t = 0; t < logits[i].length; t++) {
                for (int w = 0; w < v; w++) {
                    double difference = Math.abs(expected[(i * columns + begins.get(i) + t) * v + w] - logits[i][t][w]);
                    assertTrue(difference <= CLOSE, padding + ", row " + i + " at " + t + ": " + difference);
                    worst = Math.max(worst, difference);
                }
            }
        }
        return worst;
    }

    private static void compareGreedy(CausalLm model, JsonNode file) {
        int[][] rows = rows(file.get("sequences"), "ids");
        int[][] expected = new int[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            expected[i] = ids(file.at("/sequences/" + i + "/greedy/ids"));
        }
        int[][] grown = rows.clone();
        for (int step = 0; step < expected[0].length; step++) {
            float[][][] logits = model.logits(grown, Padding.LEFT);
            for (int i = 0; i < grown.length; i++) {
                float[] last = logits[i][grown[i].length - 1];
                int best = 0;
                for (int v = 1; v < last.length; v++) {
                    best = last[v] > last[best] ? v : best;
                }
                assertEquals(expected[i][step], best, "row " + i + ", step " + step);
                grown[i] = java.util.Arrays.copyOf(grown[i], grown[i].length + 1);
                grown[i][grown[i].length - 1] = best;
            }
        }
    }

    private static void compareGradients(CausalLm model, JsonNode batch, String prefix) {
        List<int[]> rows = new ArrayList<>();
        for (JsonNode labels : batch.get("labels")) {
            rows.add(java.util.Arrays.stream(ids(labels)).filter(t -> t >= 0).toArray());
        }
        int tokens = batch.get("tokens").intValue();
        double loss = model.accumulateLogProbs(rows.toArray(int[][]::new), (outputs, slopes) -> {
            double sum = 0;
            for (int i = 0; i < outputs.length; i++) {
                for (int t = 0; t < outputs[i].length; t++) {
                    sum -= outputs[i][t] / tokens;
                    slopes[i][t] = -1f / tokens;
                }
            }
            return sum;
        });
        assertEquals(batch.get("loss").doubleValue(), loss, CLOSE);
        double square = 0;
        for (Map.Entry<String, JsonNode> entry : batch.get("gradients").properties()) {
            String name = entry.getKey().substring(prefix.length()).replace(".default", "");
            float[] gradient = model.gradient(name);
            double norm = norm(gradient);
            double expected = entry.getValue().get("norm").doubleValue();
            assertEquals(expected, norm, 1e-3 * expected, name);
            for (int i = 0; i < 5; i++) {
                assertEquals(entry.getValue().get("first5").get(i).doubleValue(), gradient[i], 1e-3 * expected, name);
            }
            square += norm * norm;
        }
        double total = batch.get("total_grad_norm").doubleValue();
        assertEquals(total, Math.sqrt(square), 1e-3 * total);
    }

    private static double norm(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    private static int[][] rows(JsonNode array) {
        List<int[]> rows = new ArrayList<>();
        array.forEach(row -> rows.add(ids(row)));
        return rows.toArray(int[][]::new);
    }

    private static int[][] rows(JsonNode array, String key) {
        List<int[]> rows = new ArrayList<>();
        array.forEach(row -> rows.add(ids(row.get(key))));
        return rows.toArray(int[][]::new);
    }

    private static int[] ids(JsonNode array) {
        int[] ids = new int[array.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = array.get(i).intValue();
        }
        return ids;
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }
}
