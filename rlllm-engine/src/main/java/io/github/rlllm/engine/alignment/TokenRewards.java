package io.github.rlllm.engine.alignment;

/**
 * The reward of reinforcement learning from human feedback (Stiennon et al. 2020; Ouyang et al. 2022, equation 2): a
 * penalty for leaving the reference at every token, and the score of the whole completion with its last one:
 *
 * <pre>{@code
 * r_t = -beta * kl(log pi_t - log ref_t) + (t is the last ? score : 0)
 * }</pre>
 *
 * <p>The log-probabilities are those of the sampling policy at the temperature of sampling; no gradient flows. Pure and
 * thread-safe.
 *
 * @param kl the estimator; k1 gives the gradient of KL(pi || ref)
 * @param beta the weight of the KL term, at least 0; {@link AdaptiveKl} may change it between rollouts
 * @param klClamp the greatest absolute KL of a token, above 0; infinity for none
 * @param scoreClip the greatest absolute score, above 0; infinity for none
 */
public record TokenRewards(KlEstimator kl, double beta, double klClamp, double scoreClip) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public TokenRewards {
        Rows.require("beta", beta, beta >= 0 && beta < 1 / 0.0, ">= 0");
        Rows.require("klClamp", klClamp, klClamp > 0, "> 0");
        Rows.require("scoreClip", scoreClip, scoreClip > 0, "> 0");
    }

    /**
     * InstructGPT's: k1, beta .02, nothing clamped.
     *
     * @return the settings
     */
    public static TokenRewards defaults() {
        return new TokenRewards(KlEstimator.K1, 0.02, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    /**
     * The same with another weight of the KL term.
     *
     * @param other at least 0
     * @return a changed copy
     */
    public TokenRewards withBeta(double other) {
        return new TokenRewards(kl, other, klClamp, scoreClip);
    }

    /**
     * The rewards of every token, for PPO.
     *
     * @param policy {@code [n][]} log-probabilities of the sampling policy
     * @param reference those of the reference, of the same shape
     * @param scores {@code [n]} finite
     * @return rewards of the same shape
     * @throws IllegalArgumentException if shapes differ or a score is not finite
     */
    public double[][] tokens(double[][] policy, double[][] reference, double[] scores) {
        int n = Rows.require("policy", policy);
        Rows.requireShape("reference", reference, policy);
        Rows.requireLength("scores", scores.length, n);
        double[][] rewards = new double[n][];
        for (int i = 0; i < n; i++) {
            Rows.require("scores[" + i + "]", scores[i], Double.isFinite(scores[i]), "a finite number");
            rewards[i] = new double[policy[i].length];
            for (int t = 0; t < rewards[i].length; t++) {
                double cost = kl.value(policy[i][t] - reference[i][t]);
                rewards[i][t] = -beta * Math.max(-klClamp, Math.min(klClamp, cost));
            }
            rewards[i][rewards[i].length - 1] += Math.max(-scoreClip, Math.min(scoreClip, scores[i]));
        }
        return rewards;
    }

    /**
     * The reward of a whole completion, the sum of its tokens', for RLOO.
     *
     * @param policy {@code [n][]} log-probabilities of the sampling policy
     * @param reference those of the reference, of the same shape
     * @param scores {@code [n]} finite
     * @return {@code [n]} rewards
     * @throws IllegalArgumentException if shapes differ or a score is not finite
     */
    public double[] completions(double[][] policy, double[][] reference, double[] scores) {
        double[][] tokens = tokens(policy, reference, scores);
        double[] sums = new double[tokens.length];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = Rows.sum(tokens[i]);
        }
        return sums;
    }
}
