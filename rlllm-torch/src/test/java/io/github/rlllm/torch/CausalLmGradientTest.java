package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.torch.CausalLm.Trained;
import io.github.rlllm.torch.checkpoint.CheckpointWriter;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import io.github.rlllm.torch.checkpoint.ModelConfig.Sizes;
import io.github.rlllm.torch.checkpoint.ModelConfig.Tokens;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What networks compute, their gradients, and that these come to something. */
class CausalLmGradientTest {
    private static final String SCORE = "score.weight";
    private static final float[] HEAD = {0.3f, -0.2f, 0.5f, 0.1f, -0.4f, 0.2f, 0.6f, -0.1f};

    private final TorchRuntime runtime = TorchRuntime.start();

    @TempDir
    private Path folder;

    private static int[][] rows(int n, int length, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        int[][] rows = new int[n][];
        for (int i = 0; i < n; i++) {
            rows[i] = rng.ints(length - i % 3, 0, 11).toArray();
        }
        return rows;
    }

    private CausalLm open(String family, long seed) throws IOException {
        CausalLm model = CausalLm.open(runtime, TinyCheckpoint.of(family, folder, new SplittableRandom(seed)));
        model.addScore(HEAD);
        model.train(Trained.ALL);
        return model;
    }

    private CausalLm draw(long seed) {
        ModelConfig config = ModelConfig.gpt2(
                new Sizes(11, 12, 2, 8, 32), 2, new Tokens(OptionalInt.empty(), List.of(), OptionalInt.empty()));
        CausalLm model = CausalLm.draw(runtime, config, new SplittableRandom(seed));
        model.addScore(new float[8]);
        model.train(Trained.ALL);
        return model;
    }

    /** The accumulated gradients of all tensors. */
    private static Map<String, float[]> gradients(CausalLm model) {
        Map<String, float[]> gradients = new LinkedHashMap<>();
        model.config().tensors().forEach((name, shape) -> gradients.put(name, model.gradient(name)));
        gradients.put(SCORE, model.gradient(SCORE));
        return gradients;
    }

    private static double meanNll(float[][] outputs, float[][] gradients) {
        int n = Arrays.stream(outputs).mapToInt(row -> row.length).sum();
        double sum = 0;
        for (int i = 0; i < outputs.length; i++) {
            for (int j = 0; j < outputs[i].length; j++) {
                sum -= outputs[i][j];
                gradients[i][j] = -1f / n;
            }
        }
        return sum / n;
    }

    private static double meanSquare(float[][] outputs, float[][] gradients) {
        double sum = 0;
        for (int i = 0; i < outputs.length; i++) {
            for (int j = 0; j < outputs[i].length; j++) {
                sum += 0.5 * outputs[i][j] * outputs[i][j];
                gradients[i][j] = outputs[i][j];
            }
        }
        return sum;
    }

