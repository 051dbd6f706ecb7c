package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.torch.CausalLm.Trained;
import io.github.rlllm.torch.checkpoint.BadFileException;
import io.github.rlllm.torch.checkpoint.CheckpointWriter;
import io.github.rlllm.torch.checkpoint.LoraFile.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CausalLmTest {
    private static final int[][] ROWS = {{0, 3, 5, 7, 9, 1}, {0, 4, 6, 8}};
    private static final AdamW.Config ADAM = AdamW.Config.defaults();

    private final RandomGenerator rng = new SplittableRandom(7);
    private TorchRuntime runtime;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        runtime = TorchRuntime.start();
    }

    private static double likelihood(float[][] outputs, float[][] slopes) {
        double sum = 0;
        for (int i = 0; i < outputs.length; i++) {
            for (int t = 0; t < outputs[i].length; t++) {
                sum -= outputs[i][t];
                slopes[i][t] = -1;
            }
        }
        return sum;
    }

    private static double train(CausalLm model, AdamW optimiser, int steps) {
        double loss = 0;
        for (int step = 0; step < steps; step++) {
            loss = model.accumulateLogProbs(ROWS, CausalLmTest::likelihood);
            model.step(optimiser, 0.02);
        }
        return loss;
    }

    private Settings settings(String... targets) {
        return new Settings(2, 4, false, List.of(targets));
    }

    @Test
    void anAdapterThatWasDrawnChangesNothingAndTrainsAlone() throws IOException {
        CausalLm model = CausalLm.open(runtime, TinyCheckpoint.llama(folder, rng));
        float[][] before = model.logProbs(ROWS, Padding.RIGHT);
        float[] q = model.weight("model.layers.0.self_attn.q_proj.weight");
        model.attach(LoraAdapter.draw(model.config(), settings("q_proj", "v_proj", "down_proj"), rng));
        assertArrayEquals(before[0], model.logProbs(ROWS, Padding.RIGHT)[0]);
        model.train(Trained.ADAPTER);
        AdamW optimiser = model.optimiser(ADAM);
        double first = train(model, optimiser, 1);
        double last = train(model, optimiser, 60);
        assertTrue(last < 0.6 * first, first + " to " + last);
        assertArrayEquals(q, model.weight("model.layers.0.self_attn.q_proj.weight"));
        float[][] trained = model.logProbs(ROWS, Padding.RIGHT);
        model.saveAdapter(folder.resolve("adapter"));
        assertTrue(
                Files.readString(folder.resolve("adapter/adapter_config.json")).contains("\"lora_alpha\" : 4,"));
        model.detach();
        assertArrayEquals(before[0], model.logProbs(ROWS, Padding.RIGHT)[0]);
        model.attach(LoraAdapter.load(folder.resolve("adapter"), model.config()));
        assertArrayEquals(trained[1], model.logProbs(ROWS, Padding.RIGHT)[1]);
        model.merge();
        assertArrayEquals(trained[0], model.logProbs(ROWS, Padding.RIGHT)[0], 2e-5f);
    }

    @Test
    void anAdapterOfGpt2MergesIntoTransposedMaps() throws IOException {
        CausalLm model = CausalLm.open(runtime, TinyCheckpoint.gpt2(folder, rng));
        model.attach(LoraAdapter.draw(model.config(), settings("c_attn", "c_fc", "c_proj"), rng));
        model.train(Trained.ADAPTER);
        train(model, model.optimiser(ADAM), 20);
        float[][] trained = model.logProbs(ROWS, Padding.LEFT);
        model.saveAdapter(folder.resolve("adapter"));
        assertTrue(
                Files.readString(folder.resolve("adapter/adapter_config.json")).contains("\"fan_in_fan_out\" : true"));
        model.merge();
        assertArrayEquals(trained[0], model.logProbs(ROWS, Padding.LEFT)[0], 2e-5f);
        assertArrayEquals(trained[1], model.logProbs(ROWS, Padding.LEFT)[1], 2e-5f);
    }

    @Test
    void trainingGoesOnBitForBitFromSavedWeightsAndOptimiser() throws IOException {
        CausalLm model = CausalLm.open(runtime, TinyCheckpoint.llama(folder, rng));
        model.train(Trained.ALL);
        AdamW optimiser = model.optimiser(ADAM);
        double first = train(model, optimiser, 1);
        train(model, optimiser, 9);
        model.saveWeights(folder.resolve("model.safetensors"));
        byte[] state = optimiser.save();
        double last = train(model, optimiser, 10);
        assertTrue(last < 0.8 * first, first + " to " + last);

        CausalLm resumed = CausalLm.open(runtime, folder);
        resumed.train(Trained.ALL);
        AdamW restored = resumed.optimiser(ADAM);
        restored.restore(state);
        assertEquals(last, train(resumed, restored, 10));
        assertArrayEquals(model.weight("model.embed_tokens.weight"), resumed.weight("model.embed_tokens.weight"));
    }

    @Test
    void nothingOfTheEngineOutlivesAnUpdate() throws IOException {
        CausalLm model = CausalLm.open(runtime, TinyCheckpoint.llama(folder, rng));
        model.train(Trained.ALL);
        AdamW optimiser = model.optimiser(ADAM);
        train(model, optimiser, 2);
        int before = runtime.alive();
        train(model, optimiser, 50);
        model.logits(ROWS, Padding.LEFT);
        assertEquals(before, runtime.alive());
    }

    @Test
    void aScoreHeadLearnsARegression() throws IOException {
        CausalLm model = CausalLm.open(runtime, TinyCheckpoint.llama(folder, rng));
        assertEquals(
                "score.weight: none (expected: a reward model, or addScore before)",
                assertThrows(IllegalStateException.class, () -> model.scalars(ROWS, Padding.RIGHT))
                        .getMessage());
        model.addScore(new float[8]);
        assertArrayEquals(new float[4], model.scalars(ROWS, Padding.LEFT)[1]);
        model.train(Trained.ALL);
        AdamW optimiser = model.optimiser(ADAM);
        double loss = 0;
        for (int step = 0; step < 80; step++) {
            loss = model.accumulateScalars(ROWS, (outputs, slopes) -> {
                double sum = 0;
                for (int i = 0; i < outputs.length; i++) {
                    int end = outputs[i].length - 1;
                    double error = outputs[i][end] - (i == 0 ? 1 : -1);
                    sum += error * error;
                    slopes[i][end] = (float) (2 * error);
                }
                return sum;
            });
            model.step(optimiser, 0.02);
        }
        assertTrue(loss < 0.01, "loss: " + loss);
    }

    @Test
    void aRewardModelThatIsAnAdapterKeepsItsHead() throws IOException {
        CausalLm model = CausalLm.open(runtime, TinyCheckpoint.llama(folder, rng));
        model.addScore(new float[] {1, -1, 2, -2, 3, -3, 4, -4});
        model.attach(LoraAdapter.draw(model.config(), settings("o_proj"), rng));
        model.saveAdapter(folder.resolve("reward"));
        assertTrue(Files.readString(folder.resolve("reward/adapter_config.json"))
                .contains("\"modules_to_save\" : [ \"score\" ]"));
        CausalLm again = CausalLm.open(runtime, folder);
        again.attach(LoraAdapter.load(folder.resolve("reward"), again.config()));
        assertArrayEquals(model.scalars(ROWS, Padding.RIGHT)[0], again.scalars(ROWS, Padding.RIGHT)[0]);
    }

    @Test
    void aRewardModelHasAScoreAndNoLogits() throws IOException {
        CausalLm model = CausalLm.open(runtime, TinyCheckpoint.reward(folder, rng));
        float[][] scalars = model.scalars(ROWS, Padding.LEFT);
        refused("output: SCORE (expected: a model with logits)", () -> model.logProbs(ROWS, Padding.LEFT));
        CausalLm same = CausalLm.open(
                runtime, TinyCheckpoint.llama(Files.createDirectory(folder.resolve("b")), new SplittableRandom(7)));
        same.addScore(new float[] {1, -1, 2, -2, 3, -3, 4, -4});
        assertArrayEquals(same.scalars(ROWS, Padding.LEFT)[1], scalars[1]);
        model.save(folder.resolve("saved"));
        CausalLm saved = CausalLm.open(runtime, folder.resolve("saved"));
        assertEquals(model.config(), saved.config());
        assertArrayEquals(scalars[0], saved.scalars(ROWS, Padding.LEFT)[0]);
    }

    @Test
    void misuseIsAnError() throws IOException {
        CausalLm model = CausalLm.open(runtime, TinyCheckpoint.llama(folder, rng));
        refused("length of row 0: 17 (expected: 2 to 16)", () -> model.logProbs(new int[1][17], Padding.RIGHT));
        refused("token 1 of row 0: 11 (expected: 0 to 10)", () -> model.logProbs(new int[][] {{0, 11}}, Padding.RIGHT));
        refused("token 0 of row 0: -1 (expected: 0 to 10)", () -> model.logits(new int[][] {{-1}}, Padding.LEFT));
        refused("rows: 0 (expected: >= 1)", () -> model.logits(new int[0][], Padding.LEFT));
        refused(
                "trained: NOTHING (expected: ALL or ADAPTER, said by train)",
                () -> model.accumulateLogProbs(ROWS, CausalLmTest::likelihood));
        refused("adapter: none (expected: one that was attached)", () -> model.train(Trained.ADAPTER));
        refused("adapter: none (expected: one that was attached)", model::merge);
        refused(
                "target: c_attn (expected: a map in the layers of a LLAMA model)",
                () -> LoraAdapter.draw(model.config(), settings("c_attn"), rng));
        refused("rank: 0 (expected: 1 to 65536)", () -> new Settings(0, 4, false, List.of("q_proj")));
        refused("alpha: NaN (expected: a finite number > 0)", () -> new Settings(1, Double.NaN, false, List.of("q")));
        model.train(Trained.ALL);
        assertEquals(
                "loss: NaN (expected: a finite number)",
                assertThrows(ArithmeticException.class, () -> model.accumulateLogProbs(ROWS, (o, s) -> Double.NaN))
                        .getMessage());
    }

    @Test
    void outputsThatAreNotFiniteStopWithTheirPlace() throws IOException {
        CausalLm model = CausalLm.open(runtime, TinyCheckpoint.llama(folder, rng));
        model.train(Trained.ALL);
        model.accumulateLogProbs(ROWS, CausalLmTest::likelihood);
        model.step(model.optimiser(ADAM), 1e38);
        String message = assertThrows(ArithmeticException.class, () -> model.logProbs(ROWS, Padding.RIGHT))
                .getMessage();
        assertTrue(message.startsWith("output 0 of row 0: NaN (expected: a finite number; the weights"), message);
        assertThrows(ArithmeticException.class, () -> model.accumulateLogProbs(ROWS, CausalLmTest::likelihood));
    }

    private static void refused(String message, org.junit.jupiter.api.function.Executable call) {
        assertEquals(message, assertThrows(RuntimeException.class, call).getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "LORA" | "IA3" | adapter_config.json: peft_type: IA3 (expected: LORA)
            "r" : 2 | "r" : 0 | adapter_config.json: r: 0 (expected: a whole number from 1 to 65536)
            "r" : 2 | "r" : 1152921504606846976 | adapter_config.json: r: 1152921504606846976 (expected: a whole number from 1 to 65536)
            "r" : 2 | "r" : 65536 | adapter_model.safetensors: tensor base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight: shape: [2, 8] (expected: [65536, 8])
            "lora_alpha" : 4 | "lora_alpha" : -4 | adapter_config.json: lora_alpha: -4 (expected: a finite number > 0)
            "use_dora" : false | "use_dora" : true | adapter_config.json: use_dora: true (expected: false; the other is not supported)
            "use_dora" : false | "rank_pattern" : {"a": 1} | adapter_config.json: rank_pattern: {"a":1} (expected: {}; others are not supported)
            "use_dora" : false | "layers_to_transform" : [1] | adapter_config.json: layers_to_transform: [1] (expected: null; it is not supported)
            "bias" : "none" | "bias" : "all" | adapter_config.json: bias: all (expected: none)
            "fan_in_fan_out" : false | "fan_in_fan_out" : true | adapter_config.json: fan_in_fan_out: true (expected: false; the other is not supported)
            "modules_to_save" : null | "modules_to_save" : ["lm_head"] | adapter_config.json: modules_to_save: lm_head (expected: score, or null)
            "q_proj" | "c_attn" | adapter_config.json: target_modules: [c_attn] (expected: target: c_attn (expected: a map in the layers of a LLAMA model))
            "q_proj" | "v_proj" | adapter_model.safetensors: tensor base_model.model.model.layers.0.self_attn.v_proj.lora_A.weight: missing (expected: shape [2, 8])
            [ "q_proj" ] | "all-linear" | adapter_config.json: target_modules: "all-linear" (expected: an array of texts)
            """)
    void badAdaptersAreRefused(String from, String to, String message) throws IOException {
        CausalLm model = CausalLm.open(runtime, TinyCheckpoint.llama(folder, rng));
        model.attach(LoraAdapter.draw(model.config(), settings("q_proj"), rng));
        Path adapter = folder.resolve("adapter");
        model.saveAdapter(adapter);
        Path config = adapter.resolve("adapter_config.json");
        String text = Files.readString(config);
        assertTrue(text.contains(from), text);
        Files.writeString(config, text.replace(from, to));
        assertEquals(
                adapter + "/" + message,
                assertThrows(BadFileException.class, () -> LoraAdapter.load(adapter, model.config()))
                        .getMessage());
    }

    @Test
    void anAdapterWithAForeignTensorIsRefused() throws IOException {
        CausalLm model = CausalLm.open(runtime, TinyCheckpoint.llama(folder, rng));
        model.attach(LoraAdapter.draw(model.config(), settings("q_proj"), rng));
        Path adapter = folder.resolve("adapter");
        model.saveAdapter(adapter);
        try (CheckpointWriter writer = new CheckpointWriter(adapter.resolve("adapter_model.safetensors"))) {
            for (int layer = 0; layer < 2; layer++) {
                String p = "base_model.model.model.layers." + layer + ".self_attn.q_proj.lora_";
                writer.add(p + "A.weight", 2, 8);
                writer.add(p + "B.weight", 8, 2);
            }
            writer.add("base_model.model.lm_head.lora_A.weight", 2, 8);
            for (int i = 0; i < 5; i++) {
                writer.write(new float[16]);
            }
        }
        assertEquals(
                adapter
                        + "/adapter_model.safetensors: tensor base_model.model.lm_head.lora_A.weight: unknown (expected:"
                        + " lora_A and lora_B of [q_proj])",
                assertThrows(BadFileException.class, () -> LoraAdapter.load(adapter, model.config()))
                        .getMessage());
    }
}
