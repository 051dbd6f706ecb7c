package io.github.rlllm.api;

/**
 * How a step leaves the episode. Termination and truncation differ: after a termination nothing is bootstrapped, after
 * a truncation the value of the last observation is. Where both hold at once the step is {@link #TERMINATED}.
 */
public enum Ending {
    /** The episode goes on. */
    NONE,
    /** The task itself ended (success, failure, death). The value of what follows is zero. */
    TERMINATED,
    /** A limit outside the task (usually time) cut the episode. The value of what would follow is not zero. */
    TRUNCATED;

    /**
     * Whether the episode is over, by either cause.
     *
     * @return true for {@link #TERMINATED} and {@link #TRUNCATED}
     */
    public boolean over() {
        return this != NONE;
    }
}
