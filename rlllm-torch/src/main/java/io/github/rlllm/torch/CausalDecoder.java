package io.github.rlllm.torch;

import ai.djl.ndarray.NDArray;
import io.github.rlllm.engine.decoding.Sampler;
import io.github.rlllm.engine.decoding.TokenTrie;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@link CausalLm} on: keys and values of the text that was read last are kept, so that the next call computes only
 * what is new; a tree of continuations is computed in one pass, each beginning once. What it gives differs from the model's
 * own answers over whole rows by rounding alone (at most 1e-4 in the tests). After the model was trained or given another
 * adapter, all is read anew. Thread-safe through the engine's one lock, one text at a time.
 */
public final class CausalDecoder implements Sampler.NextLogits {
    /** 64 MB. */
    private static final int MOST_LOGITS = 1 << 24;

    private final CausalLm model;
    private final int mostLogits;
    private KeyValues kept;
    private int changes;
    private long read;

    /**
     * A decoder that has read nothing.
     *
     * @param model with logits
     */
    public CausalDecoder(CausalLm model) {
        this(model, MOST_LOGITS);
    }

    CausalDecoder(CausalLm model, int mostLogits) {
        this.model = model;
        this.mostLogits = mostLogits;
        this.kept = KeyValues.none(model.config());
    }

    /**
     * The logits of the next token.
     *
     * @param tokens at least one, at most the model's context
     * @return one number a token of the vocabulary
     */
    @Override
    public float[] after(int[] tokens) {
        return model.locked(() -> {
            TokenTree columns = columns(tokens, 0, null);
            return model.read(columns, forward -> {
                float[] logits = forward.logitsAt(columns.chain() - 1).toFloatArray();
                keep(tokens, columns, forward);
                return logits;
            });
        });
    }

    /**
     * The log-probability of every way on.
     *
     * @param context at least one token
     * @param ways the continuations; context and continuation together are at most the model's context
     * @return {@code log p(sequence | context)} in nats, one a sequence of the tree, summed over its tokens
     * @throws ArithmeticException if one is not finite, as after a training that diverged
     */
    public double[] logProbs(int[] context, TokenTrie ways) {
        return model.locked(() -> {
            int deepest = 0;
            int[] depth = new int[ways.size()];
            for (int node = 1; node < depth.length; node++) {
                depth[node] = depth[ways.parent(node)] + 1;
                deepest = Math.max(deepest, depth[node]);
            }
            TokenTree columns = columns(context, deepest, ways);
            float[] each = model.read(columns, forward -> {
                float[] found = forward.logProbs(columns, ways, mostLogits);
                keep(context, columns, forward);
                return found;
            });
            double[] total = new double[ways.size()];
            for (int node = 1; node < total.length; node++) {
                if (!Float.isFinite(each[node - 1])) {
                    throw new ArithmeticException("log-probability of token " + ways.token(node) + ": " + each[node - 1]
                            + " (expected: a finite number; the weights or the configuration are out of range)");
                }
                total[node] = total[ways.parent(node)] + each[node - 1];
            }
            double[] sums = new double[ways.sequences()];
            Arrays.setAll(sums, i -> total[ways.end(i)]);
            return sums;
        });
    }

    /**
     * The cost so far.
     *
     * @return tokens that the model has computed, those that were kept not counted
     */
    public long tokensRead() {
        return model.locked(() -> read);
    }

    /** What of a text is new; its last token always is, since only keys and values are kept. */
    private TokenTree columns(int[] text, int more, @Nullable TokenTrie ways) {
        int most = model.config().sizes().context();
        if (text.length < 1 || text.length + more > most) {
            throw new IllegalArgumentException("tokens: " + text.length + " and " + more
                    + " after them (expected: at least 1, together at most " + most + ")");
        }
        if (changes != model.changes()) {
            kept = KeyValues.none(model.config());
            changes = model.changes();
        }
        int known = Math.min(kept.common(text), text.length - 1);
        int[] chain = Arrays.copyOfRange(text, known, text.length);
        return new TokenTree(
                kept.first(known), chain, ways, model.config().sizes().vocabulary());
    }

    private void keep(int[] text, TokenTree columns, DecoderForward forward) {
        int layers = model.config().sizes().layers();
        float[][] keys = new float[layers][];
        float[][] values = new float[layers][];
        for (int layer = 0; layer < layers; layer++) {
            NDArray[] pair = forward.read(layer);
            keys[layer] = pair[0].reshape(-1).toFloatArray();
            values[layer] = pair[1].reshape(-1).toFloatArray();
        }
        int[] chain = Arrays.copyOfRange(text, text.length - columns.chain(), text.length);
        kept = columns.kept().with(chain, keys, values);
        read += columns.columns();
    }
}
