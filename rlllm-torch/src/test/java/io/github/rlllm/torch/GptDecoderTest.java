package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GptDecoderTest {
    private static GptWeights weights() {
        SplittableRandom rng = new SplittableRandom(1);
        GptWeights weights = GptWeights.draw(new GptConfig(30, 24, 2, 16, 4), rng);
        for (float[] tensor : weights.tensors()) {
            for (int j = 0; j < tensor.length; j++) {
                tensor[j] += (float) (0.2 * rng.nextGaussian());
            }
        }
        return weights;
    }

    @Test
    void logProbabilitiesAreThoseOfTheEngine() {
        GptWeights weights = weights();
        GptDecoder decoder = new GptDecoder(weights);
        TinyGpt gpt = new TinyGpt(TorchRuntime.start(), weights);
        SplittableRandom rng = new SplittableRandom(2);
        for (int i = 0; i < 20; i++) {
            int[] prompt = rng.ints(3 + i % 5, 5, 30).toArray();
            GptDecoder.Sample sample = decoder.sample(prompt, 16, Vocabulary.END, 1, rng);
            int[] row = new int[prompt.length + sample.tokens().length];
            System.arraycopy(prompt, 0, row, 0, prompt.length);
            System.arraycopy(sample.tokens(), 0, row, prompt.length, sample.tokens().length);
            float[] engine = gpt.logProbs(new int[][] {row})[0];
            float[] tail = java.util.Arrays.copyOfRange(engine, prompt.length - 1, engine.length);
            assertArrayEquals(tail, sample.logProbs(), 1e-4f);
        }
    }

    @Test
    void frequenciesFollowTheProbabilitiesAtATemperature() {
        GptWeights weights = weights();
        GptDecoder decoder = new GptDecoder(weights);
        float[] logits = new TinyGpt(TorchRuntime.start(), weights).logits(new int[][] {{7, 9}})[0][1];
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit / 2);
        }
        int[] counts = new int[30];
        SplittableRandom rng = new SplittableRandom(3);
        for (int i = 0; i < 20_000; i++) {
            counts[decoder.sample(new int[] {7, 9}, 1, Vocabulary.END, 2, rng).tokens()[0]]++;
        }
        for (int v = 0; v < counts.length; v++) {
            double p = Math.exp(logits[v] / 2) / sum;
            assertEquals(p, counts[v] / 20_000.0, 4 * Math.sqrt(p * (1 - p) / 20_000) + 1e-4, "token " + v);
        }
    }

    @Test
    void whatDoesNotFitIsNamed() {
        GptDecoder decoder = new GptDecoder(weights());
        assertEquals(
                "prompt, longest: 20, 16 tokens (expected: each >= 1, together at most 25)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> decoder.sample(new int[20], 16, 3, 1, new SplittableRandom(1)))
                        .getMessage());
    }
}
