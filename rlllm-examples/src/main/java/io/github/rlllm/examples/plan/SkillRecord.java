package io.github.rlllm.examples.plan;

import io.github.rlllm.engine.world.craft.CraftGoal;
import java.util.Arrays;

/**
 * How the learned skills ended: tries and failures of each, and how often a try of a skill failed whose try before it in the
 * same episode had failed. If failures were coins, a failure before would tell nothing.
 */
final class SkillRecord {
    private static final int SKILLS = CraftGoal.all().size();
    private static final int FIGURES = 4;
    /** The length of {@link #numbers}. */
    static final int NUMBERS = FIGURES * SKILLS;

    private final int[] tries = new int[SKILLS];
    private final int[] failures = new int[SKILLS];
    private final int[] afterFailure = new int[SKILLS];
    private final int[] failedAgain = new int[SKILLS];
    private final boolean[] failedBefore = new boolean[SKILLS];

    /** A new episode, in which nothing was tried. */
    void begin() {
        Arrays.fill(failedBefore, false);
    }

    /** A try that had all its steps, or succeeded in fewer. */
    void add(CraftGoal goal, boolean success) {
        int skill = CraftGoal.all().indexOf(goal);
        tries[skill]++;
        if (failedBefore[skill]) {
            afterFailure[skill]++;
            failedAgain[skill] += success ? 0 : 1;
        }
        failures[skill] += success ? 0 : 1;
        failedBefore[skill] = !success;
    }

    /** Everything, to be added to another record by {@link #add(double[])}. */
    double[] numbers() {
        double[] numbers = new double[NUMBERS];
        for (int s = 0; s < SKILLS; s++) {
            numbers[FIGURES * s] = tries[s];
            numbers[FIGURES * s + 1] = failures[s];
            numbers[FIGURES * s + 2] = afterFailure[s];
            numbers[FIGURES * s + 3] = failedAgain[s];
        }
        return numbers;
    }

    void add(double[] numbers) {
        for (int s = 0; s < SKILLS; s++) {
            tries[s] += (int) numbers[FIGURES * s];
            failures[s] += (int) numbers[FIGURES * s + 1];
            afterFailure[s] += (int) numbers[FIGURES * s + 2];
            failedAgain[s] += (int) numbers[FIGURES * s + 3];
        }
    }

    /** The share of a skill's tries that succeeded; one half more of each end, so that a skill without tries has 1/2. */
    double rate(CraftGoal goal) {
        int skill = CraftGoal.all().indexOf(goal);
        return (tries[skill] - failures[skill] + .5) / (tries[skill] + 1.0);
    }

    /** The share of tries that succeeded, over all skills of a kind; NaN without tries. */
    double rate(CraftGoal.Kind kind) {
        double all = 0;
        double failed = 0;
        for (CraftGoal goal : CraftGoal.all()) {
            int skill = CraftGoal.all().indexOf(goal);
            all += goal.kind() == kind ? tries[skill] : 0;
            failed += goal.kind() == kind ? failures[skill] : 0;
        }
        return 1 - failed / all;
    }

    /** The share that failed of the tries after a failure of the same skill; NaN where there is none. */
    double failedAgain() {
        return Arrays.stream(failedAgain).sum()
                / (double) Arrays.stream(afterFailure).sum();
    }

    /** What that share would be if each skill failed at its own rate, whatever came before. */
    double failedAgainIfIndependent() {
        double expected = 0;
        for (int s = 0; s < SKILLS; s++) {
            expected += tries[s] == 0 ? 0 : afterFailure[s] * (double) failures[s] / tries[s];
        }
        return expected / Arrays.stream(afterFailure).sum();
    }
}
