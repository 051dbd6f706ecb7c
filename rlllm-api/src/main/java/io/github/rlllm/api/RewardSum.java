package io.github.rlllm.api;

import java.util.ArrayList;
import java.util.List;

/** A weighted sum of reward models that may abstain, each of which sees a whole batch once. */
final class RewardSum<T> implements RewardModel<T> {
    private final List<RewardModel<? super T>> parts;
    private final double[] weights;

    private RewardSum(List<RewardModel<? super T>> parts, double[] weights) {
        this.parts = parts;
        this.weights = weights;
    }

    static <T> RewardModel<T> scaled(RewardModel<T> model, double factor) {
        if (!Double.isFinite(factor)) {
            throw new IllegalArgumentException("factor: " + factor + " (expected: a finite number)");
        }
        return new RewardSum<>(List.of(model), new double[] {factor});
    }

    static <T> RewardModel<T> plus(RewardModel<T> one, RewardModel<? super T> other) {
        return new RewardSum<>(List.of(one, other), new double[] {1, 1});
    }

    @Override
    public boolean scores(T judged) {
        for (RewardModel<? super T> part : parts) {
            if (part.scores(judged)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public double score(T judged) {
        return scoreAll(List.of(judged))[0];
    }

    @Override
    public double[] scoreAll(List<? extends T> batch) {
        double[] sums = new double[batch.size()];
        boolean[] scored = new boolean[batch.size()];
        for (int k = 0; k < weights.length; k++) {
            RewardModel<? super T> part = parts.get(k);
            List<T> scorable = new ArrayList<>();
            int[] where = new int[batch.size()];
            for (int i = 0; i < where.length; i++) {
                T judged = batch.get(i);
                if (part.scores(judged)) {
                    where[scorable.size()] = i;
                    scorable.add(judged);
                    scored[i] = true;
                }
            }
            if (!scorable.isEmpty()) {
                double[] scores = part.scoreAll(scorable);
                if (scores.length != scorable.size()) {
                    throw new IllegalStateException("part " + k + ".scoreAll: " + scores.length + " scores (expected: "
                            + scorable.size() + ", one each)");
                }
                for (int j = 0; j < scores.length; j++) {
                    sums[where[j]] += weights[k] == 0 ? 0 : weights[k] * scores[j];
                }
            }
        }
        for (int i = 0; i < sums.length; i++) {
            if (!scored[i]) {
                throw new NothingLeftException("batch[" + i + "]: no part of the reward scores it");
            }
            if (!Double.isFinite(sums[i])) {
                throw new IllegalStateException(
                        "score of batch[" + i + "]: " + sums[i] + " (expected: a finite number)");
            }
        }
        return sums;
    }
}
