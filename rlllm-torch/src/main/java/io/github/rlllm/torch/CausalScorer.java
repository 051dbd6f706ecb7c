package io.github.rlllm.torch;

import io.github.rlllm.api.ScoringModel;
import io.github.rlllm.engine.decoding.TokenTrie;
import io.github.rlllm.torch.checkpoint.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * Exact log-probabilities of texts by a {@link CausalLm}: what all continuations begin with is computed once, and what the
 * context has in common with the last call's not again.
 *
 * <p>A context is tokenized by itself and a continuation by what the whole text has after it, so let a blank between them
 * begin the continuation, as tokenizers do. Where one token would reach over the boundary, the continuation is tokenized by
 * itself and {@link Cost#forced} counts it. An empty context is the token that begins a text, or stands between texts. The
 * tokenizer recognises special tokens that are spelled in a text. Thread-safe, one computation at a time.
 */
public final class CausalScorer implements ScoringModel {
    /** Continuations' tokens of one computation at most, for its memory: what sees what is a square of them. */
    private static final int MOST_TOKENS = 2048;

    private final CausalDecoder decoder;
    private final Boundary boundary;
    private final String model;
    private long separate;
    private long forced;

    /**
     * What scoring has cost so far.
     *
     * @param read tokens that the model computed
     * @param separate tokens that it would have computed for every context with every continuation alone
     * @param forced continuations that were tokenized by themselves, since a token would have reached over the boundary
     */
    public record Cost(long read, long separate, long forced) {}

    /**
     * A scorer.
     *
     * @param model with logits
     * @param tokenizer the model's; it is closed by whoever opened it, after the last use
     * @param name the model's identity, as it goes into provenance
     */
    public CausalScorer(CausalLm model, Tokenizer tokenizer, String name) {
        if (tokenizer.size() > model.config().sizes().vocabulary()) {
            throw new IllegalArgumentException("tokenizer: " + tokenizer.size() + " tokens (expected: at most "
                    + model.config().sizes().vocabulary() + ", the model's)");
        }
        this.decoder = new CausalDecoder(model);
        this.boundary = new Boundary(tokenizer, model.config().tokens());
        this.model = name;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if a continuation is empty, or too long with its context for the model
     * @throws ArithmeticException if one is not finite, as after a training that diverged
     */
    @Override
    public double[] logProbs(String context, List<String> continuations) {
        int[] before = boundary.context(context);
        List<int[]> sequences = new ArrayList<>();
        int over = 0;
        long tokens = 0;
        for (String continuation : continuations) {
            Boundary.Split split = boundary.continuation(context, before, continuation);
            sequences.add(split.tokens());
            over += split.forced() ? 1 : 0;
            tokens += before.length + split.tokens().length;
        }
        double[] found = new double[sequences.size()];
        int from = 0;
        while (from < found.length) {
            int to = from + 1;
            int size = sequences.get(from).length;
            while (to < found.length && size + sequences.get(to).length <= MOST_TOKENS) {
                size += sequences.get(to++).length;
            }
            double[] part = decoder.logProbs(before, new TokenTrie(sequences.subList(from, to)));
            System.arraycopy(part, 0, found, from, part.length);
            from = to;
        }
        count(tokens, over);
        return found;
    }

    @Override
    public int tokens(String context, String continuation) {
        return boundary.continuation(context, boundary.context(context), continuation)
                .tokens()
                .length;
    }

    @Override
    public String model() {
        return model;
    }

    private synchronized void count(long tokens, int over) {
        separate += tokens;
        forced += over;
    }

    /**
     * The cost so far.
     *
     * @return since the scorer was made
     */
    public synchronized Cost cost() {
        return new Cost(decoder.tokensRead(), separate, forced);
    }
}
