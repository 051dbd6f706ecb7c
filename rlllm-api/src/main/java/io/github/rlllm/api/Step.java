package io.github.rlllm.api;

import java.util.Objects;

/**
 * What an environment answers to one action. Where the observation is an array, two steps are equal only if it is the
 * same array.
 *
 * @param <O> the type of an observation
 * @param observation what is seen after the action; at the end of an episode the last observation of that episode,
 *     never the first of the next; it belongs to the caller
 * @param reward the reward of this step, a finite number
 * @param ending whether and how the episode ended
 */
public record Step<O>(O observation, double reward, Ending ending) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if the reward is NaN or infinite
     */
    public Step {
        Objects.requireNonNull(observation, "observation");
        Objects.requireNonNull(ending, "ending");
        if (!Double.isFinite(reward)) {
            throw new IllegalArgumentException("reward: " + reward + " (expected: a finite number)");
        }
    }
}
