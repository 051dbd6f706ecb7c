package io.github.rlllm.engine.alignment;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The loss of PPO, GRPO and RLOO on completions, which differ by settings and by where advantages come from. With the
 * ratio {@code rho = pi / old}, of a token or of a whole completion:
 *
 * <pre>{@code
 * loss = sum over tokens of w * (-min(min(rho, ratioBound) A, clamp(rho, 1 - clipLow, 1 + clipHigh) A) + beta * kl(log pi - log ref))
 * }</pre>
 *
 * <p>where w is the aggregation's weight of a token. Schulman et al. 2017, equation 7 (PPO); Shao et al. 2024, equation 3
 * (GRPO); Ahmadian et al. 2024, "Back to Basics" (RLOO); Zheng et al. 2025 (GSPO). Pure and thread-safe.
 *
 * @param aggregation the weight of a token
 * @param level of what the ratio is
 * @param clipLow from 0 to 1
 * @param clipHigh at least 0; DAPO's "clip higher" is .28
 * @param ratioBound the greatest ratio that counts where an advantage is negative (TRL's {@code delta}, dual-clip's c of
 *     Ye et al. 2020), above 1; infinity for none
 * @param beta the weight of the KL term in the loss, at least 0
 * @param kl its estimator; GRPO's is {@link KlEstimator#K3}
 * @param correctedKl whether the KL term is multiplied by the token's ratio, through which a gradient flows (DeepSeek-V3.2;
 *     TRL's default); off in the textbook form
 */
