package io.github.rlllm.examples.experiment;

import io.github.rlllm.engine.run.Result;
import java.io.IOException;

/** One of the paper's experiments. */
@FunctionalInterface
public interface Experiment {
    /**
     * Runs it on the seeds 1 to {@code request.run().seeds()}.
     *
     * @param request what to run
     * @return its arms and aims; their names need no number of the experiment
     * @throws IOException if a file cannot be read or the folder not written
     */
    Result run(ExperimentRequest request) throws IOException;
}
