package io.github.rlllm.examples.experiment;

/**
 * The paper's failure signatures, read off the figures of a run. Pure functions with fixed thresholds.
 *
 * <p>Skills that are too narrow make every plan fail, the right ones too, so that they are looked for first: a plan is
 * blamed only where the skills carry out plans that are known to be right.
 */
public final class Diagnosis {
    /** Right plans that are carried out less often than this blame the skills. */
    public static final double LEAST_ORACLE_PLAN = 0.65;
    /** So does a larger share of steps of right plans whose affordance is under the floor. */
    public static final double MOST_UNDER_FLOOR = 0.35;
    /** Plans that are right on paper this much more often than they succeed in the world blame the planner. */
    public static final double LARGEST_GAP = 0.25;
    /** A reward model whose accuracy is lower by this on the policy's samples does not generalise. */
    public static final double LARGEST_DROP = 0.10;

    private Diagnosis() {}

    /**
     * Whether the skills are too narrow: right plans fail, or what they ask for is under the floor.
     *
     * @param oraclePlan share of right plans that the skills carry out
     * @param underFloor share of the steps of right plans whose affordance is under the floor
     * @return true if so
     */
    public static boolean skills(double oraclePlan, double underFloor) {
        return share("oraclePlan", oraclePlan) < LEAST_ORACLE_PLAN
                || share("underFloor", underFloor) > MOST_UNDER_FLOOR;
    }

    /**
     * Whether plans fail in the world although the skills are able: planning far above execution.
     *
     * @param planning share of plans that are right on paper
     * @param execution share of plans that succeed in the world
     * @param oraclePlan share of right plans that the skills carry out
     * @param underFloor share of the steps of right plans whose affordance is under the floor
     * @return true if so
     */
    public static boolean plan(double planning, double execution, double oraclePlan, double underFloor) {
        return !skills(oraclePlan, underFloor)
                && share("planning", planning) - share("execution", execution) > LARGEST_GAP;
    }

    /**
     * Whether a reward model does not generalise from what it was fitted near to what the policy makes.
     *
     * @param before its accuracy on samples from before the policy was tuned
     * @param after its accuracy on the tuned policy's samples
     * @return true if so
     */
    public static boolean reward(double before, double after) {
        return share("before", before) - share("after", after) > LARGEST_DROP;
    }

    private static double share(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: from 0 to 1)");
        }
        return value;
    }
}
