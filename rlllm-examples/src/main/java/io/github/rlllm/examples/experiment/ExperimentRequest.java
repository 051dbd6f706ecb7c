package io.github.rlllm.examples.experiment;

import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.run.Hashes;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.examples.RunRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;
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

    /** The folder of what is kept, in that of the run. */
    static final String KEPT = "kept";

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

    /**
     * Where an experiment keeps its stages: a folder in that of the run.
     *
     * @param name of the experiment
     * @param settings what it depends on, apart from the fault and the files of this request
     * @param seed the seed, 0 where several are kept together
     * @param nanos a nanosecond clock, which decides when to save and nothing else
     * @return the stages, gone on with if the run is resumed
     * @throws IOException if the folder or a file cannot be read
     */
    Stages kept(String name, Map<String, String> settings, long seed, LongSupplier nanos) throws IOException {
        Map<String, String> all = new TreeMap<>(settings);
        all.put("broken", broken);
        all.put("instructions", instructions == null ? "" : Hashes.sha256(Files.readAllBytes(instructions)));
        all.put("preferences", preferences == null ? "" : Hashes.sha256(Files.readAllBytes(preferences)));
        Provenance provenance = new Provenance(name, all, seed, "none", Provenance.thisMachine());
        Path folder = run.folder().resolve(KEPT).resolve(name.replaceAll("[ ,]+", "-"));
        return Stages.in(folder, provenance, run.resume(), run.checkpointEvery(), nanos);
    }

    /** Saves and ends what was cancelled. */
    void proceed(KeptRun stage, String what) throws IOException {
        if (run.control().cancelled()) {
            stage.save();
            throw new CancellationException(what);
        }
    }
}
