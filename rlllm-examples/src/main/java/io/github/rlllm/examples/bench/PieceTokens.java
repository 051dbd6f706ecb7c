package io.github.rlllm.examples.bench;

import io.github.rlllm.engine.decoding.TokenBytes;
import io.github.rlllm.torch.checkpoint.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A token for a word with the blank before it, or for any other character; numbered as they come. Not thread-safe. */
final class PieceTokens implements Tokenizer {
    private static final Pattern PIECE = Pattern.compile(" ?[A-Za-z]+|[^A-Za-z]");

    private final Map<String, Integer> tokens = new LinkedHashMap<>();
    private final int size;

    PieceTokens(int size) {
        this.size = size;
    }

    static int count(String text) {
        return (int) PIECE.matcher(text).results().count();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int[] encode(String text, boolean special) {
        return PIECE.matcher(text)
                .results()
                .mapToInt(piece -> tokens.computeIfAbsent(piece.group(), key -> tokens.size()))
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
