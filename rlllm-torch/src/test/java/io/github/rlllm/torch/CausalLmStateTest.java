package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.torch.CausalLm.Trained;
import io.github.rlllm.torch.checkpoint.LoraFile.Settings;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import io.github.rlllm.torch.checkpoint.ModelConfig.Sizes;
import io.github.rlllm.torch.checkpoint.ModelConfig.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that are drawn, copied, saved and restored, and completions whose texts share rows. */
class CausalLmStateTest {
    private static final int[][] PROMPTS = {{1, 2, 3}, {4}, {5, 6}, {7, 8, 9, 10}, {3}};
    private static final int[][] COMPLETIONS = {{4, 5}, {6, 7, 8, 9, 1}, {2}, {1, 2, 3}, {5, 5, 5}};
    private static final int[][] PACKED = {{3, 0}, {1, 2, 4}};

    private final TorchRuntime runtime = TorchRuntime.start();

    @TempDir
    private Path folder;

    private static ModelConfig gpt2(int layers, int width) {
        return ModelConfig.gpt2(
                new Sizes(11, 16, layers, width, 4 * width),
                2,
                new Tokens(OptionalInt.empty(), List.of(), OptionalInt.empty()));
    }

    private CausalLm draw(long seed) {
        return CausalLm.draw(runtime, gpt2(2, 8), new SplittableRandom(seed));
    }

    private static double likelihood(double[][] tokens, double[][] gradient) {
        double sum = 0;
        for (int i = 0; i < tokens.length; i++) {
            for (int t = 0; t < tokens[i].length; t++) {
                sum -= (i + 1) * tokens[i][t];
                gradient[i][t] = -(i + 1);
            }
        }
        return sum;
    }

    private static double deviation(float[] numbers) {
        double square = 0;
        for (float x : numbers) {
            square += (double) x * x;
        }
        return Math.sqrt(square / numbers.length);
    }

    @Test
    void drawnWeightsBeginAsThoseOfGpt2() {
        CausalLm model = CausalLm.draw(runtime, gpt2(8, 64), new SplittableRandom(1));
        assertEquals(0.02, deviation(model.weight("transformer.h.3.attn.c_attn.weight")), 4e-4);
        assertEquals(0.005, deviation(model.weight("transformer.h.3.attn.c_proj.weight")), 1.5e-4);
        assertEquals(0.005, deviation(model.weight("transformer.h.3.mlp.c_proj.weight")), 1e-4);
        assertArrayEquals(new float[256], model.weight("transformer.h.3.mlp.c_fc.bias"));
        assertEquals(1, model.weight("transformer.ln_f.weight")[5]);
        double entropy = -model.logProbs(new int[][] {{1, 2}}, Padding.RIGHT)[0][0];
        assertEquals(Math.log(11), entropy, 0.3);
        assertArrayEquals(draw(3).weight("transformer.wte.weight"), draw(3).weight("transformer.wte.weight"));
        assertNotEquals(draw(3).weight("transformer.wte.weight")[0], draw(4).weight("transformer.wte.weight")[0]);
    }

