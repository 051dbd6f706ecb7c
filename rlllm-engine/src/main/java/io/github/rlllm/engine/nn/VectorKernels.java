package io.github.rlllm.engine.nn;

import java.nio.FloatBuffer;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Kernels on the Vector API, loaded by name because its module may be absent. The products are in
 * {@link VectorProducts} and {@link VectorPanels}, what works on single rows of a decoder in {@link VectorRows}.
 */
final class VectorKernels extends Kernels {
    private static final VectorSpecies<Float> SPECIES = VectorProducts.SPECIES;
    private static final int L = VectorProducts.L;
    private static final float[] ZEROS = new float[1024];

    @Override
    public String name() {
        return "vector " + SPECIES.vectorBitSize() + " bits";
    }

    @Override
    void multiply(
            float[][] a,
            int m,
            int depth,
            float[][] b,
            int n,
            float @Nullable [] bias,
            Mlp.@Nullable Activation f,
            float[][] c) {
        float[] start = bias != null ? bias : n <= ZEROS.length ? ZEROS : new float[n];
        int i = 0;
        for (; i + 4 <= m; i += 4) {
            int j = 0;
            for (; j + 4 * L <= n; j += 4 * L) {
                VectorProducts.block(
                        a[i], a[i + 1], a[i + 2], a[i + 3], depth, b, j, start, c[i], c[i + 1], c[i + 2], c[i + 3]);
            }
            for (; j < n; j += L) {
                VectorProducts.column(
                        a[i], a[i + 1], a[i + 2], a[i + 3], depth, b, j, start, c[i], c[i + 1], c[i + 2], c[i + 3]);
            }
            activate(f, c, i, i + 4, n);
        }
        for (; i < m; i++) {
            int j = 0;
            for (; j + 4 * L <= n; j += 4 * L) {
                VectorProducts.row(a[i], depth, b, j, start, c[i]);
            }
            for (; j < n; j += L) {
                VectorProducts.cell(a[i], depth, b, j, start, c[i]);
            }
            activate(f, c, i, i + 1, n);
        }
    }

    @Override
    void dots(float[][] x, int m, int n, float[][] w, int outputs, float[] bias, float[][] y) {
        for (int i = 0; i < m; i++) {
            for (int o = 0; o < outputs; o++) {
                y[i][o] = bias[o] + dot(x[i], w[o], n);
            }
        }
    }

