package io.github.rlllm.engine.world.blocks;

import java.util.List;

/** What the gripper does in one step. */
public enum BlocksAction {
    /** One cell to the left. */
    LEFT(-1, 0),
    /** One cell to the right. */
    RIGHT(1, 0),
    /** One cell away from the arm. */
    AWAY(0, 1),
    /** One cell towards the arm. */
    TOWARDS(0, -1),
    /** Close on the uppermost block under the gripper and lift it. */
    CLOSE(0, 0),
    /** Open, so that what is held falls on what is below. */
    OPEN(0, 0);

    private static final List<BlocksAction> ALL = List.of(values());

    private final int dx;
    private final int dy;

    BlocksAction(int dx, int dy) {
        this.dx = dx;
        this.dy = dy;
    }

    /**
     * All actions by their number.
     *
     * @return six
     */
    public static List<BlocksAction> all() {
        return ALL;
    }

    int dx() {
        return dx;
    }

    int dy() {
        return dy;
    }

    boolean moves() {
        return dx != 0 || dy != 0;
    }
}
