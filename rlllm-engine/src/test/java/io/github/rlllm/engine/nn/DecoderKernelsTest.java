package io.github.rlllm.engine.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What a decoder needs beside its maps, on both kinds of kernel, against double precision. */
class DecoderKernelsTest {
    private static final List<Kernels> BOTH = List.of(Kernels.scalar(), Kernels.fastest());

    private static float[] padded(float... numbers) {
        return Arrays.copyOf(numbers, Kernels.padded(numbers.length));
    }

    private static float[] draw(SplittableRandom rng, int n, double scale, double shift) {
        float[] numbers = new float[Kernels.padded(n)];
        for (int i = 0; i < n; i++) {
            numbers[i] = (float) (shift + scale * rng.nextGaussian());
        }
        return numbers;
    }

    @Test
    void exponentialsAreThoseOfDoublePrecisionWithin3e7() {
        for (Kernels kernels : BOTH) {
            int n = 16 * 6000;
            float[] x = new float[n];
            for (int j = 0; j < n; j++) {
                x[j] = 3f - 87f * j / n;
            }
            float[] e = x.clone();
            double sum = kernels.exponentials(e, n, 1f, 3f);
            double expected = 0;
            for (int j = 0; j < n; j++) {
                double exact = Math.exp((double) (x[j] - 3f));
                expected += exact;
                assertEquals(1, e[j] / exact, 3e-7, kernels.name() + " at " + (x[j] - 3f));
            }
            assertEquals(1, sum / expected, 1e-6);
        }
    }

    @Test
    void literalNumbers() {
        for (Kernels kernels : BOTH) {
            float[] e = padded(0, -1, -200, Float.NEGATIVE_INFINITY);
            Arrays.fill(e, 4, 16, Float.NEGATIVE_INFINITY);
            assertEquals(0f, kernels.greatest(e, 4));
            assertEquals(1.1353352832, kernels.exponentials(e, 4, 2f, 0f), 1e-7);
            assertArrayEquals(new float[] {1f, 0.13533528f, 0f, 0f}, Arrays.copyOf(e, 4), 1e-7f);

            float[] x = padded(-2, -1, 0, 1, 2, 20, -20);
            kernels.gelu(x, 7);
            assertArrayEquals(padded(-0.045402f, -0.158808f, 0, 0.841192f, 1.954598f, 20, 0), x, 2e-6f);
            x = padded(-2, -1, 0, 1, 2, 40, -40);
            kernels.silu(x, 7);
            assertArrayEquals(padded(-0.238406f, -0.268941f, 0, 0.731059f, 1.761594f, 40, 0), x, 2e-6f);
            x = padded(1, 2, 3);
            kernels.times(x, padded(4, 5, -6), 3);
            assertArrayEquals(padded(4, 10, -18), x);

            float[] y = new float[16];
            kernels.layerNorm(padded(1, 2, 3, 4), 4, padded(1, 1, 1, 2), padded(0, 0, 0, 1), 1e-9, y);
            assertArrayEquals(padded(-1.3416408f, -0.4472136f, 0.4472136f, 3.6832816f), y, 1e-6f);
            kernels.rmsNorm(padded(1, -2, 3, -4), 4, padded(1, 1, 1, 2), 1e-9, y);
            assertArrayEquals(padded(0.36514837f, -0.73029674f, 1.0954452f, -2.9211870f), y, 1e-6f);
        }
    }

    @Test
    void notANumberWins() {
        for (Kernels kernels : BOTH) {
            float[] x = new float[32];
            x[21] = Float.NaN;
            assertTrue(Float.isNaN(kernels.greatest(x, 32)), kernels.name());
        }
    }

    @Property(tries = 100)
    void normsAreThoseOfDoublePrecision(@ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int n) {
        SplittableRandom rng = new SplittableRandom(seed);
        float[] x = draw(rng, n, 2, 3);
        float[] gain = draw(rng, n, 1, 1);
        float[] bias = draw(rng, n, 1, 0);
        double mean = 0;
        double square = 0;
        for (int j = 0; j < n; j++) {
            mean += x[j] / (double) n;
            square += (double) x[j] * x[j] / n;
        }
        double variance = 0;
        for (int j = 0; j < n; j++) {
            variance += (x[j] - mean) * (x[j] - mean) / n;
        }
        for (Kernels kernels : BOTH) {
            float[] y = new float[x.length];
            kernels.layerNorm(x, n, gain, bias, 1e-5, y);
            float[] z = x.clone();
            kernels.rmsNorm(z, n, gain, 1e-5, z);
            for (int j = 0; j < x.length; j++) {
                double normed = (x[j] - mean) / Math.sqrt(variance + 1e-5) * gain[j] + bias[j];
                assertEquals(j < n ? normed : 0, y[j], 2e-4, kernels.name());
                assertEquals(x[j] / Math.sqrt(square + 1e-5) * gain[j], z[j], 2e-6, kernels.name());
            }
        }
    }

    @Property(tries = 60)
    void theKindsAgree(@ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int n) {
        float[] x = draw(new SplittableRandom(seed), n, 3, 0);
        float[][] results = new float[6][];
        for (int kind = 0; kind < 2; kind++) {
            float[] gelu = x.clone();
            BOTH.get(kind).gelu(gelu, n);
            float[] silu = x.clone();
            BOTH.get(kind).silu(silu, n);
            float[] weights = x.clone();
            Arrays.fill(weights, n, weights.length, Float.NEGATIVE_INFINITY);
            float greatest = BOTH.get(kind).greatest(weights, n);
            BOTH.get(kind).exponentials(weights, n, .5f, greatest);
            results[3 * kind] = gelu;
            results[3 * kind + 1] = silu;
            results[3 * kind + 2] = Arrays.copyOf(weights, n);
        }
        for (int r = 0; r < 3; r++) {
            assertArrayEquals(results[r], results[3 + r], 5e-6f, "result " + r);
        }
    }
}
