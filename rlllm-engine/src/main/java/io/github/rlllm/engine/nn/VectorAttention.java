package io.github.rlllm.engine.nn;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The product of one row with few columns, as attention has it: 4 vectors of columns at a time, then 2, then 1, with the
 * depth in 2 or 4 parts, so that there are always at least 4 sums which do not wait for each other.
 */
final class VectorAttention {
    private static final VectorSpecies<Float> SPECIES = VectorProducts.SPECIES;
    private static final int L = VectorProducts.L;

    private VectorAttention() {}

    static void multiply(float[] a, int depth, float[] b, int stride, int n, float[] c) {
        int j = 0;
        for (; j + 4 * L <= n; j += 4 * L) {
            four(a, depth, b, stride, j, c);
        }
        if (j + 2 * L <= n) {
            two(a, depth, b, stride, j, c);
            j += 2 * L;
        }
        if (j < n) {
            one(a, depth, b, stride, j, c);
        }
    }

    private static void four(float[] a, int depth, float[] b, int stride, int j, float[] c) {
        FloatVector s00 = FloatVector.zero(SPECIES);
        FloatVector s01 = FloatVector.zero(SPECIES);
        FloatVector s02 = FloatVector.zero(SPECIES);
        FloatVector s03 = FloatVector.zero(SPECIES);
        FloatVector s10 = FloatVector.zero(SPECIES);
        FloatVector s11 = FloatVector.zero(SPECIES);
        FloatVector s12 = FloatVector.zero(SPECIES);
        FloatVector s13 = FloatVector.zero(SPECIES);
        int k = 0;
        int o = j;
        for (; k + 2 <= depth; k += 2) {
            FloatVector x = FloatVector.broadcast(SPECIES, a[k]);
            s00 = x.fma(FloatVector.fromArray(SPECIES, b, o), s00);
            s01 = x.fma(FloatVector.fromArray(SPECIES, b, o + L), s01);
            s02 = x.fma(FloatVector.fromArray(SPECIES, b, o + 2 * L), s02);
            s03 = x.fma(FloatVector.fromArray(SPECIES, b, o + 3 * L), s03);
            o += stride;
            x = FloatVector.broadcast(SPECIES, a[k + 1]);
            s10 = x.fma(FloatVector.fromArray(SPECIES, b, o), s10);
            s11 = x.fma(FloatVector.fromArray(SPECIES, b, o + L), s11);
            s12 = x.fma(FloatVector.fromArray(SPECIES, b, o + 2 * L), s12);
            s13 = x.fma(FloatVector.fromArray(SPECIES, b, o + 3 * L), s13);
            o += stride;
        }
        for (; k < depth; k++) {
            FloatVector x = FloatVector.broadcast(SPECIES, a[k]);
            s00 = x.fma(FloatVector.fromArray(SPECIES, b, o), s00);
            s01 = x.fma(FloatVector.fromArray(SPECIES, b, o + L), s01);
            s02 = x.fma(FloatVector.fromArray(SPECIES, b, o + 2 * L), s02);
            s03 = x.fma(FloatVector.fromArray(SPECIES, b, o + 3 * L), s03);
            o += stride;
        }
        s00.add(s10).intoArray(c, j);
        s01.add(s11).intoArray(c, j + L);
        s02.add(s12).intoArray(c, j + 2 * L);
        s03.add(s13).intoArray(c, j + 3 * L);
    }

    private static void two(float[] a, int depth, float[] b, int stride, int j, float[] c) {
        FloatVector s00 = FloatVector.zero(SPECIES);
        FloatVector s01 = FloatVector.zero(SPECIES);
        FloatVector s10 = FloatVector.zero(SPECIES);
        FloatVector s11 = FloatVector.zero(SPECIES);
        int k = 0;
        int o = j;
        for (; k + 2 <= depth; k += 2) {
            FloatVector x = FloatVector.broadcast(SPECIES, a[k]);
            s00 = x.fma(FloatVector.fromArray(SPECIES, b, o), s00);
            s01 = x.fma(FloatVector.fromArray(SPECIES, b, o + L), s01);
            o += stride;
            x = FloatVector.broadcast(SPECIES, a[k + 1]);
            s10 = x.fma(FloatVector.fromArray(SPECIES, b, o), s10);
            s11 = x.fma(FloatVector.fromArray(SPECIES, b, o + L), s11);
            o += stride;
        }
        for (; k < depth; k++) {
            FloatVector x = FloatVector.broadcast(SPECIES, a[k]);
            s00 = x.fma(FloatVector.fromArray(SPECIES, b, o), s00);
            s01 = x.fma(FloatVector.fromArray(SPECIES, b, o + L), s01);
            o += stride;
        }
        s00.add(s10).intoArray(c, j);
        s01.add(s11).intoArray(c, j + L);
    }

    private static void one(float[] a, int depth, float[] b, int stride, int j, float[] c) {
        FloatVector s00 = FloatVector.zero(SPECIES);
        FloatVector s10 = FloatVector.zero(SPECIES);
        FloatVector s20 = FloatVector.zero(SPECIES);
        FloatVector s30 = FloatVector.zero(SPECIES);
        int k = 0;
        int o = j;
        for (; k + 4 <= depth; k += 4) {
            FloatVector x = FloatVector.broadcast(SPECIES, a[k]);
            s00 = x.fma(FloatVector.fromArray(SPECIES, b, o), s00);
            o += stride;
            x = FloatVector.broadcast(SPECIES, a[k + 1]);
            s10 = x.fma(FloatVector.fromArray(SPECIES, b, o), s10);
            o += stride;
            x = FloatVector.broadcast(SPECIES, a[k + 2]);
            s20 = x.fma(FloatVector.fromArray(SPECIES, b, o), s20);
            o += stride;
            x = FloatVector.broadcast(SPECIES, a[k + 3]);
            s30 = x.fma(FloatVector.fromArray(SPECIES, b, o), s30);
            o += stride;
        }
        for (; k < depth; k++) {
            FloatVector x = FloatVector.broadcast(SPECIES, a[k]);
            s00 = x.fma(FloatVector.fromArray(SPECIES, b, o), s00);
            o += stride;
        }
        s00.add(s10).add(s20.add(s30)).intoArray(c, j);
    }
}
