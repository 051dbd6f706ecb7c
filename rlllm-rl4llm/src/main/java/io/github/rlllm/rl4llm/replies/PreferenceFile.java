package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.rl4llm.feedback.Comparison;
import io.github.rlllm.rl4llm.feedback.FeedbackFile;
import io.github.rlllm.rl4llm.feedback.Shape;
import io.github.rlllm.rl4llm.feedback.Verdict;
import io.github.rlllm.rl4llm.feedback.Vote;
import io.github.rlllm.torch.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Preferences that a person wrote, of the shape {@link Shape#PAIRS}; ties are left out. Texts are read with the vocabulary of {@link
 * HotelReplies} (unknown words become one token), prompts are cut to their last 30 words, completions after 16 tokens; a
 * pair whose completions are then equal says nothing and is left out.
 *
 * @param preferences what can be learned from, at least 16
 * @param lines preferences in the file
 * @param unknown share of the words that the vocabulary does not know
 */
public record PreferenceFile(List<Preference> preferences, int lines, double unknown) {
    private static final int LEAST = 16;
    private static final int PROMPT_WORDS = 30;

    /** Copies. */
    public PreferenceFile {
        preferences = List.copyOf(preferences);
    }

    /**
     * Reads a file.
     *
     * @param file JSON lines
     * @param task the language
     * @return its preferences
     * @throws IOException if it cannot be read, a line is not as described (the message names it), or fewer than 16 pairs
     *     differ in words that are known
     */
    public static PreferenceFile read(Path file, HotelReplies task) throws IOException {
        List<Preference> preferences = new ArrayList<>();
        long words = 0;
        long unknown = 0;
        int pairs = 0;
        for (Comparison comparison : FeedbackFile.read(file, Shape.PAIRS).comparisons()) {
            int[] prompt = task.vocabulary().encode(comparison.prompt());
            int[] cut = Arrays.copyOfRange(prompt, Math.max(0, prompt.length - PROMPT_WORDS), prompt.length);
            int[] begun = task.asPrompt(cut);
            Preference first = new Preference(
                    new Reply(begun, task.asCompletion(comparison.first())),
                    new Reply(begun, task.asCompletion(comparison.second())));
            for (Vote vote : comparison.votes()) {
                if (vote.verdict() == Verdict.TIE) {
                    continue;
                }
                pairs++;
                for (int[] tokens : List.of(
                        prompt,
                        task.vocabulary().encode(comparison.first()),
                        task.vocabulary().encode(comparison.second()))) {
                    words += tokens.length;
                    unknown += Arrays.stream(tokens)
                            .filter(token -> token == Vocabulary.UNKNOWN)
                            .count();
                }
                if (!first.chosen().equals(first.rejected())) {
                    preferences.add(vote.verdict() == Verdict.FIRST ? first : first.swapped());
                }
            }
        }
        if (preferences.size() < LEAST) {
            throw new IOException(file + ": " + preferences.size() + " of " + pairs
                    + " pairs differ in words that are known (expected: >= " + LEAST + "; the known words are "
                    + task.words() + ")");
        }
        return new PreferenceFile(preferences, pairs, words == 0 ? 0 : (double) unknown / words);
    }
}
