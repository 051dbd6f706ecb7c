package io.github.rlllm.examples.robot;

import java.util.Map;

/**
 * What the robot reports.
 *
 * @param tick of its control loop
 * @param x metres
 * @param y metres
 * @param still whether the wheels stand
 * @param at the place where it stands, or an empty text
 * @param things thing to the place where it is, or {@code gripper}
 */
record RobotState(long tick, double x, double y, boolean still, String at, Map<String, String> things) {
    /** Where a thing is while it is carried. */
    static final String GRIPPER = "gripper";

    /** Copies. */
    RobotState {
        things = Map.copyOf(things);
    }

    boolean gripperFree() {
        return !things.containsValue(GRIPPER);
    }
}
