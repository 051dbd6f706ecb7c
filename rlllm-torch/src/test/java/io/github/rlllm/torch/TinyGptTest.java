package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TinyGptTest {
    private static final GptConfig SMALL = new GptConfig(11, 12, 2, 8, 2);
    private final TorchRuntime runtime = TorchRuntime.start();

    private static int[][] rows(int n, int length, int vocabulary, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        int[][] rows = new int[n][];
        for (int i = 0; i < n; i++) {
            rows[i] = rng.ints(length - i % 3, 0, vocabulary).toArray();
        }
        return rows;
    }

    /** Weights large enough that every part of the network matters. */
    private static GptWeights loud(long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        GptWeights weights = GptWeights.draw(SMALL, rng);
        for (float[] tensor : weights.tensors()) {
            for (int j = 0; j < tensor.length; j++) {
                tensor[j] += (float) (0.3 * rng.nextGaussian());
            }
        }
        return weights;
    }

    private static double meanNll(float[][] outputs, float[][] gradients) {
        int n = 0;
        double sum = 0;
        for (float[] row : outputs) {
            n += row.length;
        }
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

    @Test
    void probabilitiesSumToOneAndPaddingIsNotSeen() {
        TinyGpt gpt = new TinyGpt(runtime, loud(1));
        int[][] batch = rows(5, 9, 11, 2);
        float[][] together = gpt.logProbs(batch);
        float[][][] logits = gpt.logits(batch);
        for (int i = 0; i < batch.length; i++) {
            assertEquals(batch[i].length - 1, together[i].length);
            assertArrayEquals(gpt.logProbs(new int[][] {batch[i]})[0], together[i], 2e-6f);
            double sum = 0;
            for (float logit : logits[i][0]) {
                sum += Math.exp(logit);
            }
            assertEquals(logits[i][0][batch[i][1]] - Math.log(sum), together[i][0], 1e-5);
        }
    }

    @Test
    void gradientsEqualFiniteDifferences() {
        GptWeights weights = loud(3);
        int[][] batch = rows(3, 7, 11, 4);
        TinyGpt gpt = new TinyGpt(runtime, weights);
        gpt.accumulateLogProbs(batch, TinyGptTest::meanNll);
        gpt.accumulateScalars(batch, TinyGptTest::meanSquare);
        float[][] analytic = gpt.gradients();
        SplittableRandom rng = new SplittableRandom(5);
        // The step is small enough that it rarely crosses a kink of a ReLU, and large enough for single precision.
        for (int tensor = 0; tensor < analytic.length; tensor++) {
            int j = rng.nextInt(analytic[tensor].length);
            double up = shifted(weights, tensor, j, 1e-3f, batch);
            double down = shifted(weights, tensor, j, -1e-3f, batch);
            double numeric = (up - down) / 2e-3;
            assertEquals(numeric, analytic[tensor][j], 5e-3 + 0.02 * Math.abs(numeric), "tensor " + tensor);
        }
    }

    private double shifted(GptWeights weights, int tensor, int j, float by, int[][] batch) {
        GptWeights moved = weights.copy();
        moved.tensors()[tensor][j] += by;
        TinyGpt gpt = new TinyGpt(runtime, moved);
        float[][] scratch = zeros(gpt.logProbs(batch));
        float[][] more = zeros(gpt.scalars(batch));
        return meanNll(gpt.logProbs(batch), scratch) + meanSquare(gpt.scalars(batch), more);
    }

    private static float[][] zeros(float[][] like) {
        float[][] zeros = new float[like.length][];
        for (int i = 0; i < like.length; i++) {
            zeros[i] = new float[like[i].length];
        }
        return zeros;
    }

    @Test
    void oneBatchOfEightEqualsEightOfOne() {
        int[][] batch = rows(8, 6, 11, 6);
        TinyGpt whole = new TinyGpt(runtime, loud(7));
        TinyGpt parts = new TinyGpt(runtime, loud(7));
        whole.accumulateScalars(batch, TinyGptTest::meanSquare);
        for (int[] row : batch) {
            parts.accumulateScalars(new int[][] {row}, TinyGptTest::meanSquare);
        }
        for (int i = 0; i < whole.gradients().length; i++) {
            float[] a = whole.gradients()[i];
            float[] b = parts.gradients()[i];
            for (int j = 0; j < a.length; j++) {
                assertEquals(a[j], b[j], 1e-3 + 1e-4 * Math.abs(a[j]), "tensor " + i + " at " + j);
            }
        }
    }

    @Test
    void sameSeedSameBitsAndRestoredEqualsUnbroken() throws IOException {
        int[][] batch = rows(6, 10, 11, 8);
        assertEquals(trained(batch, 20), trained(batch, 20));
        assertNotEquals(trained(batch, 19), trained(batch, 20));
        GptWeights start = GptWeights.draw(SMALL, new SplittableRandom(9));
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        TinyGpt gpt = new TinyGpt(runtime, start);
        AdamW optimiser = new AdamW(AdamW.Config.defaults(), start);
        train(gpt, optimiser, batch, 12);
        gpt.weights().write(new DataOutputStream(file));
        optimiser.write(new DataOutputStream(file));
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(file.toByteArray()));
        GptWeights saved = GptWeights.read(SMALL, in);
        AdamW resumed = new AdamW(AdamW.Config.defaults(), saved);
        resumed.restore(in);
        TinyGpt second = new TinyGpt(runtime, saved);
        train(second, resumed, batch, 8);
        assertEquals(trained(batch, 20), second.weights().sha256());
    }

    private String trained(int[][] batch, int steps) {
        GptWeights start = GptWeights.draw(SMALL, new SplittableRandom(9));
        TinyGpt gpt = new TinyGpt(runtime, start);
        train(gpt, new AdamW(AdamW.Config.defaults(), start), batch, steps);
        return gpt.weights().sha256();
    }

    private static void train(TinyGpt gpt, AdamW optimiser, int[][] batch, int steps) {
        for (int i = 0; i < steps; i++) {
            gpt.accumulateLogProbs(batch, TinyGptTest::meanNll);
            gpt.step(optimiser, 1e-2);
        }
    }

    @Test
    void learnsByHeartAndMemoryStaysFlat() {
        int[][] batch = {{1, 2, 3, 4, 5, 6, 7, 8}, {1, 9, 3, 9, 5, 9, 7, 9}};
        GptWeights start = GptWeights.draw(SMALL, new SplittableRandom(10));
        TinyGpt gpt = new TinyGpt(runtime, start);
        AdamW optimiser = new AdamW(AdamW.Config.defaults(), start);
        double first = gpt.accumulateLogProbs(batch, TinyGptTest::meanNll);
        gpt.step(optimiser, 1e-2);
        int below = runtime.alive();
        double last = 0;
        for (int i = 0; i < 300; i++) {
            last = gpt.accumulateLogProbs(batch, TinyGptTest::meanNll);
            gpt.accumulateScalars(batch, TinyGptTest::meanSquare);
            gpt.step(optimiser, 1e-2);
            gpt.logProbs(batch);
        }
        assertEquals(Math.log(11), first, 0.1);
        // The second token of a row cannot be known: log(2) nats over seven positions.
        assertEquals(Math.log(2) / 7, last, 0.03);
        assertEquals(below, runtime.alive());
    }

    /** The engine's binding lends memory of the JVM to the engine; what the gradient still reads must not be collected. */
    @Test
    void garbageCollectionBetweenForwardAndBackwardChangesNothing() {
        int[][] batch = rows(4, 8, 11, 11);
        List<ByteBuffer> junk = new ArrayList<>();
        TinyGpt calm = new TinyGpt(runtime, loud(12));
        TinyGpt shaken = new TinyGpt(runtime, loud(12));
        calm.accumulateLogProbs(batch, TinyGptTest::meanNll);
        for (int round = 0; round < 3; round++) {
            for (float[] gradient : shaken.gradients()) {
                Arrays.fill(gradient, 0f);
            }
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
            for (int i = 0; i < calm.gradients().length; i++) {
                assertArrayEquals(calm.gradients()[i], shaken.gradients()[i], "tensor " + i);
            }
        }
        assertEquals(6000, junk.size());
    }

    @Test
    void aLossThatIsNotFiniteStops() {
        TinyGpt gpt = new TinyGpt(runtime, loud(1));
        String before = gpt.weights().sha256();
        ArithmeticException loss = assertThrows(
                ArithmeticException.class,
                () -> gpt.accumulateLogProbs(new int[][] {{1, 2}}, (outputs, gradients) -> Double.NaN));
        assertEquals("loss: NaN (expected: a finite number)", loss.getMessage());
        gpt.accumulateLogProbs(new int[][] {{1, 2}}, (outputs, gradients) -> {
            gradients[0][0] = Float.NaN;
            return 0;
        });
        ArithmeticException norm = assertThrows(
                ArithmeticException.class, () -> gpt.step(new AdamW(AdamW.Config.defaults(), gpt.weights()), 1e-3));
        assertEquals("gradient norm at step 1: NaN (expected: a finite number)", norm.getMessage());
        assertEquals(before, gpt.weights().sha256());
    }

    @Test
    void badRowsAreNamedAtTheDoor() {
        TinyGpt gpt = new TinyGpt(runtime, loud(1));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> gpt.logProbs(new int[][] {{1, 11}}))
                .getMessage()
                .startsWith("token 1 of row 0: 11 (expected: 0 to 10)"));
        assertEquals(
                "length of row 0: 13 (expected: 2 to 12)",
                assertThrows(IllegalArgumentException.class, () -> gpt.logProbs(new int[][] {new int[13]}))
                        .getMessage());
    }
}