    private static float dot(float[] a, float[] b, int n) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int j = 0; j < n; j += L) {
            sum = FloatVector.fromArray(SPECIES, a, j).fma(FloatVector.fromArray(SPECIES, b, j), sum);
        }
        float[] lanes = new float[L];
        sum.intoArray(lanes, 0);
        return VectorRows.sum(lanes);
    }

    @Override
    void addOuter(float[][] a, int m, int width, float[][] d, int n, float[][] g) {
        int k = 0;
        for (; k + 4 <= width; k += 4) {
            int j = 0;
            for (; j + 4 * L <= n; j += 4 * L) {
                VectorProducts.outerBlock(a, m, k, d, j, g[k], g[k + 1], g[k + 2], g[k + 3]);
            }
            for (; j < n; j += L) {
                VectorProducts.outerColumn(a, m, k, d, j, g[k], g[k + 1], g[k + 2], g[k + 3]);
            }
        }
        for (; k < width; k++) {
            int j = 0;
            for (; j + 4 * L <= n; j += 4 * L) {
                VectorProducts.outerRow(a, m, k, d, j, g[k]);
            }
            for (; j < n; j += L) {
                VectorProducts.outerCell(a, m, k, d, j, g[k]);
            }
        }
    }

    @Override
    void multiplySparse(
            float[] x,
            int[] index,
            int count,
            float[][] w,
            int n,
            float[] bias,
            Mlp.@Nullable Activation f,
            float[] y) {
        int j = 0;
        for (; j + 4 * L <= n; j += 4 * L) {
            FloatVector s0 = FloatVector.fromArray(SPECIES, bias, j);
            FloatVector s1 = FloatVector.fromArray(SPECIES, bias, j + L);
            FloatVector s2 = FloatVector.fromArray(SPECIES, bias, j + 2 * L);
            FloatVector s3 = FloatVector.fromArray(SPECIES, bias, j + 3 * L);
            for (int c = 0; c < count; c++) {
                int k = index[c];
                float[] wk = w[k];
                FloatVector xk = FloatVector.broadcast(SPECIES, x[k]);
                s0 = xk.fma(FloatVector.fromArray(SPECIES, wk, j), s0);
                s1 = xk.fma(FloatVector.fromArray(SPECIES, wk, j + L), s1);
                s2 = xk.fma(FloatVector.fromArray(SPECIES, wk, j + 2 * L), s2);
                s3 = xk.fma(FloatVector.fromArray(SPECIES, wk, j + 3 * L), s3);
            }
            s0.intoArray(y, j);
            s1.intoArray(y, j + L);
            s2.intoArray(y, j + 2 * L);
            s3.intoArray(y, j + 3 * L);
        }
        for (; j < n; j += L) {
            FloatVector s = FloatVector.fromArray(SPECIES, bias, j);
            for (int c = 0; c < count; c++) {
                int k = index[c];
                s = FloatVector.broadcast(SPECIES, x[k]).fma(FloatVector.fromArray(SPECIES, w[k], j), s);
            }
            s.intoArray(y, j);
        }
        if (f == Mlp.Activation.TANH) {
            tanh(y, n);
        } else if (f == Mlp.Activation.RELU) {
            relu(y, n);
        }
    }

    @Override
    void addOuterSparse(float[] x, int[] index, int count, float[] d, int n, float[][] g) {
        int j = 0;
        for (; j + 4 * L <= n; j += 4 * L) {
            FloatVector d0 = FloatVector.fromArray(SPECIES, d, j);
            FloatVector d1 = FloatVector.fromArray(SPECIES, d, j + L);
            FloatVector d2 = FloatVector.fromArray(SPECIES, d, j + 2 * L);
            FloatVector d3 = FloatVector.fromArray(SPECIES, d, j + 3 * L);
            for (int c = 0; c < count; c++) {
                int k = index[c];
                float[] gk = g[k];
                FloatVector xk = FloatVector.broadcast(SPECIES, x[k]);
                xk.fma(d0, FloatVector.fromArray(SPECIES, gk, j)).intoArray(gk, j);
                xk.fma(d1, FloatVector.fromArray(SPECIES, gk, j + L)).intoArray(gk, j + L);
                xk.fma(d2, FloatVector.fromArray(SPECIES, gk, j + 2 * L)).intoArray(gk, j + 2 * L);
                xk.fma(d3, FloatVector.fromArray(SPECIES, gk, j + 3 * L)).intoArray(gk, j + 3 * L);
            }
        }
        for (; j < n; j += L) {
            FloatVector dj = FloatVector.fromArray(SPECIES, d, j);
            for (int c = 0; c < count; c++) {
                int k = index[c];
                FloatVector.broadcast(SPECIES, x[k])
                        .fma(dj, FloatVector.fromArray(SPECIES, g[k], j))
                        .intoArray(g[k], j);
            }
        }
    }

    @Override
    void addColumns(float[][] d, int m, int n, float[] g) {
        for (int j = 0; j < n; j += L) {
            FloatVector s = FloatVector.fromArray(SPECIES, g, j);
            FloatVector t = FloatVector.zero(SPECIES);
            int i = 0;
            for (; i + 2 <= m; i += 2) {
                s = s.add(FloatVector.fromArray(SPECIES, d[i], j));
                t = t.add(FloatVector.fromArray(SPECIES, d[i + 1], j));
            }
            if (i < m) {
                s = s.add(FloatVector.fromArray(SPECIES, d[i], j));
            }
            s.add(t).intoArray(g, j);
        }
    }

    private static void activate(Mlp.@Nullable Activation f, float[][] y, int from, int to, int n) {
        if (f == Mlp.Activation.TANH) {
            for (int i = from; i < to; i++) {
                tanh(y[i], n);
            }
        } else if (f == Mlp.Activation.RELU) {
            for (int i = from; i < to; i++) {
                relu(y[i], n);
            }
        }
    }

    private static void tanh(float[] row, int n) {
        for (int j = 0; j < n; j += L) {
            VectorRows.tanh(FloatVector.fromArray(SPECIES, row, j)).intoArray(row, j);
        }
    }

    private static void relu(float[] row, int n) {
        for (int j = 0; j < n; j += L) {
            FloatVector.fromArray(SPECIES, row, j).max(0f).intoArray(row, j);
        }
    }

    @Override
    void activationGradient(Mlp.Activation f, float[][] y, float[][] d, int m, int n) {
        for (int i = 0; i < m; i++) {
            if (f == Mlp.Activation.TANH) {
                tanhGradient(y[i], d[i], n);
            } else {
                reluGradient(y[i], d[i], n);
            }
        }
    }

    private static void tanhGradient(float[] y, float[] d, int n) {
        for (int j = 0; j < n; j += L) {
            FloatVector v = FloatVector.fromArray(SPECIES, y, j);
            FloatVector g = FloatVector.fromArray(SPECIES, d, j);
            g.sub(g.mul(v).mul(v)).intoArray(d, j);
        }
    }

    private static void reluGradient(float[] y, float[] d, int n) {
        for (int j = 0; j < n; j += L) {
            FloatVector g = FloatVector.fromArray(SPECIES, d, j);
            FloatVector.zero(SPECIES)
                    .blend(g, FloatVector.fromArray(SPECIES, y, j).compare(VectorOperators.GT, 0f))
                    .intoArray(d, j);
        }
    }

    @Override
    double sumOfSquares(float[] g) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int j = 0; j < g.length; j += L) {
            FloatVector v = FloatVector.fromArray(SPECIES, g, j);
            sum = v.fma(v, sum);
        }
        float[] lanes = new float[L];
        sum.intoArray(lanes, 0);
        return VectorRows.sum(lanes);
    }

    @Override
    void adam(float[] p, float[] g, float[] m, float[] v, AdamStep s) {
        float beta1 = s.beta1();
        float beta2 = s.beta2();
        FloatVector scale = FloatVector.broadcast(SPECIES, s.scale());
        FloatVector rate = FloatVector.broadcast(SPECIES, s.rate());
        FloatVector correction = FloatVector.broadcast(SPECIES, s.rootCorrection());
        FloatVector epsilon = FloatVector.broadcast(SPECIES, s.epsilon());
        FloatVector decay = FloatVector.broadcast(SPECIES, s.decay());
        for (int j = 0; j < p.length; j += L) {
            FloatVector gradient = FloatVector.fromArray(SPECIES, g, j).mul(scale);
            FloatVector first = FloatVector.fromArray(SPECIES, m, j).mul(beta1).add(gradient.mul(1f - beta1));
            FloatVector second = FloatVector.fromArray(SPECIES, v, j)
                    .mul(beta2)
                    .add(gradient.mul(gradient).mul(1f - beta2));
            first.intoArray(m, j);
            second.intoArray(v, j);
            FloatVector root = second.lanewise(VectorOperators.SQRT);
            FloatVector change = first.mul(rate).div(root.fma(correction, epsilon));
            FloatVector.fromArray(SPECIES, p, j).mul(decay).sub(change).intoArray(p, j);
            FloatVector.zero(SPECIES).intoArray(g, j);
        }
    }

    @Override
    public void multiply(float[] a, int depth, float[] b, int stride, int n, float[] c) {
        VectorAttention.multiply(a, depth, b, stride, n, c);
    }

    @Override
    float[][] pack(FloatBuffer weight, int in, int out, boolean byInput) {
        return VectorPanels.pack(weight, in, out, byInput);
    }

    @Override
    void product(float[][] a, int m, int depth, float[][] w, int n, float[] bias, boolean add, float[][] c) {
        VectorPanels.product(a, m, depth, w, bias, add, c);
    }

    @Override
    public float greatest(float[] x, int n) {
        return VectorRows.greatest(x, n);
    }

    @Override
    public double exponentials(float[] x, int n, float scale, float greatest) {
        return VectorRows.exponentials(x, n, scale, greatest);
    }

    @Override
    public void gelu(float[] x, int n) {
        VectorRows.gelu(x, n);
    }

    @Override
    public void silu(float[] x, int n) {
        VectorRows.silu(x, n);
    }

    @Override
    public void times(float[] x, float[] y, int n) {
        for (int j = 0; j < n; j += L) {
            FloatVector.fromArray(SPECIES, x, j)
                    .mul(FloatVector.fromArray(SPECIES, y, j))
                    .intoArray(x, j);
        }
    }

    @Override
    public void layerNorm(float[] x, int n, float[] gain, float[] bias, double epsilon, float[] y) {
        VectorRows.layerNorm(x, n, gain, bias, epsilon, y);
    }

    @Override
    public void rmsNorm(float[] x, int n, float[] gain, double epsilon, float[] y) {
        VectorRows.rmsNorm(x, n, gain, epsilon, y);
    }
}
