package io.github.rlllm.rlplusllm.saycan;

/**
 * Settings of {@link SayCan}.
 *
 * @param done the fixed affordance of done, above 0 and at most 1; the paper has .1 in the kitchen, .2 on the tabletop
 * @param impossible the fixed affordance of saying that no skill is meant, above 0 and at most 1
 * @param floor gives up where a skill drawn from the language model would succeed with a lower probability, from 0
 *     (never) to 1
 * @param sample whether to draw in proportion to the product, instead of the most probable
 * @param mask calls with a lower affordance, and those that are not allowed, are not shown to the scorer, from 0 (all are
 *     shown) to 1; what a skill drawn from the language model is, for the floor, then one of those that it is shown
 */
public record SayCanConfig(double done, double impossible, double floor, boolean sample, double mask) {
    /** Checks the record. */
    public SayCanConfig {
        if (!(done > 0 && done <= 1)) {
            throw new IllegalArgumentException("done: " + done + " (expected: > 0 and <= 1)");
        }
        if (!(impossible > 0 && impossible <= 1)) {
            throw new IllegalArgumentException("impossible: " + impossible + " (expected: > 0 and <= 1)");
        }
        if (!(floor >= 0 && floor <= 1)) {
            throw new IllegalArgumentException("floor: " + floor + " (expected: from 0 to 1)");
        }
        if (!(mask >= 0 && mask <= 1)) {
            throw new IllegalArgumentException("mask: " + mask + " (expected: from 0 to 1)");
        }
    }

    /**
     * The open tabletop's value of done, half for impossible, a floor of a tenth, the argmax, everything scored.
     *
     * @return done .2, impossible .5, floor .1, no sampling, mask 0
     */
    public static SayCanConfig defaults() {
        return new SayCanConfig(0.2, 0.5, 0.1, false, 0);
    }

    /**
     * The same with another affordance of done.
     *
     * @param value above 0 and at most 1
     * @return a changed copy
     */
    public SayCanConfig withDone(double value) {
        return new SayCanConfig(value, impossible, floor, sample, mask);
    }

    /**
     * The same with another affordance of impossible.
     *
     * @param value above 0 and at most 1
     * @return a changed copy
     */
    public SayCanConfig withImpossible(double value) {
        return new SayCanConfig(done, value, floor, sample, mask);
    }

    /**
     * The same with another floor.
     *
     * @param value from 0 to 1
     * @return a changed copy
     */
    public SayCanConfig withFloor(double value) {
        return new SayCanConfig(done, impossible, value, sample, mask);
    }

    /**
     * The same, sampling or not.
     *
     * @param value true to sample
     * @return a changed copy
     */
    public SayCanConfig withSample(boolean value) {
        return new SayCanConfig(done, impossible, floor, value, mask);
    }

    /**
     * The same with another mask.
     *
     * @param value from 0 to 1
     * @return a changed copy
     */
    public SayCanConfig withMask(double value) {
        return new SayCanConfig(done, impossible, floor, sample, value);
    }
}
