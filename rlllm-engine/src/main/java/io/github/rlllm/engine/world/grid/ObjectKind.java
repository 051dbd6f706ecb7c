package io.github.rlllm.engine.world.grid;

import java.util.Locale;

/** What a cell holds; the ordinal is the first number of a cell's encoding. */
public enum ObjectKind {
    /** Hidden from the agent; only in views. */
    UNSEEN,
    /** Nothing. */
    EMPTY,
    /** A wall, opaque. */
    WALL,
    /** A coloured floor, over which the agent walks. */
    FLOOR,
    /** A door, opaque unless open. */
    DOOR,
    /** A key, which opens a locked door of its colour. */
    KEY,
    /** A ball. */
    BALL,
    /** A box, which may hold another object. */
    BOX,
    /** The goal, which ends the episode. */
    GOAL,
    /** Lava, which ends the episode without reward. */
    LAVA,
    /** The agent; in no grid of this library. */
    AGENT;

    static final int EMPTY_CODE = 1;
    static final int WALL_CODE = 2;
    static final int FLOOR_CODE = 3;
    static final int DOOR_CODE = 4;
    static final int KEY_CODE = 5;
    static final int BALL_CODE = 6;
    static final int BOX_CODE = 7;
    static final int GOAL_CODE = 8;
    static final int LAVA_CODE = 9;

    /**
     * The word for it in a mission.
     *
     * @return the name in lower case
     */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Whether the agent can carry it.
     *
     * @return true for keys, balls and boxes
     */
    public boolean portable() {
        return this == KEY || this == BALL || this == BOX;
    }
}
