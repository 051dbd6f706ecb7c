package io.github.rlllm.engine.run;

import java.io.IOException;

/** A checkpoint's file is cut, changed or not of this format. */
public final class DamagedCheckpointException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * A failure.
     *
     * @param message what is wrong
     */
    public DamagedCheckpointException(String message) {
        super(message);
    }
}
