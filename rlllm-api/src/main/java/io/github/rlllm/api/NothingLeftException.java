package io.github.rlllm.api;

/**
 * Nothing is left to choose from or to judge by: a product or a mask of distributions gives every outcome probability
 * zero, or no part of a reward can score what is judged. It is a failure and never replaced by a last resort.
 */
public final class NothingLeftException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * A failure with its cause in words.
     *
     * @param message what was combined and why nothing is left
     */
    public NothingLeftException(String message) {
        super(message);
    }
}