public record ClippedSurrogate(
        Aggregation aggregation,
        Level level,
        double clipLow,
        double clipHigh,
        double ratioBound,
        double beta,
        KlEstimator kl,
        boolean correctedKl) {
    /** Of what the ratio of new to old probability is. */
    public enum Level {
        /** Of each token: PPO and GRPO. */
        TOKEN,
        /** Of the completion's geometric mean, {@code exp(mean of log-ratios)}: GSPO. */
        SEQUENCE_MEAN,
        /** Of the whole completion, {@code exp(sum of log-ratios)}: RLOO. */
        SEQUENCE
    }

    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public ClippedSurrogate {
        Rows.require("clipLow", clipLow, clipLow >= 0 && clipLow <= 1, "in [0, 1]");
        Rows.require("clipHigh", clipHigh, clipHigh >= 0, ">= 0");
        Rows.require("ratioBound", ratioBound, ratioBound > 1, "> 1");
        Rows.require("beta", beta, beta >= 0 && beta < 1 / 0.0, ">= 0");
    }

    /**
     * PPO's: token mean, clip .2, the KL term in the reward.
     *
     * @return the settings
     */
    public static ClippedSurrogate ppo() {
        return new ClippedSurrogate(
                Aggregation.TOKEN_MEAN, Level.TOKEN, 0.2, 0.2, Double.POSITIVE_INFINITY, 0, KlEstimator.K3, false);
    }

    /**
     * GRPO as first published: each completion's mean, clip .2, beta .04 with k3 in the loss.
     *
     * @return the settings
     */
    public static ClippedSurrogate grpo() {
        return ppo().with(Aggregation.SEQUENCE_MEAN, Level.TOKEN).withBeta(0.04);
    }

    /**
     * Dr. GRPO: a constant divisor, no KL term. Its advantages are not divided by the standard deviation.
     *
     * @return the settings
     */
    public static ClippedSurrogate drGrpo() {
        return ppo().with(Aggregation.CONSTANT, Level.TOKEN);
    }

    /**
     * DAPO: token mean, clip .2 below and .28 above, no KL term.
     *
     * @return the settings
     */
    public static ClippedSurrogate dapo() {
        return ppo().withClip(0.2, 0.28);
    }

    /**
     * RLOO: the ratio of whole completions, clip .2, the KL term in the reward.
     *
     * @return the settings
     */
    public static ClippedSurrogate rloo() {
        return ppo().with(Aggregation.SEQUENCE_MEAN, Level.SEQUENCE);
    }

    /**
     * The same with another aggregation and level.
     *
     * @param otherAggregation the weight of a token
     * @param otherLevel of what the ratio is
     * @return a changed copy
     */
    public ClippedSurrogate with(Aggregation otherAggregation, Level otherLevel) {
        return new ClippedSurrogate(otherAggregation, otherLevel, clipLow, clipHigh, ratioBound, beta, kl, correctedKl);
    }

    /**
     * The same with another clip range.
     *
     * @param low from 0 to 1
     * @param high at least 0
     * @return a changed copy
     */
    public ClippedSurrogate withClip(double low, double high) {
        return new ClippedSurrogate(aggregation, level, low, high, ratioBound, beta, kl, correctedKl);
    }

    /**
     * The same with another weight of the KL term.
     *
     * @param other at least 0
     * @return a changed copy
     */
    public ClippedSurrogate withBeta(double other) {
        return new ClippedSurrogate(aggregation, level, clipLow, clipHigh, ratioBound, other, kl, correctedKl);
    }

    /**
     * The loss of a batch or a part of one.
     *
     * @param logProbs {@code [n][]} of the policy that learns
     * @param old those of the policy that sampled, by the same forward pass
     * @param reference those of the reference; null where beta is 0
     * @param advantages one a token; {@link Advantages#perToken} spreads one a completion
     * @param whole the batch of which these are a part
     * @param gradient receives d loss / d logProbs
     * @return the loss
     * @throws IllegalArgumentException if shapes differ, or beta is above 0 and there is no reference
     */
    public double loss(
            double[][] logProbs,
            double[][] old,
            double @Nullable [][] reference,
            double[][] advantages,
            Aggregation.Batch whole,
            double[][] gradient) {
        int n = Rows.require("logProbs", logProbs);
        Rows.requireShape("old", old, logProbs);
        Rows.requireShape("advantages", advantages, logProbs);
        Rows.requireShape("gradient", gradient, logProbs);
        if (beta > 0 && reference == null) {
            throw new IllegalArgumentException(
                    "reference: null (expected: log-probabilities, as beta is " + beta + ")");
        }
        if (reference != null) {
            Rows.requireShape("reference", reference, logProbs);
        }
        long tokens = Aggregation.tokensOf(logProbs);
        double loss = 0;
        for (int i = 0; i < n; i++) {
            double weight = aggregation.weight(logProbs[i].length, tokens, whole);
            loss += weight * surrogate(logProbs[i], old[i], advantages[i], gradient[i]);
            if (beta > 0 && reference != null) {
                loss += weight * penalty(logProbs[i], old[i], reference[i], gradient[i]);
            }
            for (int t = 0; t < gradient[i].length; t++) {
                gradient[i][t] *= weight;
            }
        }
        return loss;
    }

    /** Sum over a completion's tokens; the gradient receives d sum / d logProbs. */
    private double surrogate(double[] logProbs, double[] old, double[] advantages, double[] gradient) {
        double sum = 0;
        double slopes = 0;
        for (int t = 0; t < logProbs.length; t++) {
            double ratio = ratio(logProbs, old, t);
            double free = Math.min(ratio, ratioBound) * advantages[t];
            double bounded = Math.max(1 - clipLow, Math.min(1 + clipHigh, ratio)) * advantages[t];
            boolean flows = free <= bounded ? ratio <= ratioBound : inside(ratio);
            sum -= Math.min(free, bounded);
            gradient[t] = flows ? -ratio * advantages[t] : 0;
            slopes += gradient[t];
        }
        if (level != Level.TOKEN) {
            Arrays.fill(gradient, level == Level.SEQUENCE ? slopes : slopes / logProbs.length);
        }
        return sum;
    }

    private double ratio(double[] logProbs, double[] old, int t) {
        if (level == Level.TOKEN) {
            return Math.exp(logProbs[t] - old[t]);
        }
        double sum = Rows.sum(logProbs) - Rows.sum(old);
        return Math.exp(level == Level.SEQUENCE ? sum : sum / logProbs.length);
    }

    private boolean inside(double ratio) {
        return ratio >= 1 - clipLow && ratio <= 1 + clipHigh;
    }

    /** Sum of the KL term over a completion's tokens, added to the gradient. */
    private double penalty(double[] logProbs, double[] old, double[] reference, double[] gradient) {
        double sum = 0;
        for (int t = 0; t < logProbs.length; t++) {
            double value = kl.value(logProbs[t] - reference[t]);
            double slope = kl.slope(logProbs[t] - reference[t]);
            double ratio = correctedKl ? Math.exp(logProbs[t] - old[t]) : 1;
            sum += beta * ratio * value;
            gradient[t] += beta * ratio * (correctedKl ? slope + value : slope);
        }
        return sum;
    }

    /**
     * The share of tokens whose advantage can no longer move the policy, because the ratio has left the clip range on the
     * advantage's side. Near 0 for a first pass over a batch.
     *
     * @param logProbs {@code [n][]} of the policy that learns
     * @param old those of the policy that sampled
     * @param advantages one a token
     * @return from 0 to 1
     * @throws IllegalArgumentException if shapes differ
     */
    public double clipFraction(double[][] logProbs, double[][] old, double[][] advantages) {
        Rows.require("logProbs", logProbs);
        Rows.requireShape("old", old, logProbs);
        Rows.requireShape("advantages", advantages, logProbs);
        long clipped = 0;
        for (int i = 0; i < logProbs.length; i++) {
            for (int t = 0; t < logProbs[i].length; t++) {
                double ratio = ratio(logProbs[i], old[i], t);
                if (ratio < 1 - clipLow && advantages[i][t] < 0 || ratio > 1 + clipHigh && advantages[i][t] > 0) {
                    clipped++;
                }
            }
        }
        return (double) clipped / Aggregation.tokensOf(logProbs);
    }
}
