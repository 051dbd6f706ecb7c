package io.github.rlllm.torch;

import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.nn.LinearMap;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import io.github.rlllm.torch.checkpoint.ModelConfig.Family;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The network of {@link CausalLm} forward, in plain Java, for some columns at a time whose texts have their keys and values
 * kept: {@link DecoderForward} without gradients and without what an engine costs per operation. A column's result does
 * not depend on those beside it, bit for bit, but through its own text. Confined to one thread, which holds the engine's
 * lock.
 */
final class PackedReader {
    /** The greatest number of columns at a time. */
    static final int MOST = 64;

    private static final int TABLE = 64;
    private static final int[] NO_PATH = {};

    private final PackedWeights weights;
    private final ModelConfig config;
    private final Kernels kernels;
    private final FloatBuffer tokens;
    private final @Nullable FloatBuffer positions;
    /** Of layers without and with a window: cosines and sines, a row a position. */
    private final float[][][] angles = new float[2][][];

    private int angled;

    private final float[][] x;
    private final float[][] y;
    private final float[][] qkv;
    private final float[][] mixed;
    private final float[][] gate;
    private final float[][] up;
    private final float[] query;
    private final float[] mean;
    private final float[] key;
    private float[] scores = new float[0];

    /** Tokens to be read, each the next of its text or of one of several ways on. */
    static final class Columns {
        private final int[] tokens = new int[MOST];
        private final int[] positions = new int[MOST];
        private final int[] slots = new int[MOST];
        private final int[][] paths = new int[MOST][];
        private final KeyValueCache[] texts = new KeyValueCache[MOST];
        private int size;

        /**
         * Adds a column.
         *
         * @param token of the vocabulary
         * @param position tokens before it in its text, which were read or stand before it in these columns
         * @param text where its key and value go
         */
        void add(int token, int position, KeyValueCache text) {
            add(token, position, position, NO_PATH, text);
        }

        /**
         * Adds a column of a tree behind a text.
         *
         * @param token of the vocabulary
         * @param position tokens before it on its way
         * @param slot where its key and value go, not below those of its way
         * @param path the slots of the nodes that lead to it, its own the last: of what lies behind the text it sees these
         *     alone
         * @param text the text's, with room for the tree
         */
        void add(int token, int position, int slot, int[] path, KeyValueCache text) {
            tokens[size] = token;
            positions[size] = position;
            slots[size] = slot;
            paths[size] = path;
            texts[size++] = text;
        }

        int size() {
            return size;
        }

        void clear() {
            size = 0;
        }
    }

    PackedReader(PackedWeights weights) {
        this.weights = weights;
        this.config = weights.config();
        this.kernels = weights.kernels();
        this.tokens = weights.tokens().numbers();
        Parameter learned = weights.positions();
        this.positions = learned == null ? null : learned.numbers();
        ModelConfig.Attention attention = config.attention();
        int heads = attention.heads() * attention.headWidth();
        x = rows(config.sizes().width());
        y = rows(config.sizes().width());
        qkv = rows(heads + 2 * attention.groups() * attention.headWidth());
        mixed = rows(heads);
        gate = rows(config.sizes().inner());
        up = rows(config.sizes().inner());
        query = new float[Kernels.padded(attention.headWidth())];
        mean = new float[Kernels.padded(attention.headWidth())];
        key = new float[Kernels.padded(attention.headWidth())];
    }

    private static float[][] rows(int width) {
        return new float[MOST][LinearMap.width(width)];
    }

    /** Reads columns: their keys and values are kept, and their results stay until the next call. */
    void read(Columns columns) {
        int n = columns.size;
        embed(columns);
        for (int l = 0; l < config.sizes().layers(); l++) {
            PackedWeights.Attention attention = weights.layer(l).attention();
            norm(attention.before(), n);
            attention.in().apply(y, n, qkv);
            for (int i = 0; i < n; i++) {
                attend(attention, l, columns, i);
            }
            back(attention.out(), mixed, attention.after(), n);
            perceptron(weights.layer(l).perceptron(), n);
        }
    }

