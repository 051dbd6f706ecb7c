package io.github.rlllm.engine.alignment;

import java.util.Arrays;

/**
 * Odds-ratio preference optimisation (Hong et al. 2024, "ORPO: Monolithic Preference Optimization without Reference
 * Model", equations 6 and 7). With m the mean log-probability of a completion's tokens and {@code odds = e^m / (1 - e^m)}:
 *
 * <pre>{@code
 * loss = mean over chosen tokens of -log pi  -  beta * mean of log sigmoid(log odds(chosen) - log odds(rejected))
 * }</pre>
 *
 * <p>The likelihood is of the chosen completion alone, as in the paper; TRL adds that of the prompt. Pure and
 * thread-safe.
 *
 * @param beta the weight of the odds ratio (the paper's lambda), at least 0
 */
public record Orpo(double beta) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if beta is out of its range
     */
    public Orpo {
        Rows.require("beta", beta, beta >= 0 && beta < 1 / 0.0, ">= 0");
    }

    /**
     * The paper's: .1.
     *
     * @return the settings
     */
    public static Orpo defaults() {
        return new Orpo(0.1);
    }

    /**
     * The loss.
     *
     * @param policy log-probabilities of the policy that learns
     * @param gradient of the same shape, receives d loss / d policy
     * @return the loss
     * @throws IllegalArgumentException if shapes differ, or a completion's mean log-probability is not below 0
     */
    public double loss(Pairs policy, Pairs gradient) {
        return loss(policy, Likelihood.wholeOf(policy.chosen()), gradient);
    }

    /**
     * The share of these pairs in the loss of a batch: the shares of its parts add up.
     *
     * @param policy log-probabilities of the policy that learns
     * @param whole the chosen completions of the whole batch
     * @param gradient of the same shape, receives d loss / d policy
     * @return the share
     * @throws IllegalArgumentException if shapes differ, or a completion's mean log-probability is not below 0
     */
    public double loss(Pairs policy, Aggregation.Batch whole, Pairs gradient) {
        gradient.requireShape("gradient", policy);
        double n = whole.completions();
        double loss = Likelihood.tokenMean(policy.chosen(), whole, gradient.chosen());
        for (int i = 0; i < policy.size(); i++) {
            double chosen = mean("chosen", policy.chosen()[i], i);
            double rejected = mean("rejected", policy.rejected()[i], i);
            double ratio = logOdds(chosen) - logOdds(rejected);
            loss -= beta * Rows.logSigmoid(ratio) / n;
            double slope = -beta * Rows.sigmoid(-ratio) / n;
            double[] mine = gradient.chosen()[i];
            for (int t = 0; t < mine.length; t++) {
                mine[t] += slope * logOddsSlope(chosen) / mine.length;
            }
            double[] other = gradient.rejected()[i];
            Arrays.fill(other, -slope * logOddsSlope(rejected) / other.length);
        }
        return loss;
    }

    private static double mean(String name, double[] row, int i) {
        double mean = Rows.sum(row) / row.length;
        Rows.require("mean of " + name + "[" + i + "]", mean, mean < 0, "< 0");
        return mean;
    }

    private static double logOdds(double mean) {
        return mean - Math.log(-Math.expm1(mean));
    }

    private static double logOddsSlope(double mean) {
        return -1 / Math.expm1(mean);
    }
}
