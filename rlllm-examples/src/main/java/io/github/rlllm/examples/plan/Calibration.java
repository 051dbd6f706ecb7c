package io.github.rlllm.examples.plan;

import io.github.rlllm.engine.world.blocks.BlocksSkills.Attempts;

/**
 * How well predicted probabilities fit what came of it.
 *
 * @param brier the mean squared error of the predictions (Brier 1950)
 * @param constant that of predicting the share of successes every time
 * @param ece the expected calibration error over ten bins of equal width: mean prediction less share of successes, absolute,
 *     weighted by how many fall into the bin
 */
record Calibration(double brier, double constant, double ece) {
    private static final int BINS = 10;

    /** The figures of some attempts. */
    static Calibration of(Attempts attempts) {
        int n = attempts.reached().length;
        double mean = 0;
        for (boolean reached : attempts.reached()) {
            mean += reached ? 1.0 / n : 0;
        }
        double brier = 0;
        double constant = 0;
        double[] surplus = new double[BINS];
        for (int i = 0; i < n; i++) {
            double outcome = attempts.reached()[i] ? 1 : 0;
            double predicted = attempts.predicted()[i];
            brier += (predicted - outcome) * (predicted - outcome) / n;
            constant += (mean - outcome) * (mean - outcome) / n;
            surplus[Math.min(BINS - 1, (int) (predicted * BINS))] += (predicted - outcome) / n;
        }
        double ece = 0;
        for (double bin : surplus) {
            ece += Math.abs(bin);
        }
        return new Calibration(brier, constant, ece);
    }
}
