package io.github.rlllm.engine.learner;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Isotonic regression of outcomes on scores by pooling adjacent violators (Ayer et al. 1955; for calibration, Zadrozny
 * and Elkan 2002): the non-decreasing function that is closest to the outcomes in squared error. Each pool of n outcomes
 * with s successes has the value (s + 1/2) / (n + 1), so that no probability is exactly 0 or 1, and is made
 * non-decreasing again; between the pools' mean scores it is linear. Immutable and thread-safe.
 */
public final class Isotonic {
    private final double[] scores;
    private final double[] probabilities;

    private Isotonic(double[] scores, double[] probabilities) {
        this.scores = scores;
        this.probabilities = probabilities;
    }

    /**
     * Fits.
     *
     * @param scores the scores, finite, at least one
     * @param outcomes whether each succeeded
     * @return the function from score to probability
     * @throws IllegalArgumentException if lengths differ, there is none or a score is not finite
     */
    public static Isotonic fit(double[] scores, boolean[] outcomes) {
        if (scores.length == 0 || scores.length != outcomes.length) {
            throw new IllegalArgumentException(
                    "outcomes: " + outcomes.length + " (expected: " + scores.length + ", one a score, at least one)");
        }
        for (double score : scores) {
            if (!Double.isFinite(score)) {
                throw new IllegalArgumentException("scores: " + score + " (expected: finite)");
            }
        }
        Integer[] order = IntStream.range(0, scores.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> scores[i]));
        double[] count = new double[order.length];
        double[] successes = new double[order.length];
        double[] sum = new double[order.length];
        int pools = 0;
        for (int i : order) {
            count[pools] = 1;
            successes[pools] = outcomes[i] ? 1 : 0;
            sum[pools] = scores[i];
            pools++;
            while (pools > 1 && (violates(successes, count, pools) || sameScore(sum, count, pools))) {
                pools--;
                count[pools - 1] += count[pools];
                successes[pools - 1] += successes[pools];
                sum[pools - 1] += sum[pools];
            }
        }
        double[] at = new double[pools];
        double[] p = new double[pools];
        for (int k = 0; k < pools; k++) {
            at[k] = sum[k] / count[k];
            p[k] = (successes[k] + .5) / (count[k] + 1);
        }
        // Shrinking small pools more than large ones may have bent the function: pool by running maximum and minimum.
        double[] up = p.clone();
        for (int k = 1; k < pools; k++) {
            up[k] = Math.max(up[k - 1], up[k]);
        }
        for (int k = pools - 2; k >= 0; k--) {
            p[k] = Math.min(p[k], p[k + 1]);
        }
        for (int k = 0; k < pools; k++) {
            p[k] = (p[k] + up[k]) / 2;
        }
        return new Isotonic(at, p);
    }

    private static boolean violates(double[] successes, double[] count, int pools) {
        return successes[pools - 2] * count[pools - 1] >= successes[pools - 1] * count[pools - 2];
    }

    private static boolean sameScore(double[] sum, double[] count, int pools) {
        return sum[pools - 2] / count[pools - 2] >= sum[pools - 1] / count[pools - 1];
    }

    /**
     * The probability of a score.
     *
     * @param score a finite number; outside the range that was fitted the nearest probability counts
     * @return from 0 to 1, both excluded
     */
    public double at(double score) {
        int above = 0;
        while (above < scores.length && scores[above] < score) {
            above++;
        }
        if (above == 0 || above == scores.length) {
            return probabilities[Math.min(above, scores.length - 1)];
        }
        double share = (score - scores[above - 1]) / (scores[above] - scores[above - 1]);
        return probabilities[above - 1] + share * (probabilities[above] - probabilities[above - 1]);
    }

    /**
     * The knots, for keeping.
     *
     * @return scores, then as many probabilities; the array belongs to the caller
     */
    public double[] knots() {
        double[] knots = Arrays.copyOf(scores, 2 * scores.length);
        System.arraycopy(probabilities, 0, knots, scores.length, scores.length);
        return knots;
    }

    /**
     * Puts back what {@link #knots} gave.
     *
     * @param knots scores, then as many probabilities
     * @return the function
     * @throws IllegalArgumentException if the number is odd or 0
     */
    public static Isotonic of(double[] knots) {
        if (knots.length == 0 || knots.length % 2 != 0) {
            throw new IllegalArgumentException("knots: " + knots.length + " (expected: even, at least 2)");
        }
        int n = knots.length / 2;
        return new Isotonic(Arrays.copyOf(knots, n), Arrays.copyOfRange(knots, n, 2 * n));
    }
}
