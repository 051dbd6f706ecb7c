package io.github.rlllm.engine.decoding;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Texts that end a sample, wherever the borders of its tokens lie: a stop text may begin within one token and end within
 * another. Immutable and thread-safe.
 */
public final class StopTexts {
    private final TokenBytes vocabulary;
    private final List<byte[]> stops;
    private final int longest;

    /**
     * Stop texts.
     *
     * @param vocabulary what the tokens spell
     * @param texts at least one, none empty
     * @throws IllegalArgumentException if there is none or one is empty
     */
    public StopTexts(TokenBytes vocabulary, List<String> texts) {
        if (texts.isEmpty() || texts.contains("")) {
            throw new IllegalArgumentException("texts: " + texts + " (expected: at least one, none empty)");
        }
        this.vocabulary = vocabulary;
        stops = texts.stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
        longest = stops.stream().mapToInt(stop -> stop.length).max().orElse(0);
    }

    /**
     * The text up to the first stop text.
     *
     * @param tokens of a sample
     * @return what stands before the stop text; all of it where there is none
     */
    public String before(int[] tokens) {
        byte[] all = vocabulary.bytes(tokens, 0, tokens.length);
        int at = first(all);
        return new String(all, 0, at < 0 ? all.length : at, StandardCharsets.UTF_8);
    }

    /**
     * How many of the first {@code length} tokens, from the last on, hold a stop text or a part of it; 0 if no stop text
     * ends within the last of them.
     */
    int stopped(int[] tokens, int length) {
        int from = length - 1;
        int held = 0;
        // Whatever ends within the last token begins at most so far before it.
        while (from > 0 && held < longest - 1) {
            held += vocabulary.bytes(tokens[--from]).length;
        }
        int at = first(vocabulary.bytes(tokens, from, length));
        if (at < 0) {
            return 0;
        }
        int token = from;
        int end = vocabulary.bytes(tokens[token]).length;
        while (end <= at) {
            end += vocabulary.bytes(tokens[++token]).length;
        }
        return length - token;
    }

    /** Where the first stop text begins; -1 if there is none. */
    private int first(byte[] all) {
        for (int at = 0; at < all.length; at++) {
            for (byte[] stop : stops) {
                int end = at + stop.length;
                if (end <= all.length && Arrays.equals(all, at, end, stop, 0, stop.length)) {
                    return at;
                }
            }
        }
        return -1;
    }
}
