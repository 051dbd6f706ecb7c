package io.github.rlllm.rlplusllm.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Directive;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * From cancel to stopped, with a control loop that looks at its control every 10 ms (100 Hz), while as many threads as the
 * machine has cores compute and eight other plans run.
 */
class PlanCancelLoadTest {
    private static final SkillCall DRIVE = SkillCall.of("drive");

    /** Drives in a control loop of its own until it is told to stop. */
    private static Skill<String> drive(ScheduledExecutorService loop, AtomicBoolean moves) {
        return Skill.<String>named("drive").starts((call, control) -> {
            CompletableFuture<SkillResult> done = new CompletableFuture<>();
            moves.set(true);
            ScheduledFuture<?> ticks = loop.scheduleAtFixedRate(
                    () -> {
                        if (control.cancelled()) {
                            moves.set(false);
                            done.complete(new SkillResult(SkillResult.Status.CANCELLED, ""));
                        }
                    },
                    0,
                    10,
                    TimeUnit.MILLISECONDS);
            done.whenComplete((result, failure) -> ticks.cancel(false));
            return done;
        });
    }

    private void cancels(int count, TestReporter reporter) throws Exception {
        ExecutorService executor = Executors.newCachedThreadPool();
        ScheduledExecutorService loop = Executors.newScheduledThreadPool(1);
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger others = new AtomicInteger();
        SplittableRandom rng = new SplittableRandom(1);
        List<Double> millis = new ArrayList<>();
        try {
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                executor.execute(() -> {
                    double sum = 0;
                    while (!over.get()) {
                        sum = Math.sin(sum) + 1;
                    }
                    others.addAndGet((int) sum & 0);
                });
            }
            for (int i = 0; i < 8; i++) {
                executor.execute(() -> {
                    while (!over.get()) {
                        Skill<String> quick = Skill.<String>named("drive").does((call, control) -> {
                            try {
                                Thread.sleep(1);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            return new SkillResult(SkillResult.Status.SUCCESS, "");
                        });
                        runner(quick, executor)
                                .execute("other", PlanOptions.defaults())
                                .join();
                        others.incrementAndGet();
                    }
                });
            }
            for (int i = 0; i < count; i++) {
                CountDownLatch started = new CountDownLatch(1);
                AtomicBoolean moves = new AtomicBoolean();
                List<RunEvent> traced = new CopyOnWriteArrayList<>();
                PlanOptions<String> options = PlanOptions.<String>defaults().withTrace(event -> {
                    traced.add(event);
                    if (event instanceof RunEvent.SkillStarted) {
                        started.countDown();
                    }
                });
                PlanRun run = runner(drive(loop, moves), executor).execute("drive", options);
                EventLogTest.Reader reader = new EventLogTest.Reader(Long.MAX_VALUE, () -> {});
                run.events().subscribe(reader);
                assertTrue(started.await(10, TimeUnit.SECONDS));
                TimeUnit.MICROSECONDS.sleep(rng.nextInt(5000));
                long before = System.nanoTime();
                Stop stop = run.cancel().toCompletableFuture().get(10, TimeUnit.SECONDS);
                millis.add((System.nanoTime() - before) / 1e6);
                PlanReport report = assertInstanceOf(Stop.Stopped.class, stop).report();
                assertEquals(PlanEnding.CANCELLED, report.ending());
                assertEquals(1, report.executed().size());
                assertTrue(!moves.get(), "still drives");
                reader.awaitEnd();
                assertEquals(IntStream.range(0, traced.size()).boxed().toList(), reader.seen, "lost or out of order");
            }
        } finally {
            over.set(true);
            executor.shutdown();
            loop.shutdown();
            assertTrue(executor.awaitTermination(10, TimeUnit.SECONDS));
        }
        Collections.sort(millis);
        double worst = millis.get(millis.size() - 1);
        reporter.publishEntry(
                "cancel",
                String.format(
                        "%d cancels beside %d other plans: median %.1f ms, 99 %% %.1f ms, worst %.1f ms",
                        count,
                        others.get(),
                        millis.get(millis.size() / 2),
                        millis.get(millis.size() * 99 / 100),
                        worst));
        assertTrue(millis.get(millis.size() / 2) <= 100, "median " + millis.get(millis.size() / 2) + " ms");
        if (count >= 1000) {
            assertTrue(worst <= 100, "worst " + worst + " ms");
        }
    }

    private static PlanRunner<String> runner(Skill<String> skill, ExecutorService executor) {
        return new PlanRunner<>(
                new SkillLibrary<>(Map.of(), Set.of(), List.of(skill)),
                context -> context.allowed().isEmpty() ? Directive.done() : Directive.invoke(DRIVE),
                () -> "state",
                executor,
                System::nanoTime);
    }

    @Test
    void aCancelStopsTheRobot(TestReporter reporter) throws Exception {
        cancels(50, reporter);
    }

    @Test
    @Tag("slow")
    void aThousandCancelsStopTheRobotWithinAHundredMilliseconds(TestReporter reporter) throws Exception {
        cancels(1000, reporter);
    }
}
