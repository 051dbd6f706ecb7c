package io.github.rlllm.examples.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A text as lower-case words and marks of punctuation.
 *
 * @param tokens words and marks
 * @param ends the index after the last character of each, in the text
 */
public record InstructionText(List<String> tokens, List<Integer> ends) {
    /**
     * Reads a text.
     *
     * @param text any
     * @return its words and marks
     */
    public static InstructionText of(String text) {
        List<String> tokens = new ArrayList<>();
        List<Integer> ends = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ' ';
            boolean inWord = Character.isLetterOrDigit(c) || c == '\'' || c == '-';
            if (!inWord) {
                if (i > start) {
                    tokens.add(text.substring(start, i).toLowerCase(Locale.ROOT));
                    ends.add(i);
                }
                if (!Character.isWhitespace(c)) {
                    tokens.add(String.valueOf(c));
                    ends.add(i + 1);
                }
                start = i + 1;
            }
        }
        return new InstructionText(tokens, ends);
    }

    /**
     * The number of words and marks.
     *
     * @return at least 0
     */
    public int size() {
        return tokens.size();
    }

    /**
     * A word or a mark.
     *
     * @param i from 0
     * @return in lower case
     */
    public String word(int i) {
        return tokens.get(i);
    }

    /**
     * Whether it is a word.
     *
     * @param i from 0
     * @return false for a mark
     */
    public boolean isWord(int i) {
        return Character.isLetterOrDigit(tokens.get(i).charAt(0));
    }

    /** The word with the one before it, where that is a word. */
    String phrase(int i) {
        return i > 0 && isWord(i - 1) ? tokens.get(i - 1) + " " + tokens.get(i) : tokens.get(i);
    }

    /** The token with both its neighbours. */
    String around(int i) {
        return (i > 0 ? tokens.get(i - 1) : "") + " " + tokens.get(i) + " " + (i + 1 < size() ? tokens.get(i + 1) : "");
    }

    /** The index of the first word of {@link #phrase}. */
    int phraseStart(int i) {
        return i > 0 && isWord(i - 1) ? i - 1 : i;
    }

    /** Where the sentence with this token begins. */
    int sentenceStart(int at) {
        int from = 0;
        for (int i = 0; i < at; i++) {
            from = ".!?".contains(tokens.get(i)) ? i + 1 : from;
        }
        return from;
    }

    /**
     * The index of the word that ends at a character.
     *
     * @param end the index after its last character
     * @return from 0
     * @throws IllegalArgumentException if no word ends there
     */
    public int wordEndingAt(int end) {
        int at = ends.indexOf(end);
        if (at < 0) {
            throw new IllegalArgumentException("mention: ends at " + end + " (expected: the end of a word)");
        }
        return at;
    }
}
