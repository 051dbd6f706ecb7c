package io.github.rlllm.engine.program;

import org.jspecify.annotations.Nullable;

/**
 * The operations of a {@link BlockCode}, with the bits of the scalar ones. Only the Vector API has them: where a JVM was started
 * without {@code --add-modules jdk.incubator.vector}, or with the system property {@code rlllm.kernels=scalar}, the emitted
 * code goes over columns row by row, which gives the same.
 */
abstract class BlockKernels {
    /**
     * One operation of a program on n rows, a multiple of {@link #lanes()}. Operands and result are arrays by number, each with
     * the place where its block begins; the result may be an operand's array.
     */
    interface Operation {
        void run(double[][] arrays, int[] places, int n);
    }

    /** The kernels of this JVM, or null where it has none. */
    static @Nullable BlockKernels vector() {
        return Vector.KERNELS;
    }

    /** The operation that computes a value; the operands' and the result's arrays by number. */
    abstract Operation operation(BlockGraph.Value value, int a, int b, int c, int out);

    /** Blocks are computed in steps of so many rows. */
    abstract int lanes();

    /** Whether n elements are in a closed range, and whole where they have to be; n is a multiple of {@link #lanes()}. */
    abstract boolean within(double[] a, int at, int n, double low, double high, boolean whole);

    /** Writes n elements with 0 for -0; false where one is not finite. */
    abstract boolean finish(double[] a, int at, double[] out, int atOut, int n);

    private static final class Vector {
        static final @Nullable BlockKernels KERNELS = load();

        private static @Nullable BlockKernels load() {
            boolean wanted = !"scalar".equals(System.getProperty("rlllm.kernels"));
            if (!wanted || ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
                return null;
            }
            try {
                return (BlockKernels) Class.forName("io.github.rlllm.engine.program.VectorBlocks")
                        .getDeclaredConstructor()
                        .newInstance();
            } catch (ReflectiveOperationException | LinkageError e) {
                return null;
            }
        }
    }
}
