package io.github.rlllm.engine.lm;

import java.time.Duration;
import java.util.Objects;

/**
 * How often and how long a call is tried again.
 *
 * @param attempts in all, at least 1
 * @param first the wait after the first failure at most, above zero; doubled after each
 * @param cap the longest single wait, at least {@code first}, also where a server asks for more
 * @param total from the first attempt to the beginning of the last, at least zero
 */
public record RetryLimits(int attempts, Duration first, Duration cap, Duration total) {
    private static final Duration MOST = Duration.ofDays(365);

    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public RetryLimits {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(cap, "cap");
        Objects.requireNonNull(total, "total");
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts: " + attempts + " (expected: >= 1)");
        }
        if (first.isNegative() || first.isZero()) {
            throw new IllegalArgumentException("first: " + first + " (expected: > 0)");
        }
        if (cap.compareTo(first) < 0 || cap.compareTo(MOST) > 0) {
            throw new IllegalArgumentException("cap: " + cap + " (expected: first, " + first + ", to " + MOST + ")");
        }
        if (total.isNegative()) {
            throw new IllegalArgumentException("total: " + total + " (expected: >= 0)");
        }
    }

    /**
     * Six attempts, waits of half a second to 30 seconds, five minutes in all.
     *
     * @return the limits
     */
    public static RetryLimits defaults() {
        return new RetryLimits(6, Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofMinutes(5));
    }

    /**
     * The same with another number of attempts.
     *
     * @param most at least 1
     * @return a changed copy
     */
    public RetryLimits withAttempts(int most) {
        return new RetryLimits(most, first, cap, total);
    }

    /**
     * The same with another bound on the time.
     *
     * @param most from the first attempt to the beginning of the last
     * @return a changed copy
     */
    public RetryLimits withTotal(Duration most) {
        return new RetryLimits(attempts, first, cap, most);
    }
}
