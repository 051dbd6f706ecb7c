package io.github.rlllm.rl4llm.exact;

import io.github.rlllm.engine.alignment.KlEstimator;
import java.util.Arrays;

/**
 * What the estimators of a KL divergence do to a policy in expectation, by enumerating all completions: the gradient that
 * each gives as a term of the reward and as a term of the loss, beside the gradients of KL(pi || ref) and KL(ref || pi). All
 * are in the logits, summed over prompts. Pure functions.
 */
public final class KlGradients {
    /** Where an estimator stands. */
    public enum Place {
        /** Part of the completion's reward, of which no gradient is taken: {@code E[k(d) grad log pi]}. */
        REWARD,
        /** A loss on the completion's log-ratio d: {@code E[grad k(d)]}. */
        LOSS,
        /** A loss on each token's log-ratio, summed, as GRPO has it: {@code E[sum over t of grad k(d_t)]}. */
        TOKEN_LOSS
    }

    private KlGradients() {}

    /**
     * The expected gradient under samples of the policy.
     *
     * @param policy the model that learns
     * @param reference of the same shape
     * @param kl the estimator
     * @param place where it stands
     * @return {@code [prefixes][tokens]} in the logits, to be descended
     */
    public static double[][] expected(EnumeratedModel policy, EnumeratedModel reference, KlEstimator kl, Place place) {
        double[][] gradient = policy.zeros();
        for (int prompt = 0; prompt < policy.prompts(); prompt++) {
            for (int c = 0; c < policy.size(); c++) {
                double[] mine = policy.logProbs(prompt, c);
                double[] ref = reference.logProbs(prompt, c);
                double p = policy.probability(prompt, c);
                double d = 0;
                for (int t = 0; t < mine.length; t++) {
                    d += mine[t] - ref[t];
                }
                double[] slopes = new double[mine.length];
                for (int t = 0; t < slopes.length; t++) {
                    slopes[t] = p
                            * switch (place) {
                                case REWARD -> kl.value(d);
                                case LOSS -> kl.slope(d);
                                case TOKEN_LOSS -> kl.slope(mine[t] - ref[t]);
                            };
                }
                policy.addGradient(prompt, c, slopes, gradient);
            }
        }
        return gradient;
    }

    /**
     * The gradient of {@code sum over prompts of KL(pi || ref)}, {@code E_pi[d grad log pi]}.
     *
     * @param policy the model that learns
     * @param reference of the same shape
     * @return {@code [prefixes][tokens]} in the logits
     */
    public static double[][] reverseKl(EnumeratedModel policy, EnumeratedModel reference) {
        return weighted(policy, reference, true);
    }

    /**
     * The gradient of {@code sum over prompts of KL(ref || pi)}, {@code -E_ref[grad log pi]}.
     *
     * @param policy the model that learns
     * @param reference of the same shape
     * @return {@code [prefixes][tokens]} in the logits
     */
    public static double[][] forwardKl(EnumeratedModel policy, EnumeratedModel reference) {
        return weighted(policy, reference, false);
    }

    private static double[][] weighted(EnumeratedModel policy, EnumeratedModel reference, boolean reverse) {
        double[][] gradient = policy.zeros();
        for (int prompt = 0; prompt < policy.prompts(); prompt++) {
            for (int c = 0; c < policy.size(); c++) {
                double p = policy.probability(prompt, c);
                double q = reference.probability(prompt, c);
                double[] slopes = new double[policy.logProbs(prompt, c).length];
                Arrays.fill(slopes, reverse ? p * Math.log(p / q) : -q);
                policy.addGradient(prompt, c, slopes, gradient);
            }
        }
        return gradient;
    }

    /**
     * The distance of a gradient from another, {@code |a - b| / |b|}: 0 where equal, 1 where a is zero.
     *
     * @param a a gradient
     * @param b of the same shape, not zero
     * @return at least 0
     */
    public static double distance(double[][] a, double[][] b) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[i].length; j++) {
                difference += (a[i][j] - b[i][j]) * (a[i][j] - b[i][j]);
                norm += b[i][j] * b[i][j];
            }
        }
        return Math.sqrt(difference / norm);
    }
}
