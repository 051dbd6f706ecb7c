package io.github.rlllm.engine.evaluate;

/**
 * What is done with a candidate, such as: compile its reward, train on it, measure. Thread-safe: jobs run side by side.
 * What a job does must depend on the job alone.
 */
public interface Task {
    /**
     * The name by which a worker on another machine finds its own copy of the task.
     *
     * @return the same at every call
     */
    String name();

    /**
     * Runs one job.
     *
     * @param job the job
     * @param meter counts steps and says when to stop; to be asked at least every few milliseconds
     * @return what was measured
     * @throws RejectedJobException if the payload is not a candidate, such as a program that does not compile
     * @throws io.github.rlllm.engine.run.NotFiniteException if the candidate diverged
     * @throws Exception whatever else; recorded as a crash of this candidate
     */
    Figures run(Job job, Meter meter) throws Exception;
}
