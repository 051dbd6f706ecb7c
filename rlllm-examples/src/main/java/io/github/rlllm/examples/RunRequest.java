package io.github.rlllm.examples;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.examples.model.ChosenModel;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a demonstration is to run.
 *
 * @param seeds the number of seeds, at least 1; the seeds are 1 to {@code seeds}
 * @param folder where it may write, such as {@code runs/experiments}; exists
 * @param progress where it says how far it is
 * @param control says when to stop
 * @param resume whether to go on from the checkpoint in the folder; where there is none it starts anew
 * @param checkpointEvery the time between two checkpoints, for what keeps them
 * @param model the language model that the person chose, for what {@link Demonstration#takesModel takes} one; null where none
 *     was chosen. Its caller closes it
 * @param given files that a person gives
 */
public record RunRequest(
        int seeds,
        Path folder,
        Progress progress,
        Control control,
        boolean resume,
        Duration checkpointEvery,
        @Nullable ChosenModel model,
        Given given) {
    /** The time between two checkpoints where nothing else is asked for. */
    public static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(1);

    /**
     * Files that a person gives to a run.
     *
     * @param feedback what a person says, a line a round, or {@code -} for the console, for what listens to a person; null where
     *     nobody does
     * @param arrivals a trace of requests to servers, for what {@link Demonstration#takesArrivals takes} one; null where requests
     *     are generated
     * @param plans a folder of recorded plans, for what {@link Demonstration#takesPlans takes} one; null where none is compared
     */
    public record Given(
            @Nullable Path feedback,
            @Nullable Path arrivals,
            @Nullable Path plans) {
        /** No file. */
        public static final Given NOTHING = new Given(null, null, null);

        /**
         * Without recorded plans.
         *
         * @param feedback what a person says, or null
         * @param arrivals a trace of requests, or null
         */
        public Given(@Nullable Path feedback, @Nullable Path arrivals) {
            this(feedback, arrivals, null);
        }
    }

    /** Checks the record. */
    public RunRequest {
        if (seeds < 1) {
            throw new IllegalArgumentException("seeds: " + seeds + " (expected: >= 1)");
        }
        if (checkpointEvery.isNegative()) {
            throw new IllegalArgumentException("checkpointEvery: " + checkpointEvery + " (expected: >= 0)");
        }
    }

    /**
     * A run without a language model of the person's choice.
     *
     * @param seeds the number of seeds, at least 1
     * @param folder where it may write; exists
     * @param progress where it says how far it is
     * @param control says when to stop
     * @param resume whether to go on from the checkpoint in the folder
     * @param checkpointEvery the time between two checkpoints
     */
    public RunRequest(
            int seeds, Path folder, Progress progress, Control control, boolean resume, Duration checkpointEvery) {
        this(seeds, folder, progress, control, resume, checkpointEvery, null, Given.NOTHING);
    }

    /**
     * A run from the start.
     *
     * @param seeds the number of seeds, at least 1
     * @param folder where it may write; exists
     * @param progress where it says how far it is
     * @param control says when to stop
     */
    public RunRequest(int seeds, Path folder, Progress progress, Control control) {
        this(seeds, folder, progress, control, false, CHECKPOINT_EVERY);
    }
}
