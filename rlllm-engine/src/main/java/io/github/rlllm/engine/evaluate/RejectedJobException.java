package io.github.rlllm.engine.evaluate;

/** A task refuses a payload: it is no candidate at all. */
public final class RejectedJobException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A refusal.
     *
     * @param reason what was expected and what was found, with line and column where there are any
     */
    public RejectedJobException(String reason) {
        super(reason);
    }
}
