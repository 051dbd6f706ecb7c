package io.github.rlllm.rl4llm.offline;

import io.github.rlllm.rl4llm.replies.HotelReplies;
import io.github.rlllm.torch.Vocabulary;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A score that is written into a prompt, before the token that parts it from the reply: {@code reward + 1 . 2 5}, two
 * decimals, a token each.
 */
public final class AskedScore {
    /** Words that a language needs for it. */
    public static final List<String> WORDS =
            List.of("reward", "+", "-", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

    /** The greatest absolute score that can be written; greater ones are written as this. */
    static final double GREATEST = 9.99;

    private AskedScore() {}

    /**
     * The prompt with the score.
     *
     * @param task a language that knows {@link #WORDS}
     * @param prompt a prompt of it
     * @param score finite
     * @return a new prompt, six tokens longer
     * @throws IllegalArgumentException if the score is not finite or the language does not know the words
     */
    public static int[] in(HotelReplies task, int[] prompt, double score) {
        if (!Double.isFinite(score)) {
            throw new IllegalArgumentException("score: " + score + " (expected: a finite number)");
        }
        double shown = Math.max(-GREATEST, Math.min(GREATEST, score));
        String digits = String.format(Locale.ROOT, "%.2f", Math.abs(shown));
        String words = "reward " + (shown < 0 ? "-" : "+") + " " + String.join(" ", digits.split(""));
        int[] written = Arrays.stream(words.split(" "))
                .mapToInt(task.vocabulary()::token)
                .toArray();
        int[] longer = Arrays.copyOf(prompt, prompt.length + written.length);
        System.arraycopy(written, 0, longer, prompt.length - 1, written.length);
        longer[longer.length - 1] = Vocabulary.PART;
        return longer;
    }
}
