package io.github.rlllm.cluster;

import io.github.rlllm.engine.evaluate.Evaluation;
import io.github.rlllm.engine.evaluate.Job;
import io.github.rlllm.engine.evaluate.Limits;

/**
 * What crosses the wire: data, written by {@link WireSerializer}. References to actors are texts in Pekko's form.
 *
 * <p>A job goes out as an {@link Order} through Pekko's work-pulling, which gives it to another worker where one is lost.
 * Before it begins, a worker makes a {@link Claim} that is {@link Granted}, unless the job is done or has cost too many
 * workers already. It repeats its {@link Answer} until the driver has {@link Taken} it; only then is the order confirmed.
 * So each job is answered at least once, and the driver counts its first answer alone.
 */
sealed interface Message {
    /** A job for a worker. */
    record Order(long batch, String driver, String task, Limits limits, Job job) implements Message {}

    /** A worker is about to begin a job. */
    record Claim(long batch, String job, String worker) implements Message, DriverActor.Command {}

    /** It may begin. */
    record Granted(long batch, String job) implements Message, WorkerActor.Command {}

    /** The driver has no use for a job any more. */
    record Stop(long batch, String job) implements Message, WorkerActor.Command {}

    /** A worker ended a job. */
    record Answer(long batch, String worker, Evaluation evaluation) implements Message, DriverActor.Command {}

    /** The driver has an answer. */
    record Taken(long batch, String job) implements Message, WorkerActor.Command {}
}
