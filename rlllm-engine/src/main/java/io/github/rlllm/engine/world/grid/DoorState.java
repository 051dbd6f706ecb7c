package io.github.rlllm.engine.world.grid;

/** The state of a door; the ordinal is the third number of its cell's encoding. */
public enum DoorState {
    /** One walks and sees through. */
    OPEN,
    /** Toggling opens it. */
    CLOSED,
    /** Toggling with a key of its colour in hand opens it. */
    LOCKED
}
