package io.github.rlllm.torch.tuning;

/**
 * How often a rollout is learned from.
 *
 * @param passes over the whole rollout, at least 1: PPO's epochs, GRPO's iterations
 * @param minibatches optimiser steps a pass, at least 1; the completions are shuffled where there are several
 * @param klStop a pass in which the mean of {@code rho - 1 - log rho} over tokens, an estimate of KL(old || new) in nats a
 *     token, exceeded this is the last; above 0, infinity never stops
 */
public record Passes(int passes, int minibatches, double klStop) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public Passes {
        Require.that("passes", passes, passes >= 1, ">= 1");
        Require.that("minibatches", minibatches, minibatches >= 1, ">= 1");
        Require.that("klStop", klStop, klStop > 0, "> 0");
    }

    /**
     * So many passes of one step each.
     *
     * @param passes at least 1
     * @return the settings, with no stop
     */
    public static Passes of(int passes) {
        return new Passes(passes, 1, Double.POSITIVE_INFINITY);
    }
}
