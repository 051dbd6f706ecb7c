package io.github.rlllm.engine.nn;

import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The arithmetic under {@link Mlp}, {@link Adam} and {@link LinearMap}, and what a decoder needs beside its maps. Stateless
 * and thread-safe. Two kinds: {@link #scalar()} for every
 * JVM, and one on the Vector API. Each is bitwise repeatable; between the two a sum may differ by its rounding, at most
 * {@value #TOLERANCE} relative to the sum of the absolute terms for rows of up to 1,024 elements.
 *
 * <p>A matrix is an array of rows; the rows over which a loop runs are padded with zeros to {@link #padded} elements, so
 * that no kernel has a tail. What is public takes any n up to the rows' length padded so.
 */
public abstract class Kernels {
    /** How far the two kinds of kernel may be apart, relative to the sum of the absolute terms. */
    public static final double TOLERANCE = 1e-5;

    private static final int PADDING = 16;
    private static final Kernels SCALAR = new ScalarKernels();

    Kernels() {}

    /**
     * The fastest kernels of this JVM: Vector API where {@code --add-modules jdk.incubator.vector} was given and the
     * system property {@code rlllm.kernels} is not {@code scalar}.
     *
     * @return the kernels, the same at every call
     */
    public static Kernels fastest() {
        return Fastest.KERNELS;
    }

    /**
     * The kernels that every JVM has.
     *
     * @return the kernels, the same at every call
     */
    public static Kernels scalar() {
        return SCALAR;
    }

    /**
     * What these kernels are, for provenance.
     *
     * @return such as {@code scalar} or {@code vector 512 bits}
     */
    public abstract String name();

    /**
     * The length of the rows over which a loop of n elements runs.
     *
     * @param n at least 0
     * @return the least multiple of 16 that is not below it
     */
    public static int padded(int n) {
        return (n + PADDING - 1) / PADDING * PADDING;
    }

    /**
     * {@code c[j] = sum over k of a[k] b[k stride + j]}, as attention needs it.
     *
     * @param a at least {@code depth} numbers
     * @param depth what is summed over
     * @param b [depth, stride]
     * @param stride between its rows, at least n
     * @param n columns, a padded number
     * @param c n numbers, overwritten
     */
    public abstract void multiply(float[] a, int depth, float[] b, int stride, int n, float[] c);

    /**
     * The greatest element.
     *
     * @param x of a padded length; what is padded does not win if it is minus infinity
     * @param n elements, padded with minus infinity
     * @return NaN if one is NaN
     */
    public abstract float greatest(float[] x, int n);

    /**
     * {@code x[j] = exp(scale (x[j] - greatest))} in place, within 3e-7 relative; what is below exp(-87) becomes 0.
     *
     * @param x of a padded length, each finite or minus infinity
     * @param n elements, padded with minus infinity
     * @param scale above 0
     * @param greatest of the elements
     * @return the sum
     */
    public abstract double exponentials(float[] x, int n, float scale, float greatest);

    /**
     * {@code x = 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))} in place.
     *
     * @param x of a padded length
     * @param n elements
     */
    public abstract void gelu(float[] x, int n);

    /**
     * {@code x = x / (1 + exp(-x))} in place.
     *
     * @param x of a padded length
     * @param n elements
     */
    public abstract void silu(float[] x, int n);

    /**
     * {@code x = x y} element by element, in place.
     *
     * @param x of a padded length
     * @param y of a padded length
     * @param n elements
     */
    public abstract void times(float[] x, float[] y, int n);

    /**
     * {@code y = (x - mean) / sqrt(variance + epsilon) gain + bias}.
     *
     * @param x of a padded length, zero beyond n
     * @param n elements
     * @param gain zero beyond n
     * @param bias zero beyond n
     * @param epsilon above 0
     * @param y overwritten; it may be x
     */
    public abstract void layerNorm(float[] x, int n, float[] gain, float[] bias, double epsilon, float[] y);

    /**
     * {@code y = x / sqrt(mean of squares + epsilon) gain}.
     *
     * @param x of a padded length, zero beyond n
     * @param n elements
     * @param gain zero beyond n
     * @param epsilon above 0
     * @param y overwritten; it may be x
     */
    public abstract void rmsNorm(float[] x, int n, float[] gain, double epsilon, float[] y);

    /** A weight in the order in which {@link #product} reads it; it is [in, out] if {@code byInput}, else [out, in]. */
    abstract float[][] pack(FloatBuffer weight, int in, int out, boolean byInput);

    /** c = a w + bias, or c += a w + bias, for m rows and a packed w; each row as if it were alone, bit for bit. */
    abstract void product(float[][] a, int m, int depth, float[][] w, int n, float[] bias, boolean add, float[][] c);

    /**
     * c[i][j] = f(bias[j] + sum over k of a[i][k] b[k][j]), for i below m, k below depth and j below n (a padded width);
     * the activation follows each block of rows while it is in the cache.
     */
    abstract void multiply(
            float[][] a,
            int m,
            int depth,
            float[][] b,
            int n,
            float @Nullable [] bias,
            Mlp.@Nullable Activation f,
            float[][] c);

    /** y[i][o] = bias[o] + sum over j of x[i][j] w[o][j], for i below m, o below outputs, j below n (padded). */
    abstract void dots(float[][] x, int m, int n, float[][] w, int outputs, float[] bias, float[][] y);

    /** g[k][j] += sum over i of a[i][k] d[i][j], for k below width, i below m, j below n (padded). */
    abstract void addOuter(float[][] a, int m, int width, float[][] d, int n, float[][] g);

    /** y[j] = f(bias[j] + sum over the {@code count} listed k of x[k] w[k][j]). */
    abstract void multiplySparse(
            float[] x, int[] index, int count, float[][] w, int n, float[] bias, Mlp.@Nullable Activation f, float[] y);

    /** g[k][j] += x[k] d[j] for the {@code count} listed k. */
    abstract void addOuterSparse(float[] x, int[] index, int count, float[] d, int n, float[][] g);

    /** g[j] += sum over i of d[i][j]. */
    abstract void addColumns(float[][] d, int m, int n, float[] g);

    /** The gradient through the activation, from its output y: d = d (1 - y^2) for tanh, d where y > 0 for ReLU. */
    abstract void activationGradient(Mlp.Activation f, float[][] y, float[][] d, int m, int n);

    /** The sum of squares of a row. */
    abstract double sumOfSquares(float[] g);

    /** One step of Adam on a row, which also sets its gradient to zero. */
    abstract void adam(float[] p, float[] g, float[] m, float[] v, AdamStep step);

    /** b[j][i] = a[i][j] for i below m and j below n. */
    void transpose(float[][] a, int m, int n, float[][] b) {
        for (int i = 0; i < m; i++) {
            float[] row = a[i];
            for (int j = 0; j < n; j++) {
                b[j][i] = row[j];
            }
        }
    }

    /**
     * The numbers of one step of Adam.
     *
     * @param beta1 decay of the first moment
     * @param beta2 decay of the second moment
     * @param epsilon added to the root of the corrected second moment
     * @param rate learning rate over 1 - beta1^t
     * @param rootCorrection 1 / sqrt(1 - beta2^t)
     * @param scale what the gradient is multiplied by (clipping)
     * @param decay what the parameter is multiplied by (decoupled weight decay)
     */
    record AdamStep(
            float beta1, float beta2, float epsilon, float rate, float rootCorrection, float scale, float decay) {}

    /** Chosen at the first use; the class on the Vector API is loaded by name because the module may be absent. */
    private static final class Fastest {
        static final Kernels KERNELS = choose();

        private static Kernels choose() {
            Logger log = LoggerFactory.getLogger(Kernels.class);
            if ("scalar".equals(System.getProperty("rlllm.kernels"))) {
                return SCALAR;
            }
            if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
                log.info("Networks run on scalar kernels; java --add-modules jdk.incubator.vector makes them faster.");
                return SCALAR;
            }
            try {
                Class<?> kernels = Class.forName("io.github.rlllm.engine.nn.VectorKernels");
                return (Kernels) kernels.getDeclaredConstructor().newInstance();
            } catch (ReflectiveOperationException | LinkageError e) {
                log.warn("Networks run on scalar kernels: this JVM's Vector API does not fit ({}).", e.toString());
                return SCALAR;
            }
        }
    }
}
