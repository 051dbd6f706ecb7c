package io.github.rlllm.engine.alignment;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The loss of a reward model on preferences: Bradley and Terry's likelihood (Ouyang et al. 2022, "Training language models
 * to follow instructions with human feedback", equation 1; Bai et al. 2022a, section 4), with an optional margin a pair
 * (Touvron et al. 2023, equation 2) and a pull of the scores towards 0 (Eisenstein et al. 2023):
 *
 * <pre>{@code
 * loss = mean of -log sigmoid(r - r' - margin)  +  centring * mean of (r + r')^2
 * }</pre>
 *
 * <p>Pure and thread-safe.
 *
 * @param centring the weight of the pull towards 0, at least 0
 */
public record RewardLoss(double centring) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if centring is out of its range
     */
    public RewardLoss {
        Rows.require("centring", centring, centring >= 0 && centring < 1 / 0.0, ">= 0");
    }

    /**
     * The plain likelihood.
     *
     * @return the settings
     */
    public static RewardLoss defaults() {
        return new RewardLoss(0);
    }

    /**
     * The loss of n pairs.
     *
     * @param chosen {@code [n]} scores of the preferred completions
     * @param rejected {@code [n]} scores of the others
     * @param margins {@code [n]} how much better the preferred are said to be; null for 0
     * @param chosenGradient {@code [n]} receives d loss / d chosen
     * @param rejectedGradient {@code [n]} receives d loss / d rejected
     * @return the loss
     * @throws IllegalArgumentException if lengths differ or there is no pair
     */
    public double loss(
            double[] chosen,
            double[] rejected,
            double @Nullable [] margins,
            double[] chosenGradient,
            double[] rejectedGradient) {
        int n = chosen.length;
        Rows.require("pairs", n, n > 0, ">= 1");
        Rows.requireLength("rejected", rejected.length, n);
        Rows.requireLength("margins", margins == null ? n : margins.length, n);
        Rows.requireLength("chosenGradient", chosenGradient.length, n);
        Rows.requireLength("rejectedGradient", rejectedGradient.length, n);
        double loss = 0;
        for (int i = 0; i < n; i++) {
            double z = chosen[i] - rejected[i] - (margins == null ? 0 : margins[i]);
            double both = chosen[i] + rejected[i];
            loss += (-Rows.logSigmoid(z) + centring * both * both) / n;
            double slope = Rows.sigmoid(-z);
            chosenGradient[i] = (-slope + 2 * centring * both) / n;
            rejectedGradient[i] = (slope + 2 * centring * both) / n;
        }
        return loss;
    }

    /**
     * The loss of rankings (equation 1 of InstructGPT): all pairs of a prompt are one element of the batch, so a ranking
     * of nine weighs as much as one of four.
     *
     * @param bestFirst {@code [n][K]} scores of a prompt's completions from best to worst, K at least 2, of any size a
     *     prompt
     * @param gradient of the same shape, receives d loss / d score
     * @return the loss
     * @throws IllegalArgumentException if shapes differ or a ranking has fewer than two
     */
    public double ranked(double[][] bestFirst, double[][] gradient) {
        int n = Rows.require("bestFirst", bestFirst);
        Rows.requireShape("gradient", gradient, bestFirst);
        double loss = 0;
        for (int i = 0; i < n; i++) {
            double[] scores = bestFirst[i];
            Rows.require("bestFirst[" + i + "]", scores.length, scores.length >= 2, ">= 2 completions");
            Arrays.fill(gradient[i], 0);
            double share = 2.0 / ((double) n * scores.length * (scores.length - 1));
            for (int better = 0; better < scores.length; better++) {
                for (int worse = better + 1; worse < scores.length; worse++) {
                    double z = scores[better] - scores[worse];
                    double both = scores[better] + scores[worse];
                    loss += share * (-Rows.logSigmoid(z) + centring * both * both);
                    gradient[i][better] += share * (-Rows.sigmoid(-z) + 2 * centring * both);
                    gradient[i][worse] += share * (Rows.sigmoid(-z) + 2 * centring * both);
                }
            }
        }
        return loss;
    }
}
