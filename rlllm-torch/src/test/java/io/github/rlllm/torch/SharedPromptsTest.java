package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.torch.CausalLm.Trained;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A prompt that is computed once gives what each of its completions alone would: log-probabilities and gradients. */
class SharedPromptsTest {
    private static final int[][] PROMPTS = {{1, 2, 3}, {4}, {1, 2, 3}, {4}, {1, 2, 3}, {5, 6, 7, 8, 9}};
    private static final int[][] COMPLETIONS = {{3, 1, 4, 1, 5, 9}, {2, 6, 5}, {3}, {5, 8}, {9, 7, 9, 3}, {2, 3, 8, 4}};

    private final TorchRuntime runtime = TorchRuntime.start();

    @TempDir
    private Path folder;

    private CausalLm model(String family) throws IOException {
        SplittableRandom rng = new SplittableRandom(7);
        CausalLm model = CausalLm.open(
                runtime, family.equals("gpt2") ? TinyCheckpoint.gpt2(folder, rng) : TinyCheckpoint.llama(folder, rng));
        model.train(Trained.ALL);
        return model;
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama"})
    void togetherAsAlone(String family) throws IOException {
        CausalLm together = model(family);
        CausalLm alone = model(family);
        CompletionBatch batch = new CompletionBatch(PROMPTS, COMPLETIONS);
        // Prompts of 3, 1 and 5 tokens, filled up to 5; completions of at most 6, their last tokens left out.
        assertEquals(3 * 5 + 6 * 5, batch.columns());
        double[][] found = together.logProbs(batch, 0.7);
        CompletionBatch.Loss loss = (tokens, gradient) -> {
            double sum = 0;
            for (int i = 0; i < tokens.length; i++) {
                for (int t = 0; t < tokens[i].length; t++) {
                    gradient[i][t] = Math.sin(tokens[i].length + 3.0 * t);
                    sum += gradient[i][t] * tokens[i][t];
                }
            }
            return sum;
        };
        double whole = together.accumulateLogProbs(batch, 0.7, loss);
        double sum = 0;
        for (int i = 0; i < PROMPTS.length; i++) {
            CompletionBatch one = new CompletionBatch(new int[][] {PROMPTS[i]}, new int[][] {COMPLETIONS[i]});
            assertArrayEquals(alone.logProbs(one, 0.7)[0], found[i], 1e-5, "completion " + i);
            sum += alone.accumulateLogProbs(one, 0.7, loss);
        }
        assertEquals(sum, whole, 1e-4);
        double greatest = 0;
        for (String name : together.config().tensors().keySet()) {
            float[] expected = alone.gradient(name);
            assertArrayEquals(expected, together.gradient(name), 1e-4f, name);
            for (float g : expected) {
                greatest = Math.max(greatest, Math.abs(g));
            }
        }
        assertTrue(greatest > 0.1, "greatest gradient " + greatest);
    }

    @Test
    void differentPromptsLieInRowsOfTheirOwn() {
        assertEquals(
                3 * 4,
                new CompletionBatch(new int[][] {{1, 2}, {1}, {2, 2}}, new int[][] {{1, 2}, {1}, {2}}).columns());
        assertEquals(
                2 + 2 * 2, new CompletionBatch(new int[][] {{1, 2}, {1, 2}}, new int[][] {{1, 2, 3}, {1}}).columns());
    }
}
