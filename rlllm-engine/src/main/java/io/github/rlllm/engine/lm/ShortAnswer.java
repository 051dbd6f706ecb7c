package io.github.rlllm.engine.lm;

import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Parsed;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads an answer that is to be one of a few: an option, yes or no, a number. It is accepted in three forms alone, and case,
 * blanks and marks around it ({@code . , ! " ' ` * _ ( ) [ ]}) do not matter:
 *
 * <ol>
 *   <li>the answer is the option and nothing else: {@code **Yes.**};
 *   <li>one line is {@code Answer: OPTION} or {@code Final answer: OPTION}; several such lines must agree;
 *   <li>it begins with the option and {@code . , : ; !} or a line's end, and no other option occurs in it as a word. Not for
 *       numbers.
 * </ol>
 *
 * <p>Where form 2 and the beginning name different options, and in every other case, it is rejected with line and column.
 */
public final class ShortAnswer {
    /** The longest answer that is read. */
    private static final int MOST = CodeAnswer.MOST;

    private static final int LONGEST_NUMBER = 40;
    private static final String MARKS = ".,!\"'`*_()[]\u201c\u201d\u2018\u2019";
    private static final List<String> LABELS = List.of("final answer:", "answer:");

    private ShortAnswer() {}

    /**
     * Reads one of a set.
     *
     * @param answer what the model said
     * @param options at least one; two that differ in case or marks alone are refused
     * @return one of {@code options}, or why not
     */
    public static Parsed<String> oneOf(Completion answer, List<String> options) {
        return AnswerText.whole(answer, text -> oneOf(text, options));
    }

    /**
     * Reads one of a set.
     *
     * @param text what the model said, whole
     * @param options at least one; two that differ in case or marks alone are refused
     * @return one of {@code options}, or why not
     */
    public static Parsed<String> oneOf(String text, List<String> options) {
        Set<String> plain = new HashSet<>();
        for (String option : options) {
            if (plain(option).isEmpty() || !plain.add(plain(option))) {
                throw new IllegalArgumentException(
                        "options: '" + option + "' (expected: different ones with a letter or a digit each)");
            }
        }
        if (plain.isEmpty()) {
            throw new IllegalArgumentException("options: none (expected: at least one)");
        }
        String expected = "one of " + String.join(", ", options);
        Parsed<String> bad = unreadable(text, expected);
        if (bad != null) {
            return bad;
        }
        Function<String, @Nullable String> known = part -> {
            String asked = plain(part);
            return options.stream()
                    .filter(option -> plain(option).equals(asked))
                    .findFirst()
                    .orElse(null);
        };
        String all = known.apply(text);
        if (all != null) {
            return Parsed.accepted(all);
        }
        String leading = leading(text, options);
        return labelled(text, known, expected)
                .fold(
                        found -> {
                            if (leading != null && !leading.equals(found)) {
                                return reject(text, "two answers, at its beginning and in a line of its own", expected);
                            }
                            return Parsed.accepted(found);
                        },
                        reason -> {
                            if (!reason.isEmpty()) {
                                return Parsed.rejected(reason);
                            }
                            if (leading == null) {
                                return reject(text, "another answer", expected);
                            }
                            boolean other = options.stream()
                                    .anyMatch(option -> !option.equals(leading) && occurs(text, option));
                            return other ? reject(text, "more than one of them", expected) : Parsed.accepted(leading);
                        });
    }

    /**
     * Reads yes or no.
     *
     * @param answer what the model said
     * @return true for yes, or why neither
     */
    public static Parsed<Boolean> yesNo(Completion answer) {
        return AnswerText.whole(answer, ShortAnswer::yesNo);
    }

    /**
     * Reads yes or no.
     *
     * @param text what the model said, whole
     * @return true for yes, or why neither
     */
    public static Parsed<Boolean> yesNo(String text) {
        return oneOf(text, List.of("yes", "no"))
                .<Parsed<Boolean>>fold(found -> Parsed.accepted(found.equals("yes")), Parsed::rejected);
    }

    /**
     * Reads a decimal number: a sign, ASCII digits, a point, an exponent. No separators of thousands, fractions, percents,
     * ranges or units.
     *
     * @param answer what the model said
     * @param low the least that is accepted
     * @param high the greatest
     * @return the number, or why there is none
     */
    public static Parsed<Double> number(Completion answer, double low, double high) {
        return AnswerText.whole(answer, text -> number(text, low, high));
    }

    /**
     * Reads a decimal number, as {@link #number(Completion, double, double)} does.
     *
     * @param text what the model said, whole
     * @param low the least that is accepted
     * @param high the greatest
     * @return the number, or why there is none
     */
    public static Parsed<Double> number(String text, double low, double high) {
        if (!(low <= high)) {
            throw new IllegalArgumentException("low: " + low + " (expected: at most high, " + high + ")");
        }
        String expected = "a number from " + low + " to " + high;
        Parsed<Double> bad = unreadable(text, expected);
        if (bad != null) {
            return bad;
        }
        Function<String, @Nullable Double> known = part -> {
            String number = strip(part, "\"'`*_()[]");
            number = number.endsWith(".") ? number.substring(0, number.length() - 1) : number;
            boolean decimal = number.length() <= LONGEST_NUMBER
                    && number.matches("[+-]?([0-9]+(\\.[0-9]+)?|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?");
            double value = decimal ? Double.parseDouble(number) : Double.NaN;
            return value >= low && value <= high ? value : null;
        };
        Double all = text.length() > 2 * LONGEST_NUMBER ? null : known.apply(text);
        if (all != null) {
            return Parsed.accepted(all);
        }
        return labelled(text, known, expected)
                .<Parsed<Double>>fold(
                        Parsed::accepted,
                        reason ->
                                reason.isEmpty() ? reject(text, "another answer", expected) : Parsed.rejected(reason));
    }

    private static <T> @Nullable Parsed<T> unreadable(String text, String expected) {
        if (text.length() > MOST) {
            return AnswerText.rejected(1, 1, text.length() + " characters", "at most " + MOST);
        }
        if (AnswerText.begin(text) == text.length()) {
            return AnswerText.rejected(1, 1, "an empty answer", expected);
        }
        int hidden = AnswerText.hidden(text);
        return hidden < 0
                ? null
                : AnswerText.rejected(
                        text, hidden, AnswerText.shown(text.charAt(hidden)), "characters that can be seen");
    }

    private static <T> Parsed<T> reject(String text, String found, String expected) {
        return AnswerText.rejected(text, AnswerText.begin(text), found, expected);
    }

    /** What the lines say that begin with a label; rejected with an empty reason where there is none. */
    private static <T> Parsed<T> labelled(String text, Function<String, @Nullable T> known, String expected) {
        T found = null;
        int at = 0;
        for (String line : text.split("\n", -1)) {
            String value = afterLabel(line);
            if (value != null) {
                T next = known.apply(value);
                if (next == null || found != null && !found.equals(next)) {
                    return AnswerText.rejected(
                            text, at, next == null ? "another answer" : "another answer than before", expected);
                }
                found = next;
            }
            at += line.length() + 1;
        }
        return found == null ? Parsed.rejected("") : Parsed.accepted(found);
    }

    private static @Nullable String afterLabel(String line) {
        int begin = 0;
        while (begin < line.length() && isAround(line.charAt(begin), "*_#>-")) {
            begin++;
        }
        for (String label : LABELS) {
            if (line.regionMatches(true, begin, label, 0, label.length())) {
                return line.substring(begin + label.length());
            }
        }
        return null;
    }

    /** The option that a text begins with, if a mark or the line's end parts it from the rest. */
    private static @Nullable String leading(String text, List<String> options) {
        int begin = AnswerText.begin(text);
        while (begin < text.length() && MARKS.indexOf(text.charAt(begin)) >= 0) {
            begin++;
        }
        String longest = null;
        for (String option : options) {
            int end = begin + option.length();
            boolean parted = text.regionMatches(true, begin, option, 0, option.length())
                    && (end == text.length() || ".,:;!*)]\"'`\r\n".indexOf(text.charAt(end)) >= 0);
            if (parted && (longest == null || option.length() > longest.length())) {
                longest = option;
            }
        }
        return longest;
    }

    private static boolean occurs(String text, String option) {
        for (int i = 0; i + option.length() <= text.length(); i++) {
            int end = i + option.length();
            if (text.regionMatches(true, i, option, 0, option.length())
                    && (i == 0 || !Character.isLetterOrDigit(text.charAt(i - 1)))
                    && (end == text.length() || !Character.isLetterOrDigit(text.charAt(end)))) {
                return true;
            }
        }
        return false;
    }

    private static String plain(String text) {
        return strip(text, MARKS).toLowerCase(Locale.ROOT);
    }

    /** Without blanks and marks at both ends. */
    private static String strip(String text, String marks) {
        int begin = 0;
        int end = text.length();
        while (begin < end && isAround(text.charAt(begin), marks)) {
            begin++;
        }
        while (end > begin && isAround(text.charAt(end - 1), marks)) {
            end--;
        }
        return text.substring(begin, end);
    }

    private static boolean isAround(char c, String marks) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || marks.indexOf(c) >= 0;
    }
}
