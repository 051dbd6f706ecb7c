package io.github.rlllm.rlplusllm.saycan;

/**
 * Settings of {@link SayCan}.
 *
 * @param done the fixed affordance of done, above 0 and at most 1; the paper has .1 in the kitchen, .2 on the tabletop
 * @param impossible the fixed affordance of saying that no skill is meant, above 0 and at most 1
 * @param floor gives up where a skill drawn from the language model would succeed with a lower probability, from 0
 *     (never) to 1
 * @param sample whether to draw in proportion to the product, instead of the most probable
 */
public record SayCanConfig(double done, double impossible, double floor, boolean sample) {
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
    }

    /**
     * The open tabletop's value of done, half for impossible, a floor of a tenth, the argmax.
     *
     * @return done .2, impossible .5, floor .1, no sampling
     */
    public static SayCanConfig defaults() {
        return new SayCanConfig(0.2, 0.5, 0.1, false);
    }

    /**
     * The same with another affordance of done.
     *
     * @param value above 0 and at most 1
     * @return a changed copy
     */
    public SayCanConfig withDone(double value) {
        return new SayCanConfig(value, impossible, floor, sample);
    }

    /**
     * The same with another affordance of impossible.
     *
     * @param value above 0 and at most 1
     * @return a changed copy
     */
    public SayCanConfig withImpossible(double value) {
        return new SayCanConfig(done, value, floor, sample);
    }

    /**
     * The same with another floor.
     *
     * @param value from 0 to 1
     * @return a changed copy
     */
    public SayCanConfig withFloor(double value) {
        return new SayCanConfig(done, impossible, value, sample);
    }

    /**
     * The same, sampling or not.
     *
     * @param value true to sample
     * @return a changed copy
     */
    public SayCanConfig withSample(boolean value) {
        return new SayCanConfig(done, impossible, floor, value);
    }
}
