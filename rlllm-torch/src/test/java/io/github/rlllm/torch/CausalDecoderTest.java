package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.decoding.TokenTrie;
import io.github.rlllm.torch.CausalLm.Trained;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CausalDecoderTest {
    private static final float CLOSE = 2e-5f;

    private final TorchRuntime runtime = TorchRuntime.start();

    @TempDir
    private Path folder;

    private CausalLm model(String family) throws IOException {
        SplittableRandom rng = new SplittableRandom(11);
        return CausalLm.open(
                runtime, family.equals("llama") ? TinyCheckpoint.llama(folder, rng) : TinyCheckpoint.gpt2(folder, rng));
    }

    private static float[] whole(CausalLm model, int... tokens) {
        return model.logits(new int[][] {tokens}, Padding.RIGHT)[0][tokens.length - 1];
    }

    /** log p(continuation | context) by the model over the whole row. */
    private static double whole(CausalLm model, int[] context, int[] continuation) {
        int[] row = Arrays.copyOf(context, context.length + continuation.length);
        System.arraycopy(continuation, 0, row, context.length, continuation.length);
        float[] each = model.logProbs(new int[][] {row}, Padding.RIGHT)[0];
        double sum = 0;
        for (int t = context.length - 1; t < each.length; t++) {
            sum += each[t];
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "gpt2"})
    void readingOnIsReadingTheWhole(String family) throws IOException {
        CausalLm model = model(family);
        CausalDecoder decoder = new CausalDecoder(model);
        assertArrayEquals(whole(model, 3, 1, 4), decoder.after(new int[] {3, 1, 4}), CLOSE);
        assertEquals(3, decoder.tokensRead());
        assertArrayEquals(whole(model, 3, 1, 4, 1), decoder.after(new int[] {3, 1, 4, 1}), CLOSE);
        assertEquals(4, decoder.tokensRead(), "one more");
        assertArrayEquals(whole(model, 3, 1, 5, 9, 2), decoder.after(new int[] {3, 1, 5, 9, 2}), CLOSE);
        assertEquals(7, decoder.tokensRead(), "from where the texts part");
        assertArrayEquals(whole(model, 3, 1), decoder.after(new int[] {3, 1}), CLOSE);
        assertEquals(8, decoder.tokensRead(), "the last token again");
        assertArrayEquals(whole(model, 7), decoder.after(new int[] {7}), CLOSE);
    }

    @ParameterizedTest
    @CsvSource({"llama, 1000", "gpt2, 1000", "llama, 22", "llama, 1"})
    void aTreeIsItsSequencesOneByOne(String family, int mostLogits) throws IOException {
        CausalLm model = model(family);
        CausalDecoder decoder = new CausalDecoder(model, mostLogits);
        List<int[]> ways = List.of(
                new int[] {5, 6, 7},
                new int[] {5, 6, 8, 9},
                new int[] {10},
                new int[] {5, 6},
                new int[] {0, 0, 0},
                new int[] {5, 6, 7});
        for (int[] context : new int[][] {{1, 2, 3, 4}, {1, 2, 3, 4, 5}, {1, 2}, {2}}) {
            double[] found = decoder.logProbs(context, new TokenTrie(ways));
            for (int i = 0; i < found.length; i++) {
                assertEquals(whole(model, context, ways.get(i)), found[i], CLOSE, "way " + i);
            }
        }
        // Of the contexts 4, 1 more, 1 again, 1 that is new; for each, 5, 6, 8, 0, 0: what has something after it.
        assertEquals(4 + 1 + 1 + 1 + 4 * 5, decoder.tokensRead());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "qwen2", "qwen3", "gemma3"})
    void everyFamilyReadsTextsAndTreesOn(String family) throws IOException {
        CausalLm model = CausalLm.open(runtime, TinyCheckpoint.of(family, folder, new SplittableRandom(5)));
        CausalDecoder decoder = new CausalDecoder(model, 128);
        List<int[]> ways = List.of(
                new int[] {5, 6, 7, 8, 9, 10},
                new int[] {5, 6, 7, 8, 1},
                new int[] {5, 2, 2, 2},
                new int[] {0, 1},
                new int[] {3});
        int[] context = {};
        for (int length = 1; length <= 9; length++) {
            context = Arrays.copyOf(context, length);
            context[length - 1] = 7 * length % 11;
            double[] found = decoder.logProbs(context, new TokenTrie(ways));
            for (int i = 0; i < found.length; i++) {
                assertEquals(whole(model, context, ways.get(i)), found[i], 5e-5, "way " + i + " after " + length);
            }
            assertArrayEquals(whole(model, context), decoder.after(context), 5e-5f);
        }
    }

    @Test
    void aTreeThatIsReadInSeveralParts() throws IOException {
        CausalLm model = model("gpt2");
        CausalDecoder decoder = new CausalDecoder(model);
        List<int[]> ways = new ArrayList<>();
        for (int a = 0; a < 11; a++) {
            for (int b = 0; b < 11; b++) {
                ways.add(new int[] {a, b, a * b % 11});
            }
        }
        double[] found = decoder.logProbs(new int[] {1, 2}, new TokenTrie(ways));
        for (int i = 0; i < found.length; i++) {
            assertEquals(whole(model, new int[] {1, 2}, ways.get(i)), found[i], 5e-5, "way " + i);
        }
        assertEquals(2 + 11 + 121, decoder.tokensRead());
    }

    @Test
    void whatWasLearntIsNotForgottenInWhatWasKept() throws IOException {
        CausalLm model = model("llama");
        CausalDecoder decoder = new CausalDecoder(model);
        int[] text = {3, 1, 4, 1};
        float[] before = decoder.after(text);
        model.train(Trained.ALL);
        model.accumulateLogProbs(new int[][] {text}, (outputs, slopes) -> {
            Arrays.fill(slopes[0], -1);
            return -outputs[0][0] - outputs[0][1] - outputs[0][2];
        });
        model.step(model.optimiser(AdamW.Config.defaults()), .05);
        float[] after = decoder.after(text);
        assertArrayEquals(whole(model, text), after, CLOSE);
        float moved = 0;
        for (int v = 0; v < after.length; v++) {
            moved = Math.max(moved, Math.abs(after[v] - before[v]));
        }
        assertTrue(moved > .01, "the step moved the logits by " + moved);
    }

    @Test
    void whatDoesNotFitIsRefused() throws IOException {
        CausalDecoder decoder = new CausalDecoder(model("gpt2"));
        TokenTrie three = new TokenTrie(List.of(new int[] {1, 2, 3}));
        decoder.logProbs(new int[13], three);
        assertEquals(
                "tokens: 14 and 3 after them (expected: at least 1, together at most 16)",
                assertThrows(IllegalArgumentException.class, () -> decoder.logProbs(new int[14], three))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> decoder.after(new int[0]));
        assertEquals(
                "token: 11 (expected: 0 to 10)",
                assertThrows(IllegalArgumentException.class, () -> decoder.after(new int[] {11}))
                        .getMessage());
        TokenTrie leaf = new TokenTrie(List.of(new int[] {11}));
        assertThrows(IllegalArgumentException.class, () -> decoder.logProbs(new int[] {1}, leaf));
    }
}
