package io.github.rlllm.engine.lm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Splits a text into lower-case words, the token of the encoders that are not language models. */
final class Words {
    private Words() {}

    /** Runs of letters, digits and apostrophes; everything else separates. */
    static List<String> of(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        String lower = text.toLowerCase(Locale.ROOT);
        for (int i = 0; i <= lower.length(); i++) {
            char c = i < lower.length() ? lower.charAt(i) : ' ';
            if (Character.isLetterOrDigit(c) || c == '\'') {
                word.append(c);
            } else if (!word.isEmpty()) {
                words.add(word.toString());
                word.setLength(0);
            }
        }
        return words;
    }
}
