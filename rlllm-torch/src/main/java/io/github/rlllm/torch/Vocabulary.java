package io.github.rlllm.torch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Words as tokens, for models that are trained from nothing on a small language. Token 0 pads, 1 begins a text, 2 parts a
 * prompt from its completion, 3 ends a text and 4 stands for every word that is not known. Immutable and thread-safe.
 */
public final class Vocabulary {
    /** Pads. */
    public static final int PAD = 0;
    /** Begins a text. */
    public static final int BEGIN = 1;
    /** Parts a prompt from its completion. */
    public static final int PART = 2;
    /** Ends a text. */
    public static final int END = 3;
    /** A word that is not known. */
    public static final int UNKNOWN = 4;

    private static final List<String> SPECIAL = List.of("<pad>", "<begin>", "<part>", "<end>", "<unknown>");

    private final String[] words;
    private final Map<String, Integer> tokens = new HashMap<>();

    /**
     * A vocabulary.
     *
     * @param known the words, each once
     * @throws IllegalArgumentException if a word is there twice, is empty or holds a blank
     */
    public Vocabulary(List<String> known) {
        words = new String[SPECIAL.size() + known.size()];
        for (int i = 0; i < words.length; i++) {
            words[i] = i < SPECIAL.size() ? SPECIAL.get(i) : known.get(i - SPECIAL.size());
            if (words[i].isEmpty() || words[i].chars().anyMatch(Character::isWhitespace)) {
                throw new IllegalArgumentException("word " + i + ": '" + words[i] + "' (expected: no blank)");
            }
            if (tokens.put(words[i], i) != null) {
                throw new IllegalArgumentException("word " + i + ": " + words[i] + " (expected: each once)");
            }
        }
    }

    /**
     * The number of tokens, those with a meaning of their own included.
     *
     * @return at least 5
     */
    public int size() {
        return words.length;
    }

    /**
     * The tokens of a text.
     *
     * @param text words parted by blanks; a full stop or comma at the end of a word is a word of its own, and case is
     *     not told apart
     * @return one token a word, {@link #UNKNOWN} where it is not known
     */
    public int[] encode(String text) {
        String spaced = text.toLowerCase(java.util.Locale.ROOT)
                .replaceAll("([.,!?])", " $1 ")
                .strip();
        if (spaced.isEmpty()) {
            return new int[0];
        }
        String[] parts = spaced.split("\\s+");
        int[] encoded = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            int token = tokens.getOrDefault(parts[i], UNKNOWN);
            encoded[i] = token < SPECIAL.size() ? UNKNOWN : token;
        }
        return encoded;
    }

    /**
     * The token of a word.
     *
     * @param word a known word
     * @return its token
     * @throws IllegalArgumentException if it is not known
     */
    public int token(String word) {
        Integer token = tokens.get(word);
        if (token == null) {
            throw new IllegalArgumentException("word: " + word + " (expected: one of the " + words.length + " known)");
        }
        return token;
    }

    /**
     * The word of a token.
     *
     * @param token from 0 to {@link #size} - 1
     * @return the word
     */
    public String word(int token) {
        return words[token];
    }

    /**
     * The text of tokens.
     *
     * @param encoded the tokens
     * @return words parted by blanks, without the tokens that pad, begin, part and end
     */
    public String decode(int[] encoded) {
        StringBuilder text = new StringBuilder();
        for (int token : encoded) {
            if (token >= UNKNOWN) {
                text.append(text.length() == 0 ? "" : " ").append(words[token]);
            }
        }
        return text.toString();
    }
}
