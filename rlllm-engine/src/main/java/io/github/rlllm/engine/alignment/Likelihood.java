package io.github.rlllm.engine.alignment;

import java.util.Arrays;

/**
 * The likelihood of completions, weighted: supervised tuning (weights 1), filtering alignment (1 for the best, 0 for the
 * rest) and reward-weighted regression (Peters and Schaal 2007; Hu et al. 2023, "Aligning Language Models with Offline
 * Learning from Human Feedback", section 3.2). Pure functions, thread-safe.
 */
public final class Likelihood {
    private Likelihood() {}

    /**
     * {@code -sum over completions of weight * sum over tokens of (the aggregation's weight) * log pi}.
     *
     * @param logProbs {@code [n][]} of the policy that learns
     * @param weights {@code [n]} finite, at least 0, not all 0
     * @param aggregation what a token weighs; {@link Aggregation#TOKEN_MEAN} is the usual loss of supervised tuning,
     *     {@link Aggregation#SEQUENCE_SUM} the likelihood of whole completions
     * @param whole the batch of which these are a part
     * @param gradient of the same shape, receives d loss / d logProbs
     * @return the loss
     * @throws IllegalArgumentException if shapes differ or a weight is out of its range
     */
    public static double loss(
            double[][] logProbs,
            double[] weights,
            Aggregation aggregation,
            Aggregation.Batch whole,
            double[][] gradient) {
        int n = Rows.require("logProbs", logProbs);
        Rows.requireShape("gradient", gradient, logProbs);
        Rows.requireWeights(weights, n);
        long tokens = Aggregation.tokensOf(logProbs);
        double loss = 0;
        for (int i = 0; i < n; i++) {
            double weight = weights[i] * aggregation.weight(logProbs[i].length, tokens, whole);
            loss -= weight * Rows.sum(logProbs[i]);
            Arrays.fill(gradient[i], -weight);
        }
        return loss;
    }

    /**
     * The weights of reward-weighted regression, {@code exp(r / beta)}, scaled to mean 1. On samples of ref the weighted
     * likelihood is greatest at {@code ref * exp(r / beta) / Z}.
     *
     * @param rewards {@code [n]} finite, at least one
     * @param beta above 0
     * @return {@code [n]} weights
     * @throws IllegalArgumentException if a part is out of its range
     */
    public static double[] rewardWeights(double[] rewards, double beta) {
        Rows.require("rewards", rewards.length, rewards.length > 0, ">= 1 value");
        Rows.require("beta", beta, beta > 0 && beta < 1 / 0.0, "> 0");
        double greatest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < rewards.length; i++) {
            Rows.require("rewards[" + i + "]", rewards[i], Double.isFinite(rewards[i]), "a finite number");
            greatest = Math.max(greatest, rewards[i]);
        }
        double[] weights = new double[rewards.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Math.exp((rewards[i] - greatest) / beta);
        }
        double scale = weights.length / Rows.sum(weights);
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= scale;
        }
        return weights;
    }

    /** The share of these rows in the mean over a batch's tokens of -log pi, with its gradient. */
    static double tokenMean(double[][] logProbs, Aggregation.Batch whole, double[][] gradient) {
        double tokens = whole.tokens();
        double loss = 0;
        for (int i = 0; i < logProbs.length; i++) {
            loss -= Rows.sum(logProbs[i]) / tokens;
            Arrays.fill(gradient[i], -1 / tokens);
        }
        return loss;
    }

    static Aggregation.Batch wholeOf(double[][] rows) {
        return new Aggregation.Batch(rows.length, Aggregation.tokensOf(rows), 1);
    }
}
