package io.github.rlllm.torch.checkpoint;

/** Numbers of 16 bits widened to single precision, exactly. */
final class Half {
    private Half() {}

    /** IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 fraction. */
    static float fromHalf(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >>> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0) {
            float tiny = fraction * 0x1p-24f;
            return sign == 0 ? tiny : -tiny;
        }
        int wide = exponent == 31 ? 0xff : exponent + 112;
        return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
    }

    /** bfloat16: the upper half of a binary32. */
    static float fromBrain(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }
}
