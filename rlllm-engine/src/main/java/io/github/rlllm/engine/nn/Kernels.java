package io.github.rlllm.engine.nn;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The arithmetic under {@link Mlp} and {@link Adam}. Stateless and thread-safe. Two kinds: {@link #scalar()} for every
 * JVM, and one on the Vector API. Each is bitwise repeatable; between the two a sum may differ by its rounding, at most
 * {@value #TOLERANCE} relative to the sum of the absolute terms for rows of up to 1,024 elements.
 *
 * <p>A matrix is an array of rows; the rows over which a loop runs are padded with zeros to {@link #padded} elements, so
 * that no kernel has a tail.
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

    static int padded(int n) {
        return (n + PADDING - 1) / PADDING * PADDING;
    }

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
