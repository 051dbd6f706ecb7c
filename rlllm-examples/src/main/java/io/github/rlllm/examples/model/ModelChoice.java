package io.github.rlllm.examples.model;

import io.github.rlllm.engine.lm.Price;
import io.github.rlllm.engine.lm.SpendingLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which language model a run asks, and what that may cost.
 *
 * @param model a GGUF file, a checkpoint's folder, or {@code http(s)://host/v1#name}; null where a cassette is replayed
 * @param template how conversations are written for a checkpoint; null for what its tokens tell
 * @param keyVariable the environment variable with the server's key; null for none
 * @param cassette the file of recorded calls; null for none
 * @param replay whether the cassette alone answers
 * @param limits what may be spent; its longest call is a call's time-out
 * @param price what the model's tokens cost
 * @param inFlight the most calls at once, at least 1
 */
public record ModelChoice(
        @Nullable String model,
        @Nullable String template,
        @Nullable String keyVariable,
        @Nullable Path cassette,
        boolean replay,
        SpendingLimits limits,
        Price price,
        int inFlight) {
    /** A call's time-out where nothing else is asked for. */
    public static final Duration CALL = Duration.ofMinutes(2);

    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if it does not say where answers come from, or says it twice
     */
    public ModelChoice {
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(price, "price");
        if (replay && cassette == null) {
            throw new IllegalArgumentException("replay: without a cassette (expected: --cassette FILE)");
        }
        if (model == null && !replay) {
            throw new IllegalArgumentException("model: none (expected: --model X, or --cassette FILE --replay)");
        }
        if (inFlight < 1) {
            throw new IllegalArgumentException("in-flight: " + inFlight + " (expected: >= 1)");
        }
        if (limits.call().isZero()) {
            throw new IllegalArgumentException("call-seconds: 0 (expected: > 0)");
        }
    }
}
