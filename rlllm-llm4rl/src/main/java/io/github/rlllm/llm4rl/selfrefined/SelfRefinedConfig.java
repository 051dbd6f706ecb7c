package io.github.rlllm.llm4rl.selfrefined;

/**
 * The figures of {@link SelfRefined}.
 *
 * @param rounds refinements at most, at least 0
 * @param success the share of successes at which refinement ends, above 0, at most 1
 * @param trainings trainings of a reward in a round, at least 1
 * @param retrainings trainings of the reward that is kept, on seeds of their own, at least 1
 */
public record SelfRefinedConfig(int rounds, double success, int trainings, int retrainings) {
    /** Checks the record. */
    public SelfRefinedConfig {
        if (rounds < 0) {
            throw new IllegalArgumentException("rounds: " + rounds + " (expected: >= 0)");
        }
        if (!(success > 0 && success <= 1)) {
            throw new IllegalArgumentException("success: " + success + " (expected: above 0, at most 1)");
        }
        if (trainings < 1) {
            throw new IllegalArgumentException("trainings: " + trainings + " (expected: >= 1)");
        }
        if (retrainings < 1) {
            throw new IllegalArgumentException("retrainings: " + retrainings + " (expected: >= 1)");
        }
    }

    /**
     * The paper's five rounds until 95 % success; one training a round, five of what is kept.
     *
     * @return the figures
     */
    public static SelfRefinedConfig defaults() {
        return new SelfRefinedConfig(5, 0.95, 1, 5);
    }

    /**
     * The same with other rounds.
     *
     * @param most refinements at most
     * @return a changed copy
     */
    public SelfRefinedConfig withRounds(int most) {
        return new SelfRefinedConfig(most, success, trainings, retrainings);
    }

    /**
     * The same with other numbers of trainings.
     *
     * @param inARound trainings of a reward in a round
     * @param afterwards trainings of the reward that is kept
     * @return a changed copy
     */
    public SelfRefinedConfig withTrainings(int inARound, int afterwards) {
        return new SelfRefinedConfig(rounds, success, inARound, afterwards);
    }
}