    /**
     * A column's result.
     *
     * @param column of the last read
     * @param into its numbers after the last norm
     */
    void hidden(int column, float[] into) {
        norm(weights.last(), x[column], into);
    }

    /**
     * Scores of the tokens after some results of {@link #hidden}.
     *
     * @param hidden at least n rows
     * @param n rows
     * @param into at least n rows of {@link LinearMap#width} of the vocabulary
     */
    void logits(float[][] hidden, int n, float[][] into) {
        weights.logits().apply(hidden, n, into);
    }

    /**
     * The logarithm of the sum of a row's exponentials.
     *
     * @param row logits, overwritten
     * @return NaN or infinite if one of them is
     */
    double logSum(float[] row) {
        int vocabulary = config.sizes().vocabulary();
        Arrays.fill(row, vocabulary, Kernels.padded(vocabulary), Float.NEGATIVE_INFINITY);
        float greatest = kernels.greatest(row, vocabulary);
        return Float.isFinite(greatest)
                ? greatest + Math.log(kernels.exponentials(row, vocabulary, 1, greatest))
                : greatest;
    }

    private void embed(Columns columns) {
        int d = config.sizes().width();
        float scale = config.family() == Family.GEMMA3 ? (float) Math.sqrt(d) : 1;
        for (int i = 0; i < columns.size; i++) {
            tokens.get(columns.tokens[i] * d, x[i], 0, d);
            if (positions != null) {
                positions.get(columns.positions[i] * d, y[i], 0, d);
                for (int j = 0; j < d; j++) {
                    x[i][j] += y[i][j];
                }
            } else if (scale != 1) {
                for (int j = 0; j < d; j++) {
                    x[i][j] *= scale;
                }
            }
        }
    }

    /** Adds a map of rows, normed where the family does so, to the residual stream. */
    private void back(LinearMap map, float[][] rows, PackedWeights.@Nullable Norm after, int n) {
        if (after == null) {
            map.add(rows, n, x);
            return;
        }
        map.apply(rows, n, y);
        int d = config.sizes().width();
        for (int i = 0; i < n; i++) {
            norm(after, y[i], y[i]);
            for (int j = 0; j < d; j++) {
                x[i][j] += y[i][j];
            }
        }
    }

    private void perceptron(PackedWeights.Perceptron perceptron, int n) {
        norm(perceptron.before(), n);
        perceptron.up().apply(y, n, up);
        LinearMap opening = perceptron.gate();
        boolean gelu = config.family() == Family.GEMMA3 || opening == null;
        if (opening != null) {
            opening.apply(y, n, gate);
        }
        int inner = config.sizes().inner();
        for (int i = 0; i < n; i++) {
            float[] activated = opening == null ? up[i] : gate[i];
            if (gelu) {
                kernels.gelu(activated, inner);
            } else {
                kernels.silu(activated, inner);
            }
            if (opening != null) {
                kernels.times(up[i], activated, inner);
            }
        }
        back(perceptron.down(), up, perceptron.after(), n);
    }

    /** One column's attention; the H/G queries of a group see the same keys. */
    private void attend(PackedWeights.Attention maps, int layer, Columns columns, int i) {
        float[] row = qkv[i];
        float[] into = mixed[i];
        int position = columns.positions[i];
        int slot = columns.slots[i];
        KeyValueCache text = columns.texts[i];
        ModelConfig.Attention attention = config.attention();
        boolean windowed = attention.windowed().get(layer);
        int d = attention.headWidth();
        int groups = attention.groups();
        int each = attention.heads() / groups;
        int seen = slot + 1;
        int first = windowed ? Math.max(0, position + 1 - attention.window()) : 0;
        if (scores.length < text.capacity()) {
            scores = new float[text.capacity()];
        }
        for (int g = 0; g < groups; g++) {
            head(row, (attention.heads() + g) * d, maps.key(), position, windowed, key);
            text.put(layer, g, slot, key, row, (attention.heads() + groups + g) * d);
            for (int e = 0; e < each; e++) {
                head(row, (g * each + e) * d, maps.query(), position, windowed, query);
                kernels.multiply(query, d, text.keys(layer, g), text.capacity(), Kernels.padded(seen), scores);
                hide(scores, first, seen, position + 1, columns.paths[i]);
                double sum = weigh(scores, Kernels.padded(seen));
                kernels.multiply(scores, seen, text.values(layer, g), Kernels.padded(d), Kernels.padded(d), mean);
                float scale = (float) (1 / sum);
                int at = (g * each + e) * d;
                for (int j = 0; j < d; j++) {
                    into[at + j] = mean[j] * scale;
                }
            }
        }
    }

