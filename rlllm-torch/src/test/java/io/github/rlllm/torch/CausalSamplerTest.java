package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.decoding.SamplingConfig;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.nn.LinearMap;
import io.github.rlllm.torch.CausalLm.Trained;
import io.github.rlllm.torch.checkpoint.LoraFile.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CausalSamplerTest {
    private static final SamplingConfig PLAIN = SamplingConfig.defaults();
    private static final List<Integer> NO_END = List.of();
    private static final int[][] PROMPTS = {{1, 2, 3}, {4}, {1, 2, 3}, {0, 9, 8, 7, 6}, {4}, {1, 2}};

    @TempDir
    private Path folder;

    private CausalLm model(String family) throws IOException {
        return CausalLm.open(TorchRuntime.start(), TinyCheckpoint.of(family, folder, new SplittableRandom(3)));
    }

    private static SplittableRandom seed(long seed) {
        return new SplittableRandom(seed);
    }

    private static void assertTheModels(CausalLm model, Sampled sampled, double temperature) {
        float[][] whole = model.logProbs(sampled.rows(), Padding.RIGHT, temperature);
        for (int i = 0; i < whole.length; i++) {
            int first = sampled.rows()[i].length - sampled.lengths()[i] - 1;
            for (int t = 0; t < sampled.lengths()[i]; t++) {
                assertEquals(whole[i][first + t], sampled.logProbs()[i][t], 1e-4, "row " + i + ", token " + t);
            }
        }
    }

    private static void train(CausalLm model, double rate) {
        model.accumulateLogProbs(new int[][] {{3, 1, 4, 1}}, (outputs, slopes) -> {
            Arrays.fill(slopes[0], -1);
            return -outputs[0][0] - outputs[0][1] - outputs[0][2];
        });
        model.step(model.optimiser(AdamW.Config.defaults()), rate);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "qwen2", "qwen3", "gemma3"})
    void logProbabilitiesAreTheModels(String family) throws IOException {
        CausalLm model = model(family);
        CausalSampler sampler = new CausalSampler(model, NO_END);
        Sampled sampled = sampler.sample(PROMPTS, PLAIN.withTemperature(.7), 12, seed(1));
        assertArrayEquals(PROMPTS, sampled.prompts());
        assertArrayEquals(new int[] {12, 12, 12, 12, 12, 12}, sampled.lengths());
        assertTheModels(model, sampled, .7);
        // Distinct prompts of 3, 1, 5 and 2 tokens, and 11 tokens of each completion.
        assertEquals(11 + 6 * 11, sampler.tokensRead());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "qwen2", "qwen3", "gemma3"})
    void theScalarKernelsAgree(String family) throws IOException {
        CausalLm model = model(family);
        int[] text = {1, 5, 9, 2, 6, 0, 3, 3, 7};
        float[][] whole = model.logits(new int[][] {text}, Padding.RIGHT)[0];
        for (Kernels kernels : List.of(Kernels.scalar(), Kernels.fastest())) {
            PackedReader reader = new PackedReader(model.packed(kernels));
            KeyValueCache cache = new KeyValueCache(model.config(), text.length);
            PackedReader.Columns columns = new PackedReader.Columns();
            for (int t = 0; t < text.length; t++) {
                columns.add(text[t], t, cache);
            }
            reader.read(columns);
            float[][] hidden = new float[text.length][16];
            float[][] logits = new float[text.length][LinearMap.width(11)];
            for (int t = 0; t < text.length; t++) {
                reader.hidden(t, hidden[t]);
            }
            reader.logits(hidden, text.length, logits);
            for (int t = 0; t < text.length; t++) {
                assertArrayEquals(whole[t], Arrays.copyOf(logits[t], 11), 5e-5f, kernels.name() + ", token " + t);
            }
        }
    }

    @Test
    void equalSeedsGiveEqualBits() throws IOException {
        CausalSampler sampler = new CausalSampler(model("llama"), NO_END);
        Sampled first = sampler.sample(PROMPTS, PLAIN, 10, seed(5));
        Sampled other = sampler.sample(PROMPTS, PLAIN, 10, seed(6));
        Sampled again = sampler.sample(PROMPTS, PLAIN, 10, seed(5));
        assertArrayEquals(first.rows(), again.rows());
        assertArrayEquals(first.logProbs(), again.logProbs());
        assertTrue(!Arrays.deepEquals(first.rows(), other.rows()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "gemma3"})
    void aRowIsTheSameBitsInEveryBatch(String family) throws IOException {
        CausalLm model = model(family);
        Sampled all = new CausalSampler(model, NO_END).sample(PROMPTS, PLAIN, 10, seed(5));
        CausalSampler one = new CausalSampler(model, NO_END);
        for (int i = 0; i < PROMPTS.length; i++) {
            SplittableRandom rng = seed(5);
            for (int before = 0; before < i; before++) {
                rng.nextLong();
            }
            Sampled alone = one.sample(new int[][] {PROMPTS[i]}, PLAIN, 10, rng);
            assertArrayEquals(alone.rows()[0], all.rows()[i]);
            assertArrayEquals(alone.logProbs()[0], all.logProbs()[i]);
        }
    }

    @Test
    void aRowEndsAtItsEndAndTheOthersGoOn() throws IOException {
        CausalLm model = model("llama");
        Sampled open = new CausalSampler(model, NO_END).sample(PROMPTS, PLAIN, 16, seed(8));
        Sampled ended = new CausalSampler(model, List.of(2, 5)).sample(PROMPTS, PLAIN, 16, seed(8));
        int cut = 0;
        for (int i = 0; i < PROMPTS.length; i++) {
            int[] completion = open.completions()[i];
            int end = 0;
            while (end < 16 && completion[end] != 2 && completion[end] != 5) {
                end++;
            }
            assertEquals(end < 16, ended.ended()[i]);
            assertEquals(Math.min(16, end + 1), ended.lengths()[i]);
            assertArrayEquals(Arrays.copyOf(completion, ended.lengths()[i]), ended.completions()[i]);
            cut += end < 15 ? 1 : 0;
        }
        assertTrue(cut >= 2 && Arrays.stream(ended.lengths()).distinct().count() > 2, "rows end at several places");
        assertEquals(Arrays.stream(ended.lengths()).sum(), ended.tokens());
        CausalSampler own = new CausalSampler(model);
        Sampled byModel = own.sample(PROMPTS, PLAIN, 16, seed(8));
        for (int i = 0; i < PROMPTS.length; i++) {
            int[] completion = byModel.completions()[i];
            assertEquals(byModel.ended()[i], completion[completion.length - 1] == 1);
        }
    }

    @Test
    void itFollowsTrainingAndAdapters() throws IOException {
        CausalLm model = model("qwen3");
        CausalSampler sampler = new CausalSampler(model, NO_END);
        assertTheModels(model, sampler.sample(PROMPTS, PLAIN, 6, seed(2)), 1);
        model.train(Trained.ALL);
        train(model, .05);
        assertTheModels(model, sampler.sample(PROMPTS, PLAIN, 6, seed(2)), 1);
        Settings settings = new Settings(2, 4, false, List.of("q_proj", "v_proj", "o_proj", "gate_proj", "down_proj"));
        model.attach(LoraAdapter.draw(model.config(), settings, seed(4)));
        model.train(Trained.ADAPTER);
        train(model, .3);
        train(model, .3);
        float[][] adapted = model.logProbs(new int[][] {{1, 2, 3}}, Padding.RIGHT);
        assertTheModels(model, sampler.sample(PROMPTS, PLAIN, 6, seed(2)), 1);
        model.detach();
        assertTrue(
                Math.abs(adapted[0][1] - model.logProbs(new int[][] {{1, 2, 3}}, Padding.RIGHT)[0][1]) > .01,
                "the adapter changes the model");
        assertTheModels(model, sampler.sample(PROMPTS, PLAIN, 6, seed(2)), 1);
    }

    @Test
    void anAdapterOfTransposedMapsIsAdded() throws IOException {
        CausalLm model = model("gpt2");
        model.attach(LoraAdapter.draw(
                model.config(), new Settings(2, 4, false, List.of("c_attn", "c_fc", "c_proj")), seed(4)));
        model.train(Trained.ADAPTER);
        train(model, .3);
        train(model, .3);
        assertTheModels(model, new CausalSampler(model, NO_END).sample(PROMPTS, PLAIN, 6, seed(2)), 1);
    }

    @Test
    void moreRowsThanAreReadAtATime() throws IOException {
        CausalLm model = model("gpt2");
        int[][] prompts = new int[300][];
        for (int i = 0; i < prompts.length; i++) {
            prompts[i] = new int[] {1, i % 11, i / 11 % 11};
        }
        CausalSampler sampler = new CausalSampler(model, NO_END);
        Sampled sampled = sampler.sample(prompts, PLAIN, 4, seed(9));
        assertTheModels(model, sampled, 1);
        assertTrue(sampler.tokensRead() < 300 * (3 + 3), "prompts that repeat are read once");
    }

    @Test
    void whatIsLeftOutIsNotDrawn() throws IOException {
        CausalLm model = model("llama");
        CausalSampler sampler = new CausalSampler(model, NO_END);
        Sampled greedy = sampler.sample(PROMPTS, SamplingConfig.greedy(), 8, seed(1));
        Sampled two = sampler.sample(PROMPTS, PLAIN.withTopK(2).withTemperature(.5), 8, seed(1));
        assertTheModels(model, greedy, 1);
        assertTheModels(model, two, .5);
        for (int i = 0; i < PROMPTS.length; i++) {
            float[][] best = model.logits(new int[][] {greedy.rows()[i]}, Padding.RIGHT)[0];
            float[][] logits = model.logits(new int[][] {two.rows()[i]}, Padding.RIGHT)[0];
            for (int t = PROMPTS[i].length; t < greedy.rows()[i].length; t++) {
                assertEquals(0, above(best[t - 1], greedy.rows()[i][t]));
                assertTrue(above(logits[t - 1], two.rows()[i][t]) < 2);
            }
        }
    }

    private static int above(float[] logits, int token) {
        int above = 0;
        for (float logit : logits) {
            above += logit > logits[token] ? 1 : 0;
        }
        return above;
    }

    @Test
    void frequenciesFollowTheProbabilities() throws IOException {
        CausalLm model = model("qwen2");
        int n = 20_000;
        int[][] prompts = new int[n][];
        Arrays.fill(prompts, new int[] {7, 9});
        CausalSampler sampler = new CausalSampler(model, NO_END);
        Sampled sampled = sampler.sample(prompts, PLAIN.withTemperature(2), 1, seed(3));
        int[] counts = new int[11];
        for (int[] row : sampled.rows()) {
            counts[row[2]]++;
        }
        float[] logits = model.logits(new int[][] {{7, 9}}, Padding.RIGHT)[0][1];
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit / 2);
        }
        for (int v = 0; v < counts.length; v++) {
            double p = Math.exp(logits[v] / 2) / sum;
            assertEquals(p, counts[v] / (double) n, 4 * Math.sqrt(p * (1 - p) / n) + 1e-4, "token " + v);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() throws IOException {
        CausalSampler sampler = new CausalSampler(model("gpt2"));
        sampler.sample(new int[][] {new int[20]}, PLAIN, 4, seed(1));
        assertEquals(
                "prompt 1: 20 tokens and 5 after them (expected: at least 1, together at most 24)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> sampler.sample(new int[][] {{1}, new int[20]}, PLAIN, 5, seed(1)))
                        .getMessage());
        assertEquals(
                "prompt 0: token 11 (expected: 0 to 10)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> sampler.sample(new int[][] {{11}}, PLAIN, 5, seed(1)))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> sampler.sample(new int[][] {{}}, PLAIN, 5, seed(1)));
        assertThrows(IllegalArgumentException.class, () -> sampler.sample(new int[][] {{1}}, PLAIN, 0, seed(1)));
    }

    @Test
    void aModelThatDivergedIsNamed() throws IOException {
        CausalLm model = model("gpt2");
        model.train(Trained.ALL);
        train(model, 1e38);
        CausalSampler sampler = new CausalSampler(model, NO_END);
        String message = assertThrows(
                        ArithmeticException.class, () -> sampler.sample(new int[][] {{1}}, PLAIN, 2, seed(1)))
                .getMessage();
        assertTrue(message.endsWith("(expected: a finite number; the weights or the configuration are out of range)"));
    }
}
