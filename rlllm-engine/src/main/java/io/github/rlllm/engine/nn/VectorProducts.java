package io.github.rlllm.engine.nn;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The blocks of the matrix products of {@link VectorKernels}. A block of 4 rows by 4 vectors stays in registers: 16 sums,
 * for which 4 vectors are loaded and 4 numbers broadcast at each step. Columns, rows and cells are what is left at the
 * edges. Written out, because vectors in arrays would be objects.
 */
final class VectorProducts {
    static final VectorSpecies<Float> SPECIES =
            FloatVector.SPECIES_PREFERRED.length() > 16 ? FloatVector.SPECIES_512 : FloatVector.SPECIES_PREFERRED;
    static final int L = SPECIES.length();

    private VectorProducts() {}

    static void block(
            float[] a0,
            float[] a1,
            float[] a2,
            float[] a3,
            int depth,
            float[][] b,
            int j,
            float[] bias,
            float[] c0,
            float[] c1,
            float[] c2,
            float[] c3) {
        FloatVector s00 = FloatVector.fromArray(SPECIES, bias, j);
        FloatVector s01 = FloatVector.fromArray(SPECIES, bias, j + L);
        FloatVector s02 = FloatVector.fromArray(SPECIES, bias, j + 2 * L);
        FloatVector s03 = FloatVector.fromArray(SPECIES, bias, j + 3 * L);
        FloatVector s10 = s00;
        FloatVector s11 = s01;
        FloatVector s12 = s02;
        FloatVector s13 = s03;
        FloatVector s20 = s00;
        FloatVector s21 = s01;
        FloatVector s22 = s02;
        FloatVector s23 = s03;
        FloatVector s30 = s00;
        FloatVector s31 = s01;
        FloatVector s32 = s02;
        FloatVector s33 = s03;
        for (int k = 0; k < depth; k++) {
            float[] bk = b[k];
            FloatVector b0 = FloatVector.fromArray(SPECIES, bk, j);
            FloatVector b1 = FloatVector.fromArray(SPECIES, bk, j + L);
            FloatVector b2 = FloatVector.fromArray(SPECIES, bk, j + 2 * L);
            FloatVector b3 = FloatVector.fromArray(SPECIES, bk, j + 3 * L);
            FloatVector x = FloatVector.broadcast(SPECIES, a0[k]);
            s00 = x.fma(b0, s00);
            s01 = x.fma(b1, s01);
            s02 = x.fma(b2, s02);
            s03 = x.fma(b3, s03);
            x = FloatVector.broadcast(SPECIES, a1[k]);
            s10 = x.fma(b0, s10);
            s11 = x.fma(b1, s11);
            s12 = x.fma(b2, s12);
            s13 = x.fma(b3, s13);
            x = FloatVector.broadcast(SPECIES, a2[k]);
            s20 = x.fma(b0, s20);
            s21 = x.fma(b1, s21);
            s22 = x.fma(b2, s22);
            s23 = x.fma(b3, s23);
            x = FloatVector.broadcast(SPECIES, a3[k]);
            s30 = x.fma(b0, s30);
            s31 = x.fma(b1, s31);
            s32 = x.fma(b2, s32);
            s33 = x.fma(b3, s33);
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

    static void column(
            float[] a0,
            float[] a1,
            float[] a2,
            float[] a3,
            int depth,
            float[][] b,
            int j,
            float[] bias,
            float[] c0,
            float[] c1,
            float[] c2,
            float[] c3) {
        FloatVector s0 = FloatVector.fromArray(SPECIES, bias, j);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int k = 0; k < depth; k++) {
            FloatVector bk = FloatVector.fromArray(SPECIES, b[k], j);
            s0 = FloatVector.broadcast(SPECIES, a0[k]).fma(bk, s0);
            s1 = FloatVector.broadcast(SPECIES, a1[k]).fma(bk, s1);
            s2 = FloatVector.broadcast(SPECIES, a2[k]).fma(bk, s2);
            s3 = FloatVector.broadcast(SPECIES, a3[k]).fma(bk, s3);
        }
        s0.intoArray(c0, j);
        s1.intoArray(c1, j);
        s2.intoArray(c2, j);
        s3.intoArray(c3, j);
    }

    static void row(float[] a, int depth, float[][] b, int j, float[] bias, float[] c) {
        FloatVector s0 = FloatVector.fromArray(SPECIES, bias, j);
        FloatVector s1 = FloatVector.fromArray(SPECIES, bias, j + L);
        FloatVector s2 = FloatVector.fromArray(SPECIES, bias, j + 2 * L);
        FloatVector s3 = FloatVector.fromArray(SPECIES, bias, j + 3 * L);
        for (int k = 0; k < depth; k++) {
            float[] bk = b[k];
            FloatVector x = FloatVector.broadcast(SPECIES, a[k]);
            s0 = x.fma(FloatVector.fromArray(SPECIES, bk, j), s0);
            s1 = x.fma(FloatVector.fromArray(SPECIES, bk, j + L), s1);
            s2 = x.fma(FloatVector.fromArray(SPECIES, bk, j + 2 * L), s2);
            s3 = x.fma(FloatVector.fromArray(SPECIES, bk, j + 3 * L), s3);
        }
        s0.intoArray(c, j);
        s1.intoArray(c, j + L);
        s2.intoArray(c, j + 2 * L);
        s3.intoArray(c, j + 3 * L);
    }

    static void cell(float[] a, int depth, float[][] b, int j, float[] bias, float[] c) {
        FloatVector s = FloatVector.fromArray(SPECIES, bias, j);
        for (int k = 0; k < depth; k++) {
            s = FloatVector.broadcast(SPECIES, a[k]).fma(FloatVector.fromArray(SPECIES, b[k], j), s);
        }
        s.intoArray(c, j);
    }

    static void outerBlock(
            float[][] a, int m, int k, float[][] d, int j, float[] g0, float[] g1, float[] g2, float[] g3) {
        FloatVector s00 = FloatVector.fromArray(SPECIES, g0, j);
        FloatVector s01 = FloatVector.fromArray(SPECIES, g0, j + L);
        FloatVector s02 = FloatVector.fromArray(SPECIES, g0, j + 2 * L);
        FloatVector s03 = FloatVector.fromArray(SPECIES, g0, j + 3 * L);
        FloatVector s10 = FloatVector.fromArray(SPECIES, g1, j);
        FloatVector s11 = FloatVector.fromArray(SPECIES, g1, j + L);
        FloatVector s12 = FloatVector.fromArray(SPECIES, g1, j + 2 * L);
        FloatVector s13 = FloatVector.fromArray(SPECIES, g1, j + 3 * L);
        FloatVector s20 = FloatVector.fromArray(SPECIES, g2, j);
        FloatVector s21 = FloatVector.fromArray(SPECIES, g2, j + L);
        FloatVector s22 = FloatVector.fromArray(SPECIES, g2, j + 2 * L);
        FloatVector s23 = FloatVector.fromArray(SPECIES, g2, j + 3 * L);
        FloatVector s30 = FloatVector.fromArray(SPECIES, g3, j);
        FloatVector s31 = FloatVector.fromArray(SPECIES, g3, j + L);
        FloatVector s32 = FloatVector.fromArray(SPECIES, g3, j + 2 * L);
        FloatVector s33 = FloatVector.fromArray(SPECIES, g3, j + 3 * L);
        for (int i = 0; i < m; i++) {
            float[] ai = a[i];
            float[] di = d[i];
            FloatVector d0 = FloatVector.fromArray(SPECIES, di, j);
            FloatVector d1 = FloatVector.fromArray(SPECIES, di, j + L);
            FloatVector d2 = FloatVector.fromArray(SPECIES, di, j + 2 * L);
            FloatVector d3 = FloatVector.fromArray(SPECIES, di, j + 3 * L);
            FloatVector x = FloatVector.broadcast(SPECIES, ai[k]);
            s00 = x.fma(d0, s00);
            s01 = x.fma(d1, s01);
            s02 = x.fma(d2, s02);
            s03 = x.fma(d3, s03);
            x = FloatVector.broadcast(SPECIES, ai[k + 1]);
            s10 = x.fma(d0, s10);
            s11 = x.fma(d1, s11);
            s12 = x.fma(d2, s12);
            s13 = x.fma(d3, s13);
            x = FloatVector.broadcast(SPECIES, ai[k + 2]);
            s20 = x.fma(d0, s20);
            s21 = x.fma(d1, s21);
            s22 = x.fma(d2, s22);
            s23 = x.fma(d3, s23);
            x = FloatVector.broadcast(SPECIES, ai[k + 3]);
            s30 = x.fma(d0, s30);
            s31 = x.fma(d1, s31);
            s32 = x.fma(d2, s32);
            s33 = x.fma(d3, s33);
        }
        s00.intoArray(g0, j);
        s01.intoArray(g0, j + L);
        s02.intoArray(g0, j + 2 * L);
        s03.intoArray(g0, j + 3 * L);
        s10.intoArray(g1, j);
        s11.intoArray(g1, j + L);
        s12.intoArray(g1, j + 2 * L);
        s13.intoArray(g1, j + 3 * L);
        s20.intoArray(g2, j);
        s21.intoArray(g2, j + L);
        s22.intoArray(g2, j + 2 * L);
        s23.intoArray(g2, j + 3 * L);
        s30.intoArray(g3, j);
        s31.intoArray(g3, j + L);
        s32.intoArray(g3, j + 2 * L);
        s33.intoArray(g3, j + 3 * L);
    }

    static void outerColumn(
            float[][] a, int m, int k, float[][] d, int j, float[] g0, float[] g1, float[] g2, float[] g3) {
        FloatVector s0 = FloatVector.fromArray(SPECIES, g0, j);
        FloatVector s1 = FloatVector.fromArray(SPECIES, g1, j);
        FloatVector s2 = FloatVector.fromArray(SPECIES, g2, j);
        FloatVector s3 = FloatVector.fromArray(SPECIES, g3, j);
        for (int i = 0; i < m; i++) {
            float[] ai = a[i];
            FloatVector di = FloatVector.fromArray(SPECIES, d[i], j);
            s0 = FloatVector.broadcast(SPECIES, ai[k]).fma(di, s0);
            s1 = FloatVector.broadcast(SPECIES, ai[k + 1]).fma(di, s1);
            s2 = FloatVector.broadcast(SPECIES, ai[k + 2]).fma(di, s2);
            s3 = FloatVector.broadcast(SPECIES, ai[k + 3]).fma(di, s3);
        }
        s0.intoArray(g0, j);
        s1.intoArray(g1, j);
        s2.intoArray(g2, j);
        s3.intoArray(g3, j);
    }

    static void outerRow(float[][] a, int m, int k, float[][] d, int j, float[] g) {
        FloatVector s0 = FloatVector.fromArray(SPECIES, g, j);
        FloatVector s1 = FloatVector.fromArray(SPECIES, g, j + L);
        FloatVector s2 = FloatVector.fromArray(SPECIES, g, j + 2 * L);
        FloatVector s3 = FloatVector.fromArray(SPECIES, g, j + 3 * L);
        for (int i = 0; i < m; i++) {
            float[] di = d[i];
            FloatVector x = FloatVector.broadcast(SPECIES, a[i][k]);
            s0 = x.fma(FloatVector.fromArray(SPECIES, di, j), s0);
            s1 = x.fma(FloatVector.fromArray(SPECIES, di, j + L), s1);
            s2 = x.fma(FloatVector.fromArray(SPECIES, di, j + 2 * L), s2);
            s3 = x.fma(FloatVector.fromArray(SPECIES, di, j + 3 * L), s3);
        }
        s0.intoArray(g, j);
        s1.intoArray(g, j + L);
        s2.intoArray(g, j + 2 * L);
        s3.intoArray(g, j + 3 * L);
    }

    static void outerCell(float[][] a, int m, int k, float[][] d, int j, float[] g) {
        FloatVector s = FloatVector.fromArray(SPECIES, g, j);
        for (int i = 0; i < m; i++) {
            s = FloatVector.broadcast(SPECIES, a[i][k]).fma(FloatVector.fromArray(SPECIES, d[i], j), s);
        }
        s.intoArray(g, j);
    }
}
