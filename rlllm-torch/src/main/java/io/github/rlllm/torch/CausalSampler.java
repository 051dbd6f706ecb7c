package io.github.rlllm.torch;

import io.github.rlllm.engine.decoding.SamplingConfig;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.nn.LinearMap;
import io.github.rlllm.torch.PackedReader.Columns;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Draws batches from a {@link CausalLm} in plain Java: its weights are copied into the order of the kernels, an attached
 * adapter added to them, once after each change of the model; keys and values are kept in memory that the next call uses
 * again. Log-probabilities differ from {@link CausalLm#logProbs(int[][], Padding, double)} by rounding alone (at most 1e-4
 * in the tests). Equal seeds give equal bits, and a row's draws are the same in every batch.
 *
 * <p>Keys and values of up to 128 rows are held, 8 bytes a number of a key, layer, group and token.
 * Thread-safe through the engine's one lock, one batch at a time.
 */
public final class CausalSampler implements BatchSampler {
    /** Logits that are held at a time, about: 32 MB. */
    private static final int MOST_LOGITS = 1 << 23;

    /** Rows whose prompts are read together, for the memory of their keys and values. */
    private static final int TOGETHER = 128;
    /** Rows that are decoded together: enough for the weights to be worth their way, few enough for the cache of a core. */
    private static final int ROWS = 16;

    private final CausalLm model;
    private final Set<Integer> end;
    private final List<KeyValueCache> caches = new ArrayList<>();
    private @Nullable PackedReader reader;
    private @Nullable PackedWeights read;
    private float[][] logits = new float[0][];
    private long tokensRead;

    /**
     * A sampler whose samples end where the model's configuration says.
     *
     * @param model with logits
     */
    public CausalSampler(CausalLm model) {
        this(model, model.config().tokens().end());
    }

    /**
     * A sampler.
     *
     * @param model with logits
     * @param end tokens that end a text; none for completions of one length
     */
    public CausalSampler(CausalLm model, List<Integer> end) {
        this.model = model;
        this.end = Set.copyOf(end);
    }

