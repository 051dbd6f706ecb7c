package io.github.rlllm.engine.evaluate;

import java.time.Duration;

/**
 * What one job may take. Immutable.
 *
 * @param time wall time from its start, more than zero
 * @param steps steps that it counts at its {@link Meter}, at least 1
 * @param allocatedBytes bytes that the job's thread allocates in all, whether they are still in use or not, at least 1.
 *     The JVM knows no other figure by thread; what is in use at one time is bounded by it from above
 */
public record Limits(Duration time, long steps, long allocatedBytes) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public Limits {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("time: " + time + " (expected: > 0)");
        }
        if (steps < 1) {
            throw new IllegalArgumentException("steps: " + steps + " (expected: >= 1)");
        }
        if (allocatedBytes < 1) {
            throw new IllegalArgumentException("allocatedBytes: " + allocatedBytes + " (expected: >= 1)");
        }
    }

    /**
     * Ten minutes, ten million steps, 64 GiB allocated.
     *
     * @return the limits
     */
    public static Limits defaults() {
        return new Limits(Duration.ofMinutes(10), 10_000_000, 64L << 30);
    }

    /**
     * With another time.
     *
     * @param value more than zero
     * @return the limits
     */
    public Limits withTime(Duration value) {
        return new Limits(value, steps, allocatedBytes);
    }

    /**
     * With other steps.
     *
     * @param value at least 1
     * @return the limits
     */
    public Limits withSteps(long value) {
        return new Limits(time, value, allocatedBytes);
    }

    /**
     * With other bytes.
     *
     * @param value at least 1
     * @return the limits
     */
    public Limits withAllocatedBytes(long value) {
        return new Limits(time, steps, value);
    }
}
