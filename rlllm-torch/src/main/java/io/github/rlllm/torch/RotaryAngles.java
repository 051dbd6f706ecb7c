package io.github.rlllm.torch;

import io.github.rlllm.torch.checkpoint.ModelConfig.Llama3;
import io.github.rlllm.torch.checkpoint.ModelConfig.Rope;
import org.jspecify.annotations.Nullable;

/** Cosines and sines of rotary positions; pair i is made of numbers i and i + d/2 of a head of d. */
final class RotaryAngles {
    private RotaryAngles() {}

    /**
     * Turns per position of each pair.
     *
     * @param rope the settings
     * @param windowed of a layer with a window
     * @param d width of a head
     */
    static float[] frequencies(Rope rope, boolean windowed, int d) {
        float[] frequencies = new float[d / 2];
        for (int i = 0; i < frequencies.length; i++) {
            double plain = 1 / Math.pow(windowed ? rope.windowTheta() : rope.theta(), 2.0 * i / d);
            double divisor = rope.divisors().isEmpty() ? 1 : rope.divisors().get(i);
            frequencies[i] = (float) (windowed ? plain : scaled(plain, rope.factor(), rope.llama3()) / divisor);
        }
        return frequencies;
    }

    private static double scaled(double plain, double factor, @Nullable Llama3 llama3) {
        if (llama3 == null) {
            return plain / factor;
        }
        double turns = llama3.original() * plain / (2 * Math.PI);
        if (turns < llama3.low()) {
            return plain / factor;
        }
        if (turns > llama3.high()) {
            return plain;
        }
        double smooth = (turns - llama3.low()) / (llama3.high() - llama3.low());
        return (1 - smooth) * plain / factor + smooth * plain;
    }

    /**
     * Cosines and sines of positions times frequencies, each [positions, d] with both halves alike.
     *
     * @return cosines, then sines
     */
    static float[][] table(long[] positions, float[] frequencies) {
        int half = frequencies.length;
        float[][] table = new float[2][positions.length * 2 * half];
        for (int p = 0; p < positions.length; p++) {
            for (int i = 0; i < half; i++) {
                // The product is rounded to single precision, as in the models' training.
                float angle = positions[p] * frequencies[i];
                int at = p * 2 * half + i;
                table[0][at] = table[0][at + half] = (float) Math.cos(angle);
                table[1][at] = table[1][at + half] = (float) Math.sin(angle);
            }
        }
        return table;
    }
}
