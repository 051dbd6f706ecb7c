package io.github.rlllm.torch;

import io.github.rlllm.torch.checkpoint.ModelConfig;
import java.util.Arrays;

/** Keys and values of a text that a model has read: for each layer [groups, tokens, head width], row-major. Immutable. */
final class KeyValues {
    private final ModelConfig.Attention attention;
    private final int[] tokens;
    private final float[][] keys;
    private final float[][] values;

    private KeyValues(ModelConfig.Attention attention, int[] tokens, float[][] keys, float[][] values) {
        this.attention = attention;
        this.tokens = tokens;
        this.keys = keys;
        this.values = values;
    }

    /** Of no text. */
    static KeyValues none(ModelConfig config) {
        float[][] empty = new float[config.sizes().layers()][0];
        return new KeyValues(config.attention(), new int[0], empty, empty);
    }

    int length() {
        return tokens.length;
    }

    float[] keys(int layer) {
        return keys[layer];
    }

    float[] values(int layer) {
        return values[layer];
    }

    /** The number of tokens that a text begins with as this one does. */
    int common(int[] text) {
        int differs = Arrays.mismatch(tokens, text);
        return differs < 0 ? tokens.length : differs;
    }

    /** Of the first tokens alone. */
    KeyValues first(int length) {
        if (length == tokens.length) {
            return this;
        }
        KeyValues none = new KeyValues(attention, new int[0], new float[keys.length][0], new float[keys.length][0]);
        return none.with(Arrays.copyOf(tokens, length), keys, values);
    }

    /**
     * Of a text that goes on.
     *
     * @param next its next tokens
     * @param nextKeys for each layer [groups, at least as many columns as tokens, head width]: those tokens come first
     * @param nextValues likewise
     */
    KeyValues with(int[] next, float[][] nextKeys, float[][] nextValues) {
        int[] all = Arrays.copyOf(tokens, tokens.length + next.length);
        System.arraycopy(next, 0, all, tokens.length, next.length);
        float[][] allKeys = new float[keys.length][];
        float[][] allValues = new float[keys.length][];
        for (int layer = 0; layer < keys.length; layer++) {
            allKeys[layer] = joined(keys[layer], nextKeys[layer], next.length);
            allValues[layer] = joined(values[layer], nextValues[layer], next.length);
        }
        return new KeyValues(attention, all, allKeys, allValues);
    }

    private float[] joined(float[] before, float[] next, int added) {
        int g = attention.groups();
        int d = attention.headWidth();
        int old = tokens.length * d;
        int more = added * d;
        float[] joined = new float[g * (old + more)];
        for (int group = 0; group < g; group++) {
            System.arraycopy(before, group * old, joined, group * (old + more), old);
            System.arraycopy(next, group * (next.length / g), joined, group * (old + more) + old, more);
        }
        return joined;
    }
}
