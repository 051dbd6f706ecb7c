package io.github.rlllm.engine.evaluate;

/** Thrown out of a job that is stopped. Catching it changes nothing: the job's outcome is settled. */
public final class JobStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JobStoppedException(Outcome.Failed why) {
        super(why.reason() + ": " + why.message(), null, false, false);
    }
}
