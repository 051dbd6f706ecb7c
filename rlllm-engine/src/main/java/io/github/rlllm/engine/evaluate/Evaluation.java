package io.github.rlllm.engine.evaluate;

import java.util.Objects;

/**
 * What became of one job. It holds no time and no place, so that it is equal wherever the job ran.
 *
 * @param candidate the job's candidate
 * @param seed the job's seed
 * @param outcome how it ended
 */
public record Evaluation(String candidate, long seed, Outcome outcome) {
    /** Checks the record. */
    public Evaluation {
        Objects.requireNonNull(candidate, "candidate");
        Objects.requireNonNull(outcome, "outcome");
    }

    /**
     * Of a job.
     *
     * @param job the job
     * @param outcome how it ended
     * @return the evaluation
     */
    public static Evaluation of(Job job, Outcome outcome) {
        return new Evaluation(job.candidate(), job.seed(), outcome);
    }

    /**
     * The id of its job.
     *
     * @return as {@link Job#id()}
     */
    public String id() {
        return candidate + "#" + seed;
    }
}
