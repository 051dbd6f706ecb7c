package io.github.rlllm.examples;

import io.github.rlllm.engine.run.Result;
import java.io.IOException;

/** Something that a person runs by its id: a study or an experiment. */
@FunctionalInterface
public interface Demonstration {
    /**
     * Runs it.
     *
     * @param request seeds, folder, progress and control
     * @return the figures
     * @throws IOException if the folder cannot be written
     */
    Result run(RunRequest request) throws IOException;

    /**
     * The number of seeds where none is asked for.
     *
     * @return at least 1
     */
    default int seeds() {
        return 1;
    }

    /**
     * Whether it asks the language model of {@link RunRequest#model}, where a person chose one.
     *
     * @return false where the flags that choose a model have no meaning
     */
    default boolean takesModel() {
        return false;
    }

    /**
     * Whether it listens to the person of {@link RunRequest.Given#feedback}.
     *
     * @return false where nobody is asked
     */
    default boolean takesFeedback() {
        return false;
    }

    /**
     * Whether it has a use for the trace of {@link RunRequest.Given#arrivals}.
     *
     * @return false where no requests arrive
     */
    default boolean takesArrivals() {
        return false;
    }

    /**
     * Whether it has a use for the recorded plans of {@link RunRequest.Given#plans}.
     *
     * @return false where nothing is compared with them
     */
    default boolean takesPlans() {
        return false;
    }
}
