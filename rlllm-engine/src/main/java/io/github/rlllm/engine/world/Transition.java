package io.github.rlllm.engine.world;

/**
 * One way in which a tabular world answers an action.
 *
 * @param probability how probable it is, in (0, 1]
 * @param next the state that follows
 * @param reward the reward of the step
 * @param terminated whether the episode ends there
 */
public record Transition(double probability, int next, double reward, boolean terminated) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if the probability is outside (0, 1], the state negative or the reward not finite
     */
    public Transition {
        if (!(probability > 0 && probability <= 1)) {
            throw new IllegalArgumentException("probability: " + probability + " (expected: in (0, 1])");
        }
        if (next < 0) {
            throw new IllegalArgumentException("next: " + next + " (expected: >= 0)");
        }
        if (!Double.isFinite(reward)) {
            throw new IllegalArgumentException("reward: " + reward + " (expected: a finite number)");
        }
    }
}
