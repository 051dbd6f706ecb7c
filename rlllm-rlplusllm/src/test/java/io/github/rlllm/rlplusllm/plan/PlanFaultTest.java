package io.github.rlllm.rlplusllm.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Budget;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.Directive;
import io.github.rlllm.api.Hazard;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Whatever planner, skills, world and people do wrong: a typed end in time, and nothing forbidden or unapproved runs. */
class PlanFaultTest {
    private static final Duration TIME = Duration.ofMillis(40);
    private static final Duration STOP = Duration.ofMillis(8);
    /** The budget, the longest stop and what a loaded machine takes on top of it. */
    private static final long PATIENCE_MILLIS = 5000;

    private final ExecutorService executor = Executors.newCachedThreadPool();

    /** One seeded world in which things go wrong. */
    private final class Case {
        private final SplittableRandom rng;
        private final CountDownLatch end = new CountDownLatch(1);
        private final List<String> crimes = new CopyOnWriteArrayList<>();
        private final Set<SkillCall> approved = Collections.synchronizedSet(new java.util.HashSet<>());
        private final AtomicInteger looks = new AtomicInteger();
        private final int planner;
        private final int world;
        private final int blind;

        Case(long seed) {
            rng = new SplittableRandom(seed);
            planner = rng.nextInt(10);
            world = rng.nextInt(12);
            blind = rng.nextInt(4);
        }

