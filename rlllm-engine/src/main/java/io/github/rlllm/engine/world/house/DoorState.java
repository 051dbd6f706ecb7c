package io.github.rlllm.engine.world.house;

/** How a door stands. */
public enum DoorState {
    /** One walks and sees through it. */
    OPEN,
    /** Toggling opens it. */
    CLOSED,
    /** Toggling opens it for whoever carries the key of its colour. */
    LOCKED
}
