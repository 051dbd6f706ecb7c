package io.github.rlllm.api;

import java.time.Duration;
import java.util.Objects;

/**
 * What may be spent. Reserved before each call and enforced, never only counted.
 *
 * @param calls calls of a language model, or steps of a planner, at least 0
 * @param tokens tokens in and out together, at least 0
 * @param time from the start, at least zero
 */
public record Budget(long calls, long tokens, Duration time) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is negative
     */
    public Budget {
        Objects.requireNonNull(time, "time");
        if (calls < 0) {
            throw new IllegalArgumentException("calls: " + calls + " (expected: >= 0)");
        }
        if (tokens < 0) {
            throw new IllegalArgumentException("tokens: " + tokens + " (expected: >= 0)");
        }
        if (time.isNegative()) {
            throw new IllegalArgumentException("time: " + time + " (expected: >= 0)");
        }
    }

    /**
     * A budget of calls alone.
     *
     * @param calls at least 0
     * @return a budget of {@link Long#MAX_VALUE} tokens and nanoseconds, which is as good as none
     * @throws IllegalArgumentException if {@code calls} is negative
     */
    public static Budget ofCalls(long calls) {
        return new Budget(calls, Long.MAX_VALUE, Duration.ofNanos(Long.MAX_VALUE));
    }
}
