package io.github.rlllm.engine.decoding;

/**
 * What a sample may be, told token by token. A state is a whole number that stands for what of the tokens so far matters.
 * From every state that tokens of {@link #allowed} lead to, a complete sample can be reached: there are no dead ends. The
 * tokens that end a text are no part of it; {@link Sampler} allows them where it is complete, and only there. Thread-safe.
 * Its {@code toString} is its name in messages.
 */
public interface Constraint {
    /**
     * The state before the first token.
     *
     * @return a state
     */
    int start();

    /**
     * The tokens that may come next.
     *
     * @param state a state
     * @return in rising order, the array belongs to the caller; none only where the state is complete
     */
    int[] allowed(int state);

    /**
     * The state after a token.
     *
     * @param state a state
     * @param token a token
     * @return the state; -1 if the token is not allowed
     */
    int after(int state, int token);

    /**
     * Whether what was said so far is a whole sample.
     *
     * @param state a state
     * @return true if it may end here
     */
    boolean complete(int state);
}
