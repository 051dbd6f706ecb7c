package io.github.rlllm.engine.returns;

/**
 * Losses of policy-gradient methods over a batch of {@code [n]} samples, with their gradients. Log-probabilities are in
 * nats. A loss is a mean over the batch; where a gradient array is given, it receives {@code d loss / d input}. Pure
 * functions in double precision, thread-safe.
 */
public final class PolicyLosses {
    private static final double STD_FLOOR = 1e-8;

    private PolicyLosses() {}

    /**
     * Advantages with mean 0 and standard deviation 1: {@code (A - mean) / (std + 1e-8)}, with the unbiased standard
     * deviation.
     *
     * @param advantages {@code [n]}, n at least 2
     * @return {@code [n]} the normalised advantages
     * @throws IllegalArgumentException if there are fewer than two
     */
    public static double[] normalised(double[] advantages) {
        int n = advantages.length;
        if (n < 2) {
            throw new IllegalArgumentException("advantages: " + n + " values (expected: >= 2)");
        }
        double mean = 0;
        for (double advantage : advantages) {
            mean += advantage / n;
        }
        double squares = 0;
        for (double advantage : advantages) {
            squares += (advantage - mean) * (advantage - mean);
        }
        double std = Math.sqrt(squares / (n - 1)) + STD_FLOOR;
        double[] normalised = new double[n];
        for (int i = 0; i < n; i++) {
            normalised[i] = (advantages[i] - mean) / std;
        }
        return normalised;
    }

    /**
     * The clipped surrogate of PPO (Schulman et al. 2017, "Proximal Policy Optimization Algorithms", equation 7), as a
     * loss:
     *
     * <pre>{@code -mean(min(ratio * A, clamp(ratio, 1 - clip, 1 + clip) * A)),   ratio = exp(logProb - oldLogProb)}</pre>
     *
     * @param logProbs {@code [n]} of the policy that learns
     * @param oldLogProbs {@code [n]} of the policy that acted
     * @param advantages {@code [n]} advantages
     * @param clip above 0
     * @param gradient {@code [n]} receives d loss / d logProbs
     * @return the loss
     * @throws IllegalArgumentException if lengths differ, the batch is empty or clip is not above 0
     */
    public static double clipped(
            double[] logProbs, double[] oldLogProbs, double[] advantages, double clip, double[] gradient) {
        int n = requireBatch(logProbs.length, oldLogProbs.length, advantages.length, gradient.length);
        requirePositive(clip, "clip");
        double loss = 0;
        for (int i = 0; i < n; i++) {
            double ratio = Math.exp(logProbs[i] - oldLogProbs[i]);
            double free = ratio * advantages[i];
            double bounded = Math.max(1 - clip, Math.min(1 + clip, ratio)) * advantages[i];
            loss -= Math.min(free, bounded) / n;
            gradient[i] = free <= bounded ? -free / n : 0;
        }
        return loss;
    }

    /**
     * The share of samples whose ratio lies outside the clip range, whatever the sign of their advantage.
     *
     * @param logProbs {@code [n]} of the policy that learns
     * @param oldLogProbs {@code [n]} of the policy that acted
     * @param clip above 0
     * @return from 0 to 1
     * @throws IllegalArgumentException if lengths differ, the batch is empty or clip is not above 0
     */
    public static double clipFraction(double[] logProbs, double[] oldLogProbs, double clip) {
        int n = requireBatch(logProbs.length, oldLogProbs.length);
        requirePositive(clip, "clip");
        int outside = 0;
        for (int i = 0; i < n; i++) {
            if (Math.abs(Math.exp(logProbs[i] - oldLogProbs[i]) - 1) > clip) {
                outside++;
            }
        }
        return (double) outside / n;
    }

