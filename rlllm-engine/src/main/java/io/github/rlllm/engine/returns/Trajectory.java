package io.github.rlllm.engine.returns;

import io.github.rlllm.api.Ending;

/**
 * {@code T} successive steps of one environment, episodes one after another, with the values a critic gave: what every
 * estimator of {@link Returns} reads. The one place that says what is bootstrapped. Immutable and thread-safe.
 */
public final class Trajectory {
    private final double[] rewards;
    private final double[] values;
    private final Ending[] endings;
    private final double[] finalValues;
    private final double lastValue;

    /**
     * Copies its arguments.
     *
     * @param rewards {@code [T]} the reward r_t of step t
     * @param values {@code [T]} V(s_t), the value of the observation from which step t was taken
     * @param endings {@code [T]} how step t left its episode; where termination and truncation hold at once,
     *     {@link Ending#TERMINATED}
     * @param finalValues {@code [T]} V of the observation that step t led to, read at {@link Ending#TRUNCATED} alone:
     *     the last observation of the cut episode, not the first of the next
     * @param lastValue V(s_T), the value after the last step, read where that step left the episode running
     * @throws IllegalArgumentException if there is no step, lengths differ, or a number that is read is not finite
     */
    public Trajectory(double[] rewards, double[] values, Ending[] endings, double[] finalValues, double lastValue) {
        int steps = rewards.length;
        if (steps == 0) {
            throw new IllegalArgumentException("rewards: 0 steps (expected: >= 1)");
        }
        if (values.length != steps || endings.length != steps || finalValues.length != steps) {
            throw new IllegalArgumentException("values, endings, finalValues: lengths " + values.length + ", "
                    + endings.length + ", " + finalValues.length + " (expected: " + steps + ", one a step)");
        }
        for (int t = 0; t < steps; t++) {
            requireFinite(rewards[t], "rewards", t);
            requireFinite(values[t], "values", t);
            if (endings[t] == Ending.TRUNCATED) {
                requireFinite(finalValues[t], "finalValues", t);
            }
        }
        if (endings[steps - 1] == Ending.NONE && !Double.isFinite(lastValue)) {
            throw new IllegalArgumentException("lastValue: " + lastValue + " (expected: a finite number)");
        }
        this.rewards = rewards.clone();
        this.values = values.clone();
        this.endings = endings.clone();
        this.finalValues = finalValues.clone();
        this.lastValue = lastValue;
    }

    /**
     * The number of steps.
     *
     * @return T, at least 1
     */
    public int steps() {
        return rewards.length;
    }

    /**
     * The reward of a step.
     *
     * @param t the step, from 0 to T-1
     * @return r_t
     */
    public double reward(int t) {
        return rewards[t];
    }

    /**
     * The value from which a step was taken.
     *
     * @param t the step, from 0 to T-1
     * @return V(s_t)
     */
    public double value(int t) {
        return values[t];
    }

    /**
     * Whether an episode ended with a step, by either cause: nothing of what follows belongs to step t.
     *
     * @param t the step, from 0 to T-1
     * @return true at a termination and at a truncation
     */
    public boolean over(int t) {
        return endings[t].over();
    }

    /**
     * The value that step t bootstraps from: 0 after a termination, that of the cut episode's last observation after a
     * truncation, that of the next observation otherwise.
     *
     * @param t the step, from 0 to T-1
     * @return V(s_{t+1}) as the estimators read it
     */
    public double nextValue(int t) {
        return switch (endings[t]) {
            case TERMINATED -> 0;
            case TRUNCATED -> finalValues[t];
            case NONE -> t + 1 < values.length ? values[t + 1] : lastValue;
        };
    }

    private static void requireFinite(double value, String name, int t) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(name + "[" + t + "]: " + value + " (expected: a finite number)");
        }
    }
}
