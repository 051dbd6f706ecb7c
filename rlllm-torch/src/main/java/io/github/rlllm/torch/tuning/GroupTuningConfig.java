package io.github.rlllm.torch.tuning;

import io.github.rlllm.engine.alignment.Advantages.Scale;
import io.github.rlllm.engine.alignment.Aggregation;
import io.github.rlllm.engine.alignment.ClippedSurrogate;
import io.github.rlllm.engine.alignment.KlEstimator;
import io.github.rlllm.engine.alignment.Penalties;
import io.github.rlllm.engine.alignment.TokenRewards;

/**
 * The settings of {@link GroupTuning}. A KL term stands in the loss ({@link ClippedSurrogate#beta}: GRPO's k3) or in the
 * reward ({@link #rewardKl}: RLOO's k1), rarely in both.
 *
 * @param groupSize completions a prompt, at least 2
 * @param generation how they are drawn
 * @param penalties what is taken from a completion's reward for its form; with {@link
 *     GroupAdvantage.Combination#NORMALISE_THEN_SUM} they count as one more reward function of weight 1
 * @param rewardKl the KL term of the reward, summed over a completion; beta 0 leaves it out
 * @param advantage how rewards become advantages
 * @param surrogate the loss; its aggregation is what TRL calls the loss type
 * @param passes how often a rollout is learned from
 * @param optimisation how to descend; a micro-batch counts completions
 */
