package io.github.rlllm.engine.lm;

import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Parsed;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the code in a language model's answer, or says with line and column why there is none. Nothing is mended and nothing is
 * guessed:
 *
 * <ul>
 *   <li>code stands in fenced blocks ({@code ```java}); prose around them is passed over;
 *   <li>blocks of another language are passed over where there is one of the right language, and where there is none,
 *       blocks that name no language count; otherwise the other language is the reason of the rejection;
 *   <li>of several blocks the rule {@link Several} says which is taken; equal blocks are one;
 *   <li>without any fence the whole answer is the code, if {@code unfenced} says so: it is then for a compiler to reject prose;
 *   <li>code that is empty, or has characters that cannot be seen (control, bidirectional, of no width, half a character), is
 *       rejected, as is an answer that was cut, withheld, or is longer than {@code most}.
 * </ul>
 *
 * @param languages accepted names of a fence, in lower case, such as {@code java}; at least one
 * @param several which of several blocks is taken
 * @param unfenced whether an answer without a fence is code
 * @param most the most characters of an answer, at least 1
 */
public record CodeAnswer(Set<String> languages, Several several, boolean unfenced, int most) {
    /** Which of several blocks that differ is taken. */
    public enum Several {
        /** None: the answer is rejected. */
        REJECT,
        /** The first. */
        FIRST,
        /** The last, as where a model is asked to think first. */
        LAST
    }

    /** The most characters where nothing else is asked for. */
    public static final int MOST = 1 << 20;

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if there is no language, one is not in lower case, or {@code most} is below 1
     */
    public CodeAnswer {
        languages = Set.copyOf(languages);
        Objects.requireNonNull(several, "several");
        if (languages.isEmpty()) {
            throw new IllegalArgumentException("languages: none (expected: at least one)");
        }
        for (String each : languages) {
            if (each.isBlank() || !each.equals(each.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("languages: '" + each + "' (expected: in lower case)");
            }
        }
        if (most < 1) {
            throw new IllegalArgumentException("most: " + most + " (expected: >= 1)");
        }
    }

    /**
     * One fenced block of a language, at most a million characters around it.
     *
     * @param language such as {@code java}
     * @return the parser
     */
    public static CodeAnswer of(String language) {
        return new CodeAnswer(Set.of(language), Several.REJECT, false, MOST);
    }

    /**
     * The same with another rule for several blocks.
     *
     * @param rule which is taken
     * @return a changed copy
     */
    public CodeAnswer withSeveral(Several rule) {
        return new CodeAnswer(languages, rule, unfenced, most);
    }

    /**
     * The same for answers that may be code alone.
     *
     * @param allowed whether an answer without a fence is code
     * @return a changed copy
     */
    public CodeAnswer withUnfenced(boolean allowed) {
        return new CodeAnswer(languages, several, allowed, most);
    }

    /**
     * Finds the code of an answer.
     *
     * @param answer what the model said
     * @return the code, or why there is none
     */
    public Parsed<CodeBlock> parse(Completion answer) {
        return AnswerText.whole(answer, this::parse);
    }

    /**
     * Finds the code of a text.
     *
     * @param text what the model said, whole
     * @return the code, or why there is none
     */
    public Parsed<CodeBlock> parse(String text) {
        if (text.length() > most) {
            return AnswerText.rejected(1, 1, text.length() + " characters", "at most " + most);
        }
        return Fences.of(text)
                .<Parsed<CodeBlock>>fold(blocks -> blocks.isEmpty() ? bare(text) : choose(blocks), Parsed::rejected);
    }

    private Parsed<CodeBlock> bare(String text) {
        int begin = AnswerText.begin(text);
        if (begin == text.length()) {
            return AnswerText.rejected(1, 1, "an empty answer", expected());
        }
        if (!unfenced) {
            return AnswerText.rejected(text, begin, "no fenced block", expected());
        }
        int lineStart = text.lastIndexOf('\n', begin) + 1;
        int line = 1
                + (int) text.substring(0, lineStart)
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
        String code = text.substring(lineStart, AnswerText.end(text, begin)).replace("\r\n", "\n");
        return clean(new CodeBlock("", code, line));
    }

    private Parsed<CodeBlock> choose(List<CodeBlock> blocks) {
        List<CodeBlock> named = blocks.stream()
                .filter(block -> languages.contains(block.language()))
                .toList();
        List<CodeBlock> fit = named.isEmpty()
                ? blocks.stream().filter(block -> block.language().isEmpty()).toList()
                : named;
        if (fit.isEmpty()) {
            CodeBlock other = blocks.get(0);
            return AnswerText.rejected(other.line() - 1, 1, "a block of another language", expected());
        }
        CodeBlock first = fit.get(0);
        for (CodeBlock each : fit) {
            if (several == Several.REJECT && !each.code().equals(first.code())) {
                return AnswerText.rejected(
                        each.line() - 1, 1, "another block than that of line " + (first.line() - 1), "one block");
            }
        }
        return clean(several == Several.LAST ? fit.get(fit.size() - 1) : first);
    }

    private Parsed<CodeBlock> clean(CodeBlock block) {
        String code = block.code();
        if (code.isBlank()) {
            return AnswerText.rejected(block.line(), 1, "an empty block", "code");
        }
        int hidden = AnswerText.hidden(code);
        if (hidden < 0) {
            return Parsed.accepted(block);
        }
        int line = block.line()
                + (int) code.substring(0, hidden).chars().filter(c -> c == '\n').count();
        int column = hidden - code.lastIndexOf('\n', hidden);
        return AnswerText.rejected(line, column, AnswerText.shown(code.charAt(hidden)), "characters that can be seen");
    }

    private String expected() {
        String fences = languages.stream().sorted().map(each -> "```" + each).collect(Collectors.joining(" or "));
        return "a block fenced with " + fences;
    }
}
