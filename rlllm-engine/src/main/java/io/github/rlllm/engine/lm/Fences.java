package io.github.rlllm.engine.lm;

import io.github.rlllm.api.Parsed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The fenced blocks of a text, as CommonMark 0.31 (4.5) has them: a line of at least three backticks or tildes, indented by at
 * most three blanks, up to a line of as many or more of the same. Where that leaves two readings the text is rejected: a block
 * that does not end, one that seems to begin within another, a fence within a line or indented by more.
 */
final class Fences {
    private static final int SHORTEST = 3;

    private final String text;
    private final List<CodeBlock> blocks = new ArrayList<>();

    private Fences(String text) {
        this.text = text;
    }

    /** Finds all blocks, in one pass. */
    static Parsed<List<CodeBlock>> of(String text) {
        return new Fences(text).read();
    }

    private Parsed<List<CodeBlock>> read() {
        int line = 0;
        int at = 0;
        // Of the open block; 0 where none is open.
        int length = 0;
        char mark = ' ';
        int opened = 0;
        int openedAt = 0;
        String language = "";
        int contentAt = 0;
        while (at <= text.length()) {
            line++;
            int end = text.indexOf('\n', at);
            int next = end < 0 ? text.length() + 1 : end + 1;
            int last = end < 0 ? text.length() : end;
            int first = at;
            while (first < last && text.charAt(first) == ' ') {
                first++;
            }
            int run = run(first, last);
            if (run >= SHORTEST && length == 0) {
                mark = text.charAt(first);
                String info = text.substring(first + run, last).strip();
                if (first - at > SHORTEST) {
                    return reject(first, "a fence indented by " + (first - at), "at most " + SHORTEST + " blanks");
                }
                if (info.indexOf('`') >= 0) {
                    return reject(first + run, "a fence within a line", "a line of its own");
                }
                length = run;
                opened = line;
                openedAt = first;
                language = language(info);
                contentAt = next;
            } else if (run >= SHORTEST && text.charAt(first) == mark) {
                boolean bare = text.substring(first + run, last).isBlank();
                if (bare && run >= length && first - at <= SHORTEST) {
                    add(language, opened + 1, contentAt, at);
                    length = 0;
                } else if (run >= length) {
                    return reject(first, "a fence within the block of line " + opened, "its end first");
                }
            } else if (length == 0 && ticks(at, last) < last) {
                return reject(ticks(at, last), "a fence within a line", "a line of its own");
            }
            at = next;
        }
        if (length > 0) {
            return reject(openedAt, "a block that does not end", "a line of " + mark + mark + mark + " after it");
        }
        return Parsed.accepted(blocks);
    }

    /** Where three backticks are in a line; its end where they are not. */
    private int ticks(int from, int to) {
        for (int i = from; i + SHORTEST <= to; i++) {
            if (text.charAt(i) == '`' && text.charAt(i + 1) == '`' && text.charAt(i + 2) == '`') {
                return i;
            }
        }
        return to;
    }

    private int run(int from, int to) {
        if (from >= to || text.charAt(from) != '`' && text.charAt(from) != '~') {
            return 0;
        }
        int i = from;
        while (i < to && text.charAt(i) == text.charAt(from)) {
            i++;
        }
        return i - from;
    }

    private static String language(String info) {
        int blank = 0;
        while (blank < info.length() && !Character.isWhitespace(info.charAt(blank))) {
            blank++;
        }
        return info.substring(0, blank).toLowerCase(Locale.ROOT);
    }

    private void add(String language, int line, int from, int to) {
        // Without the line feed before the closing fence.
        String code = from >= to ? "" : text.substring(from, to - 1).replace("\r\n", "\n");
        blocks.add(new CodeBlock(language, code.endsWith("\r") ? code.substring(0, code.length() - 1) : code, line));
    }

    private <T> Parsed<T> reject(int at, String found, String expected) {
        return AnswerText.rejected(text, at, found, expected);
    }
}
