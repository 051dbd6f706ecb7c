package io.github.rlllm.engine.run;

/**
 * What a study or benchmark is meant to show, and whether it did in this run.
 *
 * @param name what is compared, such as {@code go to success >= .95}
 * @param value the figure of this run
 * @param bound what it is held against
 * @param holds whether it held
 */
public record Aim(String name, double value, double bound, boolean holds) {
    /**
     * An aim of at least a bound.
     *
     * @param name what is compared
     * @param value the figure
     * @param bound the least that is aimed for
     * @return the aim
     */
    public static Aim atLeast(String name, double value, double bound) {
        return new Aim(name, value, bound, value >= bound);
    }

    /**
     * An aim of at most a bound.
     *
     * @param name what is compared
     * @param value the figure
     * @param bound the most that is aimed for
     * @return the aim
     */
    public static Aim atMost(String name, double value, double bound) {
        return new Aim(name, value, bound, value <= bound);
    }
}
