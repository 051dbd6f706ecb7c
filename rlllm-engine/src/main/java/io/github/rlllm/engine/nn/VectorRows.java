package io.github.rlllm.engine.nn;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** What {@link VectorKernels} does to single rows: exponentials, activations, norms. */
final class VectorRows {
    private static final VectorSpecies<Float> SPECIES = VectorProducts.SPECIES;
    private static final int L = VectorProducts.L;
    private static final float LOG2_E = (float) (1 / Math.log(2));
    /** ln 2 in two parts: products of the first with whole numbers up to 2^8 are exact. */
    private static final float LN2_HIGH = 0.693359375f;

    private static final float LN2_LOW = (float) (Math.log(2) - 0.693359375);
    /** Added to a number of less than 2^22, it leaves the nearest whole number in the low bits. */
    private static final float WHOLE = 12_582_912f;

    private static final int MANTISSA = 23;
    /** Vectors that are summed in single precision before the sum goes on in double precision. */
    private static final int PART = 64;

    private VectorRows() {}

    /** By halves, which is quicker and more exact than one after the other; the lanes are a power of two. */
    static float sum(float[] lanes) {
        if (L == 16) {
            return (((lanes[0] + lanes[8]) + (lanes[4] + lanes[12]))
                            + ((lanes[2] + lanes[10]) + (lanes[6] + lanes[14])))
                    + (((lanes[1] + lanes[9]) + (lanes[5] + lanes[13]))
                            + ((lanes[3] + lanes[11]) + (lanes[7] + lanes[15])));
        }
        float even = 0;
        float odd = 0;
        for (int l = 0; l < L; l += 2) {
            even += lanes[l];
            odd += lanes[l + 1];
        }
        return even + odd;
    }

    /** As {@link Tanh#of}. */
    static FloatVector tanh(FloatVector value) {
        FloatVector x = value.min(Tanh.LIMIT).max(-Tanh.LIMIT);
        FloatVector z = x.mul(x);
        FloatVector p = z.mul(Tanh.P4).add(Tanh.P3);
        p = p.fma(z, FloatVector.broadcast(SPECIES, Tanh.P2));
        p = p.fma(z, FloatVector.broadcast(SPECIES, Tanh.P1));
        p = p.fma(z, FloatVector.broadcast(SPECIES, Tanh.P0));
        FloatVector q = z.mul(Tanh.Q4).add(Tanh.Q3);
        q = q.fma(z, FloatVector.broadcast(SPECIES, Tanh.Q2));
        q = q.fma(z, FloatVector.broadcast(SPECIES, Tanh.Q1));
        q = q.fma(z, FloatVector.broadcast(SPECIES, 1f));
        return x.mul(p).div(q).min(1f).max(-1f);
    }

    /** exp(x) for x from -87 to 88: 2^n exp(r) with |r| at most ln(2) / 2 and the series of exp up to r^7 / 7!. */
    private static FloatVector exp(FloatVector x) {
        FloatVector moved = x.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, WHOLE));
        FloatVector n = moved.sub(WHOLE);
        FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x);
        r = n.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
        FloatVector p = r.mul(1f / 5040).add(1f / 720);
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 120));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 24));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 6));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 0.5f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1f));
        return p.reinterpretAsInts()
                .add(moved.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA))
                .reinterpretAsFloats();
    }

    static float greatest(float[] x, int n) {
        FloatVector found = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int j = 0; j < n; j += L) {
            found = found.max(FloatVector.fromArray(SPECIES, x, j));
        }
        float[] lanes = new float[L];
        found.intoArray(lanes, 0);
        for (int half = L / 2; half > 0; half /= 2) {
            for (int l = 0; l < half; l++) {
                lanes[l] = Math.max(lanes[l], lanes[l + half]);
            }
        }
        return lanes[0];
    }

    static double exponentials(float[] x, int n, float scale, float greatest) {
        double total = 0;
        float[] lanes = new float[L];
        for (int from = 0; from < n; from += PART * L) {
            int to = Math.min(n, from + PART * L);
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int j = from; j < to; j += L) {
                FloatVector y =
                        FloatVector.fromArray(SPECIES, x, j).sub(greatest).mul(scale);
                FloatVector e = exp(y.max(ScalarKernels.LEAST_EXPONENT))
                        .blend(0f, y.compare(VectorOperators.LT, ScalarKernels.LEAST_EXPONENT));
                e.intoArray(x, j);
                sum = sum.add(e);
            }
            sum.intoArray(lanes, 0);
            total += sum(lanes);
        }
        return total;
    }

    static void gelu(float[] x, int n) {
        for (int j = 0; j < n; j += L) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, j);
            FloatVector inner =
                    v.mul(v).mul(v).mul(ScalarKernels.GELU_CUBE).add(v).mul(ScalarKernels.GELU_SCALE);
            v.mul(0.5f).mul(tanh(inner).add(1f)).intoArray(x, j);
        }
    }

    static void silu(float[] x, int n) {
        for (int j = 0; j < n; j += L) {
            FloatVector half = FloatVector.fromArray(SPECIES, x, j).mul(0.5f);
            half.mul(tanh(half).add(1f)).intoArray(x, j);
        }
    }

    static void layerNorm(float[] x, int n, float[] gain, float[] bias, double epsilon, float[] y) {
        int all = Kernels.padded(n);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int j = 0; j < all; j += L) {
            sum = sum.add(FloatVector.fromArray(SPECIES, x, j));
        }
        float[] lanes = new float[L];
        sum.intoArray(lanes, 0);
        float mean = sum(lanes) / n;
        FloatVector squares = FloatVector.zero(SPECIES);
        int whole = n - n % L;
        for (int j = 0; j < whole; j += L) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, j).sub(mean);
            squares = v.fma(v, squares);
        }
        squares.intoArray(lanes, 0);
        double total = sum(lanes);
        for (int j = whole; j < n; j++) {
            total += (x[j] - mean) * (x[j] - mean);
        }
        float scale = (float) (1 / Math.sqrt(total / n + epsilon));
        for (int j = 0; j < all; j += L) {
            FloatVector.fromArray(SPECIES, x, j)
                    .sub(mean)
                    .mul(scale)
                    .fma(FloatVector.fromArray(SPECIES, gain, j), FloatVector.fromArray(SPECIES, bias, j))
                    .intoArray(y, j);
        }
    }

    static void rmsNorm(float[] x, int n, float[] gain, double epsilon, float[] y) {
        int all = Kernels.padded(n);
        FloatVector squares = FloatVector.zero(SPECIES);
        for (int j = 0; j < all; j += L) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, j);
            squares = v.fma(v, squares);
        }
        float[] lanes = new float[L];
        squares.intoArray(lanes, 0);
        float scale = (float) (1 / Math.sqrt((double) sum(lanes) / n + epsilon));
        for (int j = 0; j < all; j += L) {
            FloatVector.fromArray(SPECIES, x, j)
                    .mul(scale)
                    .mul(FloatVector.fromArray(SPECIES, gain, j))
                    .intoArray(y, j);
        }
    }
}
