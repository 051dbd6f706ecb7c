package io.github.rlllm.engine.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MlpTest {
    private static Kernels kernels(String name) {
        return name.equals("scalar") ? Kernels.scalar() : Kernels.fastest();
    }

    private static float[][] inputs(RandomGenerator rng, int rows, int width, double zeros) {
        float[][] x = new float[rows][width];
        for (float[] row : x) {
            for (int j = 0; j < width; j++) {
                row[j] = rng.nextDouble() < zeros ? 0f : (float) rng.nextGaussian();
            }
        }
        return x;
    }

    @Test
    void computesByHand() {
        Mlp net = new Mlp(Kernels.scalar(), Mlp.Activation.RELU, 2, 2, 1);
        net.setParameters(new float[] {1, 2, -3, 4, 0.5f, 1, 10, 100, 7});
        // h = relu(1*3 + 2*1 + .5, -3*3 + 4*1 + 1) = (5.5, 0); y = 10*5.5 + 7
        assertArrayEquals(new float[] {62f}, net.forward(new float[] {3, 1}));
    }

    @Test
    void parametersAreOutputMajorAndComeBack() {
        Mlp net = new Mlp(Kernels.scalar(), Mlp.Activation.TANH, 3, 20, 2);
        float[] flat = new float[net.parameterCount()];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = i;
        }
        net.setParameters(flat);
        assertEquals(3 * 20 + 20 + 20 * 2 + 2, flat.length);
        assertArrayEquals(flat, net.parameters());
        assertArrayEquals(flat, net.copy().parameters());
    }

    @Test
    void polyakMovesByTau() {
        Mlp a = new Mlp(Kernels.scalar(), Mlp.Activation.TANH, 1, 1);
        Mlp b = new Mlp(Kernels.scalar(), Mlp.Activation.TANH, 1, 1);
        a.setParameters(new float[] {1, 2});
        b.setParameters(new float[] {5, 10});
        a.polyak(b, 0.25);
        assertArrayEquals(new float[] {2, 4}, a.parameters());
        a.copyFrom(b);
        assertArrayEquals(new float[] {5, 10}, a.parameters());
    }

    @Test
    void uniformParametersFillTheirRangeAndNoMore() {
        Mlp net = Mlp.uniform(Kernels.scalar(), new SplittableRandom(5), Mlp.Activation.RELU, 25, 100, 4);
        float[] all = net.parameters();
        float[] first = Arrays.copyOfRange(all, 0, 26 * 100);
        float[] last = Arrays.copyOfRange(all, 26 * 100, all.length);
        assertEquals(101 * 4, last.length);
        uniform(first, 0.2);
        uniform(last, 0.1);
    }

    /** A mean near 0 and a variance near bound^2 / 3, within five standard errors. */
    private static void uniform(float[] values, double bound) {
        double sum = 0;
        double squares = 0;
        for (float value : values) {
            assertTrue(Math.abs(value) <= bound, value + " is outside " + bound);
            sum += value;
            squares += (double) value * value;
        }
        double n = values.length;
        assertEquals(0, sum / n, 5 * bound / Math.sqrt(3 * n));
        assertEquals(bound * bound / 3, squares / n, 5 * bound * bound * Math.sqrt(4 / 45.0 / n));
    }

    @ParameterizedTest
    @CsvSource({"scalar, 0", "scalar, .97", "scalar, .5", "fastest, 0", "fastest, .97", "fastest, .5"})
    void oneByOneEqualsBatch(String kind, double zeros) {
        SplittableRandom rng = new SplittableRandom(3);
        Mlp net = Mlp.orthogonal(kernels(kind), rng, Mlp.Activation.TANH, Math.sqrt(2), 1, 50, 64, 37, 3);
        float[][] x = inputs(rng, 11, 50, zeros);
        float[][] y = new MlpBatch(net, 16).forward(x, 11);
        for (int i = 0; i < 11; i++) {
            float[] single = net.forward(x[i]);
            assertEquals(3, single.length);
            for (int o = 0; o < 3; o++) {
                assertEquals(single[o], y[i][o], 2e-6);
            }
        }
    }

    /** Central differences of L = sum of c_io y_io, in double steps that float arithmetic still resolves. */
    @ParameterizedTest
    @CsvSource({
        "scalar, TANH, 5, 0",
        "scalar, RELU, 5, 0",
        "scalar, TANH, 40, .9",
        "fastest, TANH, 5, 0",
        "fastest, RELU, 5, 0",
        "fastest, TANH, 40, .9"
    })
    void gradientMatchesFiniteDifferences(String kind, Mlp.Activation hidden, int width, double zeros) {
        gradientMatchesFiniteDifferences(kernels(kind), hidden, 11, zeros, width, 19, 17, 2);
    }

    @Property(tries = 40)
    void gradientOfAnyShapeMatchesFiniteDifferences(
            @ForAll long seed,
            @ForAll boolean scalar,
            @ForAll @IntRange(min = 1, max = 40) int inputs,
            @ForAll @IntRange(min = 1, max = 36) int width) {
        Kernels kernels = scalar ? Kernels.scalar() : Kernels.fastest();
        gradientMatchesFiniteDifferences(kernels, Mlp.Activation.TANH, seed, 0.3, inputs, width, 2);
    }

    private static void gradientMatchesFiniteDifferences(
            Kernels kernels, Mlp.Activation hidden, long seed, double zeros, int... sizes) {
        SplittableRandom rng = new SplittableRandom(seed);
        int width = sizes[0];
        Mlp net = Mlp.orthogonal(kernels, rng, hidden, 1, 1, sizes);
        float[][] x = inputs(rng, 7, width, zeros);
        float[][] c = inputs(rng, 7, 2, 0);
        MlpBatch batch = new MlpBatch(net, 7);
        batch.forward(x, 7);
        for (int i = 0; i < 7; i++) {
            System.arraycopy(c[i], 0, batch.outputGradient()[i], 0, 2);
        }
        batch.backward();
        float[] gradient = net.gradient();
        float[] p = net.parameters();
        float step = 4e-3f;
        int kinks = 0; // where a step of ReLU crosses zero the difference is no derivative
        for (int k = 0; k < p.length; k += 3) {
            float kept = p[k];
            double[] losses = new double[2];
            for (int side = 0; side < 2; side++) {
                p[k] = kept + (side == 0 ? step : -step);
                net.setParameters(p);
                float[][] y = batch.forward(x, 7);
                for (int i = 0; i < 7; i++) {
                    losses[side] += c[i][0] * (double) y[i][0] + c[i][1] * (double) y[i][1];
                }
            }
            p[k] = kept;
            double numeric = (losses[0] - losses[1]) / (2 * step);
            boolean near = Math.abs(numeric - gradient[k]) <= 4e-3 * (1 + Math.abs(numeric));
            kinks += near ? 0 : 1;
            assertTrue(near || hidden == Mlp.Activation.RELU, "parameter " + k + ": " + numeric + ", " + gradient[k]);
        }
        assertTrue(kinks <= p.length / 3 / 20, kinks + " of " + p.length / 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "fastest"})
    void eightBatchesOfOneAddUpToOneOfEight(String kind) {
        SplittableRandom rng = new SplittableRandom(5);
        Mlp net = Mlp.orthogonal(kernels(kind), rng, Mlp.Activation.TANH, 1, 1, 6, 32, 32, 4);
        float[][] x = inputs(rng, 8, 6, 0);
        float[][] c = inputs(rng, 8, 4, 0);
        MlpBatch batch = new MlpBatch(net, 8);
        batch.forward(x, 8);
        for (int i = 0; i < 8; i++) {
            System.arraycopy(c[i], 0, batch.outputGradient()[i], 0, 4);
        }
        batch.backward();
        float[] whole = net.gradient();
        net.zeroGradient();
        for (int i = 0; i < 8; i++) {
            batch.forward(new float[][] {x[i]}, 1);
            System.arraycopy(c[i], 0, batch.outputGradient()[0], 0, 4);
            batch.backward();
        }
        float[] parts = net.gradient();
        for (int k = 0; k < whole.length; k++) {
            assertEquals(whole[k], parts[k], 1e-5, "parameter " + k);
        }
    }

    @Test
    void saysWhatIsWrong() {
        Mlp net = new Mlp(Kernels.scalar(), Mlp.Activation.TANH, 3, 4, 2);
        assertEquals(
                "sizes: [3, 0] (expected: at least 2 numbers, each >= 1)",
                assertThrows(IllegalArgumentException.class, () -> new Mlp(Kernels.scalar(), Mlp.Activation.TANH, 3, 0))
                        .getMessage());
        assertEquals(
                "x: length 2 (expected: 3)",
                assertThrows(IllegalArgumentException.class, () -> net.forward(new float[2]))
                        .getMessage());
        assertEquals(
                "parameters: length 1 (expected: 26)",
                assertThrows(IllegalArgumentException.class, () -> net.setParameters(new float[1]))
                        .getMessage());
        assertThrows(IllegalStateException.class, () -> new MlpBatch(net, 2).backward());
        assertEquals(
                "count: 3 (expected: from 1 to 2)",
                assertThrows(IllegalArgumentException.class, () -> new MlpBatch(net, 2).forward(new float[3][3], 3))
                        .getMessage());
    }

    @Test
    void knowsWhetherItIsFinite() {
        Mlp net = new Mlp(Kernels.scalar(), Mlp.Activation.TANH, 1, 1);
        net.setParameters(new float[] {Float.MAX_VALUE, -Float.MAX_VALUE});
        assertTrue(net.finite());
        net.setParameters(new float[] {1, Float.NaN});
        assertFalse(net.finite());
        net.setParameters(new float[] {Float.NEGATIVE_INFINITY, 0});
        assertFalse(net.finite());
    }
}
