package io.github.rlllm.engine.returns;

import java.util.Arrays;

/**
 * Mean and population variance of a stream of vectors, joined batch by batch (Chan, Golub and LeVeque 1979, "Updating
 * Formulae and a Pairwise Algorithm for Computing Sample Variances"). Confined to one thread.
 *
 * <p>It starts as if {@code initialCount} vectors of mean 0 and variance 1 had been seen, so that the first
 * normalisation is defined; 1e-4 is the customary count.
 */
public final class RunningMoments {
    private final double[] mean;
    private final double[] variance;
    private double count;

    /**
     * Nothing seen yet.
     *
     * @param size the length of a vector, at least 1
     * @param initialCount the weight of the prior mean 0 and variance 1, above 0
     * @throws IllegalArgumentException if an argument is outside its range
     */
    public RunningMoments(int size, double initialCount) {
        if (size < 1) {
            throw new IllegalArgumentException("size: " + size + " (expected: >= 1)");
        }
        if (!(initialCount > 0)) {
            throw new IllegalArgumentException("initialCount: " + initialCount + " (expected: > 0)");
        }
        mean = new double[size];
        variance = new double[size];
        Arrays.fill(variance, 1);
        count = initialCount;
    }

    /**
     * Joins a batch: with counts m and n and means a and b, {@code mean = a + (b - a) n / (m + n)} and the sums of
     * squares add, plus {@code (b - a)^2 m n / (m + n)}.
     *
     * @param batch {@code [n][size]} finite numbers, n at least 1
     * @throws IllegalArgumentException if the batch is empty or holds a row of another length or a number not finite
     */
    public void update(double[][] batch) {
        if (batch.length == 0) {
            throw new IllegalArgumentException("batch: 0 rows (expected: >= 1)");
        }
        for (int i = 0; i < batch.length; i++) {
            if (batch[i].length != mean.length) {
                throw new IllegalArgumentException(
                        "batch[" + i + "]: length " + batch[i].length + " (expected: " + mean.length + ")");
            }
            for (double value : batch[i]) {
                if (!Double.isFinite(value)) {
                    throw new IllegalArgumentException("batch[" + i + "]: " + value + " (expected: a finite number)");
                }
            }
        }
        double n = batch.length;
        double total = count + n;
        for (int d = 0; d < mean.length; d++) {
            double batchMean = 0;
            for (double[] row : batch) {
                batchMean += row[d] / n;
            }
            double squares = 0;
            for (double[] row : batch) {
                squares += (row[d] - batchMean) * (row[d] - batchMean);
            }
            double delta = batchMean - mean[d];
            variance[d] = (variance[d] * count + squares + delta * delta * count * n / total) / total;
            mean[d] += delta * n / total;
        }
        count = total;
    }

    /**
     * A vector with the seen mean taken away and the seen scale divided out, clipped: {@code clamp((x - mean) /
     * sqrt(variance + 1e-8), -clip, clip)}.
     *
     * @param x {@code [size]} a vector
     * @param clip the greatest magnitude, above 0
     * @return {@code [size]} the normalised vector
     */
    public double[] normalised(double[] x, double clip) {
        double[] result = new double[x.length];
        for (int d = 0; d < x.length; d++) {
            double z = (x[d] - mean[d]) / Math.sqrt(variance[d] + 1e-8);
            result[d] = Math.max(-clip, Math.min(clip, z));
        }
        return result;
    }

    /**
     * The means.
     *
     * @return {@code [size]}, a copy
     */
    public double[] mean() {
        return mean.clone();
    }

    /**
     * The population variances.
     *
     * @return {@code [size]}, a copy
     */
    public double[] variance() {
        return variance.clone();
    }

    /**
     * How many vectors were seen, the prior's weight included.
     *
     * @return above 0
     */
    public double count() {
        return count;
    }
}
