package io.github.rlllm.api;

import java.util.Objects;

/**
 * One message of a conversation with a language model.
 *
 * @param role who speaks
 * @param text what is said
 */
public record Message(Role role, String text) {
    /** Checks the record. */
    public Message {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(text, "text");
    }

    /** Who speaks. */
    public enum Role {
        /** Instructions that hold for the whole conversation. */
        SYSTEM,
        /** The one who asks. */
        USER,
        /** The language model. */
        ASSISTANT
    }
}
