package io.github.rlllm.api;

/**
 * What a running skill, optimiser or learner looks at between its steps. Thread-safe. Cancelling is cooperative: whoever
 * works looks here at least every few milliseconds, stops safely, and answers with a cancelled result.
 */
@FunctionalInterface
public interface Control {
    /**
     * Whether the work should stop.
     *
     * @return true from the moment it is cancelled, for ever
     */
    boolean cancelled();

    /**
     * What this piece of work is known by, the same where it is asked about after a crash: a runner of plans gives every
     * call of a skill its own, so that a robot or a service can tell whether it has had that effect already.
     *
     * @return the idempotency key; empty where nobody gave one
     */
    default String key() {
        return "";
    }

    /**
     * A control that never cancels.
     *
     * @return the control
     */
    static Control none() {
        return () -> false;
    }
}
