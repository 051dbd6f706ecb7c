package io.github.rlllm.api;

import java.util.random.RandomGenerator;

/**
 * A probability distribution. Immutable and thread-safe.
 *
 * @param <T> the type of an outcome
 */
public interface Distribution<T> {
    /**
     * Draws an outcome.
     *
     * @param rng the source of randomness
     * @return an outcome that belongs to the caller
     */
    T sample(RandomGenerator rng);

    /**
     * The most probable outcome; the first of several equals.
     *
     * @return an outcome that belongs to the caller
     */
    T mode();

    /**
     * The logarithm of the probability (or, for a continuous outcome, of the density).
     *
     * @param outcome an outcome
     * @return log p in nats; negative infinity for what cannot occur
     */
    double logProb(T outcome);
}
