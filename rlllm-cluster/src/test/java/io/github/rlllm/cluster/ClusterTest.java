package io.github.rlllm.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.evaluate.Batch;
import io.github.rlllm.engine.evaluate.Evaluation;
import io.github.rlllm.engine.evaluate.Evaluator;
import io.github.rlllm.engine.evaluate.InProcess;
import io.github.rlllm.engine.evaluate.Job;
import io.github.rlllm.engine.evaluate.Journal;
import io.github.rlllm.engine.evaluate.Limits;
import io.github.rlllm.engine.evaluate.Outcome;
import io.github.rlllm.engine.evaluate.Tasks;
import io.github.rlllm.engine.run.Progress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A driver here, and workers in processes of their own on this machine. */
@Tag("slow")
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ClusterTest {
    private static final Duration LOST_AFTER = Duration.ofSeconds(4);
    private static final Limits LIMITS = new Limits(Duration.ofSeconds(20), 10_000, 1L << 30);

    private final List<Process> workers = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void end() throws InterruptedException {
        for (Process worker : workers) {
            worker.destroyForcibly().waitFor();
        }
    }

    static Endpoint free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return new Endpoint("127.0.0.1", socket.getLocalPort());
        }
    }

    private Process worker(Endpoint driver) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Worker.class.getName(),
                        "--driver",
                        driver.toString(),
                        "--task",
                        TrialTask.class.getName(),
                        "--lost-after",
                        LOST_AFTER.toString())
                .redirectErrorStream(true)
                .redirectOutput(
                        folder.resolve("worker" + workers.size() + ".log").toFile())
                .start();
        workers.add(process);
        return process;
    }

    private static List<Evaluation> here(Batch batch) {
        return new Evaluator(
                        new InProcess(2, Tasks.of(new TrialTask()), System::nanoTime), Journal.none(), Progress.none())
                .evaluate(batch, Control.none())
                .all();
    }

    @Test
    void aWorkerIsKilledAndAnotherJoinsLate() throws Exception {
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            jobs.add(new Job("c" + i, i % 3, "100"));
        }
        jobs.add(new Job("rejected", 0, "reject"));
        jobs.add(new Job("crashed", 0, "crash"));
        jobs.add(new Job("endless", 0, "endless"));
        Batch batch = new Batch("trial", jobs, LIMITS);
        Endpoint address = free();
        try (Driver driver = Driver.start(address, null, LOST_AFTER)) {
            Process first = worker(address);
            worker(address);
            boolean[] done = new boolean[1];
            Progress progress = (task, ended, total) -> {
                if (ended >= 4 && !done[0]) {
                    done[0] = true;
                    first.destroyForcibly();
                    try {
                        worker(address);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }
            };
            try (Journal journal = Journal.open(folder.resolve("journal.jsonl"))) {
                List<Evaluation> there = new Evaluator(driver, journal, progress)
                        .evaluate(batch, Control.none())
                        .all();
                assertTrue(done[0] && !first.isAlive());
                assertEquals(here(batch), there);
            }
            // The same driver and workers, with a task nobody knows, and a batch that is called off.
            Evaluator again = new Evaluator(driver, Journal.none(), Progress.none());
            List<Evaluation> unknown = again.evaluate(new Batch("other", jobs.subList(0, 1), LIMITS), Control.none())
                    .all();
            assertEquals(
                    "task: 'other' (expected: one of [trial])",
                    unknown.get(0).outcome().failure().orElseThrow().message());
            AtomicBoolean cancelled = new AtomicBoolean();
            Evaluator called = new Evaluator(driver, Journal.none(), (task, ended, total) -> cancelled.set(ended >= 1));
            List<Evaluation> some = called.evaluate(
                            new Batch("trial", List.of(new Job("short", 0, "1"), new Job("long", 0, "15000")), LIMITS),
                            cancelled::get)
                    .all();
            assertEquals(
                    Outcome.Reason.CANCELLED,
                    some.get(1).outcome().failure().orElseThrow().reason());
        }
    }

    @Test
    void aJobThatEndsItsWorkersIsGivenUp() throws Exception {
        List<Job> jobs = new ArrayList<>();
        jobs.add(new Job("deadly", 0, "die"));
        for (int i = 0; i < 20; i++) {
            jobs.add(new Job("c" + i, 1, "200"));
        }
        Endpoint address = free();
        try (Driver driver = Driver.start(address, null, LOST_AFTER)) {
            for (int i = 0; i <= DriverActor.TRIES; i++) {
                worker(address);
            }
            List<Evaluation> there = new Evaluator(driver, Journal.none(), Progress.none())
                    .evaluate(new Batch("trial", jobs, LIMITS), Control.none())
                    .all();
            assertEquals(
                    new Outcome.Failed(Outcome.Reason.WORKER_LOST, 0, "", "3 workers that began it went away"),
                    there.get(0).outcome());
            assertEquals(here(new Batch("trial", jobs.subList(1, 21), LIMITS)), there.subList(1, 21));
        }
    }
}
