package io.github.rlllm.engine.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LinearMapTest {
    private static final List<Kernels> BOTH = List.of(Kernels.scalar(), Kernels.fastest());

    private static LinearMap map(Kernels kernels, float[] weight, int in, int out, boolean byInput, float[] bias) {
        return new LinearMap(kernels, FloatBuffer.wrap(weight), in, out, byInput, bias);
    }

    private static float[] draw(SplittableRandom rng, int n) {
        float[] numbers = new float[n];
        for (int i = 0; i < n; i++) {
            numbers[i] = (float) rng.nextGaussian();
        }
        return numbers;
    }

    private static float[][] draw(SplittableRandom rng, int m, int n) {
        float[][] rows = new float[m][];
        for (int i = 0; i < m; i++) {
            rows[i] = draw(rng, n);
        }
        return rows;
    }

    @Property(tries = 100)
    void itIsTheProductInBothOrdersOfTheWeight(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 11) int m,
            @ForAll @IntRange(min = 1, max = 90) int in,
            @ForAll @IntRange(min = 1, max = 150) int out) {
        SplittableRandom rng = new SplittableRandom(seed);
        float[] byInput = draw(rng, in * out);
        float[] byOutput = new float[in * out];
        for (int k = 0; k < in; k++) {
            for (int o = 0; o < out; o++) {
                byOutput[o * in + k] = byInput[k * out + o];
            }
        }
        float[] bias = draw(rng, out);
        float[][] x = draw(rng, m, in);
        float[][] before = draw(rng, m, LinearMap.width(out));
        for (Kernels kernels : BOTH) {
            LinearMap map = map(kernels, byInput, in, out, true, bias);
            float[][] y = draw(rng, m, LinearMap.width(out));
            map.apply(x, m, y);
            float[][] same = new float[m][LinearMap.width(out)];
            map(kernels, byOutput, in, out, false, bias).apply(x, m, same);
            float[][] sum = draw(new SplittableRandom(0), m, LinearMap.width(out));
            for (int i = 0; i < m; i++) {
                sum[i] = before[i].clone();
            }
            map.add(x, m, sum);
            for (int i = 0; i < m; i++) {
                assertArrayEquals(same[i], y[i], "row " + i);
                for (int o = 0; o < out; o++) {
                    double expected = bias[o];
                    for (int k = 0; k < in; k++) {
                        expected += (double) x[i][k] * byInput[k * out + o];
                    }
                    assertEquals(expected, y[i][o], Kernels.TOLERANCE * (1 + in), kernels.name());
                    assertEquals(expected + before[i][o], sum[i][o], Kernels.TOLERANCE * (2 + in), kernels.name());
                }
                for (int o = out; o < LinearMap.width(out); o++) {
                    assertEquals(0f, y[i][o]);
                }
            }
        }
    }

    @Property(tries = 40)
    void aRowIsTheSameBitsAloneAndAmongOthers(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 13) int m,
            @ForAll @IntRange(min = 1, max = 200) int in,
            @ForAll @IntRange(min = 1, max = 150) int out) {
        SplittableRandom rng = new SplittableRandom(seed);
        float[] weight = draw(rng, in * out);
        float[][] x = draw(rng, m, in);
        for (Kernels kernels : BOTH) {
            LinearMap map = map(kernels, weight, in, out, true, null);
            float[][] all = new float[m][LinearMap.width(out)];
            map.apply(x, m, all);
            for (int i = 0; i < m; i++) {
                float[][] one = new float[1][LinearMap.width(out)];
                map.apply(new float[][] {x[i]}, 1, one);
                assertArrayEquals(one[0], all[i], kernels.name());
            }
        }
    }

    @Test
    void literalNumbers() {
        for (Kernels kernels : BOTH) {
            LinearMap map = map(kernels, new float[] {1, 2, 3, 4, 5, 6}, 2, 3, true, new float[] {1, 0, -1});
            float[][] y = new float[1][64];
            map.apply(new float[][] {{10, 1}}, 1, y);
            assertArrayEquals(new float[] {15, 25, 35, 0}, java.util.Arrays.copyOf(y[0], 4));
            map.add(new float[][] {{0, 1}}, 1, y);
            assertArrayEquals(new float[] {20, 30, 40, 0}, java.util.Arrays.copyOf(y[0], 4));
        }
    }

    @Test
    void lengthsThatDoNotFitAreNamed() {
        assertEquals(
                "weight: 5 numbers (expected: in 2 times out 3, each at least 1)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> map(Kernels.scalar(), new float[5], 2, 3, true, null))
                        .getMessage());
        assertEquals(
                "bias: 2 numbers (expected: 3)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> map(Kernels.scalar(), new float[6], 2, 3, true, new float[2]))
                        .getMessage());
    }
}
