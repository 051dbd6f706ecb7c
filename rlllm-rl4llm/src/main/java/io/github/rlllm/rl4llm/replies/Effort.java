package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.torch.tuning.LearningRate;

/**
 * When a training ends: after so many updates or so many operations, whichever comes first.
 *
 * @param updates at least 1; the greatest integer for no bound
 * @param flops operations from its start, above 0; infinity for no bound
 */
public record Effort(int updates, double flops) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range, or both are without a bound
     */
    public Effort {
        if (updates < 1) {
            throw new IllegalArgumentException("updates: " + updates + " (expected: >= 1)");
        }
        if (!(flops > 0)) {
            throw new IllegalArgumentException("flops: " + flops + " (expected: > 0)");
        }
        if (updates == Integer.MAX_VALUE && flops == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("updates, flops: no bound (expected: one at least)");
        }
    }

    /**
     * A number of updates.
     *
     * @param updates at least 1
     * @return the effort
     */
    public static Effort updates(int updates) {
        return new Effort(updates, Double.POSITIVE_INFINITY);
    }

    /**
     * A number of operations.
     *
     * @param flops above 0
     * @return the effort
     */
    public static Effort flops(double flops) {
        return new Effort(Integer.MAX_VALUE, flops);
    }

    /**
     * How much of it is done.
     *
     * @param made updates
     * @param spent operations
     * @return from 0; 1 and more is the end
     */
    public double done(long made, double spent) {
        return Math.max((double) made / updates, spent / flops);
    }

    /**
     * The updates that it pays for.
     *
     * @param each operations of an update, above 0
     * @return above 0, not a whole number where operations are the bound
     */
    double updates(double each) {
        return Math.min(updates, flops / each);
    }

    /** A rate that falls linearly to a tenth of its first value over so many steps of an optimiser. */
    static LearningRate falling(double rate, double steps) {
        return LearningRate.linear(rate, Math.max(1, (long) Math.ceil(steps / 0.9)));
    }
}
