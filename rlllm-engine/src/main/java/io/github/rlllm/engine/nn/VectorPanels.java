package io.github.rlllm.engine.nn;

import java.nio.FloatBuffer;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The products of {@link VectorKernels} with a packed weight. It lies in panels of 4 vectors of outputs: a panel has them
 * for the first input, then for the second, so that one row streams it and many rows find it in the cache, where a block
 * of 4 rows by 4 vectors stays in registers. Every sum runs over the inputs in order, in a block as in a single row.
 */
final class VectorPanels {
    private static final VectorSpecies<Float> SPECIES = VectorProducts.SPECIES;
    private static final int L = VectorProducts.L;
    private static final int WIDTH = 4 * L;

    private VectorPanels() {}

    static float[][] pack(FloatBuffer weight, int in, int out, boolean byInput) {
        float[][] panels = new float[LinearMap.width(out) / WIDTH][in * WIDTH];
        if (byInput) {
            for (int k = 0; k < in; k++) {
                for (int from = 0; from < out; from += WIDTH) {
                    weight.get(k * out + from, panels[from / WIDTH], k * WIDTH, Math.min(WIDTH, out - from));
                }
            }
            return panels;
        }
        int part = ScalarKernels.PART;
        float[][] rows = new float[part][in];
        for (int from = 0; from < out; from += part) {
            int n = Math.min(part, out - from);
            for (int o = 0; o < n; o++) {
                weight.get((from + o) * in, rows[o], 0, in);
            }
            float[] panel = panels[from / WIDTH];
            int at = from % WIDTH;
            for (int k = 0; k < in; k++) {
                for (int o = 0; o < n; o++) {
                    panel[k * WIDTH + at + o] = rows[o][k];
                }
            }
        }
        return panels;
    }

    static void product(float[][] a, int m, int depth, float[][] panels, float[] bias, boolean add, float[][] c) {
        for (int i = 0; i < m; i++) {
            begin(bias, add, c[i]);
        }
        for (int p = 0; p < panels.length; p++) {
            float[] w = panels[p];
            int j = p * WIDTH;
            int i = 0;
            for (; i + 4 <= m; i += 4) {
                block(a[i], a[i + 1], a[i + 2], a[i + 3], depth, w, j, c[i], c[i + 1], c[i + 2], c[i + 3]);
            }
            for (; i < m; i++) {
                row(a[i], depth, w, j, c[i]);
            }
        }
    }

    private static void begin(float[] bias, boolean add, float[] c) {
        if (!add) {
            System.arraycopy(bias, 0, c, 0, bias.length);
            return;
        }
        for (int j = 0; j < bias.length; j += L) {
            FloatVector.fromArray(SPECIES, bias, j)
                    .add(FloatVector.fromArray(SPECIES, c, j))
                    .intoArray(c, j);
        }
    }

