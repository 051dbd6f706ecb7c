package io.github.rlllm.api;

import java.util.Objects;

/**
 * What a language model answered.
 *
 * @param text the answer, without the stop text
 * @param tokensIn tokens read, or -1 where the model does not say
 * @param tokensOut tokens written, or -1 where the model does not say
 * @param finish why it ended
 * @param model the model's identity, as it goes into provenance
 */
public record Completion(String text, int tokensIn, int tokensOut, Finish finish, String model) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a count of tokens is below -1
     */
    public Completion {
        Objects.requireNonNull(text, "text");
        if (tokensIn < -1) {
            throw new IllegalArgumentException("tokensIn: " + tokensIn + " (expected: >= 0, or -1 for unknown)");
        }
        if (tokensOut < -1) {
            throw new IllegalArgumentException("tokensOut: " + tokensOut + " (expected: >= 0, or -1 for unknown)");
        }
        Objects.requireNonNull(finish, "finish");
        Objects.requireNonNull(model, "model");
    }

    /** Why an answer ended. */
    public enum Finish {
        /** The model was done or met a stop text. */
        STOP,
        /** The limit of tokens cut it: the text is truncated. */
        LENGTH,
        /** The provider withheld it. */
        FILTERED
    }
}
