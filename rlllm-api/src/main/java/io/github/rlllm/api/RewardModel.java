package io.github.rlllm.api;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Judges something (a transition, a completion, an episode) with a finite number. Thread-safe unless an implementation
 * says otherwise. What cannot be judged is said by {@link #scores}; NaN never means anything.
 *
 * @param <T> the type of what is judged
 */
@FunctionalInterface
public interface RewardModel<T> {
    /**
     * The reward. Only called where {@link #scores} is true.
     *
     * @param judged what is judged
     * @return a finite number
     * @throws NothingLeftException if {@link #scores} is false
     */
    double score(T judged);

    /**
     * Whether this model can judge it.
     *
     * @param judged what would be judged
     * @return true unless an implementation abstains
     */
    default boolean scores(T judged) {
        return true;
    }

    /**
     * The rewards of several, for models that are faster in batches. Combinators forward whole batches.
     *
     * @param batch what is judged, each scorable
     * @return one number each, equal to what {@link #score} gives; the array belongs to the caller
     * @throws NothingLeftException if {@link #scores} is false for one of them
     */
    default double[] scoreAll(List<? extends T> batch) {
        double[] scores = new double[batch.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = score(batch.get(i));
        }
        return scores;
    }

    /**
     * This reward times a factor. Factor 0 gives 0 where this model scores. A result that is not finite is an
     * {@link IllegalStateException}.
     *
     * @param factor a finite number
     * @return the scaled reward
     * @throws IllegalArgumentException if the factor is NaN or infinite
     */
    default RewardModel<T> scaled(double factor) {
        return RewardSum.scaled(this, factor);
    }

    /**
     * The sum of this reward and another. A part that does not score is skipped; where neither scores the sum does not.
     * A sum that is not finite is an {@link IllegalStateException}.
     *
     * @param other the other reward
     * @return the sum
     */
    default RewardModel<T> plus(RewardModel<? super T> other) {
        return RewardSum.plus(this, other);
    }

    /**
     * This reward, seen from another type.
     *
     * @param <S> the other type
     * @param part takes from it what this model judges
     * @return a reward of the other type
     */
    default <S> RewardModel<S> view(Function<? super S, ? extends T> part) {
        RewardModel<T> self = this;
        return new RewardModel<>() {
            @Override
            public double score(S judged) {
                return self.score(part.apply(judged));
            }

            @Override
            public boolean scores(S judged) {
                return self.scores(part.apply(judged));
            }

            @Override
            public double[] scoreAll(List<? extends S> batch) {
                List<T> parts = new ArrayList<>(batch.size());
                for (S judged : batch) {
                    parts.add(part.apply(judged));
                }
                return self.scoreAll(parts);
            }
        };
    }
}