    /**
     * The estimator k1 of KL(old || new) from samples of the old policy: {@code mean(-logRatio)}, with
     * {@code logRatio = logProb - oldLogProb}; unbiased, may be negative (Schulman 2020, "Approximating KL Divergence").
     *
     * @param logProbs {@code [n]} of the policy that learns
     * @param oldLogProbs {@code [n]} of the policy that acted
     * @return nats
     * @throws IllegalArgumentException if lengths differ or the batch is empty
     */
    public static double kl1(double[] logProbs, double[] oldLogProbs) {
        int n = requireBatch(logProbs.length, oldLogProbs.length);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum -= logProbs[i] - oldLogProbs[i];
        }
        return sum / n;
    }

    /**
     * The estimator k2: {@code mean(logRatio^2 / 2)}; biased, of low variance.
     *
     * @param logProbs {@code [n]} of the policy that learns
     * @param oldLogProbs {@code [n]} of the policy that acted
     * @return nats, at least 0
     * @throws IllegalArgumentException if lengths differ or the batch is empty
     */
    public static double kl2(double[] logProbs, double[] oldLogProbs) {
        int n = requireBatch(logProbs.length, oldLogProbs.length);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double logRatio = logProbs[i] - oldLogProbs[i];
            sum += logRatio * logRatio / 2;
        }
        return sum / n;
    }

    /**
     * The estimator k3: {@code mean(ratio - 1 - logRatio)}; unbiased and never negative.
     *
     * @param logProbs {@code [n]} of the policy that learns
     * @param oldLogProbs {@code [n]} of the policy that acted
     * @return nats, at least 0
     * @throws IllegalArgumentException if lengths differ or the batch is empty
     */
    public static double kl3(double[] logProbs, double[] oldLogProbs) {
        int n = requireBatch(logProbs.length, oldLogProbs.length);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double logRatio = logProbs[i] - oldLogProbs[i];
            sum += Math.expm1(logRatio) - logRatio;
        }
        return sum / n;
    }

    /**
     * The squared error of a critic, {@code mean((V - R)^2)}; halve it for the form with 1/2.
     *
     * @param values {@code [n]} predictions V
     * @param returns {@code [n]} targets R
     * @param gradient {@code [n]} receives d loss / d values
     * @return the loss
     * @throws IllegalArgumentException if lengths differ or the batch is empty
     */
    public static double value(double[] values, double[] returns, double[] gradient) {
        int n = requireBatch(values.length, returns.length, gradient.length);
        double loss = 0;
        for (int i = 0; i < n; i++) {
            double error = values[i] - returns[i];
            loss += error * error / n;
            gradient[i] = 2 * error / n;
        }
        return loss;
    }

    /**
     * The squared error of the clipped prediction alone: {@code mean((old + clamp(V - old, -clip, clip) - R)^2)}, the
     * form of Stable-Baselines3.
     *
     * @param values {@code [n]} predictions V
     * @param oldValues {@code [n]} predictions when the samples were drawn
     * @param returns {@code [n]} targets R
     * @param clip above 0, in the unit of the returns
     * @param gradient {@code [n]} receives d loss / d values
     * @return the loss
     * @throws IllegalArgumentException if lengths differ, the batch is empty or clip is not above 0
     */
    public static double clippedValue(
            double[] values, double[] oldValues, double[] returns, double clip, double[] gradient) {
        int n = requireBatch(values.length, oldValues.length, returns.length, gradient.length);
        requirePositive(clip, "clip");
        double loss = 0;
        for (int i = 0; i < n; i++) {
            double change = values[i] - oldValues[i];
            double error = oldValues[i] + Math.max(-clip, Math.min(clip, change)) - returns[i];
            loss += error * error / n;
            gradient[i] = Math.abs(change) <= clip ? 2 * error / n : 0;
        }
        return loss;
    }

    /**
     * The larger of the two squared errors, with and without clipping, a sample: {@code mean(max((V - R)^2, (clipped V -
     * R)^2))}, the form of OpenAI's baselines and CleanRL (which halve it).
     *
     * @param values {@code [n]} predictions V
     * @param oldValues {@code [n]} predictions when the samples were drawn
     * @param returns {@code [n]} targets R
     * @param clip above 0, in the unit of the returns
     * @param gradient {@code [n]} receives d loss / d values
     * @return the loss
     * @throws IllegalArgumentException if lengths differ, the batch is empty or clip is not above 0
     */
    public static double pessimisticValue(
            double[] values, double[] oldValues, double[] returns, double clip, double[] gradient) {
        int n = requireBatch(values.length, oldValues.length, returns.length, gradient.length);
        requirePositive(clip, "clip");
        double loss = 0;
        for (int i = 0; i < n; i++) {
            double change = values[i] - oldValues[i];
            double free = values[i] - returns[i];
            double bounded = oldValues[i] + Math.max(-clip, Math.min(clip, change)) - returns[i];
            loss += Math.max(free * free, bounded * bounded) / n;
            gradient[i] = Math.abs(change) <= clip || free * free > bounded * bounded ? 2 * free / n : 0;
        }
        return loss;
    }

    private static int requireBatch(int n, int... others) {
        if (n == 0) {
            throw new IllegalArgumentException("batch: 0 samples (expected: >= 1)");
        }
        for (int other : others) {
            if (other != n) {
                throw new IllegalArgumentException("batch: an array of length " + other + " (expected: " + n + ")");
            }
        }
        return n;
    }

    private static void requirePositive(double value, String name) {
        if (!(value > 0)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }
}