        private void hang(boolean interruptibly) {
            while (end.getCount() > 0) {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    if (interruptibly) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        }

        private Directive plan(PlanContext<Integer> context) {
            List<SkillCall> allowed = context.allowed();
            Directive good = allowed.isEmpty()
                    ? Directive.giveUp("nothing is allowed")
                    : Directive.invoke(allowed.get(context.rng().nextInt(allowed.size())));
            int step = context.history().size();
            switch (planner) {
                case 0: // slow
                    pause(context.rng().nextInt(4));
                    return good;
                case 1: // unavailable, now and then
                    if (context.rng().nextInt(3) == 0) {
                        throw new IllegalStateException("503");
                    }
                    return good;
                case 2: // hangs, interruptibly or not
                    if (step >= 2) {
                        hang(context.rng().nextBoolean());
                    }
                    return good;
                case 3: // wrong: forbidden, unknown or of another shape
                    return Directive.invoke(
                            List.of(SkillCall.of("forbidden"), SkillCall.of("fly"), SkillCall.of("good", "x"))
                                    .get(context.rng().nextInt(3)));
                case 4: // nothing at all
                    return step == 0 ? good : null;
                case 5: // contradictory: asks for ever
                    return Directive.ask("really?");
                case 6: // contradictory: does and gives up
                    return context.rng().nextBoolean() ? good : Directive.giveUp("no");
                case 7: // out of its mind
                    return deep(1);
                case 8: // insists on what is dangerous
                    return Directive.invoke(SkillCall.of("dangerous"));
                default:
                    return step > 6 ? Directive.done() : good;
            }
        }

        private Directive deep(int n) {
            return n < 0 ? Directive.done() : deep(n + 1 == 0 ? 1 : n + 1);
        }

        private void pause(int millis) {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private SkillResult misbehave(SkillCall call, Control control, int kind) {
            switch (kind) {
                case 0:
                    throw new IllegalStateException("motor");
                case 1:
                    throw new AssertionError("driver");
                case 2:
                    hang(false);
                    break;
                case 3:
                    hang(true);
                    break;
                case 4:
                    while (!control.cancelled()) {
                        pause(1);
                    }
                    return new SkillResult(SkillResult.Status.CANCELLED, "");
                case 5:
                    return null;
                case 6:
                    return new SkillResult(SkillResult.Status.values()[call.hashCode() & 3], "some\nend");
                default: // success, or a lie about it: nothing in the world changes
            }
            return new SkillResult(SkillResult.Status.SUCCESS, "");
        }

        private CompletionStage<SkillResult> misbehaveElsewhere(SkillCall call, Control control, int kind) {
            switch (kind) {
                case 7:
                    return new CompletableFuture<>();
                case 8:
                    return null;
                case 9:
                    return CompletableFuture.failedFuture(new IllegalStateException("cable"));
                default:
                    CompletableFuture<SkillResult> done = new CompletableFuture<>();
                    executor.execute(() -> {
                        try {
                            done.complete(misbehave(call, control, kind));
                        } catch (RuntimeException | Error e) {
                            done.completeExceptionally(e);
                        }
                    });
                    return done;
            }
        }

        private List<Skill<Integer>> skills() {
            Skill.Builder<Integer> good = Skill.<Integer>named("good")
                    .timeout(Duration.ofMillis(6))
                    .stopTimeout(STOP)
                    .resources("wheels");
            Skill.Builder<Integer> bad = Skill.<Integer>named("bad")
                    .timeout(Duration.ofMillis(6))
                    .stopTimeout(STOP)
                    .resources("arm");
            Skill<Integer> asGood = good.does((call, control) -> misbehave(call, control, 99));
            Skill<Integer> asBad = rng.nextBoolean()
                    ? bad.does((call, control) -> misbehave(call, control, world % 8))
                    : bad.starts((call, control) -> misbehaveElsewhere(call, control, world));
            Skill<Integer> forbidden = Skill.<Integer>named("forbidden").does((call, control) -> {
                crimes.add("forbidden ran");
                return new SkillResult(SkillResult.Status.SUCCESS, "");
            });
            Skill<Integer> dangerous = Skill.<Integer>named("dangerous")
                    .hazard(Hazard.DANGEROUS)
                    .resources("saw")
                    .does((call, control) -> {
                        if (!approved.remove(call)) {
                            crimes.add("ran without approval");
                        }
                        return new SkillResult(SkillResult.Status.SUCCESS, "");
                    });
            return List.of(asGood, asBad, forbidden, dangerous);
        }

        private Supervisor supervisor() {
            int kind = rng.nextInt(6);
            return new Supervisor() {
                @Override
                public CompletionStage<Boolean> approves(SkillCall call, Hazard hazard) {
                    switch (kind) {
                        case 0:
                            return new CompletableFuture<>();
                        case 1:
                            throw new IllegalStateException("asleep");
                        case 2:
                            return CompletableFuture.failedFuture(new IllegalStateException("asleep"));
                        case 3:
                            return CompletableFuture.completedFuture(false);
                        default:
                            approved.add(call);
                            return CompletableFuture.supplyAsync(() -> true, executor);
                    }
                }

                @Override
                public CompletionStage<String> answer(String question) {
                    return kind == 0
                            ? new CompletableFuture<>()
                            : CompletableFuture.completedFuture(kind == 1 ? null : "yes");
                }
            };
        }

        private int state() {
            if (world == 11 && looks.getAndIncrement() == blind) {
                throw new IllegalStateException("no camera");
            }
            return 0;
        }

        PlanEnding run() throws Exception {
            List<RunEvent> traced = new CopyOnWriteArrayList<>();
            PlanOptions<Integer> options = PlanOptions.<Integer>defaults()
                    .withLimits(Limits.defaults().withBudget(new Budget(12, 100, TIME)))
                    .withForbidden(call -> call.skill().equals("forbidden"))
                    .withGoal(state -> state > 0)
                    .withSupervisor(supervisor())
                    .withTrace(traced::add)
                    .withSeed(rng.nextLong());
            PlanRunner<Integer> runner = new PlanRunner<>(
                    new SkillLibrary<>(Map.of(), Set.of(), skills()),
                    this::plan,
                    this::state,
                    executor,
                    System::nanoTime);
            try {
                PlanRun run = runner.execute("task", options);
                EventLogTest.Reader slow = new EventLogTest.Reader(Long.MAX_VALUE, () -> pause(2));
                run.events().subscribe(slow);
                int person = rng.nextInt(8);
                if (person < 5) {
                    pause(rng.nextInt(12));
                }
                switch (person) {
                    case 0 -> run.cancel();
                    case 1 -> run.preempt("another");
                    case 2 -> run.amend("mind\nthe cat");
                    case 3 -> run.pause();
                    case 4 -> {
                        run.pause();
                        run.resume();
                        run.preempt("one");
                        run.amend("more");
                        run.preempt("two");
                    }
                    default -> {}
                }
                PlanReport report;
                try {
                    report = run.completion().toCompletableFuture().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    throw new AssertionError("no end: " + traced, e);
                }
                // The end is told in a time that does not wait for the slow subscriber.
                RunEvent.Finished last = assertInstanceOf(RunEvent.Finished.class, traced.get(traced.size() - 1));
                assertEquals(report.ending(), last.ending());
                boolean withoutFailure = report.ending().success() || report.ending() == PlanEnding.GAVE_UP;
                assertEquals(withoutFailure, report.failure().isEmpty(), report.toString());
                assertTrue(report.directives() <= 12, report.toString());
                assertEquals(List.of(), crimes);
                slow.awaitEnd();
                assertEquals(IntStream.range(0, traced.size()).boxed().toList(), slow.seen);
                Stop stop = run.cancel().toCompletableFuture().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
                assertEquals(runner.blocked().isEmpty(), stop instanceof Stop.Stopped, stop.toString());
                return report.ending();
            } finally {
                end.countDown();
            }
        }
    }

    private void cases(int count, TestReporter reporter) throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(16);
        Map<PlanEnding, Integer> endings = new EnumMap<>(PlanEnding.class);
        try {
            List<Future<PlanEnding>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                long seed = i;
                all.add(workers.submit(() -> new Case(seed).run()));
            }
            for (int i = 0; i < count; i++) {
                try {
                    endings.merge(all.get(i).get(), 1, Integer::sum);
                } catch (java.util.concurrent.ExecutionException e) {
                    throw new AssertionError("seed " + i + ": " + e.getCause().getMessage(), e.getCause());
                }
            }
        } finally {
            workers.shutdownNow();
            executor.shutdownNow();
        }
        reporter.publishEntry("endings", count + " runs: " + endings);
        assertEquals(count, endings.values().stream().mapToInt(i -> i).sum());
        assertTrue(endings.size() >= 7, endings.toString()); // DONE .. PLANNING_FAILED: the faults are really there
    }

    @Test
    void everyRunEndsInATypedWay(TestReporter reporter) throws Exception {
        cases(500, reporter);
    }

    @Test
    @Tag("slow")
    void tenThousandRunsEndInATypedWay(TestReporter reporter) throws Exception {
        cases(10_000, reporter);
    }
}
