package io.github.rlllm.torch.checkpoint;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How numbers are stored in a GGUF file: blocks of so many numbers in so many bytes, little-endian. Scales d and minima m
 * are binary16; q are the stored integers.
 */
enum GgufType {
    /** binary32. */
    F32(0, 1, 4),
    /** binary16. */
    F16(1, 1, 2),
    /** d (q - 8), q of 4 bits. */
    Q4_0(2, 32, 18),
    /** d q + m, q of 4 bits. */
    Q4_1(3, 32, 20),
    /** d (q - 16), q of 5 bits. */
    Q5_0(6, 32, 22),
    /** d q + m, q of 5 bits. */
    Q5_1(7, 32, 24),
    /** d q, q of 8 bits with sign. */
    Q8_0(8, 32, 34),
    /** Eight parts of 32: d s q - dmin m, with s and m of 6 bits, q of 4. */
    Q4_K(12, 256, 144),
    /** As Q4_K with q of 5 bits. */
    Q5_K(13, 256, 176),
    /** Sixteen parts of 16: d s (q - 32), s of 8 bits with sign, q of 6. */
    Q6_K(14, 256, 210),
    /** The upper half of binary32. */
    BF16(30, 1, 2);

    final int id;
    final int numbers;
    final int bytes;

    GgufType(int id, int numbers, int bytes) {
        this.id = id;
        this.numbers = numbers;
        this.bytes = bytes;
    }

    static @Nullable GgufType of(int id) {
        return Arrays.stream(values()).filter(t -> t.id == id).findFirst().orElse(null);
    }

    /** Widens the whole blocks of a buffer. */
    void widen(ByteBuffer in, FloatBuffer out) {
        float[] block = new float[numbers];
        while (in.hasRemaining()) {
            switch (this) {
                case F32 -> block[0] = in.getFloat();
                case F16 -> block[0] = half(in);
                case BF16 -> block[0] = Half.fromBrain(in.getShort());
                case Q4_0 -> nibbles(half(in), 0f, 8, 0, in, block);
                case Q4_1 -> nibbles(half(in), half(in), 0, 0, in, block);
                case Q5_0 -> nibbles(half(in), 0f, 16, in.getInt(), in, block);
                case Q5_1 -> nibbles(half(in), half(in), 0, in.getInt(), in, block);
                case Q8_0 -> bytes(half(in), in, block);
                case Q4_K -> fourOrFive(in, block, false);
                case Q5_K -> fourOrFive(in, block, true);
                case Q6_K -> six(in, block);
            }
            out.put(block);
        }
    }

    private static float half(ByteBuffer in) {
        return Half.fromHalf(in.getShort());
    }

    /** Low nibbles are the first 16 numbers, high nibbles the others; {@code fifth} holds a fifth bit of each. */
    private static void nibbles(float d, float m, int zero, int fifth, ByteBuffer in, float[] out) {
        for (int i = 0; i < 16; i++) {
            int pair = in.get();
            int low = pair & 15 | (fifth >>> i & 1) << 4;
            int high = pair >>> 4 & 15 | (fifth >>> i + 16 & 1) << 4;
            out[i] = (low - zero) * d + m;
            out[i + 16] = (high - zero) * d + m;
        }
    }

    private static void bytes(float d, ByteBuffer in, float[] out) {
        for (int i = 0; i < 32; i++) {
            out[i] = in.get() * d;
        }
    }

    private static void fourOrFive(ByteBuffer in, float[] out, boolean five) {
        float d = half(in);
        float dmin = half(in);
        byte[] packed = new byte[12];
        in.get(packed);
        byte[] fifth = new byte[32];
        if (five) {
            in.get(fifth);
        }
        for (int pair = 0; pair < 4; pair++) {
            float d1 = d * scale(packed, 2 * pair);
            float m1 = dmin * minimum(packed, 2 * pair);
            float d2 = d * scale(packed, 2 * pair + 1);
            float m2 = dmin * minimum(packed, 2 * pair + 1);
            for (int i = 0; i < 32; i++) {
                int q = in.get();
                int low = q & 15 | (fifth[i] >>> 2 * pair & 1) << 4;
                int high = q >>> 4 & 15 | (fifth[i] >>> 2 * pair + 1 & 1) << 4;
                out[64 * pair + i] = d1 * low - m1;
                out[64 * pair + 32 + i] = d2 * high - m2;
            }
        }
    }

    /** The scale of a part: the first four in six bits each, the others as 4 bits and the upper 2 of the first four. */
    private static int scale(byte[] packed, int part) {
        return part < 4 ? packed[part] & 63 : packed[part + 4] & 15 | (packed[part - 4] & 0xc0) >>> 2;
    }

    private static int minimum(byte[] packed, int part) {
        return part < 4 ? packed[part + 4] & 63 : packed[part + 4] >>> 4 & 15 | (packed[part] & 0xc0) >>> 2;
    }

    private static void six(ByteBuffer in, float[] out) {
        byte[] low = new byte[128];
        byte[] high = new byte[64];
        byte[] scales = new byte[16];
        in.get(low).get(high).get(scales);
        float d = half(in);
        for (int n = 0; n < 256; n++) {
            int side = n / 128;
            int quarter = n / 32 % 4;
            int l = n % 32;
            int q = low[64 * side + 32 * (quarter % 2) + l] >>> 4 * (quarter / 2) & 15
                    | (high[32 * side + l] >>> 2 * quarter & 3) << 4;
            out[n] = d * scales[n / 16] * (q - 32);
        }
    }
}
