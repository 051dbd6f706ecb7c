package io.github.rlllm.engine.alignment;

import io.github.rlllm.api.NothingLeftException;
import io.github.rlllm.api.RewardModel;
import java.util.ArrayList;
import java.util.List;

/**
 * The scores that several weighted reward functions gave a batch, where a function may leave a completion unscored: such a
 * cell takes part in no sum, mean or deviation. A completion that none scores is a {@link NothingLeftException}. Immutable
 * and thread-safe.
 */
public final class RewardTable {
    private final double[][] scores;
    private final boolean[][] scored;
    private final double[] weights;

    /**
     * A table, copied.
     *
     * @param scores {@code [n][k]} finite where scored
     * @param scored {@code [n][k]} whether function k scored completion n
     * @param weights {@code [k]} finite, at least one
     * @throws IllegalArgumentException if shapes differ or a number is not finite
     * @throws NothingLeftException if a completion is scored by none
     */
    public RewardTable(double[][] scores, boolean[][] scored, double[] weights) {
        Rows.require("weights", weights.length, weights.length > 0, ">= 1 value");
        Rows.require("scores", scores.length, scores.length > 0, ">= 1 completion");
        Rows.requireLength("scored", scored.length, scores.length);
        for (int k = 0; k < weights.length; k++) {
            Rows.require("weights[" + k + "]", weights[k], Double.isFinite(weights[k]), "a finite number");
        }
        this.weights = weights.clone();
        this.scores = new double[scores.length][];
        this.scored = new boolean[scores.length][];
        for (int i = 0; i < scores.length; i++) {
            Rows.requireLength("scores[" + i + "]", scores[i].length, weights.length);
            Rows.requireLength("scored[" + i + "]", scored[i].length, weights.length);
            this.scores[i] = scores[i].clone();
            this.scored[i] = scored[i].clone();
            boolean any = false;
            for (int k = 0; k < weights.length; k++) {
                if (scored[i][k]) {
                    any = true;
                    double score = scores[i][k];
                    Rows.require("scores[" + i + "][" + k + "]", score, Double.isFinite(score), "a finite number");
                }
            }
            if (!any) {
                throw new NothingLeftException("completion " + i + ": no reward function scores it");
            }
        }
    }

    /**
     * The table of a batch; each function sees what it scores, once.
     *
     * @param <T> what is judged
     * @param functions at least one
     * @param weights {@code [k]} one a function
     * @param batch at least one
     * @return the table
     * @throws IllegalArgumentException if sizes differ or a score is not finite
     * @throws NothingLeftException if one is scored by none
     */
    public static <T> RewardTable of(
            List<? extends RewardModel<? super T>> functions, double[] weights, List<T> batch) {
        Rows.requireLength("weights", weights.length, functions.size());
        double[][] scores = new double[batch.size()][functions.size()];
        boolean[][] scored = new boolean[batch.size()][functions.size()];
        for (int k = 0; k < functions.size(); k++) {
            RewardModel<? super T> function = functions.get(k);
            List<T> some = new ArrayList<>();
            List<Integer> where = new ArrayList<>();
            for (int i = 0; i < scores.length; i++) {
                scored[i][k] = function.scores(batch.get(i));
                if (scored[i][k]) {
                    some.add(batch.get(i));
                    where.add(i);
                }
            }
            double[] column = some.isEmpty() ? new double[0] : function.scoreAll(some);
            Rows.requireLength("scores of function " + k, column.length, some.size());
            for (int j = 0; j < column.length; j++) {
                scores[where.get(j)][k] = column[j];
            }
        }
        return new RewardTable(scores, scored, weights);
    }

    /**
     * The weighted sums, TRL's {@code sum_then_normalize} before it normalises.
     *
     * @return {@code [n]}
     */
    public double[] sums() {
        double[] sums = new double[scores.length];
        for (int i = 0; i < sums.length; i++) {
            for (int k = 0; k < weights.length; k++) {
                sums[i] += scored[i][k] ? weights[k] * scores[i][k] : 0;
            }
        }
        return sums;
    }

    /**
     * The advantages of functions that differ in scale, TRL's {@code normalize_then_sum}: each function's scores are
     * centred and divided by their standard deviation within their group, weighted and summed, and the sums normalised over
     * the batch. A score that is alone in its group says nothing and gives 0.
     *
     * @param groupSize at least 2, divides n
     * @param epsilon beside every standard deviation, at least 0
     * @return {@code [n]} advantages
     * @throws IllegalArgumentException if a part is out of its range
     */
    public double[] normalisedThenSummed(int groupSize, double epsilon) {
        Rows.require("groupSize", groupSize, groupSize >= 2 && scores.length % groupSize == 0, ">= 2, a divisor of n");
        double[] sums = new double[scores.length];
        for (int k = 0; k < weights.length; k++) {
            for (int from = 0; from < sums.length; from += groupSize) {
                double[] column = new double[groupSize];
                int n = 0;
                for (int i = from; i < from + groupSize; i++) {
                    if (scored[i][k]) {
                        column[n++] = scores[i][k];
                    }
                }
                if (n >= 2) {
                    double mean = Advantages.mean(column, 0, n);
                    double std = Advantages.std(column, 0, n);
                    for (int i = from; i < from + groupSize && std > 0; i++) {
                        sums[i] += scored[i][k] ? weights[k] * (scores[i][k] - mean) / (std + epsilon) : 0;
                    }
                }
            }
        }
        return Advantages.normalised(sums, epsilon);
    }
}
