package io.github.rlllm.rlplusllm.plan;

/** How a run ended. */
public enum PlanEnding {
    /** The planner said that the task is fulfilled. */
    DONE,
    /** The goal predicate held, whatever the planner would have said. */
    GOAL,
    /** The planner said that the task cannot be fulfilled. */
    GAVE_UP,
    /** Directives, tokens, money or time were used up. */
    BUDGET,
    /** It was cancelled, and what ran has stopped. */
    CANCELLED,
    /** It was cancelled, and a skill has not stopped. */
    NOT_STOPPED,
    /** Too many skills in a row failed. */
    NO_PROGRESS,
    /** The state could not be read, or all that might be invoked waits for a person to clear it. */
    UNAVAILABLE,
    /** The planner threw or chose what is not allowed; the history ends with a {@link PlannerFailed}. */
    PLANNING_FAILED;

    /**
     * Whether the task counts as fulfilled.
     *
     * @return true for {@link #DONE} and {@link #GOAL}
     */
    public boolean success() {
        return this == DONE || this == GOAL;
    }
}
