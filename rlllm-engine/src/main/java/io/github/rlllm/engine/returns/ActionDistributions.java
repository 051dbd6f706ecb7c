package io.github.rlllm.engine.returns;

/**
 * Log-probabilities and entropies of the distributions that a policy network parameterises, with their gradients.
 * Everything is in nats and for one sample; methods named {@code add...Gradient} add {@code scale} times the gradient to
 * what the array holds. Pure functions in double precision, thread-safe.
 */
public final class ActionDistributions {
    private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

    /** Added inside the logarithm of the squashed density, so that an action at the bound has a finite one. */
    private static final double SQUASH_FLOOR = 1e-6;

    private ActionDistributions() {}

    /**
     * {@code log softmax(logits)}.
     *
     * @param logits {@code [k]} finite logits
     * @return {@code [k]} log-probabilities
     */
    public static double[] logSoftmax(double[] logits) {
        double max = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit - max);
        }
        double logZ = max + Math.log(sum);
        double[] logProbs = new double[logits.length];
        for (int k = 0; k < logits.length; k++) {
            logProbs[k] = logits[k] - logZ;
        }
        return logProbs;
    }

    /**
     * The entropy of a categorical distribution, {@code -sum p log p} with {@code 0 log 0 = 0}.
     *
     * @param logProbs {@code [k]} log-probabilities
     * @return from 0 to log k
     */
    public static double categoricalEntropy(double[] logProbs) {
        double entropy = 0;
        for (double logProb : logProbs) {
            if (logProb > Double.NEGATIVE_INFINITY) {
                entropy -= Math.exp(logProb) * logProb;
            }
        }
        return entropy;
    }

    /**
     * Adds the gradient of {@code log p(action)} with respect to the logits, {@code 1{k = action} - p_k}.
     *
     * @param logProbs {@code [k]} log-probabilities
     * @param action the action, from 0 to k-1
     * @param scale a factor
     * @param gradient {@code [k]} is added to
     */
    public static void addCategoricalLogProbGradient(double[] logProbs, int action, double scale, double[] gradient) {
        for (int k = 0; k < logProbs.length; k++) {
            gradient[k] += scale * ((k == action ? 1 : 0) - Math.exp(logProbs[k]));
        }
    }

    /**
     * Adds the gradient of the entropy with respect to the logits, {@code -p_k (log p_k + H)}.
     *
     * @param logProbs {@code [k]} log-probabilities
     * @param scale a factor
     * @param gradient {@code [k]} is added to
     */
    public static void addCategoricalEntropyGradient(double[] logProbs, double scale, double[] gradient) {
        double entropy = categoricalEntropy(logProbs);
        for (int k = 0; k < logProbs.length; k++) {
            if (logProbs[k] > Double.NEGATIVE_INFINITY) {
                gradient[k] -= scale * Math.exp(logProbs[k]) * (logProbs[k] + entropy);
            }
        }
    }

    /**
     * The log-density of a Gaussian with a diagonal covariance, summed over the dimensions.
     *
     * @param mean {@code [d]} means
     * @param logStd {@code [d]} logarithms of the standard deviations
     * @param action {@code [d]} the action
     * @return the log-density
     */
    public static double gaussianLogProb(double[] mean, double[] logStd, double[] action) {
        double sum = 0;
        for (int d = 0; d < mean.length; d++) {
            double z = (action[d] - mean[d]) / Math.exp(logStd[d]);
            sum -= 0.5 * z * z + logStd[d] + HALF_LOG_TWO_PI;
        }
        return sum;
    }

    /**
     * The entropy of a Gaussian with a diagonal covariance, summed over the dimensions; its gradient with respect to
     * every {@code logStd} is 1.
     *
     * @param logStd {@code [d]} logarithms of the standard deviations
     * @return nats
     */
    public static double gaussianEntropy(double[] logStd) {
        double sum = 0;
        for (double value : logStd) {
            sum += 0.5 + HALF_LOG_TWO_PI + value;
        }
        return sum;
    }

    /**
     * Adds the gradient of {@link #gaussianLogProb} with respect to mean, {@code (a - m) / s^2}, and logStd, {@code ((a -
     * m) / s)^2 - 1}. It is that of {@link #squashedLogProb} too, with the sample before squashing held fixed.
     *
     * @param mean {@code [d]} means
     * @param logStd {@code [d]} logarithms of the standard deviations
     * @param action {@code [d]} the action, before squashing
     * @param scale a factor
     * @param meanGradient {@code [d]} is added to
     * @param logStdGradient {@code [d]} is added to
     */
    public static void addGaussianLogProbGradient(
            double[] mean,
            double[] logStd,
            double[] action,
            double scale,
            double[] meanGradient,
            double[] logStdGradient) {
        for (int d = 0; d < mean.length; d++) {
            double std = Math.exp(logStd[d]);
            double z = (action[d] - mean[d]) / std;
            meanGradient[d] += scale * z / std;
            logStdGradient[d] += scale * (z * z - 1);
        }
    }

    /**
     * The log-density of {@code tanh(u)} with u Gaussian (Haarnoja et al. 2018, "Soft Actor-Critic", appendix C):
     * {@code log N(u) - sum log(1 - tanh(u)^2 + 1e-6)}.
     *
     * @param mean {@code [d]} means
     * @param logStd {@code [d]} logarithms of the standard deviations
     * @param beforeSquashing {@code [d]} u
     * @return the log-density
     */
    public static double squashedLogProb(double[] mean, double[] logStd, double[] beforeSquashing) {
        double sum = gaussianLogProb(mean, logStd, beforeSquashing);
        for (double u : beforeSquashing) {
            double action = Math.tanh(u);
            sum -= Math.log(1 - action * action + SQUASH_FLOOR);
        }
        return sum;
    }
}
