package io.github.rlllm.torch;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Completions of which several have the same prompt, which is then computed once: an algorithmic gain, exact but for
 * rounding. All columns lie in one row: first the prompts, each filled up to the longest, then the completions likewise,
 * without their last tokens, after which nothing is asked. A prompt's columns see those before them in it; a completion's
 * see its prompt and those before them.
 */
final class SharedPrompts implements TextColumns {
    private final int[][] texts;
    private final int[] promptOf;
    private final int[] promptLengths;
    private final int prompts;
    private final int promptColumns;
    private final int completionColumns;
    private final long[] tokens;
    private final long[] positions;

    private SharedPrompts(int[][] texts, int[] first, int[] promptOf, int prompts) {
        this.texts = texts;
        this.promptOf = promptOf;
        this.prompts = prompts;
        this.promptLengths = Arrays.stream(first).map(last -> last + 1).toArray();
        int longest = 0;
        int most = 1;
        for (int i = 0; i < texts.length; i++) {
            longest = Math.max(longest, promptLengths[i]);
            most = Math.max(most, texts[i].length - promptLengths[i] - 1);
        }
        promptColumns = longest;
        completionColumns = most;
        tokens = new long[Math.addExact(Math.multiplyExact(prompts, longest), Math.multiplyExact(texts.length, most))];
        positions = new long[tokens.length];
        for (int i = 0; i < texts.length; i++) {
            for (int t = 0; t < texts[i].length - 1; t++) {
                int column = column(i, t);
                tokens[column] = texts[i][t];
                positions[column] = t;
            }
        }
    }

    /**
     * The columns of texts.
     *
     * @param texts as {@link TokenRows} checked them: each a prompt and a completion
     * @param first the place of each prompt's last token
     * @return null where the prompts differ so much that nothing would be saved
     */
    static @Nullable SharedPrompts of(int[][] texts, int[] first) {
        Map<IntBuffer, Integer> known = new LinkedHashMap<>();
        int[] promptOf = new int[texts.length];
        for (int i = 0; i < texts.length; i++) {
            int next = known.size();
            promptOf[i] = known.computeIfAbsent(IntBuffer.wrap(texts[i], 0, first[i] + 1), prompt -> next);
        }
        if (known.size() == texts.length) {
            return null;
        }
        SharedPrompts shared = new SharedPrompts(texts, first, promptOf, known.size());
        int padded = texts.length
                * Arrays.stream(texts).mapToInt(text -> text.length).max().orElse(0);
        return shared.columns() < padded ? shared : null;
    }

    /** The number of different prompts. */
    int prompts() {
        return prompts;
    }

    /** Columns of each prompt. */
    int promptColumns() {
        return promptColumns;
    }

    /** Columns of each completion. */
    int completionColumns() {
        return completionColumns;
    }

    /** The number of each completion's prompt. */
    long[] promptOf() {
        return Arrays.stream(promptOf).asLongStream().toArray();
    }

    /** Whether a completion's column sees a column of its prompt. */
    boolean seesPrompt(int text, int from, int prompt, int window) {
        return prompt < promptLengths[text] && promptLengths[text] + from - prompt < window;
    }

    /** Completions that differ in what they see of their prompts: all, or 1 where the prompts are of one length. */
    int lengthsOfPrompts() {
        return Arrays.stream(promptLengths).allMatch(length -> length == promptColumns) ? 1 : texts.length;
    }

    @Override
    public int texts() {
        return texts.length;
    }

    @Override
    public int length(int text) {
        return texts[text].length;
    }

    @Override
    public int column(int text, int token) {
        int after = token - promptLengths[text];
        return after < 0
                ? promptOf[text] * promptColumns + token
                : prompts * promptColumns + text * completionColumns + after;
    }

    @Override
    public long token(int text, int place) {
        return texts[text][place];
    }

    @Override
    public int rows() {
        return 1;
    }

    @Override
    public int columns() {
        return tokens.length;
    }

    @Override
    public long[] tokens() {
        return tokens;
    }

    @Override
    public long[] positions() {
        return positions;
    }

    @Override
    public int kinds() {
        return 1;
    }

    /** Within a prompt, or within a completion. */
    @Override
    public boolean sees(int kind, int from, int to, int window) {
        return to <= from && from - to < window;
    }
}
