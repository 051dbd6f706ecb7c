package io.github.rlllm.rl4llm.replies;

/**
 * The sizes of reinforcement learning on replies.
 *
 * @param prompts a rollout, at least 1
 * @param group replies a prompt, at least 1; what compares replies of a prompt needs 2
 * @param passes over a rollout, at least 1
 * @param minibatch replies a step, a divisor of {@code prompts * group}
 * @param beta weight of the KL term, at least 0
 * @param rate learning rate at the start, falling to a tenth, above 0
 */
public record PolicySettings(int prompts, int group, int passes, int minibatch, double beta, double rate) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public PolicySettings {
        require("prompts", prompts, prompts >= 1, ">= 1");
        require("group", group, group >= 1, ">= 1");
        require("passes", passes, passes >= 1, ">= 1");
        int all = prompts * group;
        require(
                "minibatch",
                minibatch,
                minibatch >= 1 && all % minibatch == 0,
                "a divisor of prompts * group = " + all);
        require("beta", beta, beta >= 0 && beta < Double.POSITIVE_INFINITY, ">= 0");
        require("rate", rate, rate > 0 && rate < Double.POSITIVE_INFINITY, "> 0");
    }

    /**
     * 64 prompts with one reply each, two passes in minibatches of 32, rate 5e-4.
     *
     * @param beta weight of the KL term
     * @return the settings
     */
    public static PolicySettings ppo(double beta) {
        return new PolicySettings(64, 1, 2, 32, beta, 5e-4);
    }

    /**
     * 8 prompts with 8 replies each, two passes in minibatches of 32, rate 5e-4.
     *
     * @param beta weight of the KL term
     * @return the settings
     */
    public static PolicySettings group(double beta) {
        return new PolicySettings(8, 8, 2, 32, beta, 5e-4);
    }

    /**
     * The same with another rate.
     *
     * @param other above 0
     * @return a changed copy
     */
    public PolicySettings withRate(double other) {
        return new PolicySettings(prompts, group, passes, minibatch, beta, other);
    }

    private static void require(String name, Number value, boolean good, String expected) {
        if (!good) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
