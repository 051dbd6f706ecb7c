package io.github.rlllm.engine.run;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A figure over independent repetitions (usually seeds) with a 95 % interval.
 *
 * @param mean the mean of the values
 * @param low the lower end of the interval
 * @param high the upper end of the interval
 * @param n the number of independent units that the interval rests on
 * @param unit what is counted, such as {@code share} or {@code env steps/s}
 * @param values one value a seed, so that anyone can recompute
 */
public record Metric(double mean, double low, double high, int n, String unit, List<Double> values) {
    private static final int RESAMPLES = 2000;
    /** The 97.5 % quantile of a standard normal. */
    private static final double Z = 1.959963984540054;

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if the mean is not finite or there is no value
     */
    public Metric {
        values = List.copyOf(values);
        if (!Double.isFinite(mean) || values.isEmpty()) {
            throw new IllegalArgumentException("metric: mean " + mean + " of " + values.size()
                    + " values (expected: a finite mean of at least one value)");
        }
    }

    /**
     * The mean over values with a percentile bootstrap interval. The bootstrap's own seed is fixed, so that equal values
     * give equal intervals; a single value is its own interval.
     *
     * @param unit what is counted
     * @param values one value a seed, finite
     * @return the metric
     */
    public static Metric of(String unit, double... values) {
        double mean = Arrays.stream(values).average().orElse(Double.NaN);
        double[] interval = bootstrap(values);
        return new Metric(
                mean,
                interval[0],
                interval[1],
                values.length,
                unit,
                Arrays.stream(values).boxed().toList());
    }

    /**
     * A metric whose interval rests on other units than the seeds, such as instructions or layouts.
     *
     * @param unit what is counted
     * @param perSeed one value a seed
     * @param units one value an independent unit, whose mean is the figure
     * @return the metric
     */
    public static Metric over(String unit, double[] perSeed, double[] units) {
        double[] interval = bootstrap(units);
        return new Metric(
                Arrays.stream(units).average().orElse(Double.NaN),
                interval[0],
                interval[1],
                units.length,
                unit,
                Arrays.stream(perSeed).boxed().toList());
    }

    /**
     * A share of independent trials with Wilson's (1927) interval: where the score test does not reject,
     * {@code |p - share| <= z sqrt(p (1 - p) / n)}. Unlike a bootstrap it does not vanish where every trial succeeded.
     *
     * @param unit what is counted, such as {@code share of episodes}
     * @param trials the trials of each seed, at least 1
     * @param successes how many of them succeeded, one a seed
     * @return the metric; {@code n} is the number of trials of all seeds
     * @throws IllegalArgumentException if a number of successes is not from 0 to {@code trials}
     */
    public static Metric wilson(String unit, int trials, int... successes) {
        double[] shares = new double[successes.length];
        int sum = 0;
        for (int s = 0; s < shares.length; s++) {
            if (successes[s] < 0 || successes[s] > trials || trials < 1) {
                throw new IllegalArgumentException("successes[" + s + "]: " + successes[s] + " of " + trials
                        + " (expected: from 0 to the trials)");
            }
            shares[s] = successes[s] / (double) trials;
            sum += successes[s];
        }
        int n = trials * shares.length;
        double p = sum / (double) n;
        double centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n);
        double half = Z / (1 + Z * Z / n) * Math.sqrt(p * (1 - p) / n + Z * Z / (4.0 * n * n));
        // Rounding must not put a share of 0 or 1 outside.
        double low = Math.min(p, Math.max(0, centre - half));
        double high = Math.max(p, Math.min(1, centre + half));
        return new Metric(p, low, high, n, unit, Arrays.stream(shares).boxed().toList());
    }

    private static double[] bootstrap(double[] values) {
        SplittableRandom rng = new SplittableRandom(0);
        double[] means = new double[RESAMPLES];
        for (int r = 0; r < RESAMPLES; r++) {
            double sum = 0;
            for (int i = 0; i < values.length; i++) {
                sum += values[rng.nextInt(values.length)];
            }
            means[r] = sum / values.length;
        }
        Arrays.sort(means);
        return new double[] {means[(int) (0.025 * RESAMPLES)], means[(int) (0.975 * RESAMPLES) - 1]};
    }
}