    private static void block(
            float[] a0,
            float[] a1,
            float[] a2,
            float[] a3,
            int depth,
            float[] w,
            int j,
            float[] c0,
            float[] c1,
            float[] c2,
            float[] c3) {
        FloatVector s00 = FloatVector.fromArray(SPECIES, c0, j);
        FloatVector s01 = FloatVector.fromArray(SPECIES, c0, j + L);
        FloatVector s02 = FloatVector.fromArray(SPECIES, c0, j + 2 * L);
        FloatVector s03 = FloatVector.fromArray(SPECIES, c0, j + 3 * L);
        FloatVector s10 = FloatVector.fromArray(SPECIES, c1, j);
        FloatVector s11 = FloatVector.fromArray(SPECIES, c1, j + L);
        FloatVector s12 = FloatVector.fromArray(SPECIES, c1, j + 2 * L);
        FloatVector s13 = FloatVector.fromArray(SPECIES, c1, j + 3 * L);
        FloatVector s20 = FloatVector.fromArray(SPECIES, c2, j);
        FloatVector s21 = FloatVector.fromArray(SPECIES, c2, j + L);
        FloatVector s22 = FloatVector.fromArray(SPECIES, c2, j + 2 * L);
        FloatVector s23 = FloatVector.fromArray(SPECIES, c2, j + 3 * L);
        FloatVector s30 = FloatVector.fromArray(SPECIES, c3, j);
        FloatVector s31 = FloatVector.fromArray(SPECIES, c3, j + L);
        FloatVector s32 = FloatVector.fromArray(SPECIES, c3, j + 2 * L);
        FloatVector s33 = FloatVector.fromArray(SPECIES, c3, j + 3 * L);
        for (int k = 0; k < depth; k++) {
            int o = k * WIDTH;
            FloatVector w0 = FloatVector.fromArray(SPECIES, w, o);
            FloatVector w1 = FloatVector.fromArray(SPECIES, w, o + L);
            FloatVector w2 = FloatVector.fromArray(SPECIES, w, o + 2 * L);
            FloatVector w3 = FloatVector.fromArray(SPECIES, w, o + 3 * L);
            FloatVector x = FloatVector.broadcast(SPECIES, a0[k]);
            s00 = x.fma(w0, s00);
            s01 = x.fma(w1, s01);
            s02 = x.fma(w2, s02);
            s03 = x.fma(w3, s03);
            x = FloatVector.broadcast(SPECIES, a1[k]);
            s10 = x.fma(w0, s10);
            s11 = x.fma(w1, s11);
            s12 = x.fma(w2, s12);
            s13 = x.fma(w3, s13);
            x = FloatVector.broadcast(SPECIES, a2[k]);
            s20 = x.fma(w0, s20);
            s21 = x.fma(w1, s21);
            s22 = x.fma(w2, s22);
            s23 = x.fma(w3, s23);
            x = FloatVector.broadcast(SPECIES, a3[k]);
            s30 = x.fma(w0, s30);
            s31 = x.fma(w1, s31);
            s32 = x.fma(w2, s32);
            s33 = x.fma(w3, s33);
        }
        s00.intoArray(c0, j);
        s01.intoArray(c0, j + L);
        s02.intoArray(c0, j + 2 * L);
        s03.intoArray(c0, j + 3 * L);
        s10.intoArray(c1, j);
        s11.intoArray(c1, j + L);
        s12.intoArray(c1, j + 2 * L);
        s13.intoArray(c1, j + 3 * L);
        s20.intoArray(c2, j);
        s21.intoArray(c2, j + L);
        s22.intoArray(c2, j + 2 * L);
        s23.intoArray(c2, j + 3 * L);
        s30.intoArray(c3, j);
        s31.intoArray(c3, j + L);
        s32.intoArray(c3, j + 2 * L);
        s33.intoArray(c3, j + 3 * L);
    }

    private static void row(float[] a, int depth, float[] w, int j, float[] c) {
        FloatVector s0 = FloatVector.fromArray(SPECIES, c, j);
        FloatVector s1 = FloatVector.fromArray(SPECIES, c, j + L);
        FloatVector s2 = FloatVector.fromArray(SPECIES, c, j + 2 * L);
        FloatVector s3 = FloatVector.fromArray(SPECIES, c, j + 3 * L);
        for (int k = 0; k < depth; k++) {
            int o = k * WIDTH;
            FloatVector x = FloatVector.broadcast(SPECIES, a[k]);
            s0 = x.fma(FloatVector.fromArray(SPECIES, w, o), s0);
            s1 = x.fma(FloatVector.fromArray(SPECIES, w, o + L), s1);
            s2 = x.fma(FloatVector.fromArray(SPECIES, w, o + 2 * L), s2);
            s3 = x.fma(FloatVector.fromArray(SPECIES, w, o + 3 * L), s3);
        }
        s0.intoArray(c, j);
        s1.intoArray(c, j + L);
        s2.intoArray(c, j + 2 * L);
        s3.intoArray(c, j + 3 * L);
    }
}
