package io.github.rlllm.engine.run;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Decides when the next checkpoint is due, over all stages of a run. Confined to one thread. */
final class SaveTimer {
    /** A checkpoint is put off while it would bring the share of the time that checkpoints took above this. */
    private static final double MOST_COST = 0.02;

    private final long everyNanos;
    private final LongSupplier nanos;
    private final long leastNanos;
    private final long start;
    private long saved;
    private long lastCost;
    private long allCost;

    /**
     * A timer that begins now.
     *
     * @param every the time between two checkpoints
     * @param nanos a nanosecond clock
     * @param least how long the run takes at least: the share is of this as long as less has passed, since the first
     *     checkpoint is slow, as its code runs for the first time, and would put off the next ones
     */
    SaveTimer(Duration every, LongSupplier nanos, Duration least) {
        this.leastNanos = least.toNanos();
        this.everyNanos = every.toNanos();
        this.nanos = nanos;
        this.start = nanos.getAsLong();
        this.saved = start;
    }

    long now() {
        return nanos.getAsLong();
    }

    boolean due() {
        long now = nanos.getAsLong();
        // The next may take longer than the last, since replay memories grow.
        boolean cheap = allCost + 1.5 * lastCost <= MOST_COST * Math.max(leastNanos, now - start);
        return now - saved >= everyNanos && cheap;
    }

    /** Something was written since a moment. */
    void wrote(long before) {
        saved = nanos.getAsLong();
        lastCost = saved - before;
        allCost += lastCost;
    }

    /** The share of the time since the start that went into writing. */
    double cost() {
        return allCost / (double) Math.max(1, nanos.getAsLong() - start);
    }
}
