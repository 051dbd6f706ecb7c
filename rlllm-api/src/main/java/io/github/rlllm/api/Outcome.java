package io.github.rlllm.api;

import java.util.Objects;

/**
 * A result with its provenance.
 *
 * @param <T> the type of the result
 * @param value the result
 * @param provenance from what it came
 */
public record Outcome<T>(T value, Provenance provenance) {
    /** Checks the record. */
    public Outcome {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(provenance, "provenance");
    }
}
