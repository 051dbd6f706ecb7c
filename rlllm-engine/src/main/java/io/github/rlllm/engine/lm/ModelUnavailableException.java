package io.github.rlllm.engine.lm;

import java.time.Duration;

/** A language model gave no answer, however often it was asked; the last failure is the cause. */
public final class ModelUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int attempts;

    ModelUnavailableException(int attempts, Duration time, RuntimeException last) {
        // Without the failure's message, in which a server may repeat the prompt.
        super(
                "model: no answer after " + attempts + (attempts == 1 ? " attempt" : " attempts") + " in "
                        + time.toMillis() / 1e3 + " s (expected: one; last: "
                        + last.getClass().getSimpleName() + ")",
                last);
        this.attempts = attempts;
    }

    /**
     * How often it was asked.
     *
     * @return at least 1
     */
    public int attempts() {
        return attempts;
    }
}
