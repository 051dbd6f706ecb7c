package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.PlanEvent;
import java.util.Objects;

/**
 * The planner threw, or answered with what is not a directive: the last event of a run that ends with
 * {@link PlanEnding#PLANNING_FAILED}. Unlike the log, which names the exception's class alone, it holds what was thrown,
 * whose message may quote a prompt or a model's answer.
 *
 * @param cause what the planner threw, with its own causes and trace; where it chose a call that is not allowed or answered
 *     null, the runner's description of that
 */
public record PlannerFailed(RuntimeException cause) implements PlanEvent {
    /** Checks the record. */
    public PlannerFailed {
        Objects.requireNonNull(cause, "cause");
    }

    /** {@inheritDoc} Names the class and the message of the cause. */
    @Override
    public String text() {
        return ("planner: failed with " + cause).replaceAll("\\R+", " ");
    }
}
