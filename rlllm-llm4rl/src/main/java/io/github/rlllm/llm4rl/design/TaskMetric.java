package io.github.rlllm.llm4rl.design;

import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Step;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How good a behaviour is at the task: the fitness F of the reward design problem, which learners are judged by and do not
 * learn from. Thread-safe; its meters are confined to one thread.
 *
 * @param <A> the type of an action
 */
@FunctionalInterface
public interface TaskMetric<A> {
    /**
     * Begins to watch an episode.
     *
     * @param world the world, already reset; a metric may read figures of it that are no part of an observation
     * @return a meter of this episode
     */
    Meter<A> begin(Environment<float[], A> world);

    /**
     * Watches one episode.
     *
     * @param <A> the type of an action
     */
    interface Meter<A> {
        /**
         * Sees a step.
         *
         * @param action what was done
         * @param step what followed
         */
        void step(A action, Step<float[]> step);

        /**
         * The figures of the episode, once it is over.
         *
         * @return the figures
         */
        Score score();
    }

    /**
     * The figures of an episode.
     *
     * @param value the task metric, greater is better, finite
     * @param success whether the episode counts as a success
     * @param figures what else is worth telling, by name, in the order in which it is told
     */
    record Score(double value, boolean success, Map<String, Double> figures) {
        /** Checks and copies. */
        public Score {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("value: " + value + " (expected: a finite number)");
            }
            figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
        }
    }
}
