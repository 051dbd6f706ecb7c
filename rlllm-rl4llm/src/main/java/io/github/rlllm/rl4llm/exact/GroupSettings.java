package io.github.rlllm.rl4llm.exact;

import io.github.rlllm.engine.alignment.Advantages.Scale;
import io.github.rlllm.engine.alignment.Aggregation;
import io.github.rlllm.engine.alignment.ClippedSurrogate;
import io.github.rlllm.engine.alignment.ClippedSurrogate.Level;

/**
 * A member of GRPO's family: what is done to a group's rewards, and where the KL term stands.
 *
 * @param loss the surrogate, whose beta is the weight of a KL term in the loss
 * @param scale by what the centred rewards are divided
 * @param rewardBeta the weight of the k1 estimate that is taken from a completion's reward, at least 0
 */
public record GroupSettings(ClippedSurrogate loss, Scale scale, double rewardBeta) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if rewardBeta is out of its range
     */
    public GroupSettings {
        if (!(rewardBeta >= 0 && rewardBeta < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("rewardBeta: " + rewardBeta + " (expected: >= 0)");
        }
    }

    /**
     * GRPO as published: divided by the group's deviation, a mean over each completion, k3 in the loss.
     *
     * @param beta at least 0
     * @return the settings
     */
    public static GroupSettings grpo(double beta) {
        return new GroupSettings(ClippedSurrogate.grpo().withBeta(beta), Scale.GROUP, 0);
    }

    /**
     * Dr. GRPO, not divided and summed over a completion, with k3 in the loss.
     *
     * @param beta at least 0
     * @return the settings
     */
    public static GroupSettings drGrpo(double beta) {
        return new GroupSettings(ClippedSurrogate.drGrpo().withBeta(beta), Scale.NONE, 0);
    }

    /**
     * The same with the KL term moved from the loss into the reward.
     *
     * @return a changed copy
     */
    public GroupSettings withKlInTheReward() {
        return new GroupSettings(loss.withBeta(0), scale, loss.beta());
    }

    /**
     * The same with another divisor of the rewards.
     *
     * @param other the scale
     * @return a changed copy
     */
    public GroupSettings with(Scale other) {
        return new GroupSettings(loss, other, rewardBeta);
    }

    /**
     * The same with another weight of a token.
     *
     * @param other the aggregation
     * @return a changed copy
     */
    public GroupSettings with(Aggregation other) {
        return new GroupSettings(loss.with(other, Level.TOKEN), scale, rewardBeta);
    }
}
