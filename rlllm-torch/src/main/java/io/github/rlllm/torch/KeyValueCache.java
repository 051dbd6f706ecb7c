package io.github.rlllm.torch;

import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.torch.checkpoint.ModelConfig;

/**
 * Keys and values of one text, in memory for its greatest length. For each layer and group, keys lie by number of the head
 * [d, capacity] and values by token [capacity, d padded], so that the scores of all tokens and their mean are sums of rows.
 */
final class KeyValueCache {
    private final int headWidth;
    private final int capacity;
    private final int width;
    private final float[][][] keys;
    private final float[][][] values;

    /**
     * For texts of a greatest length.
     *
     * @param config of the model
     * @param tokens the greatest number
     */
    KeyValueCache(ModelConfig config, int tokens) {
        int layers = config.sizes().layers();
        int groups = config.attention().groups();
        headWidth = config.attention().headWidth();
        capacity = Kernels.padded(tokens);
        width = Kernels.padded(headWidth);
        keys = new float[layers][groups][Math.multiplyExact(headWidth, capacity)];
        values = new float[layers][groups][Math.multiplyExact(capacity, width)];
    }

    int capacity() {
        return capacity;
    }

    /** [d, capacity]. */
    float[] keys(int layer, int group) {
        return keys[layer][group];
    }

    /** [capacity, d padded]. */
    float[] values(int layer, int group) {
        return values[layer][group];
    }

    /** Sets a token's key and the value that stands somewhere in a row. */
    void put(int layer, int group, int slot, float[] key, float[] row, int from) {
        float[] byNumber = keys[layer][group];
        for (int i = 0; i < headWidth; i++) {
            byNumber[i * capacity + slot] = key[i];
        }
        System.arraycopy(row, from, values[layer][group], slot * width, headWidth);
    }

    /** Takes over the first tokens of another text. */
    void copy(KeyValueCache from, int tokens) {
        for (int layer = 0; layer < keys.length; layer++) {
            for (int group = 0; group < keys[layer].length; group++) {
                for (int i = 0; i < headWidth; i++) {
                    System.arraycopy(
                            from.keys[layer][group], i * from.capacity, keys[layer][group], i * capacity, tokens);
                }
                System.arraycopy(from.values[layer][group], 0, values[layer][group], 0, tokens * width);
            }
        }
    }
}
