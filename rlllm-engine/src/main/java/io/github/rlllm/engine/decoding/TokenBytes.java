package io.github.rlllm.engine.decoding;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What the tokens of a vocabulary spell, in bytes of UTF-8: a token may be a part of a character. The text of several
 * tokens is that of their bytes one after the other. Tokens that stand for no text, such as the one that ends a text, spell
 * nothing. Immutable and thread-safe.
 */
public final class TokenBytes {
    private final byte[][] spelled;

    /**
     * A vocabulary.
     *
     * @param tokens what each token spells; empty for those that stand for no text
     * @throws IllegalArgumentException if there is none
     */
    public TokenBytes(List<byte[]> tokens) {
        if (tokens.isEmpty()) {
            throw new IllegalArgumentException("tokens: none (expected: at least one)");
        }
        spelled = tokens.stream().map(byte[]::clone).toArray(byte[][]::new);
    }

    /**
     * A vocabulary of texts.
     *
     * @param tokens what each token spells; empty for those that stand for no text
     * @return the same in bytes
     */
    public static TokenBytes of(List<String> tokens) {
        return new TokenBytes(tokens.stream()
                .map(token -> token.getBytes(StandardCharsets.UTF_8))
                .toList());
    }

    /**
     * The number of tokens.
     *
     * @return at least 1
     */
    public int size() {
        return spelled.length;
    }

    /**
     * The same with tokens at the end that spell nothing, for models with more logits than tokens.
     *
     * @param size at least {@link #size}
     * @return a vocabulary of that size
     */
    public TokenBytes padded(int size) {
        if (size < spelled.length) {
            throw new IllegalArgumentException("size: " + size + " (expected: >= " + spelled.length + ")");
        }
        List<byte[]> all = new ArrayList<>(List.of(spelled));
        all.addAll(Collections.nCopies(size - spelled.length, new byte[0]));
        return new TokenBytes(all);
    }

    /**
     * The text of some tokens.
     *
     * @param tokens each from 0 to {@link #size} less 1
     * @return the text; bytes that are no UTF-8, such as a half character, become U+FFFD
     */
    public String text(int... tokens) {
        return new String(bytes(tokens, 0, tokens.length), StandardCharsets.UTF_8);
    }

    /** Not copied. */
    byte[] bytes(int token) {
        if (token < 0 || token >= spelled.length) {
            throw new IllegalArgumentException(
                    "token: " + token + " (expected: 0 to " + (spelled.length - 1) + ", as the vocabulary has)");
        }
        return spelled[token];
    }

    /** The bytes of {@code tokens[from]} to {@code tokens[to - 1]}. */
    byte[] bytes(int[] tokens, int from, int to) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = from; i < to; i++) {
            all.writeBytes(bytes(tokens[i]));
        }
        return all.toByteArray();
    }
}
