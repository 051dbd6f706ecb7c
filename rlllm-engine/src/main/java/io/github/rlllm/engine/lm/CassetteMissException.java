package io.github.rlllm.engine.lm;

/** A request that a cassette has no answer for; the message shows the nearest request that it has, and where they differ. */
public final class CassetteMissException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CassetteMissException(String message) {
        super(message);
    }
}
