package io.github.rlllm.engine.rollout;

/**
 * A batch of transitions in columns, filled again and again by {@link ReplayBuffer#sample}. Element i of every column
 * belongs to transition i: {@code rewards[i] + discounts[i] * value(nextObservations[i])} is its target. Confined to one
 * thread.
 */
public final class Transitions {
    final float[][] observations;
    final int[] actions;
    final double[] rewards;
    final double[] discounts;
    final float[][] nextObservations;

    /**
     * An empty batch.
     *
     * @param size the number n of transitions, at least 1
     * @throws IllegalArgumentException if it is below 1
     */
    public Transitions(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("size: " + size + " (expected: >= 1)");
        }
        observations = new float[size][];
        actions = new int[size];
        rewards = new double[size];
        discounts = new double[size];
        nextObservations = new float[size][];
    }

    /**
     * The number of transitions.
     *
     * @return n, at least 1
     */
    public int size() {
        return actions.length;
    }

    /**
     * What was seen.
     *
     * @return {@code [n]} observations; to be read only, valid until the next sample
     */
    public float[][] observations() {
        return observations;
    }

    /**
     * What was done.
     *
     * @return {@code [n]} action indices; to be read only, valid until the next sample
     */
    public int[] actions() {
        return actions;
    }

    /**
     * The discounted sums of the rewards up to the observation that is bootstrapped from.
     *
     * @return {@code [n]}; to be read only, valid until the next sample
     */
    public double[] rewards() {
        return rewards;
    }

    /**
     * The weight of the bootstrapped value: {@code gamma^m} after m steps, 0 after a termination.
     *
     * @return {@code [n]} from 0 to 1; to be read only, valid until the next sample
     */
    public double[] discounts() {
        return discounts;
    }

    /**
     * The observations that are bootstrapped from.
     *
     * @return {@code [n]} observations; to be read only, valid until the next sample
     */
    public float[][] nextObservations() {
        return nextObservations;
    }
}
