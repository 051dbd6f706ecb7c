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
     * A control that never cancels.
     *
     * @return the control
     */
    static Control none() {
        return () -> false;
    }
}
