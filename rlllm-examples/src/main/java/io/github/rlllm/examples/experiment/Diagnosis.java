package io.github.rlllm.examples.experiment;

/**
 * The paper's failure signatures, read off the figures of a run. Pure functions with fixed thresholds.
 *
 * <p>Skills that are too narrow make every plan fail, the right ones too, so that they are looked for first: a plan is
 * blamed only where the skills carry out plans that are known to be right.
 */
public final class Diagnosis {
    // Each threshold was set between what healthy runs and runs with the fault showed on seeds 101 and 102 (the reward
    // model) and seed 1 (the rest), and left alone since. The ranges of plans and skills below are those of
    // DiagnosisRunsTest, seeds 101 to 120.

    /** Right plans that are carried out less often than this blame the skills: .87 to .96 healthy, .05 to .13 narrow. */
    public static final double LEAST_ORACLE_PLAN = 0.65;
    /**
     * So does a larger share of steps of right plans whose affordance is under the floor: at most .05 healthy, .38 to .70
     * narrow. By itself it would not do; it comes in where a planner would rather give up than try narrow skills.
     */
    public static final double MOST_UNDER_FLOOR = 0.35;
    /**
     * Plans that are right on paper this much more often than they succeed in the world blame the planner: .01 to .09
     * healthy, .45 to .50 where the planner has no affordances and does not see that its hands are full.
     */
    public static final double LARGEST_GAP = 0.25;
    /**
     * A reward model whose accuracy is lower by more than this on the policy's samples does not generalise: -.05 to .13
     * healthy, .48 to .66 where it was fitted on preferences about one prompt (seeds 201 to 206). Some drop is no fault, since
     * the policy's samples are the ones that the model was optimised against.
     */
    public static final double LARGEST_DROP = 0.25;

    private Diagnosis() {}

    /**
     * What an experiment with plans shows of one run. Every part is a share, from 0 to 1.
     *
     * @param planning of plans that are right on paper
     * @param execution of plans that succeed in the world
     * @param oraclePlan of right plans that the skills carry out
     * @param underFloor of steps of right plans whose affordance is under the floor
     */
    public record Plans(double planning, double execution, double oraclePlan, double underFloor) {
        /**
         * Checks the record.
         *
         * @throws IllegalArgumentException if a part is not from 0 to 1
         */
        public Plans {
            share("planning", planning);
            share("execution", execution);
            share("oraclePlan", oraclePlan);
            share("underFloor", underFloor);
        }
    }

    /**
     * Whether the skills are too narrow: right plans fail, or what they ask for is under the floor.
     *
     * @param plans what the run shows
     * @return true if so
     */
    public static boolean skills(Plans plans) {
        return plans.oraclePlan < LEAST_ORACLE_PLAN || plans.underFloor > MOST_UNDER_FLOOR;
    }

    /**
     * Whether plans fail in the world although the skills are able: planning far above execution.
     *
     * @param plans what the run shows
     * @return true if so
     */
    public static boolean plan(Plans plans) {
        return !skills(plans) && plans.planning - plans.execution > LARGEST_GAP;
    }

    /**
     * How well a reward model orders pairs of replies to one prompt, of one run. Both parts are shares of pairs that it
     * orders as the true score does, from 0 to 1.
     *
     * @param before of the preferences that it was fitted on
     * @param after of a reply of the final policy and one of the tuned model. A policy that was raised on a sound reward
     *     model is better than the tuned one and the model says so; a policy that exploits an unsound one is rated above
     *     replies that are truly better. (Two replies of the policy would not do: they are alike, and the best of models
     *     orders them hardly better than chance.)
     */
    public record Reward(double before, double after) {
        /**
         * Checks the record.
         *
         * @throws IllegalArgumentException if a part is not from 0 to 1
         */
        public Reward {
            share("before", before);
            share("after", after);
        }
    }

    /**
     * Whether a reward model does not generalise from what it was fitted on to what the policy makes.
     *
     * @param reward what the run shows
     * @return true if so
     */
    public static boolean reward(Reward reward) {
        return reward.before - reward.after > LARGEST_DROP;
    }

    private static void share(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: from 0 to 1)");
        }
    }
}
