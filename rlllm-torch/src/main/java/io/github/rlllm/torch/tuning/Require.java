package io.github.rlllm.torch.tuning;

import org.jspecify.annotations.Nullable;

/** Checks at the door. */
final class Require {
    private Require() {}

    static void that(String name, @Nullable Object value, boolean holds, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
