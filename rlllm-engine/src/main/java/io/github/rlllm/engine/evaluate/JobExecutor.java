package io.github.rlllm.engine.evaluate;

import io.github.rlllm.api.Control;
import java.util.function.Consumer;

/**
 * Runs jobs, here or elsewhere. Implement it to bring another scheduler; users call {@link Evaluator}, which keeps the
 * order, the journal and the count. One batch at a time.
 */
public interface JobExecutor extends AutoCloseable {
    /**
     * Runs every job of a batch, in any order and as many at a time as it likes. Returns when each has been told of, at
     * the latest a few seconds after {@code control} is cancelled: what is unfinished then is told of as
     * {@link Outcome.Reason#CANCELLED}. A job that fails, diverges or hangs touches no other.
     *
     * @param batch the jobs
     * @param done is told of each job that ended, on the calling thread; what it throws ends the batch and is thrown on
     * @param control cancels the batch
     * @throws IllegalArgumentException if the task is not known
     */
    void run(Batch batch, Consumer<Evaluation> done, Control control);

    /** Releases what the executor holds; does nothing by default. */
    @Override
    default void close() {}
}
