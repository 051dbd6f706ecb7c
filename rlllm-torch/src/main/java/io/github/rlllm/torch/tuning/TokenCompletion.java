package io.github.rlllm.torch.tuning;

import java.util.Arrays;

/**
 * A completion as a model drew it: tokens in and tokens out, never read again from text. What judges text decodes it with
 * the model's tokenizer. Immutable; arrays are copied.
 *
 * @param prompt the tokens before it, at least one
 * @param tokens the completion, at least one token, the one that ended it included
 * @param ended whether it stopped by itself; false where the limit of tokens cut it
 */
public record TokenCompletion(int[] prompt, int[] tokens, boolean ended) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if prompt or completion is empty
     */
    public TokenCompletion {
        if (prompt.length == 0 || tokens.length == 0) {
            throw new IllegalArgumentException("prompt and completion: " + prompt.length + " and " + tokens.length
                    + " tokens (expected: >= 1 each)");
        }
        prompt = prompt.clone();
        tokens = tokens.clone();
    }

    @Override
    public int[] prompt() {
        return prompt.clone();
    }

    @Override
    public int[] tokens() {
        return tokens.clone();
    }

    /**
     * The number of tokens, the end included.
     *
     * @return at least 1
     */
    public int length() {
        return tokens.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenCompletion that
                && ended == that.ended
                && Arrays.equals(prompt, that.prompt)
                && Arrays.equals(tokens, that.tokens);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(prompt) + Arrays.hashCode(tokens)) + Boolean.hashCode(ended);
    }

    @Override
    public String toString() {
        return prompt.length + " and " + tokens.length + " tokens, " + (ended ? "ended" : "cut");
    }
}
