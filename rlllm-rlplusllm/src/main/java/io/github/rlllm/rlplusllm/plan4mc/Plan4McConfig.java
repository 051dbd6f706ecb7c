package io.github.rlllm.rlplusllm.plan4mc;

/**
 * Settings of {@link Plan4Mc}.
 *
 * @param longest the most steps of a plan, at least 1; a longer one is refused
 * @param patience how often one skill may fail since it last succeeded before the planner gives up, at least 1
 */
public record Plan4McConfig(int longest, int patience) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a value is below 1
     */
    public Plan4McConfig {
        if (longest < 1) {
            throw new IllegalArgumentException("longest: " + longest + " (expected: >= 1)");
        }
        if (patience < 1) {
            throw new IllegalArgumentException("patience: " + patience + " (expected: >= 1)");
        }
    }

    /**
     * Plans of at most 10,000 steps, ten failures of a skill.
     *
     * @return the configuration
     */
    public static Plan4McConfig defaults() {
        return new Plan4McConfig(10_000, 10);
    }

    /**
     * The same with another patience.
     *
     * @param value at least 1
     * @return a changed copy
     */
    public Plan4McConfig withPatience(int value) {
        return new Plan4McConfig(longest, value);
    }
}
