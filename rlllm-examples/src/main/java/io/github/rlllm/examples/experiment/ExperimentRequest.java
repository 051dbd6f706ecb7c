package io.github.rlllm.examples.experiment;

import io.github.rlllm.examples.RunRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the experiments are to run.
 *
 * @param run seeds, folder, progress and control
 * @param broken the fault to inject: {@code plan}, {@code skills} or {@code reward}; empty for a healthy run
 * @param instructions a file of other people's instructions for experiment 2, or null
 * @param preferences a file of a person's preferences for experiment 3, or null
 */
public record ExperimentRequest(
        RunRequest run,
        String broken,
        @Nullable Path instructions,
        @Nullable Path preferences) {
    /** The faults that can be injected, one for each of the paper's failure signatures. */
    public static final List<String> FAULTS = List.of("plan", "skills", "reward");

    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if the fault is unknown, or is one of the preferences and a file gives these
     */
    public ExperimentRequest {
        Objects.requireNonNull(run, "run");
        if (!broken.isEmpty() && !FAULTS.contains(broken)) {
            throw new IllegalArgumentException(
                    "break: " + broken + " (expected: one of " + String.join(", ", FAULTS) + ")");
        }
        if (broken.equals("reward") && preferences != null) {
            throw new IllegalArgumentException(
                    "preferences: " + preferences + " (expected: none with break reward, which collects its own)");
        }
    }

    /**
     * A healthy run with the project's own instructions and annotator.
     *
     * @param run seeds, folder, progress and control
     * @return the request
     */
    public static ExperimentRequest of(RunRequest run) {
        return new ExperimentRequest(run, "", null, null);
    }
}
