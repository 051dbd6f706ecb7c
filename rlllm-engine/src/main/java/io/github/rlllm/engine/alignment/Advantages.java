package io.github.rlllm.engine.alignment;

import io.github.rlllm.api.Ending;
import io.github.rlllm.engine.returns.Returns;
import io.github.rlllm.engine.returns.Trajectory;
import java.util.Arrays;

/**
 * Advantages of completions and of their tokens. Where completions come in groups, those of one prompt lie next to each
 * other. Pure functions, thread-safe.
 */
public final class Advantages {
    /** By what a centred reward is divided. */
    public enum Scale {
        /** The standard deviation of its group: GRPO. Prompts on which rewards hardly differ weigh as much as others. */
        GROUP,
        /** The standard deviation of the whole batch. */
        BATCH,
        /** Nothing: Dr. GRPO. */
        NONE
    }

    private Advantages() {}

    /**
     * GRPO's advantages (Shao et al. 2024, section 4.1.2): {@code (r - mean of the group) / (std + epsilon)}, with the
     * unbiased standard deviation. A group of equal rewards gets zeros.
     *
     * @param rewards {@code [n]} finite, groups next to each other
     * @param groupSize at least 2, divides n
     * @param scale by what is divided
     * @param epsilon at least 0: TRL 1e-4, verl 1e-6, OpenRLHF 1e-9
     * @return {@code [n]}
     * @throws IllegalArgumentException if a part is out of its range
     */
    public static double[] group(double[] rewards, int groupSize, Scale scale, double epsilon) {
        requireGroups(rewards, groupSize);
        Rows.require("epsilon", epsilon, epsilon >= 0 && epsilon < 1 / 0.0, ">= 0");
        double batchStd = std(rewards, 0, rewards.length);
        double[] advantages = new double[rewards.length];
        for (int from = 0; from < rewards.length; from += groupSize) {
            double groupStd = std(rewards, from, from + groupSize);
            double divisor = switch (scale) {
                case GROUP -> groupStd + epsilon;
                case BATCH -> batchStd + epsilon;
                case NONE -> 1;
            };
            double mean = mean(rewards, from, from + groupSize);
            for (int i = from; i < from + groupSize; i++) {
                advantages[i] = groupStd == 0 ? 0 : (rewards[i] - mean) / divisor;
            }
        }
        return advantages;
    }

    /**
     * RLOO's advantages (Ahmadian et al. 2024, equation 8; Kool et al. 2019): a reward less the mean of the others of its
     * group.
     *
     * @param rewards {@code [n]} finite, groups next to each other
     * @param groupSize at least 2, divides n
     * @return {@code [n]}
     * @throws IllegalArgumentException if a part is out of its range
     */
    public static double[] leaveOneOut(double[] rewards, int groupSize) {
        requireGroups(rewards, groupSize);
        double[] advantages = new double[rewards.length];
        for (int from = 0; from < rewards.length; from += groupSize) {
            double mean = mean(rewards, from, from + groupSize);
            for (int i = from; i < from + groupSize; i++) {
                advantages[i] = (rewards[i] - mean) * groupSize / (groupSize - 1);
            }
        }
        return advantages;
    }

    /**
     * {@code (a - mean) / (std + epsilon)} over the batch, with the unbiased standard deviation: TRL's {@code
     * normalize_advantages} with 1e-4.
     *
     * @param advantages {@code [n]} finite, at least two
     * @param epsilon at least 0
     * @return {@code [n]}
     * @throws IllegalArgumentException if a part is out of its range
     */
    public static double[] normalised(double[] advantages, double epsilon) {
        return group(advantages, advantages.length, Scale.GROUP, epsilon);
    }

    /**
     * Generalised advantage estimation over the tokens of completions ({@link Returns#gae}). A completion that was cut at
     * the length limit ends there as one that stopped does: its score judges what there is.
     *
     * @param rewards {@code [n][]} one a token
     * @param values V before each token, of the same shape; the targets of the critic are advantages + values
     * @param gamma the discount, from 0 to 1; 1 is usual
     * @param lambda the trace decay, from 0 to 1
     * @return advantages of the same shape
     * @throws IllegalArgumentException if shapes differ or a part is out of its range
     */
    public static double[][] gae(double[][] rewards, double[][] values, double gamma, double lambda) {
        Rows.require("rewards", rewards);
        Rows.requireShape("values", values, rewards);
        double[][] advantages = new double[rewards.length][];
        for (int i = 0; i < rewards.length; i++) {
            Ending[] endings = new Ending[rewards[i].length];
            Arrays.fill(endings, Ending.NONE);
            endings[endings.length - 1] = Ending.TERMINATED;
            Trajectory tokens = new Trajectory(rewards[i], values[i], endings, new double[endings.length], 0);
            advantages[i] = Returns.gae(tokens, gamma, lambda);
        }
        return advantages;
    }

    /**
     * A completion's advantage at each of its tokens.
     *
     * @param advantages {@code [n]}
     * @param rows {@code [n][]} anything by token
     * @return rows of the same shape
     * @throws IllegalArgumentException if sizes differ
     */
    public static double[][] perToken(double[] advantages, double[][] rows) {
        Rows.requireLength("advantages", advantages.length, rows.length);
        double[][] spread = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            spread[i] = new double[rows[i].length];
            Arrays.fill(spread[i], advantages[i]);
        }
        return spread;
    }

    private static void requireGroups(double[] rewards, int groupSize) {
        Rows.require("groupSize", groupSize, groupSize >= 2, ">= 2");
        Rows.require(
                "rewards",
                rewards.length,
                rewards.length > 0 && rewards.length % groupSize == 0,
                "groups of " + groupSize + " values, at least one");
        for (int i = 0; i < rewards.length; i++) {
            Rows.require("rewards[" + i + "]", rewards[i], Double.isFinite(rewards[i]), "a finite number");
        }
    }

    static double mean(double[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        return sum / (to - from);
    }

    /** The unbiased standard deviation; exactly 0 where all values are equal. */
    static double std(double[] values, int from, int to) {
        double mean = mean(values, from, to);
        double squares = 0;
        boolean equal = true;
        for (int i = from; i < to; i++) {
            squares += (values[i] - mean) * (values[i] - mean);
            equal &= values[i] == values[from];
        }
        return equal ? 0 : Math.sqrt(squares / (to - from - 1));
    }
}
