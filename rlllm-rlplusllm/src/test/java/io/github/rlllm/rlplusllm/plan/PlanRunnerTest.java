package io.github.rlllm.rlplusllm.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Budget;
import io.github.rlllm.api.Directive;
import io.github.rlllm.api.Hazard;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.engine.lm.ModelUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlanRunnerTest {
    private static final SkillResult OK = new SkillResult(SkillResult.Status.SUCCESS, "");
    private static final SkillResult FAILED = new SkillResult(SkillResult.Status.FAILED, "slipped");
    private static final SkillCall A = SkillCall.of("a");
    private static final SkillCall B = SkillCall.of("b");

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final AtomicLong clock = new AtomicLong();

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    private static Skill<String> skill(String name, SkillResult result) {
        return Skill.<String>named(name).does((call, control) -> result);
    }

    private static SkillLibrary<String> library(List<Skill<String>> skills) {
        return new SkillLibrary<>(Map.of(), Set.of(), skills);
    }

    /** Invokes the calls in turn, then says done; failures are not repeated. */
    private static Planner<String> script(SkillCall... calls) {
        return context -> {
            int next = (int)
                    context.history().stream().filter(e -> e.call() != null).count();
            return next < calls.length ? Directive.invoke(calls[next]) : Directive.done();
        };
    }

    private PlanRun start(Planner<String> planner, PlanOptions<String> options, List<Skill<String>> skills) {
        return new PlanRunner<>(library(skills), planner, () -> "state", executor, clock::get).execute("task", options);
    }

    private PlanReport run(Planner<String> planner, PlanOptions<String> options, List<Skill<String>> skills) {
        return start(planner, options, skills).join();
    }

    private static PlanOptions<String> limits(Limits limits) {
        return PlanOptions.<String>defaults().withLimits(limits);
    }

    @Test
    void runsUntilDone() {
        PlanReport report = run(script(A, B, A), PlanOptions.defaults(), List.of(skill("a", OK), skill("b", FAILED)));
        assertEquals(PlanEnding.DONE, report.ending());
        assertEquals(List.of(A, B, A), report.executed());
        assertEquals(List.of(A, A), report.succeeded());
        assertEquals(4, report.directives());
        assertEquals(
                List.of("a: success", "b: slipped", "a: success"),
                report.history().stream().map(PlanEvent::text).toList());
    }

    @Test
    void endsAreTyped() {
        List<Skill<String>> skills = List.of(skill("a", OK), skill("b", FAILED));
        assertEquals(
                PlanEnding.GAVE_UP,
                run(c -> Directive.giveUp("no"), PlanOptions.defaults(), skills).ending());
        assertEquals(
                PlanEnding.GOAL,
                run(script(A), PlanOptions.<String>defaults().withGoal(s -> true), skills)
                        .ending());
        Limits oneStep = Limits.defaults().withBudget(Budget.ofCalls(1));
        assertEquals(
                PlanEnding.BUDGET, run(script(A, A), limits(oneStep), skills).ending());
        assertEquals(
                PlanEnding.NO_PROGRESS,
                run(script(B, B, B), limits(Limits.defaults().withPatience(2)), skills)
                        .ending());
        assertEquals(
                PlanEnding.PLANNING_FAILED,
                run(
                                c -> {
                                    throw new IllegalStateException("no model");
                                },
                                PlanOptions.defaults(),
                                skills)
                        .ending());
        assertEquals(
                PlanEnding.PLANNING_FAILED,
                run(script(SkillCall.of("fly")), PlanOptions.defaults(), skills).ending());
        assertTrue(PlanEnding.GOAL.success());
        assertFalse(PlanEnding.GAVE_UP.success());
    }

    @Test
    void aFailureOfThePlannerIsAnEventThatHoldsItsCause() {
        IllegalStateException thrown =
                new IllegalStateException("no model\nat port 1", new RuntimeException("refused"));
        List<RunEvent> traced = new ArrayList<>();
        PlanReport report = run(
                context -> {
                    if (context.history().isEmpty()) {
                        return Directive.invoke(A);
                    }
                    throw thrown;
                },
                PlanOptions.<String>defaults().withTrace(traced::add),
                List.of(skill("a", OK)));
        assertEquals(PlanEnding.PLANNING_FAILED, report.ending());
        assertEquals(2, report.history().size());
        PlannerFailed failed =
                assertInstanceOf(PlannerFailed.class, report.history().get(1));
        assertSame(thrown, failed.cause());
        assertEquals("planner: failed with java.lang.IllegalStateException: no model at port 1", failed.text());
        assertTrue(traced.stream().anyMatch(e -> e.told() == failed), traced.toString());
        assertEquals(Optional.of(new PlanFailure.Planning(thrown)), report.failure());
    }

    @Test
    void whatIsNotADirectiveOrNotAllowedIsAFailureOfThePlanner() {
        PlanReport nothing = run(context -> null, PlanOptions.defaults(), List.of(skill("a", OK)));
        assertEquals(PlanEnding.PLANNING_FAILED, nothing.ending());
        PlannerFailed none =
                assertInstanceOf(PlannerFailed.class, nothing.history().get(0));
        assertEquals(
                "planner: failed with java.lang.NullPointerException: directive: null (expected: a directive)",
                none.text());
        PlanReport flew = run(script(SkillCall.of("fly")), PlanOptions.defaults(), List.of(skill("a", OK)));
        PlannerFailed outside =
                assertInstanceOf(PlannerFailed.class, flew.history().get(0));
        assertEquals(
                "call: fly (expected: one of the 1 allowed)", outside.cause().getMessage());
        assertEquals(outside.cause().toString(), flew.reason());
    }

    @Test
    void masksAreHard() {
        List<Skill<String>> skills =
                List.of(Skill.<String>named("a").affordance((s, args) -> 0.1).does((c, control) -> OK), skill("b", OK));
        List<List<SkillCall>> offered = new ArrayList<>();
        Planner<String> watching = context -> {
            offered.add(context.allowed());
            return context.allowed().contains(B) ? Directive.invoke(B) : Directive.giveUp("nothing");
        };
        run(watching, limits(Limits.defaults().withFloor(0.2).withRepeats(2)), skills);
        assertEquals(List.of(List.of(B), List.of(B), List.of()), offered);
        PlanReport forbidden = run(script(A), PlanOptions.<String>defaults().withForbidden(A::equals), skills);
        assertEquals(PlanEnding.PLANNING_FAILED, forbidden.ending());
        assertEquals(List.of(), forbidden.executed());
    }

    @Test
    void hazardsNeedApproval() {
        AtomicInteger ran = new AtomicInteger();
        List<Skill<String>> skills =
                List.of(Skill.<String>named("a").hazard(Hazard.DANGEROUS).does((c, control) -> {
                    ran.incrementAndGet();
                    return OK;
                }));
        Planner<String> insists =
                context -> context.allowed().isEmpty() ? Directive.giveUp("refused") : Directive.invoke(A);
        PlanReport report = run(insists, PlanOptions.defaults(), skills);
        assertEquals(PlanEnding.GAVE_UP, report.ending());
        assertEquals(0, ran.get());
        assertEquals("supervisor: refuses a", report.history().get(0).text());
        Supervisor bold = new Supervisor() {
            @Override
            public CompletionStage<Boolean> approves(SkillCall call, Hazard hazard) {
                return CompletableFuture.completedFuture(true);
            }

            @Override
            public CompletionStage<String> answer(String question) {
                return CompletableFuture.completedFuture("the left one");
            }
        };
        run(script(A), PlanOptions.<String>defaults().withSupervisor(bold), skills);
        assertEquals(1, ran.get());
        Planner<String> asks = context -> context.history().isEmpty()
                ? Directive.ask("which?")
                : Directive.giveUp(context.history().get(0).text());
        assertEquals(
                "answer: the left one",
                run(asks, PlanOptions.<String>defaults().withSupervisor(bold), skills)
                        .reason());
    }

    @Test
    void aTimeoutStopsTheWorkBeforeTheNextSkillStarts() {
        AtomicInteger running = new AtomicInteger();
        BiFunction<SkillCall, io.github.rlllm.api.Control, SkillResult> stubborn = (call, control) -> {
            running.incrementAndGet();
            while (!control.cancelled()) {
                clock.addAndGet(1_000_000);
            }
            running.decrementAndGet();
            return new SkillResult(SkillResult.Status.CANCELLED, "");
        };
        List<Skill<String>> skills = List.of(
                Skill.<String>named("a").timeout(Duration.ofMillis(50)).does(stubborn),
                Skill.<String>named("b").does((c, control) -> running.get() == 0 ? OK : FAILED));
        PlanReport report = run(script(A, B), PlanOptions.defaults(), skills);
        assertEquals(
                List.of(SkillResult.Status.TIMEOUT, SkillResult.Status.SUCCESS),
                report.history().stream().map(e -> e.result().status()).toList());
        assertEquals(50_000_000, clock.get());
    }

    @Test
    void theTimeBudgetStopsARunningSkill() {
        List<Skill<String>> skills = List.of(Skill.<String>named("a").does((call, control) -> {
            while (!control.cancelled()) {
                clock.addAndGet(1_000_000);
            }
            return new SkillResult(SkillResult.Status.CANCELLED, "");
        }));
        Limits limits = Limits.defaults().withBudget(new Budget(9, 9, Duration.ofMillis(7)));
        assertEquals(
                PlanEnding.BUDGET, run(script(A, A), limits(limits), skills).ending());
        assertEquals(7_000_000, clock.get());
    }

    @Test
    void tokensAreCounted() {
        AtomicLong tokens = new AtomicLong(1000); // spent before the run
        Planner<String> talkative = context -> {
            tokens.addAndGet(60);
            return Directive.invoke(A);
        };
        PlanOptions<String> options = limits(
                        Limits.defaults().withRepeats(9).withBudget(new Budget(9, 100, Duration.ofSeconds(1))))
                .withMeter(() -> new ModelUsage(0, tokens.get(), 0, 0, Duration.ZERO));
        PlanReport report = run(talkative, options, List.of(skill("a", OK)));
        assertEquals(PlanEnding.BUDGET, report.ending());
        assertEquals(2, report.directives());
        assertEquals(120, report.spent().tokens());
        assertEquals(Optional.of(new PlanFailure.Budget("used up: tokens")), report.failure());
    }

    @Test
    void moneyIsCounted() {
        AtomicLong billionths = new AtomicLong();
        Planner<String> dear = context -> {
            billionths.addAndGet(400_000_000);
            return Directive.invoke(A);
        };
        PlanOptions<String> options = limits(Limits.defaults().withRepeats(9).withMoney(1))
                .withMeter(() -> new ModelUsage(0, 0, 0, billionths.get(), Duration.ZERO));
        PlanReport report = run(dear, options, List.of(skill("a", OK)));
        assertEquals("used up: money", report.reason());
        assertEquals(3, report.directives());
        assertEquals(1.2, report.spent().money(), 1e-12);
    }

    @Test
    void aCancelCompletesOnlyWhenTheSkillHasAcknowledged() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch mayStop = new CountDownLatch(1);
        CompletableFuture<SkillResult> work = new CompletableFuture<>();
        List<Skill<String>> skills = List.of(Skill.<String>named("a").starts((call, control) -> {
            executor.execute(() -> {
                started.countDown();
                try {
                    mayStop.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                work.complete(new SkillResult(
                        control.cancelled() ? SkillResult.Status.CANCELLED : SkillResult.Status.SUCCESS, ""));
            });
            return work;
        }));
        PlanRun run = start(script(A, A), PlanOptions.defaults(), skills);
        started.await();
        CompletableFuture<Stop> cancel = run.cancel().toCompletableFuture();
        assertThrows(java.util.concurrent.TimeoutException.class, () -> cancel.get(50, TimeUnit.MILLISECONDS));
        mayStop.countDown();
        PlanReport report = assertInstanceOf(Stop.Stopped.class, cancel.get(5, TimeUnit.SECONDS))
                .report();
        assertEquals(PlanEnding.CANCELLED, report.ending());
        assertEquals(
                SkillResult.Status.CANCELLED, report.history().get(0).result().status());
        assertEquals(1, report.executed().size());
    }

    @Test
    void noCancelIsLostWhereverItFalls() throws Exception {
        // The cancel comes from inside the planner, the supervisor, the trace or the skill: none starts another skill.
        for (String where : List.of("planner", "supervisor", "trace", "skill")) {
            AtomicInteger ran = new AtomicInteger();
            CompletableFuture<PlanRun> handle = new CompletableFuture<>();
            Runnable cancel = () -> handle.join().cancel();
            PlanOptions<String> options = PlanOptions.<String>defaults()
                    .withTrace(event -> {
                        if (where.equals("trace") && event.text().startsWith("a:")) {
                            cancel.run();
                        }
                    })
                    .withApproval(hazard -> true)
                    .withSupervisor(new Supervisor() {
                        @Override
                        public CompletionStage<Boolean> approves(SkillCall call, Hazard hazard) {
                            if (where.equals("supervisor")) {
                                cancel.run();
                            }
                            return CompletableFuture.completedFuture(true);
                        }

                        @Override
                        public CompletionStage<String> answer(String question) {
                            return CompletableFuture.completedFuture("");
                        }
                    });
            Planner<String> planner = context -> {
                if (where.equals("planner")) {
                    cancel.run();
                }
                return Directive.invoke(A);
            };
            List<Skill<String>> skills = List.of(Skill.<String>named("a").does((c, control) -> {
                ran.incrementAndGet();
                if (where.equals("skill")) {
                    cancel.run();
                }
                return OK;
            }));
            PlanRun run = start(planner, options, skills);
            handle.complete(run);
            PlanReport report = run.completion().toCompletableFuture().get(5, TimeUnit.SECONDS);
            assertEquals(PlanEnding.CANCELLED, report.ending(), where);
            assertEquals(where.equals("skill") || where.equals("trace") ? 1 : 0, ran.get(), where);
        }
    }

    @Test
    void aPauseHoldsTheNextSkillAndACancelEndsThePause() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        List<Skill<String>> skills = List.of(Skill.<String>named("a").does((c, control) -> {
            ran.incrementAndGet();
            first.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return OK;
        }));
        PlanRun run = start(script(A, A, A), PlanOptions.defaults(), skills);
        first.await();
        run.pause();
        go.countDown();
        assertThrows(
                java.util.concurrent.TimeoutException.class,
                () -> run.completion().toCompletableFuture().get(50, TimeUnit.MILLISECONDS));
        assertEquals(1, ran.get());
        Stop stop = run.cancel().toCompletableFuture().get(5, TimeUnit.SECONDS);
        assertEquals(
                PlanEnding.CANCELLED,
                assertInstanceOf(Stop.Stopped.class, stop).report().ending());
        assertEquals(1, ran.get());
    }

    @Test
    void aSkillThatThrowsHasFailed() {
        List<Skill<String>> skills = List.of(
                Skill.<String>named("a").does((c, control) -> {
                    throw new IllegalStateException("motor");
                }),
                Skill.<String>named("b")
                        .starts((c, control) -> CompletableFuture.failedFuture(new IllegalStateException("cable"))));
        PlanReport report = run(script(A, B), PlanOptions.defaults(), skills);
        assertEquals(
                List.of(
                        "a: a threw java.lang.IllegalStateException: motor",
                        "b: b threw java.lang.IllegalStateException: cable"),
                report.history().stream().map(PlanEvent::text).toList());
        assertEquals(PlanEnding.DONE, report.ending());
    }
}
