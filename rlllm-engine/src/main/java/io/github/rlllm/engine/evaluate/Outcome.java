package io.github.rlllm.engine.evaluate;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** How a job ended. Closed; read it with {@link #fold}. Immutable. */
public sealed interface Outcome permits Outcome.Finished, Outcome.Failed {
    /** Why a job has no figures. */
    enum Reason {
        /** The task refused the payload. */
        REJECTED,
        /** A quantity became NaN or infinite. */
        DIVERGED,
        /** It took more than its wall time. */
        TIMED_OUT,
        /** It asked for more than its steps. */
        OUT_OF_STEPS,
        /** It allocated more than its bytes, or the JVM had no more. */
        OUT_OF_MEMORY,
        /** It threw something else. */
        CRASHED,
        /** Whatever ran it went away, as often as it was tried. */
        WORKER_LOST,
        /** It was called off before it ended. */
        CANCELLED;

        /**
         * Whether this tells of the candidate, and not of what ran it: only then is it kept in a journal.
         *
         * @return false for a lost worker and for a cancelled job
         */
        public boolean ofCandidate() {
            return this != WORKER_LOST && this != CANCELLED;
        }

        /**
         * Whether other limits might have changed it.
         *
         * @return true for a limit of time, steps or memory
         */
        public boolean ofLimits() {
            return this == TIMED_OUT || this == OUT_OF_STEPS || this == OUT_OF_MEMORY;
        }
    }

    /**
     * One of two results.
     *
     * @param <R> the type of the result
     * @param finished from the figures
     * @param failed from the failure
     * @return the result
     */
    <R> R fold(Function<? super Finished, ? extends R> finished, Function<? super Failed, ? extends R> failed);

    /**
     * The figures, where there are any.
     *
     * @return empty where it failed
     */
    default Optional<Figures> figures() {
        return fold(finished -> Optional.of(finished.measured()), failed -> Optional.empty());
    }

    /**
     * The failure, where it is one.
     *
     * @return empty where it finished
     */
    default Optional<Failed> failure() {
        return fold(finished -> Optional.empty(), Optional::of);
    }

    /**
     * It ended with figures.
     *
     * @param measured the figures
     * @param steps the steps that it counted
     */
    record Finished(Figures measured, long steps) implements Outcome {
        /** Checks the record. */
        public Finished {
            Objects.requireNonNull(measured, "measured");
        }

        @Override
        public <R> R fold(
                Function<? super Finished, ? extends R> finished, Function<? super Failed, ? extends R> failed) {
            return finished.apply(this);
        }
    }

    /**
     * It ended without figures.
     *
     * @param reason of which kind
     * @param step the step at which it diverged, or the steps that it had counted
     * @param subject the quantity that diverged, or the class of the exception that it crashed with; else empty
     * @param message in words that can go back to a language model
     */
    record Failed(Reason reason, long step, String subject, String message) implements Outcome {
        /** Checks the record. */
        public Failed {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(subject, "subject");
            Objects.requireNonNull(message, "message");
        }

        @Override
        public <R> R fold(
                Function<? super Finished, ? extends R> finished, Function<? super Failed, ? extends R> failed) {
            return failed.apply(this);
        }
    }
}
