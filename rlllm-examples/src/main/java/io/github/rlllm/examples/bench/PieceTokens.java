package io.github.rlllm.examples.bench;

import io.github.rlllm.engine.decoding.TokenBytes;
import io.github.rlllm.torch.checkpoint.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A token for every piece of a text, numbered as they come. Not thread-safe. */
final class PieceTokens implements Tokenizer {
    /** A piece is a word with the blank before it, or any other character. */
    static final Pattern PIECES = Pattern.compile(" ?[A-Za-z]+|[^A-Za-z]");
    /** A piece is what goes from a blank to the next, commas and brackets included. */
    static final Pattern WORDS = Pattern.compile(" [^ ]*|[^ ]+");

    private final Map<String, Integer> tokens = new LinkedHashMap<>();
    private final Pattern piece;
    private final int size;

    PieceTokens(Pattern piece, int size) {
        this.piece = piece;
        this.size = size;
    }

    static int count(Pattern piece, String text) {
        return (int) piece.matcher(text).results().count();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int[] encode(String text, boolean special) {
        return piece.matcher(text)
                .results()
                .mapToInt(found -> tokens.computeIfAbsent(found.group(), key -> tokens.size()))
                .toArray();
    }

    @Override
    public String decode(int[] text, boolean special) {
        List<String> pieces = new ArrayList<>(tokens.keySet());
        StringBuilder all = new StringBuilder();
        Arrays.stream(text).forEach(token -> all.append(pieces.get(token)));
        return all.toString();
    }

    @Override
    public TokenBytes spelled() {
        throw new UnsupportedOperationException("spelled: none (expected: scoring alone, which needs no spelling)");
    }

    @Override
    public void close() {}
}
