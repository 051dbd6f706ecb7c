package io.github.rlllm.engine.lm;

import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Parsed;
import java.util.function.Function;

/** What the parsers of answers share: places, and characters that a reader cannot see. */
final class AnswerText {
    private AnswerText() {}

    /** A rejection at a character: lines and columns from 1, columns in UTF-16 units. */
    static <T> Parsed<T> rejected(String text, int at, String found, String expected) {
        int line = 1;
        int start = 0;
        for (int next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', start)) {
            line++;
            start = next + 1;
        }
        return rejected(line, at - start + 1, found, expected);
    }

    static <T> Parsed<T> rejected(int line, int column, String found, String expected) {
        return Parsed.rejected("line " + line + ", column " + column + ": " + found + " (expected: " + expected + ")");
    }

    /** What is whole goes to a parser; what was cut or withheld is rejected at its end. */
    static <T> Parsed<T> whole(Completion answer, Function<String, Parsed<T>> parser) {
        String text = answer.text();
        return switch (answer.finish()) {
            case STOP -> parser.apply(text);
            case LENGTH -> rejected(text, text.length(), "cut by the limit of tokens", "a whole answer");
            case FILTERED -> rejected(text, text.length(), "withheld by the provider", "an answer");
        };
    }

    /**
     * The first character that cannot be seen, turns the direction of the text round or is half of one. A carriage return is
     * one unless a line feed follows it, since some readers end a line there and some do not.
     *
     * @return its index; -1 if there is none
     */
    static int hidden(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                int type = Character.getType(text.codePointAt(i));
                if (type == Character.FORMAT || type == Character.UNASSIGNED) {
                    return i;
                }
                i++;
            } else if (isHidden(c) || c == '\r' && i + 1 < text.length() && text.charAt(i + 1) != '\n') {
                return i;
            }
        }
        return -1;
    }

    private static boolean isHidden(char c) {
        if (c < ' ') {
            return c != '\n' && c != '\t' && c != '\r';
        }
        if (c < 0x7f) {
            return false;
        }
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }

    /** A character as it can be shown. */
    static String shown(char c) {
        return String.format("character U+%04X", (int) c);
    }

    /** The first character that is not white space; the length if there is none. */
    static int begin(String text) {
        int i = 0;
        while (i < text.length() && isBlank(text.charAt(i))) {
            i++;
        }
        return i;
    }

    /** One after the last character that is not white space, at least {@code from}. */
    static int end(String text, int from) {
        int i = text.length();
        while (i > from && isBlank(text.charAt(i - 1))) {
            i--;
        }
        return i;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }
}
