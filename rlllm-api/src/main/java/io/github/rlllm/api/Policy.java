package io.github.rlllm.api;

import java.util.ArrayList;
import java.util.List;

/**
 * Maps an observation to a distribution over actions. Thread-safe unless an implementation says otherwise.
 *
 * @param <O> the type of an observation
 * @param <A> the type of an action
 */
@FunctionalInterface
public interface Policy<O, A> {
    /**
     * The distribution over actions.
     *
     * @param observation what is seen; not kept and not changed
     * @return pi(. | observation)
     */
    Distribution<A> at(O observation);

    /**
     * The distributions at several observations, for implementations that are faster in batches.
     *
     * @param observations what is seen
     * @return one distribution for each, equal to what {@link #at} gives
     */
    default List<Distribution<A>> atAll(List<? extends O> observations) {
        List<Distribution<A>> answers = new ArrayList<>(observations.size());
        for (O observation : observations) {
            answers.add(at(observation));
        }
        return answers;
    }
}
