package io.github.rlllm.torch;

import io.github.rlllm.torch.checkpoint.ModelConfig;
import io.github.rlllm.torch.checkpoint.Tokenizer;
import java.util.Arrays;

/**
 * The one place that says which tokens are a context's and which a continuation's.
 *
 * <p>The context's tokens are those of the context alone, so they are the same for every continuation. A continuation's are
 * what the whole text has after them; where the whole text does not begin with the context's tokens, because one would reach
 * over the boundary, they are those of the continuation alone: the boundary is forced. Either way the tokens' log-probability
 * is that of one sequence after another, never above 0, and continuations of one context can be compared. Thread-safe.
 */
final class Boundary {
    private static final String ANY = "a";

    private final Tokenizer tokenizer;
    private final int[] begin;
    private final int end;
    private final int[] empty;

    /** A continuation's tokens, and whether the boundary was forced. */
    record Split(int[] tokens, boolean forced) {}

    Boundary(Tokenizer tokenizer, ModelConfig.Tokens tokens) {
        this.tokenizer = tokenizer;
        int[] plain = tokenizer.encode(ANY, false);
        int[] special = tokenizer.encode(ANY, true);
        int at = 0;
        while (at + plain.length <= special.length
                && !Arrays.equals(plain, 0, plain.length, special, at, at + plain.length)) {
            at++;
        }
        if (at + plain.length > special.length) {
            throw new IllegalArgumentException(
                    "tokenizer: special tokens within a text of one letter (expected: before" + " and after it)");
        }
        begin = Arrays.copyOf(special, at);
        end = special.length - at - plain.length;
        if (begin.length > 0) {
            empty = begin;
        } else if (tokens.begin().isPresent()) {
            empty = new int[] {tokens.begin().getAsInt()};
        } else {
            // Families without a token that begins a text end one with what stands between texts.
            empty = tokens.end().isEmpty() ? begin : new int[] {tokens.end().get(0)};
        }
    }

    /** The context's tokens, with what begins a text; at least one. */
    int[] context(String context) {
        int[] all = tokenizer.encode(context, true);
        int[] found = context.isEmpty() ? empty : Arrays.copyOf(all, all.length - end);
        if (found.length == 0) {
            throw new IllegalArgumentException(
                    "context: no token (expected: at least one, since this model has no token that begins a text)");
        }
        return found;
    }

    /** A continuation's tokens after {@link #context} of the same; at least one. */
    Split continuation(String context, int[] contextTokens, String continuation) {
        if (continuation.isEmpty()) {
            throw new IllegalArgumentException("continuation: empty (expected: at least one character)");
        }
        int[] all = tokenizer.encode(context + continuation, true);
        int[] before = context.isEmpty() ? begin : contextTokens;
        int last = all.length - end;
        if (last > before.length && Arrays.equals(before, 0, before.length, all, 0, before.length)) {
            return new Split(Arrays.copyOfRange(all, before.length, last), false);
        }
        int[] alone = tokenizer.encode(continuation, false);
        if (alone.length == 0) {
            throw new IllegalArgumentException("continuation: no token (expected: at least one)");
        }
        return new Split(alone, true);
    }
}
