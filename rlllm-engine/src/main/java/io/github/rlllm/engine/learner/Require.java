package io.github.rlllm.engine.learner;

/** The check of a configuration's figures. */
final class Require {
    private Require() {}

    /** Throws with name, value and what was expected, unless it holds. */
    static void that(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
