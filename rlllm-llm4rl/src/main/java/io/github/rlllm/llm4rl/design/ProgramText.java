package io.github.rlllm.llm4rl.design;

import io.github.rlllm.api.Parsed;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the program in a language model's answer. Nothing is guessed: no block or several are a rejection. */
final class ProgramText {
    private static final int LONGEST = 100_000;
    private static final Pattern FENCE = Pattern.compile("^```[^\\n]*\\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);

    private ProgramText() {}

    static Parsed<String> in(String answer) {
        if (answer.length() > LONGEST) {
            return Parsed.rejected("answer: " + answer.length() + " characters (expected: <= " + LONGEST + ")");
        }
        List<String> blocks = new ArrayList<>();
        Matcher fences = FENCE.matcher(answer);
        while (fences.find()) {
            blocks.add(fences.group(1));
        }
        if (blocks.size() != 1) {
            return Parsed.rejected("code blocks: " + blocks.size() + " (expected: one block between lines of ```)");
        }
        return Parsed.accepted(blocks.get(0));
    }
}
