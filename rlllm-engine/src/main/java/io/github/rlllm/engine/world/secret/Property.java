package io.github.rlllm.engine.world.secret;

import java.util.Locale;

/** What an object is, which only examining it shows. */
public enum Property {
    /** Its texture is one row of a square. */
    GOOD,
    /** Its texture is one column of a square. */
    TOXIC;

    /**
     * The property in words.
     *
     * @return {@code good} or {@code toxic}
     */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The other property.
     *
     * @return toxic for good, good for toxic
     */
    public Property other() {
        return this == GOOD ? TOXIC : GOOD;
    }
}
