package io.github.rlllm.engine.world.house;

import java.util.Locale;

/** The colours of things. */
public enum Colour {
    /** Red. */
    RED,
    /** Green. */
    GREEN,
    /** Blue. */
    BLUE,
    /** Purple. */
    PURPLE,
    /** Yellow. */
    YELLOW,
    /** Grey. */
    GREY;

    /**
     * The colour as a word.
     *
     * @return such as {@code red}
     */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
