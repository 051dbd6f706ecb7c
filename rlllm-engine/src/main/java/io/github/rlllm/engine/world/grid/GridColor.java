package io.github.rlllm.engine.world.grid;

import java.util.Locale;

/** The colours of objects; the ordinal is the second number of a cell's encoding. */
public enum GridColor {
    /** Code 0. */
    RED,
    /** Code 1. */
    GREEN,
    /** Code 2. */
    BLUE,
    /** Code 3. */
    PURPLE,
    /** Code 4. */
    YELLOW,
    /** Code 5. */
    GREY;

    /**
     * The word for it in a mission.
     *
     * @return the name in lower case
     */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
