package io.github.rlllm.api;

/**
 * An optional capability of an environment: its complete state as bytes, so that resuming a run does not have to replay
 * the episode. An environment without it is resumed by its episode's seed and actions.
 */
public interface Snapshot {
    /**
     * The complete state, including the random generator's.
     *
     * @return bytes that belong to the caller
     */
    byte[] save();

    /**
     * Puts back a state that {@link #save} gave.
     *
     * @param state the bytes
     * @throws IllegalArgumentException if they are not a state of this kind of environment
     */
    void restore(byte[] state);
}
