package io.github.rlllm.engine.nn;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Kernels without the Vector API, shaped for the JIT compiler: whole rows and plain indices, four rows at once, so that
 * the inner loops are vectorised automatically (with offsets into one flat array they are not).
 */
final class ScalarKernels extends Kernels {
    static final float LEAST_EXPONENT = -87f;
    static final float GELU_CUBE = 0.044715f;
    static final float GELU_SCALE = (float) Math.sqrt(2 / Math.PI);
    /** Outputs that are packed at a time: what they read stays in the cache. */
    static final int PART = 16;

    @Override
    public String name() {
        return "scalar";
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
        for (int i = 0; i < m; i++) {
            float[] x = a[i];
            float[] y = c[i];
            if (bias == null) {
                Arrays.fill(y, 0, n, 0f);
            } else {
                System.arraycopy(bias, 0, y, 0, n);
            }
            int k = 0;
            for (; k + 4 <= depth; k += 4) {
                add4(y, n, x[k], b[k], x[k + 1], b[k + 1], x[k + 2], b[k + 2], x[k + 3], b[k + 3]);
            }
            for (; k < depth; k++) {
                add(y, n, x[k], b[k]);
            }
            activate(f, y, n);
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

    @Override
    void addOuter(float[][] a, int m, int width, float[][] d, int n, float[][] g) {
        int i = 0;
        for (; i + 4 <= m; i += 4) {
            float[] a0 = a[i];
            float[] a1 = a[i + 1];
            float[] a2 = a[i + 2];
            float[] a3 = a[i + 3];
            for (int k = 0; k < width; k++) {
                add4(g[k], n, a0[k], d[i], a1[k], d[i + 1], a2[k], d[i + 2], a3[k], d[i + 3]);
            }
        }
        for (; i < m; i++) {
            for (int k = 0; k < width; k++) {
                add(g[k], n, a[i][k], d[i]);
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
        System.arraycopy(bias, 0, y, 0, n);
        int c = 0;
        for (; c + 4 <= count; c += 4) {
            int k0 = index[c];
            int k1 = index[c + 1];
            int k2 = index[c + 2];
            int k3 = index[c + 3];
            add4(y, n, x[k0], w[k0], x[k1], w[k1], x[k2], w[k2], x[k3], w[k3]);
        }
        for (; c < count; c++) {
            add(y, n, x[index[c]], w[index[c]]);
        }
        activate(f, y, n);
    }

    @Override
    void addOuterSparse(float[] x, int[] index, int count, float[] d, int n, float[][] g) {
        for (int c = 0; c < count; c++) {
            add(g[index[c]], n, x[index[c]], d);
        }
    }

    @Override
    void addColumns(float[][] d, int m, int n, float[] g) {
        for (int i = 0; i < m; i++) {
            add(g, n, 1f, d[i]);
        }
    }

    private static void activate(Mlp.@Nullable Activation f, float[] y, int n) {
        if (f == Mlp.Activation.TANH) {
            for (int j = 0; j < n; j++) {
                y[j] = Tanh.of(y[j]);
            }
        } else if (f == Mlp.Activation.RELU) {
            for (int j = 0; j < n; j++) {
                y[j] = Math.max(0f, y[j]);
            }
        }
    }

    @Override
    void activationGradient(Mlp.Activation f, float[][] y, float[][] d, int m, int n) {
        for (int i = 0; i < m; i++) {
            float[] out = y[i];
            float[] row = d[i];
            if (f == Mlp.Activation.TANH) {
                for (int j = 0; j < n; j++) {
                    row[j] *= 1f - out[j] * out[j];
                }
            } else {
                for (int j = 0; j < n; j++) {
                    row[j] = out[j] > 0 ? row[j] : 0f;
                }
            }
        }
    }

    @Override
    double sumOfSquares(float[] g) {
        double s0 = 0;
        double s1 = 0;
        int j = 0;
        for (; j + 2 <= g.length; j += 2) {
            s0 += (double) g[j] * g[j];
            s1 += (double) g[j + 1] * g[j + 1];
        }
        return j < g.length ? s0 + s1 + (double) g[j] * g[j] : s0 + s1;
    }

    @Override
    void adam(float[] p, float[] g, float[] m, float[] v, AdamStep s) {
        float beta1 = s.beta1();
        float beta2 = s.beta2();
        float rest1 = 1f - beta1;
        float rest2 = 1f - beta2;
        float epsilon = s.epsilon();
        float rate = s.rate();
        float correction = s.rootCorrection();
        float scale = s.scale();
        float decay = s.decay();
        for (int j = 0; j < p.length; j++) {
            float gradient = g[j] * scale;
            float first = beta1 * m[j] + rest1 * gradient;
            float second = beta2 * v[j] + rest2 * (gradient * gradient);
            m[j] = first;
            v[j] = second;
            p[j] = p[j] * decay - rate * first / ((float) Math.sqrt(second) * correction + epsilon);
            g[j] = 0f;
        }
    }

    @Override
    float[][] pack(FloatBuffer weight, int in, int out, boolean byInput) {
        float[][] rows = new float[in][LinearMap.width(out)];
        if (byInput) {
            for (int k = 0; k < in; k++) {
                weight.get(k * out, rows[k], 0, out);
            }
            return rows;
        }
        float[][] part = new float[PART][in];
        for (int from = 0; from < out; from += PART) {
            int n = Math.min(PART, out - from);
            for (int o = 0; o < n; o++) {
                weight.get((from + o) * in, part[o], 0, in);
            }
            for (int k = 0; k < in; k++) {
                for (int o = 0; o < n; o++) {
                    rows[k][from + o] = part[o][k];
                }
            }
        }
        return rows;
    }

    @Override
    void product(float[][] a, int m, int depth, float[][] w, int n, float[] bias, boolean add, float[][] c) {
        for (int i = 0; i < m; i++) {
            float[] x = a[i];
            float[] y = c[i];
            if (add) {
                add(y, n, 1f, bias);
            } else {
                System.arraycopy(bias, 0, y, 0, n);
            }
            int k = 0;
            for (; k + 4 <= depth; k += 4) {
                add4(y, n, x[k], w[k], x[k + 1], w[k + 1], x[k + 2], w[k + 2], x[k + 3], w[k + 3]);
            }
            for (; k < depth; k++) {
                add(y, n, x[k], w[k]);
            }
        }
    }

    @Override
    public void multiply(float[] a, int depth, float[] b, int stride, int n, float[] c) {
        Arrays.fill(c, 0, n, 0f);
        for (int k = 0; k < depth; k++) {
            float x = a[k];
            int o = k * stride;
            for (int j = 0; j < n; j++) {
                c[j] += x * b[o + j];
            }
        }
    }

    @Override
    public float greatest(float[] x, int n) {
        float greatest = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < n; j++) {
            greatest = Math.max(greatest, x[j]);
        }
        return greatest;
    }

    @Override
    public double exponentials(float[] x, int n, float scale, float greatest) {
        double sum = 0;
        for (int j = 0; j < n; j++) {
            float y = scale * (x[j] - greatest);
            x[j] = y < LEAST_EXPONENT ? 0f : (float) Math.exp(y);
            sum += x[j];
        }
        return sum;
    }

    @Override
    public void gelu(float[] x, int n) {
        for (int j = 0; j < n; j++) {
            float v = x[j];
            x[j] = 0.5f * v * (1f + Tanh.of(GELU_SCALE * (v + GELU_CUBE * v * v * v)));
        }
    }

    @Override
    public void silu(float[] x, int n) {
        for (int j = 0; j < n; j++) {
            x[j] = 0.5f * x[j] * (1f + Tanh.of(0.5f * x[j]));
        }
    }

    @Override
    public void times(float[] x, float[] y, int n) {
        for (int j = 0; j < n; j++) {
            x[j] *= y[j];
        }
    }

    @Override
    public void layerNorm(float[] x, int n, float[] gain, float[] bias, double epsilon, float[] y) {
        double sum = 0;
        for (int j = 0; j < n; j++) {
            sum += x[j];
        }
        float mean = (float) (sum / n);
        double squares = 0;
        for (int j = 0; j < n; j++) {
            squares += (x[j] - mean) * (x[j] - mean);
        }
        float scale = (float) (1 / Math.sqrt(squares / n + epsilon));
        for (int j = 0; j < n; j++) {
            y[j] = (x[j] - mean) * scale * gain[j] + bias[j];
        }
    }

    @Override
    public void rmsNorm(float[] x, int n, float[] gain, double epsilon, float[] y) {
        double squares = 0;
        for (int j = 0; j < n; j++) {
            squares += x[j] * x[j];
        }
        float scale = (float) (1 / Math.sqrt(squares / n + epsilon));
        for (int j = 0; j < n; j++) {
            y[j] = x[j] * scale * gain[j];
        }
    }

    private static void add4(
            float[] y, int n, float x0, float[] r0, float x1, float[] r1, float x2, float[] r2, float x3, float[] r3) {
        for (int j = 0; j < n; j++) {
            y[j] += x0 * r0[j] + x1 * r1[j] + x2 * r2[j] + x3 * r3[j];
        }
    }

    private static void add(float[] y, int n, float x, float[] row) {
        for (int j = 0; j < n; j++) {
            y[j] += x * row[j];
        }
    }

    private static float dot(float[] a, float[] b, int n) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        for (int j = 0; j < n; j += 4) {
            s0 += a[j] * b[j];
            s1 += a[j + 1] * b[j + 1];
            s2 += a[j + 2] * b[j + 2];
            s3 += a[j + 3] * b[j + 3];
        }
        return (s0 + s1) + (s2 + s3);
    }
}
