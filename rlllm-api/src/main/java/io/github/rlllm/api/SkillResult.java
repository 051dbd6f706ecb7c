package io.github.rlllm.api;

import java.util.Objects;

/**
 * How a skill ended.
 *
 * @param status success or the kind of failure
 * @param text what happened, in words that a planner may read; may be empty
 */
public record SkillResult(Status status, String text) {
    /** Checks the record. */
    public SkillResult {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(text, "text");
    }

    /**
     * Whether the skill did what it promises.
     *
     * @return true for {@link Status#SUCCESS}
     */
    public boolean success() {
        return status == Status.SUCCESS;
    }

    /** Success, or the kind of failure. */
    public enum Status {
        /** The effects hold. */
        SUCCESS,
        /** A precondition did not hold; nothing was done. */
        PRECONDITION,
        /** It ran and did not reach its effects. */
        FAILED,
        /** It ran out of its time or steps and was stopped. */
        TIMEOUT,
        /** It was cancelled and has stopped. */
        CANCELLED,
        /** What it needs is not there. */
        UNAVAILABLE
    }
}