    /**
     * Leaves the scores of what is seen.
     *
     * @param row of all slots
     * @param first position that is seen
     * @param seen slots up to the column's own
     * @param positions up to the column's own
     * @param path the slots that are seen behind the text
     */
    private static void hide(float[] row, int first, int seen, int positions, int[] path) {
        int text = positions - path.length;
        if (path.length > 0) {
            float[] own = new float[path.length];
            for (int k = 0; k < own.length; k++) {
                own[k] = row[path[k]];
            }
            Arrays.fill(row, text, seen, Float.NEGATIVE_INFINITY);
            for (int k = Math.max(0, first - text); k < own.length; k++) {
                row[path[k]] = own[k];
            }
        }
        Arrays.fill(row, 0, Math.min(first, text), Float.NEGATIVE_INFINITY);
        Arrays.fill(row, seen, Kernels.padded(seen), Float.NEGATIVE_INFINITY);
    }

    /** Scores become weights, whose sum is answered. */
    private double weigh(float[] row, int all) {
        float greatest = kernels.greatest(row, all);
        if (!Float.isFinite(greatest)) {
            throw new ArithmeticException("greatest product of query and key: " + greatest
                    + " (expected: a finite number; the weights or the configuration are out of range)");
        }
        return kernels.exponentials(row, all, (float) config.attention().scale(), greatest);
    }

    /** One head's query or key: normed and turned where the family does so. */
    private void head(
            float[] row, int from, PackedWeights.@Nullable Norm norm, int position, boolean windowed, float[] into) {
        int d = config.attention().headWidth();
        System.arraycopy(row, from, into, 0, d);
        if (norm != null) {
            norm(norm, into, into);
        }
        ModelConfig.Rope rope = config.rope();
        if (rope == null) {
            return;
        }
        turns(rope, position);
        float[][] table = angles[windowed ? 1 : 0];
        int at = position * d;
        for (int i = 0; i < d / 2; i++) {
            float a = into[i];
            float b = into[i + d / 2];
            into[i] = a * table[0][at + i] - b * table[1][at + i];
            into[i + d / 2] = b * table[0][at + i] + a * table[1][at + i];
        }
    }

    private void turns(ModelConfig.Rope rope, int position) {
        if (position < angled) {
            return;
        }
        angled = Math.max(TABLE, Integer.highestOneBit(position) * 2);
        long[] all = new long[angled];
        Arrays.setAll(all, p -> p);
        int d = config.attention().headWidth();
        angles[0] = RotaryAngles.table(all, RotaryAngles.frequencies(rope, false, d));
        angles[1] = config.attention().window() > 0
                ? RotaryAngles.table(all, RotaryAngles.frequencies(rope, true, d))
                : angles[0];
    }

    private void norm(PackedWeights.Norm norm, int n) {
        for (int i = 0; i < n; i++) {
            norm(norm, x[i], y[i]);
        }
    }

    private void norm(PackedWeights.Norm norm, float[] from, float[] into) {
        float[] bias = norm.bias();
        if (bias == null) {
            kernels.rmsNorm(from, norm.width(), norm.gain(), config.normEpsilon(), into);
        } else {
            kernels.layerNorm(from, norm.width(), norm.gain(), bias, config.normEpsilon(), into);
        }
    }
}
