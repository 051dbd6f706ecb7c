package io.github.rlllm.examples.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.examples.RunRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentsTest {
    @TempDir
    private Path folder;

    private ExperimentRequest request(boolean resume) {
        return ExperimentRequest.of(
                new RunRequest(1, folder, Progress.none(), Control.none(), resume, RunRequest.CHECKPOINT_EVERY));
    }

    private static Experiments.Entry entry(int number, int lane, Experiment experiment) {
        return new Experiments.Entry(number, "experiment " + number, lane, shared -> experiment);
    }

    private static Result result(String arm) {
        Metric one = Metric.of("share", 1);
        return new Result(
                arm,
                1,
                1,
                "here",
                List.of(new Arm(arm, "none", Map.of("success", one))),
                List.of(Aim.atLeast(arm + " >= 1", 1, 1)));
    }

    @Test
    void lanesRunSideBySideAndTheResultIsInOrder() throws IOException {
        CountDownLatch both = new CountDownLatch(2);
        Experiment waits = request -> {
            both.countDown();
            try {
                assertTrue(both.await(10, TimeUnit.SECONDS), "the other lane did not start");
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return result("waits");
        };
        Experiments experiments = new Experiments(
                List.of(entry(1, 0, waits), entry(2, 0, request -> result("after")), entry(3, 1, waits)), () -> 0);
        Result merged = experiments.run(request(false));
        assertEquals(
                List.of("1. waits", "2. after", "3. waits"),
                merged.arms().stream().map(Arm::name).toList());
        assertEquals("2. after >= 1", merged.aims().get(1).name());
    }

    @Test
    void whenOneFailsItIsToldAtOnceAndTheOthersAreCancelled() throws Exception {
        AtomicBoolean cancelled = new AtomicBoolean();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Experiment endless = request -> {
            started.countDown();
            while (!request.run().control().cancelled()) {
                Thread.onSpinWait();
            }
            cancelled.set(true);
            stopped.countDown();
            return result("endless");
        };
        Experiment fails = request -> {
            try {
                assertTrue(started.await(10, TimeUnit.SECONDS), "the other lane did not start");
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            throw new IOException("no such file");
        };
        Experiments experiments = new Experiments(List.of(entry(1, 0, endless), entry(3, 1, fails)), () -> 0);
        IOException failure = assertThrows(IOException.class, () -> experiments.run(request(false)));
        assertEquals("no such file", failure.getMessage());
        assertTrue(stopped.await(Duration.ofSeconds(10).toMillis(), TimeUnit.MILLISECONDS));
        assertTrue(cancelled.get());
    }

    @Test
    void whatEndedIsNotRepeatedByAResumedRunAndIsByANewOne() throws IOException {
        AtomicInteger ran = new AtomicInteger();
        AtomicBoolean broken = new AtomicBoolean(true);
        Experiment counted = request -> {
            ran.incrementAndGet();
            double third = 1 / 3.0;
            return new Result(
                    "counted",
                    1,
                    0.1,
                    "here",
                    List.of(new Arm("row", "none", Map.of("b", Metric.of("share", third), "a", Metric.of("s", 1e-17)))),
                    List.of(new Aim("no figure", Double.NaN, Double.POSITIVE_INFINITY, false)));
        };
        Experiment fails = request -> {
            if (broken.get()) {
                throw new IOException("killed");
            }
            return result("ends");
        };
        Experiments experiments = new Experiments(List.of(entry(1, 0, counted), entry(2, 0, fails)), () -> 0);
        assertThrows(IOException.class, () -> experiments.run(request(false)));
        broken.set(false);
        Result resumed = experiments.run(request(true));
        assertEquals(1, ran.get());
        Result anew = experiments.run(request(false));
        assertEquals(2, ran.get());
        assertEquals(anew, resumed);
        assertEquals(
                List.copyOf(anew.arms().get(0).metrics().keySet()),
                List.copyOf(resumed.arms().get(0).metrics().keySet()));
        assertEquals("1. row", resumed.arms().get(0).name());
        assertEquals(
                List.of("1. no figure", "2. ends >= 1"),
                resumed.aims().stream().map(Aim::name).toList());
    }

    @Test
    void whatIsSharedIsComputedOnceForEachKindAndSeed() {
        Shared shared = new Shared();
        AtomicInteger computed = new AtomicInteger();
        StringBuilder first = shared.get(StringBuilder.class, 1, seed -> {
            computed.incrementAndGet();
            return new StringBuilder("seed " + seed);
        });
        assertSame(first, shared.get(StringBuilder.class, 1, seed -> new StringBuilder()));
        assertEquals(
                "seed 2",
                shared.get(StringBuilder.class, 2, seed -> new StringBuilder("seed " + seed))
                        .toString());
        assertEquals("text", shared.get(String.class, 1, seed -> "text"));
        assertEquals(1, computed.get());
        IllegalStateException failure = assertThrows(
                IllegalStateException.class,
                () -> shared.get(Integer.class, 1, seed -> {
                    throw new IllegalStateException("diverged");
                }));
        assertEquals("diverged", failure.getMessage());
    }

    @Test
    void aFaultIsRefusedWhereNoExperimentWouldInjectIt() {
        Experiments.injectable("reward", Experiments.all());
        Experiments.injectable("", Experiments.only(List.of(1)));
        Experiments.injectable("skills", Experiments.only(List.of(1)));
        assertEquals(
                "break: plan (expected: with one of the experiments [2])",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Experiments.injectable("plan", Experiments.only(List.of(1, 3))))
                        .getMessage());
    }
}
