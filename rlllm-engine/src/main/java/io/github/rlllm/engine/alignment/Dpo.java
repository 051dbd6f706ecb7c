package io.github.rlllm.engine.alignment;

import java.util.Arrays;

/**
 * Direct preference optimisation (Rafailov et al. 2023, "Direct Preference Optimization: Your Language Model is Secretly
 * a Reward Model", equation 7) and the forms that grew from it. For a pair (chosen y, rejected y'):
 *
 * <pre>{@code
 * z = log pi(y)/ref(y) - log pi(y')/ref(y')
 * loss = mean of form(z)
 * }</pre>
 *
 * <p>with the log-ratio of a completion summed over its tokens, or averaged. Pure and thread-safe.
 *
 * @param form how z becomes a loss
 * @param beta how dear it is to leave the reference, above 0
 * @param smoothing the share of labels believed to be flipped, in [0, .5); 0 for {@link PairForm#IPO} and {@link
 *     PairForm#HINGE}
 * @param averaged whether a completion's log-ratio is divided by its number of tokens: TRL's {@code ipo} and {@code
 *     sigmoid_norm} do; the papers and OpenRLHF do not
 */
public record Dpo(PairForm form, double beta, double smoothing, boolean averaged) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public Dpo {
        form.require(beta, smoothing);
    }

    /**
     * The paper's: sigmoid, beta .1, no smoothing, summed.
     *
     * @return the settings
     */
    public static Dpo defaults() {
        return new Dpo(PairForm.SIGMOID, 0.1, 0, false);
    }

    /**
     * Textbook IPO, whose beta is its tau: summed log-ratios.
     *
     * @param beta above 0
     * @return the settings
     */
    public static Dpo ipo(double beta) {
        return new Dpo(PairForm.IPO, beta, 0, false);
    }

    /**
     * The same with another beta.
     *
     * @param other above 0
     * @return a changed copy
     */
    public Dpo withBeta(double other) {
        return new Dpo(form, other, smoothing, averaged);
    }

    /**
     * The loss, every pair alike.
     *
     * @param policy log-probabilities of the policy that learns
     * @param reference those of the reference, of the same shape
     * @param gradient of the same shape, receives d loss / d policy
     * @return the loss
     * @throws IllegalArgumentException if shapes differ
     */
    public double loss(Pairs policy, Pairs reference, Pairs gradient) {
        return loss(policy, reference, Rows.ones(policy.size()), gradient);
    }

    /**
     * The loss with weighted pairs: {@code sum w form(z) / sum w}.
     *
     * @param policy log-probabilities of the policy that learns
     * @param reference those of the reference, of the same shape
     * @param weights {@code [n]} finite, at least 0, not all 0
     * @param gradient of the same shape, receives d loss / d policy
     * @return the loss
     * @throws IllegalArgumentException if shapes differ or a weight is out of its range
     */
    public double loss(Pairs policy, Pairs reference, double[] weights, Pairs gradient) {
        reference.requireShape("reference", policy);
        gradient.requireShape("gradient", policy);
        double whole = Rows.requireWeights(weights, policy.size());
        double loss = 0;
        for (int i = 0; i < weights.length; i++) {
            double z = logRatio(policy.chosen()[i], reference.chosen()[i])
                    - logRatio(policy.rejected()[i], reference.rejected()[i]);
            double weight = weights[i] / whole;
            double slope = weight * form.slope(z, beta, smoothing);
            loss += weight * form.loss(z, beta, smoothing);
            Arrays.fill(gradient.chosen()[i], averaged ? slope / gradient.chosen()[i].length : slope);
            Arrays.fill(gradient.rejected()[i], averaged ? -slope / gradient.rejected()[i].length : -slope);
        }
        return loss;
    }

    /**
     * The rewards that the policy implies (section 5.1), up to a constant a prompt: {@code beta * log pi(y)/ref(y)}.
     *
     * @param policy {@code [n][]} log-probabilities of the policy
     * @param reference those of the reference, of the same shape
     * @return {@code [n]} rewards
     * @throws IllegalArgumentException if shapes differ
     */
    public double[] implicitRewards(double[][] policy, double[][] reference) {
        Rows.requireShape("reference", reference, policy);
        double[] rewards = new double[policy.length];
        for (int i = 0; i < rewards.length; i++) {
            rewards[i] = beta * (Rows.sum(policy[i]) - Rows.sum(reference[i]));
        }
        return rewards;
    }

    private double logRatio(double[] policy, double[] reference) {
        double sum = Rows.sum(policy) - Rows.sum(reference);
        return averaged ? sum / policy.length : sum;
    }
}
