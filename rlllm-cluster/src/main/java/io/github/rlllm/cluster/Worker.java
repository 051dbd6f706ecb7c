package io.github.rlllm.cluster;

import io.github.rlllm.engine.evaluate.InProcess;
import io.github.rlllm.engine.evaluate.Task;
import io.github.rlllm.engine.evaluate.Tasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker: runs one job at a time for the driver that it joins, of the tasks that it was started with and no other. Start
 * one for each core. It waits for its driver, and when that goes it waits for the next at the same address.
 */
public final class Worker implements AutoCloseable {
    /** Any free port that only this machine reaches. */
    public static final Endpoint LOCAL = new Endpoint("127.0.0.1", 0);

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final long STOP_SECONDS = 30;
    private static final long BETWEEN_MILLIS = 500;

    private final Tasks tasks;
    private final Endpoint bind;
    private final Endpoint driver;
    private final @Nullable Tls tls;
    private final Duration lostAfter;
    private final InProcess executor;
    private @Nullable ActorSystem<WorkerActor.Command> system;
    private boolean closed;

    /**
     * A worker that does not run yet.
     *
     * @param tasks what it can run
     * @param bind where it listens, for instance {@link #LOCAL}
     * @param driver where the driver is
     * @param tls null only where both are loopback addresses
     * @throws IllegalArgumentException if others could reach it, or it them, without TLS
     */
    public Worker(Tasks tasks, Endpoint bind, Endpoint driver, @Nullable Tls tls) {
        this(tasks, bind, driver, tls, Driver.LOST_AFTER);
    }

    Worker(Tasks tasks, Endpoint bind, Endpoint driver, @Nullable Tls tls, Duration lostAfter) {
        this.tasks = tasks;
        this.bind = bind;
        this.driver = driver;
        this.tls = tls;
        this.lostAfter = lostAfter;
        Settings.worker(bind, driver, tls, lostAfter);
        executor = new InProcess(1, tasks, System::nanoTime);
    }

    /**
     * Works until it is closed.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    public void run() throws InterruptedException {
        LOG.info("Worker of {} for the driver at {}", tasks.names(), driver);
        try {
            for (ActorSystem<WorkerActor.Command> now = start(); now != null; now = start()) {
                try {
                    now.getWhenTerminated().toCompletableFuture().get();
                } catch (ExecutionException e) {
                    LOG.warn("Worker restarts: {}", String.valueOf(e.getCause()));
                }
                Thread.sleep(BETWEEN_MILLIS);
            }
        } finally {
            close();
        }
    }

    private synchronized @Nullable ActorSystem<WorkerActor.Command> start() {
        if (closed) {
            return null;
        }
        system = ActorSystem.create(
                WorkerActor.create(tasks, executor), Settings.SYSTEM, Settings.worker(bind, driver, tls, lostAfter));
        return system;
    }

    /** Leaves; its job goes to another worker. */
    @Override
    public void close() {
        ActorSystem<WorkerActor.Command> now;
        synchronized (this) {
            closed = true;
            now = system;
        }
        if (now != null) {
            Settings.stop(now, STOP_SECONDS);
        }
    }

    /**
     * Starts a worker from the command line and works until the process is ended:
     * {@code --driver HOST:PORT --task CLASS [--task CLASS ...] [--bind HOST:PORT] [--key-store FILE --trust-store FILE]}.
     * A task's class has a constructor without arguments. The passwords of the stores are in the environment as
     * {@code RLLLM_KEY_STORE_PASSWORD} and {@code RLLLM_TRUST_STORE_PASSWORD}.
     *
     * @param arguments as above
     * @throws Exception if an argument is wrong or the thread is interrupted
     */
    public static void main(String... arguments) throws Exception {
        List<Task> tasks = new ArrayList<>();
        @Nullable String driver = null;
        @Nullable String keyStore = null;
        @Nullable String trustStore = null;
        Endpoint bind = LOCAL;
        Duration lostAfter = Driver.LOST_AFTER;
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + ": no value (expected: one)");
            }
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--driver" -> driver = value;
                case "--bind" -> bind = Endpoint.parse(value);
                case "--key-store" -> keyStore = value;
                case "--trust-store" -> trustStore = value;
                case "--lost-after" -> lostAfter = Duration.parse(value);
                case "--task" ->
                    tasks.add(Class.forName(value)
                            .asSubclass(Task.class)
                            .getDeclaredConstructor()
                            .newInstance());
                default ->
                    throw new IllegalArgumentException(arguments[i]
                            + " (expected: one of --driver, --bind, --task, --key-store, --trust-store, --lost-after)");
            }
        }
        if (driver == null || tasks.isEmpty()) {
            throw new IllegalArgumentException("arguments: " + List.of(arguments) + " (expected: --driver and --task)");
        }
        Tls tls = Tls.of(keyStore, trustStore, System.getenv());
        try (Worker worker = new Worker(Tasks.of(tasks), bind, Endpoint.parse(driver), tls, lostAfter)) {
            worker.run();
        }
    }
}