    private static float[][] zeros(float[][] like) {
        return Arrays.stream(like).map(row -> new float[row.length]).toArray(float[][]::new);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "qwen2", "qwen3", "gemma3"})
    void probabilitiesSumToOneAndPaddingIsNotSeen(String family) throws IOException {
        CausalLm model = open(family, 1);
        int[][] batch = rows(3, 9, 2);
        float[][] together = model.logProbs(batch, Padding.RIGHT);
        for (int i = 0; i < batch.length; i++) {
            int[][] one = {batch[i]};
            assertArrayEquals(model.logProbs(one, Padding.RIGHT)[0], together[i], 1e-5f);
            assertArrayEquals(model.scalars(one, Padding.RIGHT)[0], model.scalars(batch, Padding.RIGHT)[i], 1e-4f);
            float[][][] logits = model.logits(one, Padding.RIGHT);
            double sum = 0;
            for (float logit : logits[0][0]) {
                sum += Math.exp(logit);
            }
            assertEquals(logits[0][0][batch[i][1]] - Math.log(sum), together[i][0], 1e-5);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "qwen2", "qwen3", "gemma3"})
    void gradientsEqualFiniteDifferences(String family) throws IOException {
        CausalLm model = open(family, 3);
        int[][] batch = rows(3, 7, 4);
        model.accumulateLogProbs(batch, CausalLmGradientTest::meanNll);
        model.accumulateScalars(batch, CausalLmGradientTest::meanSquare);
        SplittableRandom rng = new SplittableRandom(5);
        for (Map.Entry<String, float[]> tensor : gradients(model).entrySet()) {
            int j = rng.nextInt(tensor.getValue().length);
            double up = shifted(model, tensor.getKey(), j, 2e-3f, batch);
            double down = shifted(model, tensor.getKey(), j, -2e-3f, batch);
            double numeric = (up - down) / 4e-3;
            assertEquals(numeric, tensor.getValue()[j], 5e-3 + 0.02 * Math.abs(numeric), tensor.getKey());
        }
    }

    /** The loss where one number of a tensor is another. */
    private double shifted(CausalLm model, String tensor, int j, float by, int[][] batch) throws IOException {
        Map<String, float[]> values = new LinkedHashMap<>();
        model.config().tensors().keySet().forEach(name -> values.put(name, model.weight(name)));
        values.put(SCORE, model.weight(SCORE));
        values.get(tensor)[j] += by;
        try (CheckpointWriter writer = new CheckpointWriter(folder.resolve("model.safetensors"))) {
            model.config().tensors().forEach(writer::add);
            for (String name : model.config().tensors().keySet()) {
                writer.write(values.get(name));
            }
        }
        CausalLm moved = CausalLm.open(runtime, folder);
        moved.addScore(values.get(SCORE));
        float[][] logProbs = moved.logProbs(batch, Padding.RIGHT);
        float[][] scalars = moved.scalars(batch, Padding.RIGHT);
        return meanNll(logProbs, zeros(logProbs)) + meanSquare(scalars, zeros(scalars));
    }

    @Test
    void oneBatchOfEightEqualsEightOfOne() throws IOException {
        int[][] batch = rows(8, 6, 6);
        CausalLm whole = open("gpt2", 7);
        CausalLm parts = whole.copy();
        parts.train(Trained.ALL);
        whole.accumulateScalars(batch, CausalLmGradientTest::meanSquare);
        for (int[] row : batch) {
            parts.accumulateScalars(new int[][] {row}, CausalLmGradientTest::meanSquare);
        }
        Map<String, float[]> sums = gradients(parts);
        gradients(whole).forEach((name, a) -> {
            float[] b = sums.get(name);
            for (int j = 0; j < a.length; j++) {
                assertEquals(a[j], b[j], 1e-3 + 1e-4 * Math.abs(a[j]), name + " at " + j);
            }
        });
    }

    @Test
    void learnsByHeartAndMemoryStaysFlat() {
        int[][] batch = {{1, 2, 3, 4, 5, 6, 7, 8}, {1, 9, 3, 9, 5, 9, 7, 9}};
        CausalLm model = draw(10);
        AdamW optimiser = model.optimiser(AdamW.Config.defaults());
        double first = model.accumulateLogProbs(batch, CausalLmGradientTest::meanNll);
        model.step(optimiser, 1e-2);
        int below = runtime.alive();
        double last = 0;
        for (int i = 0; i < 300; i++) {
            last = model.accumulateLogProbs(batch, CausalLmGradientTest::meanNll);
            model.accumulateScalars(batch, CausalLmGradientTest::meanSquare);
            model.step(optimiser, 1e-2);
            model.logProbs(batch, Padding.RIGHT);
        }
        assertEquals(Math.log(11), first, 0.1);
        // The second token of a row cannot be known: log(2) nats over seven positions.
        assertEquals(Math.log(2) / 7, last, 0.03);
        assertEquals(below, runtime.alive());
    }

    /** The engine's binding lends memory of the JVM to the engine; what the gradient still reads must not be collected. */
    @Test
    void garbageCollectionBetweenForwardAndBackwardChangesNothing() throws IOException {
        int[][] batch = rows(4, 8, 11);
        List<ByteBuffer> junk = new ArrayList<>();
        CausalLm calm = open("gpt2", 12);
        calm.accumulateLogProbs(batch, CausalLmGradientTest::meanNll);
        for (int round = 0; round < 3; round++) {
            CausalLm shaken = calm.copy();
            shaken.train(Trained.ALL);
            shaken.accumulateLogProbs(batch, (outputs, gradients) -> {
                System.gc();
                for (int i = 0; i < 2000; i++) {
                    ByteBuffer bytes = ByteBuffer.allocateDirect(4 + i % 64).order(ByteOrder.nativeOrder());
                    while (bytes.remaining() >= 4) {
                        bytes.putFloat(1e9f);
                    }
                    junk.add(bytes);
                }
                return meanNll(outputs, gradients);
            });
            Map<String, float[]> found = gradients(shaken);
            gradients(calm).forEach((name, gradient) -> assertArrayEquals(gradient, found.get(name), name));
        }
        assertEquals(6000, junk.size());
    }

    @Test
    void aLossThatIsNotFiniteStops() {
        CausalLm model = draw(1);
        byte[] before = model.save();
        ArithmeticException loss = assertThrows(
                ArithmeticException.class,
                () -> model.accumulateLogProbs(new int[][] {{1, 2}}, (outputs, gradients) -> Double.NaN));
        assertEquals("loss: NaN (expected: a finite number)", loss.getMessage());
        model.accumulateLogProbs(new int[][] {{1, 2}}, (outputs, gradients) -> {
            gradients[0][0] = Float.NaN;
            return 0;
        });
        AdamW optimiser = model.optimiser(AdamW.Config.defaults());
        ArithmeticException norm = assertThrows(ArithmeticException.class, () -> model.step(optimiser, 1e-3));
        assertEquals("gradient norm at step 1: NaN (expected: a finite number)", norm.getMessage());
        assertArrayEquals(before, model.save());
    }

    @Test
    void badRowsAreNamedAtTheDoor() {
        CausalLm model = draw(1);
        String token = assertThrows(
                        IllegalArgumentException.class, () -> model.logProbs(new int[][] {{1, 11}}, Padding.RIGHT))
                .getMessage();
        assertTrue(token.startsWith("token 1 of row 0: 11 (expected: 0 to 10)"), token);
        assertEquals(
                "length of row 0: 13 (expected: 2 to 12)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> model.logProbs(new int[][] {new int[13]}, Padding.RIGHT))
                        .getMessage());
    }
}
