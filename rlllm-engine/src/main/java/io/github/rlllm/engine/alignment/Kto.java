package io.github.rlllm.engine.alignment;

import java.util.Arrays;

/**
 * Kahneman-Tversky optimisation (Ethayarajh et al. 2024, "KTO: Model Alignment as Prospect Theoretic Optimization",
 * equation 8): completions that were called good or bad one by one, no pairs. With {@code r = log pi(y)/ref(y)} and a
 * reference point kl that carries no gradient:
 *
 * <pre>{@code
 * loss = mean of wD * (1 - sigmoid(beta (r - kl)))  where desirable
 *                wU * (1 - sigmoid(beta (kl - r)))  otherwise
 * }</pre>
 *
 * <p>With kl = 0 it is TRL's {@code apo_zero_unpaired}. Pure and thread-safe.
 *
 * @param beta how dear it is to leave the reference, above 0
 * @param desirableWeight wD, at least 0
 * @param undesirableWeight wU, at least 0; the paper asks that the classes' weights times sizes differ by at most a third
 */
public record Kto(double beta, double desirableWeight, double undesirableWeight) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public Kto {
        Rows.require("beta", beta, beta > 0 && beta < 1 / 0.0, "> 0");
        Rows.require("desirableWeight", desirableWeight, desirableWeight >= 0 && desirableWeight < 1 / 0.0, ">= 0");
        Rows.require(
                "undesirableWeight", undesirableWeight, undesirableWeight >= 0 && undesirableWeight < 1 / 0.0, ">= 0");
    }

    /**
     * The paper's: beta .1, weights 1.
     *
     * @return the settings
     */
    public static Kto defaults() {
        return new Kto(0.1, 1, 1);
    }

    /**
     * The reference point: {@code max(0, mean of log pi(y')/ref(y'))} over completions y' that were paired with the
     * prompts of other examples.
     *
     * @param policy {@code [n][]} log-probabilities of the mismatched completions
     * @param reference those of the reference, of the same shape
     * @return nats, at least 0
     * @throws IllegalArgumentException if shapes differ
     */
    public static double referencePoint(double[][] policy, double[][] reference) {
        Rows.require("policy", policy);
        Rows.requireShape("reference", reference, policy);
        double sum = 0;
        for (int i = 0; i < policy.length; i++) {
            sum += Rows.sum(policy[i]) - Rows.sum(reference[i]);
        }
        return Math.max(0, sum / policy.length);
    }

    /**
     * The loss.
     *
     * @param policy {@code [n][]} log-probabilities of the policy that learns
     * @param reference those of the reference, of the same shape
     * @param desirable {@code [n]} whether a completion was called good
     * @param kl the reference point, at least 0
     * @param gradient of the same shape, receives d loss / d policy
     * @return the loss
     * @throws IllegalArgumentException if shapes differ or kl is out of its range
     */
    public double loss(double[][] policy, double[][] reference, boolean[] desirable, double kl, double[][] gradient) {
        int n = Rows.require("policy", policy);
        Rows.requireShape("reference", reference, policy);
        Rows.requireShape("gradient", gradient, policy);
        Rows.requireLength("desirable", desirable.length, n);
        Rows.require("kl", kl, kl >= 0 && kl < 1 / 0.0, ">= 0");
        double loss = 0;
        for (int i = 0; i < n; i++) {
            double sign = desirable[i] ? 1 : -1;
            double weight = (desirable[i] ? desirableWeight : undesirableWeight) / n;
            double kept = Rows.sigmoid(sign * beta * (Rows.sum(policy[i]) - Rows.sum(reference[i]) - kl));
            loss += weight * (1 - kept);
            Arrays.fill(gradient[i], -weight * sign * beta * kept * (1 - kept));
        }
        return loss;
    }
}
