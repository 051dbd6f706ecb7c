package io.github.rlllm.cluster;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.evaluate.Batch;
import io.github.rlllm.engine.evaluate.Evaluation;
import io.github.rlllm.engine.evaluate.Job;
import io.github.rlllm.engine.evaluate.JobExecutor;
import io.github.rlllm.engine.evaluate.Outcome;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs on the workers that have joined it, now or later. Where a worker is lost, its jobs go to another; a job that
 * {@link DriverActor#TRIES} workers were lost with ends as {@link Outcome.Reason#WORKER_LOST}. A worker knows the limits
 * and keeps them, so the outcome of a job is what {@link io.github.rlllm.engine.evaluate.InProcess} gives. Without any
 * worker it waits, until one joins or it is cancelled.
 *
 * <p>A worker holds the job that it runs and one or two that wait, which is Pekko's flow control: near the end of a batch
 * a job may wait behind another although a second worker is idle.
 *
 * <p>A job that is lost with its worker is run again: jobs must be free of effects elsewhere.
 */
public final class Driver implements JobExecutor {
    /** How long nothing must be heard of a worker before it is held to be lost. */
    public static final Duration LOST_AFTER = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(Driver.class);
    private static final long LOOK_MILLIS = 50;
    private static final long STOP_SECONDS = 30;

    private final Endpoint bind;
    private final ActorSystem<DriverActor.Command> system;
    private long batches;

    private Driver(Endpoint bind, ActorSystem<DriverActor.Command> system) {
        this.bind = bind;
        this.system = system;
    }

    /**
     * Starts a driver.
     *
     * @param bind where workers find it, such as {@code 127.0.0.1:7400}
     * @param tls null only where {@code bind} is a loopback address
     * @return the driver, which workers can join
     * @throws IllegalArgumentException if others could reach it without TLS
     */
    public static Driver start(Endpoint bind, @Nullable Tls tls) {
        return start(bind, tls, LOST_AFTER);
    }

    static Driver start(Endpoint bind, @Nullable Tls tls, Duration lostAfter) {
        return new Driver(
                bind, ActorSystem.create(DriverActor.create(), Settings.SYSTEM, Settings.driver(bind, tls, lostAfter)));
    }

    @Override
    public void run(Batch batch, Consumer<Evaluation> done, Control control) {
        Map<String, Job> open = new LinkedHashMap<>();
        WireSerializer serializer = new WireSerializer();
        for (Job job : batch.jobs()) {
            open.put(job.id(), job);
            // At the door, where the caller can still do something about a job that is too large.
            serializer.toBinary(new Message.Order(0, "", batch.task(), batch.limits(), job));
        }
        long number = ++batches;
        BlockingQueue<Evaluation> ended = new LinkedBlockingQueue<>();
        system.tell(new DriverActor.Submit(number, batch, ended));
        LOG.info("{} jobs of '{}' wait for workers of {}", open.size(), batch.task(), bind);
        boolean interrupted = false;
        try {
            while (!open.isEmpty() && !interrupted && !control.cancelled()) {
                if (system.getWhenTerminated().toCompletableFuture().isDone()) {
                    throw new IllegalStateException("driver: " + bind + " has ended (expected: open); see the log");
                }
                try {
                    Evaluation evaluation = ended.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                    if (evaluation != null && open.remove(evaluation.id()) != null) {
                        done.accept(evaluation);
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            system.tell(new DriverActor.Withdraw(number));
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        open.values()
                .forEach(job -> done.accept(
                        Evaluation.of(job, new Outcome.Failed(Outcome.Reason.CANCELLED, 0, "", "cancelled"))));
    }

    ActorSystem<DriverActor.Command> system() {
        return system;
    }

    /** Leaves; the workers stop what they do and wait for another driver at this address. */
    @Override
    public void close() {
        Settings.stop(system, STOP_SECONDS);
    }
}