    @Test
    void sizesOfGpt2AreCheckedAtTheDoor() {
        assertEquals(
                "heads: 2 (expected: a divisor of the width 7)",
                assertThrows(IllegalArgumentException.class, () -> gpt2(2, 7)).getMessage());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> gpt2(0, 8))
                .getMessage()
                .contains("layers=0"));
    }

    @Test
    void aDrawnModelIsSavedAsACheckpoint() throws IOException {
        CausalLm model = draw(5);
        model.save(folder);
        CausalLm opened = CausalLm.open(runtime, folder);
        assertArrayEquals(
                model.logProbs(PROMPTS[3].length > 1 ? new int[][] {PROMPTS[3]} : PROMPTS, Padding.LEFT)[0],
                opened.logProbs(new int[][] {PROMPTS[3]}, Padding.LEFT)[0]);
    }

    @Test
    void aScoreHeadThatWasAddedIsSavedAsARewardModel() throws IOException {
        CausalLm model = draw(5);
        assertEquals(
                "score head: none (expected: one, added before)",
                assertThrows(IllegalStateException.class, () -> model.saveReward(folder))
                        .getMessage());
        model.addScore(new float[] {1, -2, 3, -4, 5, -6, 7, -8});
        model.saveReward(folder);
        CausalLm opened = CausalLm.open(runtime, folder);
        assertEquals(ModelConfig.Output.SCORE, opened.config().output());
        assertArrayEquals(model.scores(PROMPTS), opened.scores(PROMPTS));
    }

    @Test
    void aCopyStaysWhenTheModelLearns() {
        CausalLm model = draw(6);
        model.addScore(new float[8]);
        model.attach(LoraAdapter.draw(
                model.config(), new Settings(2, 4, false, List.of("c_attn", "c_fc")), new SplittableRandom(7)));
        model.train(Trained.ADAPTER);
        AdamW optimiser = model.optimiser(AdamW.Config.defaults());
        CompletionBatch batch = new CompletionBatch(PROMPTS, COMPLETIONS);
        double[][] base = model.baseLogProbs(batch, 1);
        model.accumulateLogProbs(batch, 1, CausalLmStateTest::likelihood);
        model.step(optimiser, 0.1);
        double[][] then = model.logProbs(batch, 1);
        CausalLm copy = model.copy();
        assertArrayEquals(then[1], copy.logProbs(batch, 1)[1]);
        model.accumulateLogProbs(batch, 1, CausalLmStateTest::likelihood);
        model.step(optimiser, 0.1);
        assertArrayEquals(then[1], copy.logProbs(batch, 1)[1]);
        assertNotEquals(then[1][0], model.logProbs(batch, 1)[1][0]);
        assertNotEquals(base[1][0], then[1][0]);
        assertArrayEquals(base[1], model.baseLogProbs(batch, 1)[1]);
        assertEquals(
                "trained: NOTHING (expected: ALL or ADAPTER, said by train)",
                assertThrows(IllegalStateException.class, copy::save).getMessage());
        model.detach();
        assertArrayEquals(base[1], model.logProbs(batch, 1)[1]);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void trainingGoesOnBitForBitFromASnapshot(boolean adapter) {
        CausalLm model = learner(adapter, 8);
        AdamW optimiser = model.optimiser(AdamW.Config.defaults());
        CompletionBatch batch = new CompletionBatch(PROMPTS, COMPLETIONS);
        for (int step = 0; step < 3; step++) {
            model.accumulateLogProbs(batch, 1, CausalLmStateTest::likelihood);
            model.step(optimiser, 0.01);
        }
        byte[] weights = model.save();
        byte[] state = optimiser.save();
        CausalLm again = learner(adapter, 8);
        again.accumulateLogProbs(batch, 1, CausalLmStateTest::likelihood); // dropped by restore
        again.restore(weights);
        AdamW restored = again.optimiser(AdamW.Config.defaults());
        restored.restore(state);
        for (CausalLm one : new CausalLm[] {model, again}) {
            one.accumulateLogProbs(batch, 1, CausalLmStateTest::likelihood);
            one.step(one == model ? optimiser : restored, 0.01);
        }
        assertArrayEquals(model.save(), again.save());
    }

    private CausalLm learner(boolean adapter, long seed) {
        CausalLm model = draw(seed);
        if (adapter) {
            model.attach(LoraAdapter.draw(
                    model.config(), new Settings(2, 4, false, List.of("c_attn")), new SplittableRandom(seed)));
        }
        model.train(adapter ? Trained.ADAPTER : Trained.ALL);
        return model;
    }

    @Test
    void aStateOfSomethingElseIsRefused() {
        CausalLm model = learner(false, 9);
        byte[] before = model.save();
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> model.restore(learner(true, 9).save()))
                .getMessage();
        assertTrue(message.startsWith("state: of [transformer.h.0.attn.c_attn.lora_A.weight, "), message);
        CausalLm wide = CausalLm.draw(runtime, gpt2(2, 16), new SplittableRandom(1));
        wide.train(Trained.ALL);
        assertEquals(
                "numbers of tensor transformer.wte.weight: 176 (expected: 88, shape [11, 8])",
                assertThrows(IllegalArgumentException.class, () -> model.restore(wide.save()))
                        .getMessage());
        before[40] ^= 1;
        assertThrows(IllegalArgumentException.class, () -> model.restore(before));
        before[40] ^= 1;
        assertArrayEquals(before, model.save());
    }

    /** Positions begin again, no text sees another, and the gradient is the same. */
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama"})
    void packedTextsAreThoseInRowsOfTheirOwn(String family) throws IOException {
        Path place = Files.createDirectory(folder.resolve(family));
        SplittableRandom rng = new SplittableRandom(10);
        CausalLm model = CausalLm.open(
                runtime, family.equals("gpt2") ? TinyCheckpoint.gpt2(place, rng) : TinyCheckpoint.llama(place, rng));
        model.train(Trained.ALL);
        CompletionBatch padded = new CompletionBatch(PROMPTS, COMPLETIONS);
        CompletionBatch packed = CompletionBatch.packed(PROMPTS, COMPLETIONS, PACKED);
        assertEquals(35, padded.columns());
        assertEquals(26, packed.columns());
        double[][] expected = model.logProbs(padded, 0.7);
        double[][] found = model.logProbs(packed, 0.7);
        double loss = model.accumulateLogProbs(padded, 0.7, CausalLmStateTest::likelihood);
        String name =
                family.equals("gpt2") ? "transformer.h.1.attn.c_attn.weight" : "model.layers.1.self_attn.k_proj.weight";
        float[] gradient = model.gradient(name).clone();
        model.train(Trained.ALL);
        assertEquals(loss, model.accumulateLogProbs(packed, 0.7, CausalLmStateTest::likelihood), 1e-4);
        float[] other = model.gradient(name);
        for (int i = 0; i < gradient.length; i++) {
            assertEquals(gradient[i], other[i], 2e-4 * Math.max(1, Math.abs(gradient[i])));
        }
        for (int i = 0; i < expected.length; i++) {
            assertArrayEquals(expected[i], found[i], 2e-5);
        }
        // The whole rows, cut by the batch itself.
        float[][] rows = model.logProbs(padded.rows(), Padding.LEFT, 0.7);
        assertArrayEquals(padded.tokens(rows)[3], found[3], 2e-5);
    }

    /** A prompt that two completions follow is computed once, also where a window ends. */
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama"})
    void completionsShareTheirPrompt(String family) throws IOException {
        Path place = Files.createDirectory(folder.resolve(family));
        SplittableRandom rng = new SplittableRandom(11);
        CausalLm model = CausalLm.open(
                runtime, family.equals("gpt2") ? TinyCheckpoint.gpt2(place, rng) : TinyCheckpoint.llama(place, rng));
        model.train(Trained.ALL);
        int[][] prompts = {{1, 2, 3, 4}, {5, 6}, {1, 2, 3, 4}, {5, 6}, {1, 2, 3, 4}};
        CompletionBatch alone = new CompletionBatch(prompts, COMPLETIONS);
        CompletionBatch shared = CompletionBatch.packed(prompts, COMPLETIONS, new int[][] {{0, 2, 4, 1}, {3}});
        assertEquals(2 * (4 + 2 + 1 + 3 + 2 + 5), shared.columns());
        double[][] expected = model.logProbs(alone, 1);
        double[][] found = model.logProbs(shared, 1);
        for (int i = 0; i < expected.length; i++) {
            assertArrayEquals(expected[i], found[i], 2e-5);
        }
        String name =
                family.equals("gpt2") ? "transformer.h.0.attn.c_attn.weight" : "model.layers.0.self_attn.k_proj.weight";
        model.accumulateLogProbs(alone, 1, CausalLmStateTest::likelihood);
        float[] gradient = model.gradient(name).clone();
        model.train(Trained.ALL);
        model.accumulateLogProbs(shared, 1, CausalLmStateTest::likelihood);
        float[] other = model.gradient(name);
        for (int i = 0; i < gradient.length; i++) {
            assertEquals(gradient[i], other[i], 2e-4 * Math.max(1, Math.abs(gradient[i])));
        }
    }

    @Test
    void badRowsOfTextsAreRefused() {
        assertEquals(
                "packed: rows of [0, 1, 1, 3, 4] (expected: each of 0 to 4 once)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> CompletionBatch.packed(PROMPTS, COMPLETIONS, new int[][] {{3, 0, 1}, {1, 4}}))
                        .getMessage());
    }
}
