package io.github.rlllm.examples;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.Progress;
import java.nio.file.Path;

/**
 * How a demonstration is to run.
 *
 * @param seeds the number of seeds, at least 1; the seeds are 1 to {@code seeds}
 * @param folder where it may write, such as {@code runs/experiments}; exists
 * @param progress where it says how far it is
 * @param control says when to stop
 */
public record RunRequest(int seeds, Path folder, Progress progress, Control control) {
    /** Checks the record. */
    public RunRequest {
        if (seeds < 1) {
            throw new IllegalArgumentException("seeds: " + seeds + " (expected: >= 1)");
        }
    }
}