    @Override
    public Sampled sample(int[][] prompts, SamplingConfig config, int newTokens, RandomGenerator rng) {
        require(prompts, newTokens);
        Row[] rows = new Row[prompts.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new Row(prompts[i], newTokens, new SplittableRandom(rng.nextLong()));
        }
        TokenDraw draw =
                new TokenDraw(Kernels.fastest(), config, model.config().sizes().vocabulary());
        model.locked(() -> {
            for (int from = 0; from < rows.length; from += TOGETHER) {
                complete(Arrays.copyOfRange(rows, from, Math.min(rows.length, from + TOGETHER)), draw);
            }
            return true;
        });
        int[][] tokens = new int[rows.length][];
        int[] lengths = new int[rows.length];
        boolean[] ended = new boolean[rows.length];
        double[][] logProbs = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            tokens[i] = Arrays.copyOf(rows[i].tokens, rows[i].length);
            lengths[i] = rows[i].length - rows[i].prompt;
            ended[i] = rows[i].ended;
            logProbs[i] = Arrays.copyOf(rows[i].logProbs, lengths[i]);
        }
        return new Sampled(tokens, lengths, ended, logProbs);
    }

    /**
     * The cost so far.
     *
     * @return tokens that the model has computed: of equal prompts one, and not the last token of a completion
     */
    public long tokensRead() {
        return model.locked(() -> tokensRead);
    }

    /** One completion in the making. */
    private static final class Row {
        private final int prompt;
        private final int[] tokens;
        private final double[] logProbs;
        private final RandomGenerator rng;
        private int length;
        private boolean ended;

        Row(int[] prompt, int newTokens, RandomGenerator rng) {
            this.prompt = prompt.length;
            this.tokens = Arrays.copyOf(prompt, prompt.length + newTokens);
            this.logProbs = new double[newTokens];
            this.rng = rng;
            this.length = prompt.length;
        }

        boolean done() {
            return ended || length == tokens.length;
        }
    }

    private void require(int[][] prompts, int newTokens) {
        int most = model.config().sizes().context();
        int vocabulary = model.config().sizes().vocabulary();
        if (newTokens < 1) {
            throw new IllegalArgumentException("newTokens: " + newTokens + " (expected: >= 1)");
        }
        for (int i = 0; i < prompts.length; i++) {
            if (prompts[i].length < 1 || prompts[i].length > most - newTokens) {
                throw new IllegalArgumentException("prompt " + i + ": " + prompts[i].length + " tokens and " + newTokens
                        + " after them (expected: at least 1, together at most " + most + ")");
            }
            for (int token : prompts[i]) {
                if (token < 0 || token >= vocabulary) {
                    throw new IllegalArgumentException(
                            "prompt " + i + ": token " + token + " (expected: 0 to " + (vocabulary - 1) + ")");
                }
            }
        }
    }

    /** Reads prompts, each distinct one once, and then draws and reads until all rows are done, some at a time. */
    private void complete(Row[] rows, TokenDraw draw) {
        PackedReader network = reader();
        reserve(rows);
        float[][] hidden =
                new float[rows.length][Kernels.padded(model.config().sizes().width())];
        readPrompts(network, rows, hidden);
        for (int from = 0; from < rows.length; from += ROWS) {
            int to = Math.min(rows.length, from + ROWS);
            int[] active = IntStream.range(from, to).toArray();
            decode(network, rows, active, Arrays.copyOfRange(hidden, from, to), draw);
        }
    }

    private void decode(PackedReader network, Row[] rows, int[] some, float[][] hidden, TokenDraw draw) {
        Columns columns = new Columns();
        int[] active = some;
        while (true) {
            draw(network, rows, active, hidden, draw);
            active = Arrays.stream(active).filter(i -> !rows[i].done()).toArray();
            if (active.length == 0) {
                return;
            }
            columns.clear();
            for (int i : active) {
                columns.add(rows[i].tokens[rows[i].length - 1], rows[i].length - 1, caches.get(i));
            }
            read(network, columns);
            for (int c = 0; c < active.length; c++) {
                network.hidden(c, hidden[c]);
            }
        }
    }

    private PackedReader reader() {
        PackedWeights now = model.packed();
        PackedReader known = reader;
        if (known == null || read != now) {
            known = new PackedReader(now);
            reader = known;
            read = now;
        }
        return known;
    }

    private void reserve(Row[] rows) {
        int longest =
                Arrays.stream(rows).mapToInt(row -> row.tokens.length).max().orElse(0);
        if (!caches.isEmpty() && caches.get(0).capacity() < longest) {
            caches.clear();
        }
        while (caches.size() < rows.length) {
            int capacity = caches.isEmpty() ? longest : caches.get(0).capacity();
            caches.add(new KeyValueCache(model.config(), capacity));
        }
    }

    private void readPrompts(PackedReader network, Row[] rows, float[][] hidden) {
        Map<IntBuffer, Integer> firsts = new HashMap<>();
        Columns columns = new Columns();
        List<Integer> last = new ArrayList<>();
        List<Integer> rowOfLast = new ArrayList<>();
        int[] first = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            int[] prompt = Arrays.copyOf(rows[i].tokens, rows[i].prompt);
            Integer known = firsts.putIfAbsent(IntBuffer.wrap(prompt), i);
            first[i] = known == null ? i : known;
            if (known != null) {
                continue;
            }
            for (int t = 0; t < prompt.length; t++) {
                if (columns.size() == PackedReader.MOST) {
                    flush(network, columns, last, rowOfLast, hidden);
                }
                columns.add(prompt[t], t, caches.get(i));
            }
            last.add(columns.size() - 1);
            rowOfLast.add(i);
        }
        flush(network, columns, last, rowOfLast, hidden);
        for (int i = 0; i < rows.length; i++) {
            if (first[i] != i) {
                caches.get(i).copy(caches.get(first[i]), rows[i].prompt);
                hidden[i] = hidden[first[i]].clone();
            }
        }
    }

    private void flush(
            PackedReader network, Columns columns, List<Integer> last, List<Integer> rowOfLast, float[][] hidden) {
        read(network, columns);
        for (int i = 0; i < last.size(); i++) {
            network.hidden(last.get(i), hidden[rowOfLast.get(i)]);
        }
        columns.clear();
        last.clear();
        rowOfLast.clear();
    }

    private void read(PackedReader network, Columns columns) {
        network.read(columns);
        tokensRead += columns.size();
    }

    /** Draws the next token of every active row, whose results stand in the first rows of {@code hidden}. */
    private void draw(PackedReader network, Row[] rows, int[] active, float[][] hidden, TokenDraw draw) {
        int width = LinearMap.width(model.config().sizes().vocabulary());
        int most = Math.min(active.length, Math.max(1, MOST_LOGITS / width));
        if (logits.length < most || logits[0].length != width) {
            logits = new float[most][width];
        }
        for (int from = 0; from < active.length; from += most) {
            int n = Math.min(most, active.length - from);
            network.logits(Arrays.copyOfRange(hidden, from, from + n), n, logits);
            for (int c = 0; c < n; c++) {
                Row row = rows[active[from + c]];
                int token = draw.next(logits[c], row.tokens, row.length, row.rng);
                row.logProbs[row.length - row.prompt] = draw.logProb();
                row.tokens[row.length++] = token;
                row.ended = end.contains(token);
            }
        }
    }
}
