package io.github.rlllm.torch.tuning;

import io.github.rlllm.engine.alignment.Advantages;
import io.github.rlllm.engine.alignment.Advantages.Scale;
import io.github.rlllm.engine.alignment.RewardTable;

/**
 * How the rewards of a group become advantages.
 *
 * @param combination how several reward functions become one number
 * @param baseline what is taken from a reward
 * @param scale by what the difference is divided. With {@link Baseline#OTHERS} either nothing or the deviation of the whole
 *     batch's advantages, whose mean then goes too (TRL's {@code normalize_advantages} of RLOO)
 * @param epsilon beside every standard deviation, at least 0: TRL 1e-4, verl 1e-6, OpenRLHF 1e-9
 */
public record GroupAdvantage(Combination combination, Baseline baseline, Scale scale, double epsilon) {
    /** How several reward functions become one number. */
    public enum Combination {
        /** The weighted sum, which is then normalised: TRL's {@code sum_then_normalize}. */
        SUM_THEN_NORMALISE,
        /**
         * Each function's rewards are normalised within their group, weighted and summed, and the sums normalised over the
         * batch, so that functions that differ in scale weigh alike: TRL's {@code normalize_then_sum} (GDPO). Scale and
         * baseline are then fixed by it.
         */
        NORMALISE_THEN_SUM
    }

    /** What is taken from a reward. */
    public enum Baseline {
        /** The mean of its group: GRPO. */
        GROUP,
        /** The mean of the others of its group: RLOO. */
        OTHERS
    }

    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range, or parts do not go together
     */
    public GroupAdvantage {
        Require.that("epsilon", epsilon, epsilon >= 0 && epsilon < 1 / 0.0, ">= 0");
        Require.that(
                "scale",
                scale,
                baseline == Baseline.GROUP || scale != Scale.GROUP,
                "NONE or BATCH where baseline is OTHERS");
        Require.that(
                "combination",
                combination,
                combination == Combination.SUM_THEN_NORMALISE || baseline == Baseline.GROUP && scale == Scale.GROUP,
                "SUM_THEN_NORMALISE unless baseline and scale are GROUP");
    }

    /**
     * GRPO's: the group's mean and standard deviation, epsilon 1e-4 as TRL.
     *
     * @return the settings
     */
    public static GroupAdvantage grpo() {
        return new GroupAdvantage(Combination.SUM_THEN_NORMALISE, Baseline.GROUP, Scale.GROUP, 1e-4);
    }

    /**
     * RLOO's: the mean of the others, not scaled.
     *
     * @return the settings
     */
    public static GroupAdvantage rloo() {
        return new GroupAdvantage(Combination.SUM_THEN_NORMALISE, Baseline.OTHERS, Scale.NONE, 1e-4);
    }

    /**
     * The same with another combination of several functions.
     *
     * @param other how they become one number
     * @return a changed copy
     */
    public GroupAdvantage withCombination(Combination other) {
        return new GroupAdvantage(other, baseline, scale, epsilon);
    }

    /**
     * The same with another divisor.
     *
     * @param other by what the difference is divided
     * @return a changed copy
     */
    public GroupAdvantage withScale(Scale other) {
        return new GroupAdvantage(combination, baseline, other, epsilon);
    }

    /** Advantages of rewards that are one number each. */
    double[] of(double[] rewards, int groupSize) {
        if (baseline == Baseline.GROUP) {
            return Advantages.group(rewards, groupSize, scale, epsilon);
        }
        double[] centred = Advantages.leaveOneOut(rewards, groupSize);
        return scale == Scale.BATCH ? Advantages.normalised(centred, epsilon) : centred;
    }

    /** Advantages of several functions' rewards, each normalised first. */
    double[] of(RewardTable table, int groupSize) {
        return table.normalisedThenSummed(groupSize, epsilon);
    }
}
