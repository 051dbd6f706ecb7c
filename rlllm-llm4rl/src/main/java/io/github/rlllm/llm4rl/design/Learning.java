package io.github.rlllm.llm4rl.design;

import io.github.rlllm.api.EnvironmentFactory;
import io.github.rlllm.api.Space;
import io.github.rlllm.engine.learner.Ppo;
import io.github.rlllm.engine.learner.PpoConfig;
import io.github.rlllm.engine.nn.Kernels;
import java.util.function.BiFunction;

/**
 * With what a task's candidates are trained: PPO with the same figures for every candidate and baseline of the task.
 *
 * @param <A> the type of an action
 * @param config the figures of PPO; its budget is the steps of one training
 * @param maker makes the learner
 * @param bounded what a world gets of an action that its policy drew: the same, or the nearest of its space
 */
public record Learning<A>(PpoConfig config, Maker<A> maker, BiFunction<Space<A>, A, A> bounded) {
    /**
     * Makes a learner.
     *
     * @param <A> the type of an action
     */
    @FunctionalInterface
    public interface Maker<A> {
        /**
         * Makes a learner.
         *
         * @param config the figures
         * @param factory makes the worlds
         * @param seed decides everything random
         * @param kernels the arithmetic
         * @return a learner before its first step, which the caller closes
         */
        Ppo<A> make(PpoConfig config, EnvironmentFactory<float[], A> factory, long seed, Kernels kernels);
    }

    /**
     * Learning over numbered actions.
     *
     * @param config the figures
     * @return the setting
     */
    public static Learning<Integer> categorical(PpoConfig config) {
        return new Learning<>(config, Ppo::categorical, (space, action) -> action);
    }

    /**
     * Learning over vectors.
     *
     * @param config the figures
     * @return the setting
     */
    public static Learning<float[]> gaussian(PpoConfig config) {
        return new Learning<>(config, Ppo::gaussian, Learning::clipped);
    }

    private static float[] clipped(Space<float[]> space, float[] action) {
        if (!(space instanceof Space.Box box)) {
            throw new IllegalArgumentException("actionSpace: " + space + " (expected: a box)");
        }
        float[] clipped = new float[action.length];
        for (int i = 0; i < clipped.length; i++) {
            clipped[i] = Math.max(box.low(i), Math.min(box.high(i), action[i]));
        }
        return clipped;
    }

    /**
     * The same with another number of steps.
     *
     * @param steps environment steps of one training, at least 1
     * @return a changed copy
     */
    public Learning<A> withSteps(long steps) {
        PpoConfig.Rollout rollout = config.rollout();
        return new Learning<>(
                config.withRollout(
                        new PpoConfig.Rollout(rollout.environments(), rollout.steps(), steps), config.updates()),
                maker,
                bounded);
    }
}
