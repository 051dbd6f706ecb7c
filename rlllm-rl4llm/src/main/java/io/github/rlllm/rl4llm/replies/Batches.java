package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.torch.CompletionBatch;
import io.github.rlllm.torch.Vocabulary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** Replies and preferences as the rows of a model, and the orders in which they are learned from. */
public final class Batches {
    private Batches() {}

    /**
     * Number of log-probabilities of a row that belong to the prompt: the first of the completion is the one after the token
     * that parts them.
     *
     * @param row prompt and completion
     * @return at least 0
     */
    public static int promptLength(int[] row) {
        int part = 0;
        while (row[part] != Vocabulary.PART) {
            part++;
        }
        return part;
    }

    /**
     * Replies as prompts with their completions.
     *
     * @param replies at least one
     * @return the batch
     */
    static CompletionBatch of(List<Reply> replies) {
        return new CompletionBatch(
                replies.stream().map(Reply::prompt).toArray(int[][]::new),
                replies.stream().map(Reply::completion).toArray(int[][]::new));
    }

    /** Chosen and rejected by turns. */
    static int[][] rows(List<Preference> pairs) {
        int[][] rows = new int[2 * pairs.size()][];
        for (int i = 0; i < pairs.size(); i++) {
            rows[2 * i] = pairs.get(i).chosen().row();
            rows[2 * i + 1] = pairs.get(i).rejected().row();
        }
        return rows;
    }

    /** The order of every pass over some elements. */
    static <T> List<List<T>> passes(List<T> elements, int number, RandomGenerator rng) {
        List<T> order = new ArrayList<>(elements);
        List<List<T>> passes = new ArrayList<>();
        for (int pass = 0; pass < number; pass++) {
            shuffle(order, rng);
            passes.add(List.copyOf(order));
        }
        return passes;
    }

    /**
     * Fisher and Yates, in place.
     *
     * @param list what is shuffled
     * @param rng the source of randomness
     */
    public static void shuffle(List<?> list, RandomGenerator rng) {
        for (int i = list.size() - 1; i > 0; i--) {
            Collections.swap(list, i, rng.nextInt(i + 1));
        }
    }
}
