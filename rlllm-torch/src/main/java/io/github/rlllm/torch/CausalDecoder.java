package io.github.rlllm.torch;

import io.github.rlllm.engine.decoding.Sampler;
import io.github.rlllm.engine.decoding.TokenTrie;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.nn.LinearMap;
import io.github.rlllm.torch.PackedReader.Columns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@link CausalLm} on in plain Java: keys and values of the text that was read last are kept, so that the next call
 * computes only what is new; a tree of continuations is computed in one pass, each beginning once. What it gives differs
 * from the model's own answers over whole rows by rounding alone (at most 1e-4 in the tests). After the model was trained or
 * given another adapter, all is read anew. Thread-safe through the engine's one lock, one text at a time;
 * {@link CausalSampler} is for many texts at a time.
 */
public final class CausalDecoder implements Sampler.NextLogits {
    /** 64 MB. */
    private static final int MOST_LOGITS = 1 << 24;

    private final CausalLm model;
    private final int mostLogits;
    private @Nullable PackedReader reader;
    private @Nullable PackedWeights packed;
    private KeyValueCache cache;
    private int[] kept = new int[0];
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
        this.cache = new KeyValueCache(model.config(), 1);
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
            require(tokens, 0);
            PackedReader network = reader();
            float[][] hidden =
                    new float[1][Kernels.padded(model.config().sizes().width())];
            readText(network, tokens, 0, hidden[0]);
            int vocabulary = model.config().sizes().vocabulary();
            float[][] logits = new float[1][LinearMap.width(vocabulary)];
            network.logits(hidden, 1, logits);
            return Arrays.copyOf(logits[0], vocabulary);
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
            int[] depth = new int[ways.size()];
            for (int node = 1; node < depth.length; node++) {
                depth[node] = depth[ways.parent(node)] + 1;
                require(ways.token(node));
            }
            require(context, Arrays.stream(depth).max().orElse(0));
            PackedReader network = reader();
            Scores scores = new Scores(network, ways);
            readText(network, context, depth.length, scores.place(TokenTrie.ROOT));
            readTree(network, context.length, ways, depth, scores);
            scores.settle();
            double[] sums = new double[ways.sequences()];
            Arrays.setAll(sums, i -> scores.total[ways.end(i)]);
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

    /** What comes after the nodes of a tree, some nodes at a time. */
    private final class Scores {
        private final PackedReader network;
        private final TokenTrie ways;
        private final int[] nodes;
        private final float[][] hidden;
        private final float[][] logits;
        private int size;
        /** Of every node: the log-probability of its sequence. */
        private final double[] total;

        Scores(PackedReader network, TokenTrie ways) {
            this.network = network;
            this.ways = ways;
            int width = LinearMap.width(model.config().sizes().vocabulary());
            int rows = Math.max(1, Math.min(ways.size(), mostLogits / width));
            nodes = new int[rows];
            hidden = new float[rows][Kernels.padded(model.config().sizes().width())];
            logits = new float[rows][width];
            total = new double[ways.size()];
        }

        /** Where a node's result goes, the nodes in rising order. */
        float[] place(int node) {
            if (size == nodes.length) {
                settle();
            }
            nodes[size] = node;
            return hidden[size++];
        }

        /** Gives the children of the nodes so far their totals. */
        void settle() {
            network.logits(hidden, size, logits);
            for (int i = 0; i < size; i++) {
                score(nodes[i], logits[i]);
            }
            size = 0;
        }

        private void score(int node, float[] row) {
            int[] next = ways.next(node);
            float[] own = new float[next.length];
            for (int c = 0; c < next.length; c++) {
                own[c] = row[next[c]];
            }
            double all = network.logSum(row);
            for (int c = 0; c < next.length; c++) {
                double logProb = own[c] - all;
                if (!Double.isFinite(logProb)) {
                    throw new ArithmeticException("log-probability of token " + next[c] + ": " + logProb
                            + " (expected: a finite number; the weights or the configuration are out of range)");
                }
                total[ways.child(node, next[c])] = total[node] + logProb;
            }
        }
    }

    private PackedReader reader() {
        PackedWeights now = model.packed();
        PackedReader known = reader;
        if (known == null || packed != now) {
            known = new PackedReader(now);
            reader = known;
            packed = now;
            kept = new int[0];
        }
        return known;
    }

    /** Reads what of a text is new; its last token always is, since only keys and values are kept. */
    private void readText(PackedReader network, int[] text, int more, float[] hidden) {
        int differs = Arrays.mismatch(kept, text);
        int known = Math.min(differs < 0 ? kept.length : differs, text.length - 1);
        reserve(known, text.length + more);
        Columns columns = new Columns();
        for (int t = known; t < text.length; t++) {
            if (columns.size() == PackedReader.MOST) {
                network.read(columns);
                columns.clear();
            }
            columns.add(text[t], t, cache);
        }
        network.read(columns);
        network.hidden(columns.size() - 1, hidden);
        read += text.length - known;
        kept = text.clone();
    }

    private void reserve(int known, int tokens) {
        kept = Arrays.copyOf(kept, known);
        if (cache.capacity() < tokens) {
            KeyValueCache wider = new KeyValueCache(model.config(), Math.max(tokens, 2 * cache.capacity()));
            wider.copy(cache, known);
            cache = wider;
        }
    }

    /** Reads the nodes that something comes after, behind the text; each sees the text and the nodes that lead to it. */
    private void readTree(PackedReader network, int text, TokenTrie ways, int[] depth, Scores scores) {
        int[][] paths = new int[depth.length][];
        paths[TokenTrie.ROOT] = new int[0];
        Columns columns = new Columns();
        List<Integer> nodes = new ArrayList<>();
        int slot = text;
        for (int node = 1; node < depth.length; node++) {
            if (ways.next(node).length == 0) {
                continue;
            }
            if (columns.size() == PackedReader.MOST) {
                readNodes(network, columns, nodes, scores);
            }
            int[] path = Arrays.copyOf(paths[ways.parent(node)], depth[node]);
            path[depth[node] - 1] = slot;
            paths[node] = path;
            columns.add(ways.token(node), text + depth[node] - 1, slot++, path, cache);
            nodes.add(node);
        }
        readNodes(network, columns, nodes, scores);
        read += slot - text;
    }

    private static void readNodes(PackedReader network, Columns columns, List<Integer> nodes, Scores scores) {
        network.read(columns);
        for (int c = 0; c < columns.size(); c++) {
            network.hidden(c, scores.place(nodes.get(c)));
        }
        columns.clear();
        nodes.clear();
    }

    private void require(int[] text, int more) {
        int most = model.config().sizes().context();
        if (text.length < 1 || text.length + more > most) {
            throw new IllegalArgumentException("tokens: " + text.length + " and " + more
                    + " after them (expected: at least 1, together at most " + most + ")");
        }
        for (int token : text) {
            require(token);
        }
    }

    private void require(int token) {
        int vocabulary = model.config().sizes().vocabulary();
        if (token < 0 || token >= vocabulary) {
            throw new IllegalArgumentException("token: " + token + " (expected: 0 to " + (vocabulary - 1) + ")");
        }
    }
}