public record GroupTuningConfig(
        int groupSize,
        Generation generation,
        Penalties penalties,
        TokenRewards rewardKl,
        GroupAdvantage advantage,
        ClippedSurrogate surrogate,
        Passes passes,
        Optimisation optimisation) {
    private static final TokenRewards NO_KL = TokenRewards.defaults().withBeta(0);

    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range, or parts do not go together
     */
    public GroupTuningConfig {
        Require.that("groupSize", groupSize, groupSize >= 2, ">= 2");
        Require.that(
                "rewardKl.beta",
                rewardKl.beta(),
                rewardKl.beta() == 0 || advantage.combination() == GroupAdvantage.Combination.SUM_THEN_NORMALISE,
                "0 where each reward function is normalised first");
    }

    /**
     * TRL's defaults (1.16), its loss type {@code dapo}: eight completions, every token alike, clip .2, no KL term, rewards
     * divided by their group's deviation, one pass.
     *
     * @param newTokens the greatest length of a completion
     * @param optimisation how to descend; a micro-batch counts completions
     * @return the settings
     */
    public static GroupTuningConfig defaults(int newTokens, Optimisation optimisation) {
        return new GroupTuningConfig(
                8,
                new Generation(newTokens, 1),
                Penalties.missingEnd(0),
                NO_KL,
                GroupAdvantage.grpo(),
                ClippedSurrogate.ppo(),
                Passes.of(1),
                optimisation);
    }

    /**
     * GRPO as first published (Shao et al. 2024): the mean of each completion, beta .04 with k3 in the loss.
     *
     * @param newTokens the greatest length of a completion
     * @param optimisation how to descend; a micro-batch counts completions
     * @return the settings
     */
    public static GroupTuningConfig grpo(int newTokens, Optimisation optimisation) {
        return defaults(newTokens, optimisation).withSurrogate(ClippedSurrogate.grpo());
    }

    /**
     * DAPO's loss (Yu et al. 2025): token mean, clip .2 below and .28 above. Its penalty of overlong answers is {@link
     * Penalties}'; groups of equal rewards, which it draws anew, have advantage 0 here.
     *
     * @param newTokens the greatest length of a completion
     * @param optimisation how to descend; a micro-batch counts completions
     * @return the settings
     */
    public static GroupTuningConfig dapo(int newTokens, Optimisation optimisation) {
        return defaults(newTokens, optimisation).withSurrogate(ClippedSurrogate.dapo());
    }

    /**
     * TRL's loss type {@code bnpo}: the mean over the tokens of a forward pass.
     *
     * @param newTokens the greatest length of a completion
     * @param optimisation how to descend; a micro-batch counts completions
     * @return the settings
     */
    public static GroupTuningConfig bnpo(int newTokens, Optimisation optimisation) {
        return defaults(newTokens, optimisation)
                .withSurrogate(ClippedSurrogate.ppo().with(Aggregation.LOCAL_TOKEN_MEAN, ClippedSurrogate.Level.TOKEN));
    }

    /**
     * Dr. GRPO (Liu et al. 2025): a constant divisor, rewards not divided by their deviation.
     *
     * @param newTokens the greatest length of a completion
     * @param optimisation how to descend; a micro-batch counts completions
     * @return the settings
     */
    public static GroupTuningConfig drGrpo(int newTokens, Optimisation optimisation) {
        return defaults(newTokens, optimisation)
                .withSurrogate(ClippedSurrogate.drGrpo())
                .withAdvantage(GroupAdvantage.grpo().withScale(Scale.NONE));
    }

    /**
     * RLOO (Ahmadian et al. 2024) as TRL has it: the ratio of whole completions, the mean of the others as baseline, beta
     * .05 with k1 in the reward.
     *
     * @param newTokens the greatest length of a completion
     * @param optimisation how to descend; a micro-batch counts completions
     * @return the settings
     */
    public static GroupTuningConfig rloo(int newTokens, Optimisation optimisation) {
        return defaults(newTokens, optimisation)
                .withSurrogate(ClippedSurrogate.rloo())
                .withAdvantage(GroupAdvantage.rloo())
                .withRewardKl(new TokenRewards(KlEstimator.K1, 0.05, 1 / 0.0, 1 / 0.0));
    }

    /**
     * The same with another group size.
     *
     * @param other at least 2
     * @return a changed copy
     */
    public GroupTuningConfig withGroupSize(int other) {
        return new GroupTuningConfig(
                other, generation, penalties, rewardKl, advantage, surrogate, passes, optimisation);
    }

    /**
     * The same, drawn otherwise.
     *
     * @param other how completions are drawn
     * @return a changed copy
     */
    public GroupTuningConfig withGeneration(Generation other) {
        return new GroupTuningConfig(groupSize, other, penalties, rewardKl, advantage, surrogate, passes, optimisation);
    }

    /**
     * The same with other penalties.
     *
     * @param other what is taken for form
     * @return a changed copy
     */
    public GroupTuningConfig withPenalties(Penalties other) {
        return new GroupTuningConfig(
                groupSize, generation, other, rewardKl, advantage, surrogate, passes, optimisation);
    }

    /**
     * The same with another KL term in the reward.
     *
     * @param other beta 0 leaves it out
     * @return a changed copy
     */
    public GroupTuningConfig withRewardKl(TokenRewards other) {
        return new GroupTuningConfig(
                groupSize, generation, penalties, other, advantage, surrogate, passes, optimisation);
    }

    /**
     * The same with other advantages.
     *
     * @param other how rewards become advantages
     * @return a changed copy
     */
    public GroupTuningConfig withAdvantage(GroupAdvantage other) {
        return new GroupTuningConfig(
                groupSize, generation, penalties, rewardKl, other, surrogate, passes, optimisation);
    }

    /**
     * The same with another loss.
     *
     * @param other the loss
     * @return a changed copy
     */
    public GroupTuningConfig withSurrogate(ClippedSurrogate other) {
        return new GroupTuningConfig(
                groupSize, generation, penalties, rewardKl, advantage, other, passes, optimisation);
    }

    /**
     * The same, learned from more or less often.
     *
     * @param other how often
     * @return a changed copy
     */
    public GroupTuningConfig withPasses(Passes other) {
        return new GroupTuningConfig(
                groupSize, generation, penalties, rewardKl, advantage, surrogate, other, optimisation);
    }
}
