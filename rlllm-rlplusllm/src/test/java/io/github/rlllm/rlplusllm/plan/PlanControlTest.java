package io.github.rlllm.rlplusllm.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Budget;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.Directive;
import io.github.rlllm.api.Hazard;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What people do to a run, and what time does. */
@Timeout(20)
class PlanControlTest {
    private static final SkillResult OK = new SkillResult(SkillResult.Status.SUCCESS, "");
    private static final SkillCall A = SkillCall.of("a");
    private static final SkillCall B = SkillCall.of("b");
    private static final Duration SHORT = Duration.ofMillis(40);

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<RunEvent> events = new CopyOnWriteArrayList<>();
    private final PlanOptions<String> options = PlanOptions.<String>defaults().withTrace(events::add);

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        end.countDown();
        executor.shutdownNow();
    }

    private PlanRunner<String> runner(Planner<String> planner, List<Skill<String>> skills) {
        return runner(planner, () -> "state", skills);
    }

    private PlanRunner<String> runner(Planner<String> planner, Supplier<String> state, List<Skill<String>> skills) {
        return new PlanRunner<>(
                new SkillLibrary<>(Map.of(), Set.of(), skills), planner, state, executor, System::nanoTime);
    }

    private static Planner<String> script(SkillCall... calls) {
        return context -> {
            int next = (int)
                    context.history().stream().filter(e -> e.call() != null).count();
            return next < calls.length ? Directive.invoke(calls[next]) : Directive.done();
        };
    }

    private static Skill.Builder<String> named(String name) {
        return Skill.<String>named(name).stopTimeout(Duration.ofSeconds(1));
    }

    private static Skill<String> quick(String name) {
        return named(name).does((call, control) -> OK);
    }

    /** Ignores control and interrupts. */
    private Skill<String> stubborn(String name, String resource) {
        return named(name).stopTimeout(SHORT).resources(resource).does((call, control) -> {
            boolean over = false;
            while (!over) {
                try {
                    end.await();
                    over = true;
                } catch (InterruptedException e) {
                    over = false;
                }
            }
            return OK;
        });
    }

    /** Runs elsewhere until its control reads cancelled. */
    private Skill<String> cooperative(String name, CountDownLatch started) {
        return named(name).starts((call, control) -> {
            CompletableFuture<SkillResult> done = new CompletableFuture<>();
            executor.execute(() -> {
                started.countDown();
                while (!control.cancelled() && end.getCount() > 0) {
                    sleep(1);
                }
                done.complete(new SkillResult(SkillResult.Status.CANCELLED, "stands still"));
            });
            return done;
        });
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private void await(Class<? extends RunEvent> kind) {
        while (events.stream().noneMatch(kind::isInstance)) {
            sleep(1);
        }
    }

    private List<String> kinds() {
        return events.stream().map(e -> e.getClass().getSimpleName()).toList();
    }

    private static Supervisor supervisor(CompletionStage<Boolean> approval, CompletionStage<String> answer) {
        return new Supervisor() {
            @Override
            public CompletionStage<Boolean> approves(SkillCall call, Hazard hazard) {
                return approval;
            }

            @Override
            public CompletionStage<String> answer(String question) {
                return answer;
            }
        };
    }

    @Test
    void aSkillThatIgnoresItsStopIsToldAndItsResourcesAreClosedToAllRuns() throws Exception {
        AtomicInteger moved = new AtomicInteger();
        Skill<String> sameArm = named("b").resources("arm").does((call, control) -> {
            moved.incrementAndGet();
            return OK;
        });
        Skill<String> wheels = named("c").resources("wheels").does((call, control) -> OK);
        PlanRunner<String> runner = runner(
                context -> Directive.invoke(context.allowed().get(0)), List.of(stubborn("a", "arm"), sameArm, wheels));
        PlanRun run = runner.execute("task", options);
        await(RunEvent.SkillStarted.class);
        Stop stop = get(run.cancel());
        assertEquals(new Stop.NotStopped(A, Set.of("arm")), stop);
        PlanReport report = run.join();
        assertEquals(PlanEnding.NOT_STOPPED, report.ending());
        assertEquals(Optional.of(new PlanFailure.NotStopped(A, Set.of("arm"))), report.failure());
        assertEquals(List.of("Started", "Planned", "SkillStarted", "StopAsked", "NotStopped", "Finished"), kinds());
        assertEquals(Set.of("arm"), runner.blocked());
        // Another run has the wheels alone.
        PlanReport other = runner.execute("task", options).join();
        assertEquals(0, moved.get());
        assertEquals(List.of(SkillCall.of("c"), SkillCall.of("c"), SkillCall.of("c")), other.executed());
        assertTrue(runner.clear("arm", "Ada"));
        assertFalse(runner.clear("arm", "Ada"));
        assertEquals(Set.of(), runner.blocked());
        runner.execute("task", options.withForbidden(A::equals)).join();
        assertTrue(moved.get() > 0);
    }

    @Test
    void whereAllIsClosedARunEnds() {
        Skill<String> hangs =
                named("a").timeout(SHORT).stopTimeout(SHORT).starts((call, control) -> new CompletableFuture<>());
        PlanRunner<String> runner = runner(script(A, B), List.of(hangs, quick("b")));
        PlanReport report = runner.execute("task", options).join();
        assertEquals(PlanEnding.UNAVAILABLE, report.ending());
        assertEquals("[robot] wait for a person to clear them", report.reason());
        assertEquals(List.of(A), report.executed());
    }

    @Test
    void aTimeoutInterruptsWorkThatWaitsAndTheThreadIsCleanAfterwards() {
        AtomicBoolean dirty = new AtomicBoolean();
        Skill<String> waits = named("a").timeout(SHORT).does((call, control) -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new SkillResult(SkillResult.Status.FAILED, "interrupted");
        });
        Skill<String> next = named("b").does((call, control) -> {
            dirty.set(Thread.currentThread().isInterrupted());
            return OK;
        });
        PlanReport report = runner(script(A, B), List.of(waits, next))
                .execute("task", options)
                .join();
        assertEquals(PlanEnding.DONE, report.ending());
        assertEquals("a: stopped after PT0.04S", report.history().get(0).text());
        assertEquals(
                SkillResult.Status.TIMEOUT, report.history().get(0).result().status());
        assertFalse(dirty.get());
    }

    @Test
    void afterATimeoutThatDidNotStopTheRunGoesOnWithOtherResources() {
        Skill<String> hangs = named("a")
                .timeout(SHORT)
                .resources("arm")
                .stopTimeout(SHORT)
                .starts((call, control) -> new CompletableFuture<>());
        Skill<String> wheels = named("b").resources("wheels").does((call, control) -> OK);
        PlanReport report = runner(script(A, B), List.of(hangs, wheels))
                .execute("task", options)
                .join();
        assertEquals(PlanEnding.DONE, report.ending());
        assertEquals(
                List.of("a: did not stop; [arm] wait for a person to clear them", "b: success"),
                report.history().stream().map(e -> e.text()).toList());
    }

    @Test
    void waitingHoldsNoThread() throws Exception {
        // One thread for two runs: while one waits for a person, an answer or a skill, the other comes to its end.
        ExecutorService one = Executors.newSingleThreadExecutor();
        try {
            CompletableFuture<Boolean> approval = new CompletableFuture<>();
            CompletableFuture<String> answer = new CompletableFuture<>();
            CompletableFuture<SkillResult> work = new CompletableFuture<>();
            Skill<String> slow = named("a").hazard(Hazard.DANGEROUS).starts((call, control) -> work);
            Planner<String> planner = context -> switch (context.history().size()) {
                case 0 -> context.task().equals("wait") ? Directive.ask("which?") : Directive.invoke(B);
                case 1 -> context.task().equals("wait") ? Directive.invoke(A) : Directive.done();
                default -> Directive.done();
            };
            PlanRunner<String> runner = new PlanRunner<>(
                    new SkillLibrary<>(Map.of(), Set.of(), List.of(slow, quick("b"))),
                    planner,
                    () -> "state",
                    one,
                    System::nanoTime);
            PlanRun waits = runner.execute("wait", options.withSupervisor(supervisor(approval, answer)));
            for (Runnable others : List.<Runnable>of(
                    () -> answer.complete("the left one"), () -> approval.complete(true), () -> work.complete(OK))) {
                assertEquals(
                        PlanEnding.DONE,
                        get(runner.execute("go", PlanOptions.defaults()).completion())
                                .ending());
                assertFalse(waits.completion().toCompletableFuture().isDone());
                others.run();
            }
            assertEquals(PlanEnding.DONE, get(waits.completion()).ending());
            assertEquals(
                    List.of(
                            "Started",
                            "Planned",
                            "Asked",
                            "Answered",
                            "Planned",
                            "ApprovalAsked",
                            "ApprovalGiven",
                            "SkillStarted",
                            "SkillEnded",
                            "Planned",
                            "Finished"),
                    kinds());
        } finally {
            one.shutdownNow();
        }
    }

    @Test
    void aCancelWaitsForNoPersonAndNoPlanner() throws Exception {
        Supervisor silent = supervisor(new CompletableFuture<>(), new CompletableFuture<>());
        Planner<String> hangs = context -> {
            while (end.getCount() > 0 && !context.control().cancelled()) {
                sleep(1);
            }
            return Directive.done();
        };
        List<Planner<String>> planners = List.of(context -> Directive.ask("?"), script(A), hangs);
        for (Planner<String> planner : planners) {
            PlanRun run = runner(planner, List.of(quick("a")))
                    .execute("task", options.withApproval(hazard -> true).withSupervisor(silent));
            Thread.sleep(20);
            Stop stop = get(run.cancel());
            assertEquals(
                    PlanEnding.CANCELLED,
                    assertInstanceOf(Stop.Stopped.class, stop).report().ending());
            assertEquals(stop, get(run.cancel()));
        }
    }

    @Test
    void theTimeBudgetEndsWhatHangs() {
        Supervisor silent = supervisor(new CompletableFuture<>(), new CompletableFuture<>());
        Limits limits = Limits.defaults().withBudget(new Budget(9, 9, SHORT));
        Planner<String> hangs = context -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return Directive.done();
        };
        for (Planner<String> planner : List.<Planner<String>>of(context -> Directive.ask("?"), script(A), hangs)) {
            PlanReport report = runner(planner, List.of(quick("a")))
                    .execute(
                            "task",
                            options.withLimits(limits)
                                    .withApproval(hazard -> true)
                                    .withSupervisor(silent))
                    .join();
            assertEquals(PlanEnding.BUDGET, report.ending());
            assertEquals("used up: time", report.reason());
        }
    }

    @Test
    void aPauseDuringTheLastSkillDoesNotOutlastTheBudget() {
        CountDownLatch started = new CountDownLatch(1);
        Limits limits = Limits.defaults().withBudget(new Budget(9, 9, SHORT));
        PlanRun run =
                runner(script(A, A), List.of(cooperative("a", started))).execute("task", options.withLimits(limits));
        run.pause();
        assertEquals("used up: time", run.join().reason());
    }

    @Test
    void whereNobodyAnswersProperlyNothingIsApproved() {
        List<Supervisor> bad = List.of(
                supervisor(
                        CompletableFuture.failedFuture(new IllegalStateException("gone")), new CompletableFuture<>()),
                supervisor(CompletableFuture.completedFuture(null), new CompletableFuture<>()),
                supervisor(null, null));
        Planner<String> insists = c -> c.allowed().isEmpty() ? Directive.giveUp("refused") : Directive.invoke(A);
        for (Supervisor supervisor : bad) {
            PlanReport report = runner(insists, List.of(quick("a")))
                    .execute("task", options.withApproval(hazard -> true).withSupervisor(supervisor))
                    .join();
            assertEquals("refused", report.reason());
            assertEquals(List.of(), report.executed());
        }
    }

    @Test
    void aNewTaskStopsTheSkillAndGoesOn() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        List<String> tasks = new CopyOnWriteArrayList<>();
        Planner<String> planner = context -> {
            tasks.add(context.task());
            return Directive.invoke(context.task().equals("fetch") ? A : B);
        };
        PlanRun run = runner(planner, List.of(cooperative("a", started), quick("b")))
                .execute("fetch", options.withLimits(Limits.defaults().withRepeats(1)));
        started.await();
        run.preempt("come home");
        PlanReport report = get(run.completion());
        assertEquals(List.of("fetch", "come home", "come home"), tasks);
        assertEquals(
                List.of("person: new task: come home", "a: stands still", "b: success"),
                report.history().subList(0, 3).stream().map(e -> e.text()).toList());
        assertEquals(PlanEnding.PLANNING_FAILED, report.ending()); // b may be invoked once
    }

    @Test
    void anAmendmentIsToldAndWhatWasChosenBeforeIsChosenAnew() throws Exception {
        CompletableFuture<Boolean> approval = new CompletableFuture<>();
        Planner<String> planner =
                context -> context.history().stream().anyMatch(e -> e.text().equals("person: the knife is sharp"))
                        ? Directive.done()
                        : Directive.invoke(A);
        PlanRun run = runner(planner, List.of(quick("a")))
                .execute(
                        "task",
                        options.withApproval(h -> true)
                                .withSupervisor(supervisor(approval, approval.thenApply(String::valueOf))));
        await(RunEvent.ApprovalAsked.class);
        run.amend("the knife\nis sharp");
        PlanReport report = get(run.completion());
        approval.complete(true);
        assertEquals(PlanEnding.DONE, report.ending());
        assertEquals(List.of(), report.executed());
    }

    @Test
    void anAmendmentWhileASkillRunsIsSeenAfterIt() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<SkillResult> work = new CompletableFuture<>();
        Skill<String> skill = named("a").starts((call, control) -> {
            started.countDown();
            return work;
        });
        Planner<String> planner = c -> c.history().isEmpty()
                ? Directive.invoke(A)
                : Directive.giveUp(c.history().get(0).text());
        PlanRun run = runner(planner, List.of(skill)).execute("task", options);
        started.await();
        run.amend("hurry");
        await(RunEvent.Amended.class);
        work.complete(OK);
        assertEquals("person: hurry", get(run.completion()).reason());
        assertFalse(kinds().contains("StopAsked"));
    }

    @Test
    void aPauseAfterTheApprovalHoldsTheSkillUntilItIsOver() throws Exception {
        CompletableFuture<Boolean> approval = new CompletableFuture<>();
        PlanRun run = runner(script(A), List.of(quick("a")))
                .execute(
                        "task",
                        options.withApproval(h -> true)
                                .withSupervisor(supervisor(approval, new CompletableFuture<>())));
        await(RunEvent.ApprovalAsked.class);
        run.pause();
        run.pause();
        approval.complete(true);
        await(RunEvent.ApprovalGiven.class);
        Thread.sleep(20);
        assertFalse(kinds().contains("SkillStarted"));
        run.resume();
        run.resume();
        assertEquals(PlanEnding.DONE, get(run.completion()).ending());
        assertEquals(
                List.of(
                        "Started",
                        "Planned",
                        "ApprovalAsked",
                        "Paused",
                        "ApprovalGiven",
                        "Resumed",
                        "SkillStarted",
                        "SkillEnded",
                        "Planned",
                        "Finished"),
                kinds());
    }

    @Test
    void aTriggerStopsWhatMakesNoSenseAnyMore() throws Exception {
        AtomicBoolean moved = new AtomicBoolean();
        CountDownLatch started = new CountDownLatch(1);
        PlanRun run = runner(
                        script(A, B),
                        () -> moved.get() ? "the cup was moved" : "the cup is there",
                        List.of(cooperative("a", started), quick("b")))
                .execute(
                        "task",
                        options.withReplan((state, running) -> state.equals("the cup was moved") && running.equals(A)));
        started.await();
        Thread.sleep(50);
        assertFalse(kinds().contains("StopAsked"));
        moved.set(true);
        assertEquals(List.of(A, B), get(run.completion()).executed());
        RunEvent.StopAsked asked = (RunEvent.StopAsked) events.get(kinds().indexOf("StopAsked"));
        assertEquals(RunEvent.StopReason.REPLAN, asked.reason());
    }

    @Test
    void aStateThatCannotBeReadIsATypedEnd() {
        PlanReport report = runner(
                        script(A),
                        () -> {
                            throw new IllegalStateException("no camera");
                        },
                        List.of(quick("a")))
                .execute("task", options)
                .join();
        assertEquals(PlanEnding.UNAVAILABLE, report.ending());
        assertEquals("state: java.lang.IllegalStateException: no camera", report.reason());
    }

    @Test
    void anExecutorThatIsShutDownIsATypedEnd() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        ExecutorService own = Executors.newCachedThreadPool();
        CompletableFuture<SkillResult> work = new CompletableFuture<>();
        Skill<String> skill = named("a").starts((call, control) -> {
            started.countDown();
            return work;
        });
        PlanRun run = new PlanRunner<>(
                        new SkillLibrary<String>(Map.of(), Set.of(), List.of(skill)),
                        script(A, A),
                        () -> "state",
                        own,
                        System::nanoTime)
                .execute("task", options);
        started.await();
        own.shutdown();
        work.complete(OK);
        PlanReport report = get(run.completion());
        assertEquals(PlanEnding.UNAVAILABLE, report.ending());
        assertTrue(report.reason().startsWith("executor: "), report.reason());
    }

    @Test
    void nothingGoesOnThatTheJournalDoesNotHold() {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full), "no /dev/full here");
        AtomicInteger ran = new AtomicInteger();
        Skill<String> skill = named("a").does((call, control) -> {
            ran.incrementAndGet();
            return OK;
        });
        PlanRunner<String> runner = runner(script(A), List.of(skill));
        assertThrows(UncheckedIOException.class, () -> runner.execute("task", options.withJournal(full)));
        assertEquals(0, ran.get());
    }

    @Test
    void whatDidNotStopStaysClosedAfterACrashUntilAPersonHasClearedIt() throws Exception {
        Path journal = folder.resolve("run.jsonl");
        List<Skill<String>> skills =
                List.of(stubborn("a", "arm"), named("b").resources("arm").does((c, k) -> OK));
        PlanRun run = runner(script(A), skills).execute("task", options.withJournal(journal));
        await(RunEvent.SkillStarted.class);
        assertInstanceOf(Stop.NotStopped.class, get(run.cancel()));
        PlanRunner<String> later = runner(script(B), skills);
        assertEquals(
                PlanEnding.NOT_STOPPED,
                later.resume(options.withJournal(journal)).join().ending());
        assertEquals(Set.of("arm"), later.blocked());
        assertEquals(
                PlanEnding.UNAVAILABLE, later.execute("task", options).join().ending());
        assertTrue(later.clear("arm", "Ada"));
        PlanRunner<String> afterwards = runner(script(B), skills);
        afterwards.resume(options.withJournal(journal)).join();
        assertEquals(Set.of(), afterwards.blocked());
        List<String> lines = Files.readAllLines(journal);
        assertTrue(lines.get(lines.size() - 1).contains("\"resource\":\"arm\",\"who\":\"Ada\""), lines.toString());
    }

    @Test
    void everySkillHasItsKey() {
        List<String> keys = new ArrayList<>();
        Skill<String> skill = named("a").does((call, control) -> {
            keys.add(control.key());
            return OK;
        });
        for (int i = 0; i < 2; i++) {
            runner(script(A, A), List.of(skill)).execute("task", options).join();
        }
        assertEquals(4, keys.stream().distinct().count());
        assertEquals(
                keys,
                events.stream()
                        .filter(RunEvent.SkillStarted.class::isInstance)
                        .map(e -> ((RunEvent.SkillStarted) e).key())
                        .toList());
        assertEquals("", Control.none().key());
    }
}
