package io.github.rlllm.engine.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class KernelsTest {
    private static float[][] rows(RandomGenerator rng, int m, int width) {
        float[][] rows = new float[m][Kernels.padded(width)];
        for (float[] row : rows) {
            for (int j = 0; j < width; j++) {
                row[j] = (float) rng.nextGaussian();
            }
        }
        return rows;
    }

    /** Every kernel on the same random operands; the results in a fixed order. */
    private static List<float[]> everything(Kernels kernels, long seed, int m, int depth, int width) {
        SplittableRandom rng = new SplittableRandom(seed);
        int n = Kernels.padded(width);
        float[][] a = rows(rng, m, depth);
        float[][] b = rows(rng, depth, width);
        float[][] d = rows(rng, m, width);
        float[] bias = rows(rng, 1, width)[0];
        List<float[]> results = new ArrayList<>();
        for (Mlp.Activation f : new Mlp.Activation[] {null, Mlp.Activation.TANH, Mlp.Activation.RELU}) {
            float[][] c = new float[m][n];
            kernels.multiply(a, m, depth, b, n, bias, f, c);
            results.addAll(List.of(c));
            if (f != null) {
                float[][] e = rows(new SplittableRandom(seed + 1), m, width);
                kernels.activationGradient(f, c, e, m, n);
                results.addAll(List.of(e));
            }
        }
        float[][] product = new float[m][n];
        kernels.multiply(a, m, depth, b, n, null, null, product);
        results.addAll(List.of(product));
        float[][] g = rows(rng, depth, width);
        kernels.addOuter(a, m, depth, d, n, g);
        results.addAll(List.of(g));
        float[] columns = new float[n];
        kernels.addColumns(d, m, n, columns);
        results.add(columns);
        float[][] y = new float[m][depth];
        kernels.dots(d, m, n, b, depth, new float[depth], y);
        results.addAll(List.of(y));
        int[] index = new int[depth];
        int count = 0;
        for (int k = 0; k < depth; k += 2) {
            index[count++] = k;
        }
        float[] sparse = new float[n];
        kernels.multiplySparse(a[0], index, count, b, n, bias, Mlp.Activation.TANH, sparse);
        results.add(sparse);
        float[][] h = rows(rng, depth, width);
        kernels.addOuterSparse(a[0], index, count, d[0], n, h);
        results.addAll(List.of(h));
        results.add(new float[] {(float) kernels.sumOfSquares(d[0])});
        float[][] moments = new float[2][n];
        float[] p = bias.clone();
        for (int t = 1; t <= 3; t++) {
            float[] gradient = rows(rng, 1, width)[0];
            kernels.adam(
                    p,
                    gradient,
                    moments[0],
                    moments[1],
                    new Kernels.AdamStep(0.9f, 0.99f, 1e-5f, 0.01f, 1.5f, 0.5f, 0.999f));
            assertArrayEquals(new float[n], gradient);
        }
        results.add(p);
        results.addAll(List.of(moments));
        return results;
    }

    @Property(tries = 60)
    void vectorAgreesWithScalar(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 13) int m,
            @ForAll @IntRange(min = 1, max = 70) int depth,
            @ForAll @IntRange(min = 1, max = 150) int width) {
        List<float[]> scalar = everything(Kernels.scalar(), seed, m, depth, width);
        List<float[]> vector = everything(Kernels.fastest(), seed, m, depth, width);
        // the terms are products of normal numbers: their absolute sum grows with the longest loop
        double tolerance = Kernels.TOLERANCE * (1 + Math.max(m, Math.max(depth, width)));
        for (int r = 0; r < scalar.size(); r++) {
            assertArrayEquals(scalar.get(r), vector.get(r), (float) tolerance, "result " + r);
        }
    }

    @Property(tries = 20)
    void eachIsBitwiseRepeatable(@ForAll long seed, @ForAll @IntRange(min = 1, max = 70) int size) {
        for (Kernels kernels : List.of(Kernels.scalar(), Kernels.fastest())) {
            List<float[]> first = everything(kernels, seed, size % 9 + 1, size, 71 - size);
            List<float[]> again = everything(kernels, seed, size % 9 + 1, size, 71 - size);
            for (int r = 0; r < first.size(); r++) {
                for (int j = 0; j < first.get(r).length; j++) {
                    assertEquals(Float.floatToRawIntBits(first.get(r)[j]), Float.floatToRawIntBits(again.get(r)[j]));
                }
            }
        }
    }

    /** Prints which kernels a JVM has, as a program of its own. */
    static final class Name {
        public static void main(String[] args) {
            Mlp net = Mlp.orthogonal(new SplittableRandom(1), Mlp.Activation.TANH, 1, 1, 4, 8, 2);
            System.out.println(Kernels.fastest().name() + " " + net.forward(new float[4]).length);
        }
    }

    @Test
    void withoutTheModuleAJvmHasTheScalarKernels() throws Exception {
        Process child = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Name.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(0, child.waitFor(), said);
        assertEquals("scalar 2", said.strip());
    }

    @Test
    void theVectorKernelsAreFoundWhereTheModuleIs() {
        assertEquals("scalar", Kernels.scalar().name());
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                && !"scalar".equals(System.getProperty("rlllm.kernels"))) {
            assertNotSame(Kernels.scalar(), Kernels.fastest());
            assertTrue(
                    Kernels.fastest().name().startsWith("vector "),
                    Kernels.fastest().name());
        }
    }
}
