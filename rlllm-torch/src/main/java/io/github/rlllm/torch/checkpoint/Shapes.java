package io.github.rlllm.torch.checkpoint;

import java.util.Arrays;

/** Products of dimensions that do not overflow in silence. */
final class Shapes {
    private Shapes() {}

    /** The number of elements; {@link Long#MAX_VALUE} if it is larger than a long, -1 if a dimension is negative. */
    static long size(long... shape) {
        for (long n : shape) {
            if (n < 0) {
                return -1;
            }
            if (n == 0) {
                return 0;
            }
        }
        long size = 1;
        for (long n : shape) {
            if (size > Long.MAX_VALUE / n) {
                return Long.MAX_VALUE;
            }
            size *= n;
        }
        return size;
    }

    static String text(long... shape) {
        return Arrays.toString(shape);
    }
}
