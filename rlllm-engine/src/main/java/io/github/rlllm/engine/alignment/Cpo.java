package io.github.rlllm.engine.alignment;

import java.util.Arrays;

/**
 * Contrastive preference optimisation (Xu et al. 2024, "Contrastive Preference Optimization", equation 6): DPO with a
 * uniform reference, held by the likelihood of the chosen completion; and SimPO (Meng et al. 2024, "SimPO: Simple
 * Preference Optimization with a Reference-Free Reward", equation 6), which averages over tokens and asks for a margin:
 *
 * <pre>{@code
 * z = log pi(y) - log pi(y') - margin / beta
 * loss = mean of form(z) + likelihood * (mean over chosen tokens of -log pi)
 * }</pre>
 *
 * <p>Pure and thread-safe.
 *
 * @param form how z becomes a loss
 * @param beta the scale of z, above 0
 * @param smoothing the share of labels believed to be flipped, in [0, .5)
 * @param averaged whether a completion's log-probability is divided by its number of tokens
 * @param margin SimPO's gamma, at least 0
 * @param likelihood the weight of the chosen completion's likelihood, at least 0
 */
public record Cpo(PairForm form, double beta, double smoothing, boolean averaged, double margin, double likelihood) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public Cpo {
        form.require(beta, smoothing);
        Rows.require("margin", margin, margin >= 0 && margin < 1 / 0.0, ">= 0");
        Rows.require("likelihood", likelihood, likelihood >= 0 && likelihood < 1 / 0.0, ">= 0");
    }

    /**
     * The paper's: sigmoid, beta .1, summed, the likelihood with weight 1.
     *
     * @return the settings
     */
    public static Cpo defaults() {
        return new Cpo(PairForm.SIGMOID, 0.1, 0, false, 0, 1);
    }

    /**
     * SimPO: averaged, no likelihood.
     *
     * @param beta the paper uses 2 to 2.5
     * @param gamma the margin; the paper uses .3 to 1.6
     * @return the settings
     */
    public static Cpo simpo(double beta, double gamma) {
        return new Cpo(PairForm.SIGMOID, beta, 0, true, gamma, 0);
    }

    /**
     * The loss.
     *
     * @param policy log-probabilities of the policy that learns
     * @param gradient of the same shape, receives d loss / d policy
     * @return the loss
     * @throws IllegalArgumentException if shapes differ
     */
    public double loss(Pairs policy, Pairs gradient) {
        return loss(policy, Likelihood.wholeOf(policy.chosen()), gradient);
    }

    /**
     * The share of these pairs in the loss of a batch: the shares of its parts add up.
     *
     * @param policy log-probabilities of the policy that learns
     * @param chosen the chosen completions of the whole batch
     * @param gradient of the same shape, receives d loss / d policy
     * @return the share
     * @throws IllegalArgumentException if shapes differ
     */
    public double loss(Pairs policy, Aggregation.Batch chosen, Pairs gradient) {
        gradient.requireShape("gradient", policy);
        double n = chosen.completions();
        double loss = likelihood * Likelihood.tokenMean(policy.chosen(), chosen, gradient.chosen());
        for (int i = 0; i < policy.size(); i++) {
            double[] better = policy.chosen()[i];
            double[] rejected = policy.rejected()[i];
            double z = Rows.sum(better) / divisor(better) - Rows.sum(rejected) / divisor(rejected) - margin / beta;
            loss += form.loss(z, beta, smoothing) / n;
            double slope = form.slope(z, beta, smoothing) / n;
            double[] mine = gradient.chosen()[i];
            for (int t = 0; t < mine.length; t++) {
                mine[t] = likelihood * mine[t] + slope / divisor(better);
            }
            Arrays.fill(gradient.rejected()[i], -slope / divisor(rejected));
        }
        return loss;
    }

    private double divisor(double[] row) {
        return averaged ? row.length : 1;
    }
}
