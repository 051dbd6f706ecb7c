package io.github.rlllm.llm4rl.text2reward;

import io.github.rlllm.llm4rl.design.CandidateRecord;
import io.github.rlllm.llm4rl.design.CandidateTraining;
import java.util.Optional;

/**
 * A program in the place of the person who watches the table: it reads the figures of the policy and names the part that
 * fails. Scripted, and called so wherever its figures stand.
 */
public final class TableWatcher implements Person {
    static final String NO_PUCK = "The hand does not come near the puck.";
    static final String NO_PUSH = "The hand comes to the puck, but the puck does not come nearer to the target.";
    static final String WRONG_SIDE =
            "The hand pushes from the wrong side. It should be behind the puck, seen from the target.";
    static final String NO_TARGET = "The hand does not come near the target.";
    static final String HAND_SHORT = "The hand comes near to the target but stops short of it.";
    static final String PUCK_SHORT = "The puck comes near to the target but stops short of it.";
    private static final double SUCCESS = 0.95;
    private static final double NEAR = 0.35;

    private final boolean push;

    /**
     * A watcher.
     *
     * @param push whether the puck is wanted at the target, else the hand
     */
    public TableWatcher(boolean push) {
        this.push = push;
    }

    @Override
    public Optional<String> says(CandidateRecord watched) {
        if (watched.success() >= SUCCESS) {
            return Optional.empty();
        }
        if (!push) {
            return Optional.of(figure(watched, TableTasks.HAND_TO_TARGET) > NEAR ? NO_TARGET : HAND_SHORT);
        }
        if (figure(watched, TableTasks.HAND_TO_PUCK) > NEAR) {
            return Optional.of(NO_PUCK);
        }
        if (figure(watched, TableTasks.BEHIND) < 0.5) {
            return Optional.of(WRONG_SIDE);
        }
        return Optional.of(figure(watched, TableTasks.PUCK_TO_TARGET) > NEAR ? NO_PUSH : PUCK_SHORT);
    }

    /** Of the episodes that failed, where some did. */
    private static double figure(CandidateRecord watched, String name) {
        Double failures = watched.figures().get(CandidateTraining.FAILURE + name);
        Double all = watched.figures().get(CandidateTraining.FIGURE + name);
        if (failures == null && all == null) {
            throw new IllegalArgumentException(
                    "figures: " + watched.figures().keySet() + " (expected: " + name + ", of a task on the table)");
        }
        return failures != null ? failures : all == null ? 0 : all;
    }
}
