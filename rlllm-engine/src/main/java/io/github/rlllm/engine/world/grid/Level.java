package io.github.rlllm.engine.world.grid;

import java.util.random.RandomGenerator;

/** A distribution of layouts. Stateless and thread-safe. */
@FunctionalInterface
public interface Level {
    /**
     * Draws a layout.
     *
     * @param rng the source of randomness
     * @return a complete layout, with agent and mission
     */
    Layout generate(RandomGenerator rng);
}
