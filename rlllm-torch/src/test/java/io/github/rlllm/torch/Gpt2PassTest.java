package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import io.github.rlllm.torch.CausalLm.Trained;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import io.github.rlllm.torch.checkpoint.ModelConfig.Sizes;
import io.github.rlllm.torch.checkpoint.ModelConfig.Tokens;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The gradients that are written out are those that the engine records, in every layout of texts. */
class Gpt2PassTest {
    private static final double TEMPERATURE = 0.8;
    private static final ModelConfig CONFIG = ModelConfig.gpt2(
            new Sizes(40, 16, 3, 24, 96), 3, new Tokens(OptionalInt.empty(), List.of(1), OptionalInt.empty()));

    private final TorchRuntime runtime = TorchRuntime.start();
    private final SplittableRandom rng = new SplittableRandom(5);

    /** How texts lie in a model's columns. */
    private enum Layout {
        /** Fewer columns than the faster product is used for. */
        FEW(4),
        PADDED(180),
        PACKED(180),
        SHARED(180);

        private final int texts;

        Layout(int texts) {
            this.texts = texts;
        }
    }

    private int[] tokens(int length) {
        return rng.ints(length, 0, 40).toArray();
    }

    private CompletionBatch batch(Layout layout) {
        int n = layout.texts;
        int[][] prompts = new int[n][];
        int[][] completions = new int[n][];
        for (int i = 0; i < n; i++) {
            boolean again = layout == Layout.SHARED && i % 4 != 0;
            prompts[i] = again ? prompts[i - 1] : tokens(1 + rng.nextInt(3));
            completions[i] = tokens(1 + rng.nextInt(layout == Layout.PACKED ? 5 : 13));
        }
        if (layout != Layout.PACKED) {
            return new CompletionBatch(prompts, completions);
        }
        int[][] pairs = IntStream.range(0, n / 2)
                .mapToObj(i -> new int[] {2 * i, 2 * i + 1})
                .toArray(int[][]::new);
        return CompletionBatch.packed(prompts, completions, pairs);
    }

    private DecoderWeights weights() {
        DecoderWeights weights = DecoderWeights.draw(CONFIG, rng);
        for (Parameter p : weights.tensors().values()) {
            float[] numbers = p.copy();
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] += (float) (0.2 * rng.nextDouble() - 0.1); // gains and biases leave 1 and 0
            }
            p.set(numbers);
        }
        float[] head = new float[24];
        for (int i = 0; i < head.length; i++) {
            head[i] = (float) rng.nextDouble() - 0.5f;
        }
        weights.addScore(head);
        weights.train(Trained.ALL);
        return weights;
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void logProbsAndTheirGradients(Layout layout) {
        compare(layout, false);
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void scalarsAndTheirGradients(Layout layout) {
        compare(layout, true);
    }

    private void compare(Layout layout, boolean scalars) {
        CompletionBatch batch = batch(layout);
        TextColumns columns = batch.layout(16, 40);
        Slots slots = batch.slots(columns);
        DecoderWeights weights = weights();
        int n = slots.columns().length;
        float[] slopes = new float[n];
        for (int i = 0; i < n; i++) {
            slopes[i] = (float) rng.nextDouble() - 0.5f;
        }
        float[] outputs;
        List<float[]> recorded = new ArrayList<>();
        try (TorchScope scope = TorchScope.training(runtime)) {
            DecoderForward forward = new DecoderForward(scope, CONFIG, weights.tensors(), null, columns);
            NDArray found = scalars ? forward.scalars(slots) : forward.logProbs(slots, TEMPERATURE);
            outputs = found.toFloatArray();
            scope.backward(found.mul(scope.floats(slopes, n)).sum());
            for (Parameter p : weights.trained()) {
                float[] gradient = new float[p.size()];
                FloatBuffer buffer = forward.gradient(p);
                if (buffer != null) {
                    buffer.get(gradient);
                }
                recorded.add(gradient);
            }
        }
        try (TorchScope scope = TorchScope.inference(runtime);
                Gpt2Pass pass = new Gpt2Pass(
                        scope, CONFIG, weights.tensors(), columns, slots, scalars ? 1 : TEMPERATURE, true)) {
            assertArrayEquals(outputs, scalars ? pass.scalars() : pass.logProbs(), 2e-5f);
            pass.accumulate(slopes);
        }
        for (int i = 0; i < recorded.size(); i++) {
            Parameter p = weights.trained().get(i);
            float[] expected = recorded.get(i);
            float greatest = 0;
            for (float x : expected) {
                greatest = Math.max(greatest, Math.abs(x));
            }
            boolean used = scalars || !p.name.equals(DecoderWeights.SCORE);
            assertEquals(used, greatest > 0, p.name);
            assertArrayEquals(expected, p.gradient(), 2e-5f * Math.max(greatest, 0.1f), p.name);
        }
    }

    @Test
    void nothingStaysInTheEngine() {
        CompletionBatch batch = batch(Layout.SHARED);
        TextColumns columns = batch.layout(16, 40);
        Slots slots = batch.slots(columns);
        DecoderWeights weights = weights();
        int before = runtime.alive();
        for (int i = 0; i < 3; i++) {
            try (TorchScope scope = TorchScope.inference(runtime);
                    Gpt2Pass pass = new Gpt2Pass(scope, CONFIG, weights.tensors(), columns, slots, 1, true)) {
                assertNotNull(pass.logProbs());
                pass.accumulate(new float[slots.columns().length]);
            }
        }
        assertTrue(runtime.alive() <= before + 1, "the module alone may have come: " + runtime.alive());
    }
}
