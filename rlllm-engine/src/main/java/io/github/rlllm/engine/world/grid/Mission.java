package io.github.rlllm.engine.world.grid;

import java.util.ArrayList;
import java.util.List;

/**
 * What is to be done in an episode. Success earns {@code 1 - 0.9 * steps / maxSteps} and ends the episode.
 *
 * @param text the mission in words
 * @param task what success is
 * @param targets the cells {@code y * width + x} of the objects meant, at the beginning; empty for the goal
 */
public record Mission(String text, Task task, List<Integer> targets) {
    /** What success is. */
    public enum Task {
        /** The agent stands on the goal. */
        REACH_GOAL,
        /** The cell before the agent is the place of a target; places are brought up to date whenever something is dropped. */
        GO_TO,
        /** The agent has just picked up a target. */
        PICK_UP
    }

    /** Copies. */
    public Mission {
        targets = List.copyOf(targets);
    }

    /**
     * To stand on the goal.
     *
     * @param text the mission in words
     * @return the mission
     */
    public static Mission reachGoal(String text) {
        return new Mission(text, Task.REACH_GOAL, List.of());
    }

    /**
     * To stand before an object, facing it.
     *
     * @param layout grid and agent, complete
     * @param which the objects meant
     * @return the mission
     * @throws IllegalArgumentException if no object fits
     */
    public static Mission goTo(Layout layout, ObjectDescription which) {
        return of("go to ", Task.GO_TO, layout, which);
    }

    /**
     * To pick up an object.
     *
     * @param layout grid and agent, complete
     * @param which the objects meant
     * @return the mission
     * @throws IllegalArgumentException if no object fits
     */
    public static Mission pickUp(Layout layout, ObjectDescription which) {
        return of("pick up ", Task.PICK_UP, layout, which);
    }

    private static Mission of(String verb, Task task, Layout layout, ObjectDescription which) {
        List<Integer> targets = new ArrayList<>();
        for (int[] place : which.matches(layout)) {
            targets.add(place[1] * layout.width() + place[0]);
        }
        if (targets.isEmpty()) {
            throw new IllegalArgumentException(
                    "mission: no object is " + which.words(layout) + " (expected: at least one)");
        }
        return new Mission(verb + which.words(layout), task, targets);
    }
}
