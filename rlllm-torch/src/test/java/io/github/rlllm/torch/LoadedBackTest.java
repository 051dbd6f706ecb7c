package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.torch.CausalLm.Trained;
import io.github.rlllm.torch.checkpoint.LoraFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What was trained and saved here is what transformers and PEFT load: adapters, merged models, models trained whole, and
 * score heads, within 5e-5. Runs where {@code -Drlllm.python=FILE} names a Python with both.
 */
@Tag("slow")
@EnabledIfSystemProperty(named = "rlllm.python", matches = ".+")
class LoadedBackTest {
    private static final int[][] ROWS = {{3, 1, 4, 1, 5, 9, 2, 6, 5, 3}, {2, 7, 10}};
    private static final double CLOSE = 5e-5;

    @TempDir
    private Path folder;

    private TorchRuntime runtime;
    private final SplittableRandom rng = new SplittableRandom(3);

    @BeforeEach
    void start() {
        runtime = TorchRuntime.start();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "qwen2", "qwen3", "gemma3"})
    void adapterMergedAndWhole(String family) throws Exception {
        Path base = TinyCheckpoint.of(family, Files.createDirectory(folder.resolve("base")), rng);
        CausalLm model = CausalLm.open(runtime, base);
        float[][][] before = model.logits(ROWS, Padding.RIGHT);
        model.attach(LoraAdapter.draw(model.config(), settings(family), rng));
        train(model, Trained.ADAPTER);
        float[][][] trained = model.logits(ROWS, Padding.RIGHT);
        assertTrue(Math.abs(trained[0][4][2] - before[0][4][2]) > 0.01, "nothing was learned");

        model.saveAdapter(folder.resolve("adapter"));
        assertClose(trained, python("logits", base, folder.resolve("adapter")));
        model.merge();
        model.save(folder.resolve("merged"));
        assertClose(trained, python("logits", folder.resolve("merged"), null));
        train(model, Trained.ALL);
        model.save(folder.resolve("whole"));
        assertClose(model.logits(ROWS, Padding.RIGHT), python("logits", folder.resolve("whole"), null));
    }

    @Test
    void scoreHeads() throws Exception {
        Path base = TinyCheckpoint.llama(Files.createDirectory(folder.resolve("base")), rng);
        CausalLm model = CausalLm.open(runtime, base);
        model.addScore(new float[] {1, -1, 2, -2, 3, -3, 4, -4});
        model.attach(LoraAdapter.draw(model.config(), settings("llama"), rng));
        train(model, Trained.ADAPTER);
        model.saveAdapter(folder.resolve("adapter"));
        float[][][] scalars = columns(model.scalars(ROWS, Padding.RIGHT));
        assertClose(scalars, python("score", base, folder.resolve("adapter")));

        Path reward = TinyCheckpoint.reward(Files.createDirectory(folder.resolve("reward")), rng);
        CausalLm whole = CausalLm.open(runtime, reward);
        whole.save(folder.resolve("saved"));
        assertClose(columns(whole.scalars(ROWS, Padding.RIGHT)), python("score", folder.resolve("saved"), null));
    }

    private static LoraFile.Settings settings(String family) {
        List<String> targets = family.equals("gpt2")
                ? List.of("c_attn", "c_fc", "c_proj")
                : List.of("q_proj", "v_proj", "o_proj", "down_proj");
        return new LoraFile.Settings(2, 4, false, targets);
    }

    private static void train(CausalLm model, Trained what) {
        model.train(what);
        AdamW optimiser = model.optimiser(AdamW.Config.defaults());
        for (int step = 0; step < 10; step++) {
            model.accumulateLogProbs(ROWS, (logProbs, gradients) -> {
                double sum = 0;
                for (int i = 0; i < logProbs.length; i++) {
                    Arrays.fill(gradients[i], -1);
                    for (float logProb : logProbs[i]) {
                        sum -= logProb;
                    }
                }
                return sum;
            });
            model.step(optimiser, 0.02);
        }
    }

    private static float[][][] columns(float[][] scalars) {
        float[][][] columns = new float[scalars.length][][];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = new float[scalars[i].length][];
            for (int j = 0; j < columns[i].length; j++) {
                columns[i][j] = new float[] {scalars[i][j]};
            }
        }
        return columns;
    }

    private static void assertClose(float[][][] ours, double[][][] theirs) {
        assertEquals(ours.length, theirs.length);
        for (int i = 0; i < ours.length; i++) {
            assertEquals(ours[i].length, theirs[i].length);
            for (int j = 0; j < ours[i].length; j++) {
                assertEquals(ours[i][j].length, theirs[i][j].length);
                for (int k = 0; k < ours[i][j].length; k++) {
                    assertEquals(theirs[i][j][k], ours[i][j][k], CLOSE, "row " + i + ", position " + j);
                }
            }
        }
    }

    private double[][][] python(String kind, Path base, Path adapter) throws IOException, InterruptedException {
        Path script = folder.resolve("load_back.py");
        try (InputStream source = LoadedBackTest.class.getResourceAsStream("load_back.py")) {
            Files.write(script, source.readAllBytes());
        }
        ObjectMapper json = new ObjectMapper();
        Process process = new ProcessBuilder(
                        System.getProperty("rlllm.python"),
                        script.toString(),
                        kind,
                        base.toString(),
                        adapter == null ? "-" : adapter.toString(),
                        json.writeValueAsString(ROWS))
                .redirectError(folder.resolve("errors").toFile())
                .start();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(2, TimeUnit.MINUTES));
        assertEquals(0, process.exitValue(), () -> errors());
        return json.readValue(answer.lines().reduce((a, b) -> b).orElseThrow(), double[][][].class);
    }

    private String errors() {
        try {
            return Files.readString(folder.resolve("errors"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
