package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.Budget;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.Directive;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.engine.lm.ModelUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run, as a state machine. All that it does is a message in its mailbox, one after the other; while planner, person or
 * skill are at work it holds no thread but theirs. Every change of its {@link Progress} is an event that is in the journal
 * first.
 *
 * <p>Reads from top to bottom: {@link #next} looks whether the run may go on; {@link #plan} asks the planner;
 * {@link #carryOut} does what it wants; {@link #start} begins a skill, {@link #stop} stops it and {@link #ended} takes its
 * result; then {@link #next} again, until {@link #finish}. What people do to a run comes after that.
 */
final class PlanLoop<S> {
    private static final Logger LOG = LoggerFactory.getLogger(PlanLoop.class);
    private static final long WATCH_NANOS = 20_000_000;

    /** What is awaited. */
    private enum Doing {
        PLANNING,
        APPROVING,
        ASKING,
        ACTING,
        HELD,
        OVER
    }

    private final PlanRunner<S> runner;
    private final PlanOptions<S> options;
    private final PlanJournal journal;
    private final Mailbox mailbox;
    private final EventLog log;
    private final CompletableFuture<PlanReport> completion = new CompletableFuture<>();
    private final CompletableFuture<Stop> stop = new CompletableFuture<>();
    private final long startedAt;
    private volatile boolean cancelled;

    private final Progress progress = new Progress();
    private @Nullable Alarm budgetAlarm;
    private Duration before = Duration.ZERO;
    private ModelUsage metered;
    private Doing doing = Doing.HELD;
    private Runnable held = this::next;
    /** Every wait has its own: what answers an earlier one comes too late. */
    private int epoch;

    private @Nullable Work planning;
    private @Nullable Attempt attempt;

    PlanLoop(PlanRunner<S> runner, PlanOptions<S> options, PlanJournal journal) {
        this.runner = runner;
        this.options = options;
        this.journal = journal;
        this.mailbox = new Mailbox(runner.executor);
        this.log = new EventLog(runner.executor);
        this.startedAt = runner.nanos.getAsLong();
        this.metered = options.recording().meter().get();
    }

    void begin(String task) {
        append(new RunEvent.Started(
                0, Duration.ZERO, task, options.seed(), UUID.randomUUID().toString()));
        post(() -> {
            watchBudget();
            next();
        });
    }

    /** Goes on after what a journal says. */
    void recover(List<RunEvent> events) {
        for (RunEvent event : events) {
            progress.apply(event);
            log.add(event);
        }
        before = progress.at();
        progress.unstopped().forEach(not -> runner.blocked.block(not.resources(), this));
        RunEvent.Finished over = progress.finished();
        if (over != null) {
            close(over);
            return;
        }
        append(new RunEvent.Recovered(progress.events(), now()));
        RunEvent open = progress.pending();
        post(() -> {
            watchBudget();
            if (open instanceof RunEvent.SkillStarted started) {
                askWhatHappened(started);
            } else if (open instanceof RunEvent.Planned planned) {
                carryOutLate(planned.directive());
            } else {
                next();
            }
        });
    }

    // The loop

    /** Between two steps: all that may end or hold the run, and then the planner. */
    private void next() {
        epoch++;
        doing = Doing.HELD;
        held = this::next;
        if (cancelled) {
            finishCancelled();
            return;
        }
        if (progress.paused() && !remaining().time().isZero()) {
            return;
        }
        S state;
        boolean reached;
        List<SkillCall> allowed;
        try {
            state = Objects.requireNonNull(runner.state.get(), "state: null (expected: the present state)");
            reached = options.goal().test(state);
            allowed = reached ? List.of() : allowed(state);
        } catch (RuntimeException e) {
            LOG.debug("state", e);
            finish(PlanEnding.UNAVAILABLE, "state: " + e);
            return;
        }
        Budget left = remaining();
        String usedUp = usedUp(left);
        int failures = progress.failures().size();
        Set<String> blocked = runner.blocked.all();
        if (reached) {
            finish(PlanEnding.GOAL, "the goal holds");
        } else if (failures >= options.limits().patience()) {
            finish(PlanEnding.NO_PROGRESS, failures + " skills in a row failed");
        } else if (usedUp != null) {
            finish(PlanEnding.BUDGET, usedUp);
        } else if (allowed.isEmpty() && !blocked.isEmpty()) {
            finish(PlanEnding.UNAVAILABLE, blocked + " wait for a person to clear them");
        } else {
            plan(state, allowed, left);
        }
    }

    /** What is not masked. */
    private List<SkillCall> allowed(S state) {
        List<SkillCall> allowed = new ArrayList<>();
        double floor = options.limits().floor();
        for (SkillCall call : runner.library.calls()) {
            if (!options.forbidden().test(call)
                    && !progress.masked(call)
                    && progress.invoked(call) < options.limits().repeats()
                    && !runner.blocked.blocks(runner.library.skill(call).resources())
                    && (floor == 0 || runner.library.affordance(state, call) >= floor)) {
                allowed.add(call);
            }
        }
        return allowed;
    }

    /** Asks the planner in a thread of the executor, which may be interrupted where its answer is not needed any more. */
    private void plan(S state, List<SkillCall> allowed, Budget left) {
        doing = Doing.PLANNING;
        int asked = epoch;
        SplittableRandom rng = new SplittableRandom(progress.seed() + 0x9E3779B97F4A7C15L * progress.directives());
        List<Directive> answer = new ArrayList<>(1);
        List<RuntimeException> failure = new ArrayList<>(1);
        Work[] self = new Work[1];
        Control control = () -> cancelled || self[0].interrupted();
        PlanContext<S> context =
                new PlanContext<>(progress.task(), state, progress.history(), allowed, left, control, rng);
        Work work = new Work(() -> {
            try {
                answer.add(Objects.requireNonNull(
                        runner.planner.next(context), "directive: null (expected: a directive)"));
            } catch (RuntimeException e) {
                failure.add(e);
            } catch (StackOverflowError | LinkageError | AssertionError e) {
                failure.add(new IllegalStateException(e.toString(), e));
            }
        });
        self[0] = work;
        planning = work;
        execute(
                () -> {
                    work.run();
                    handle(() -> {
                        if (epoch != asked) {
                            return; // a person said something meanwhile, or the run is over
                        }
                        if (failure.isEmpty()) {
                            planned(answer.get(0), allowed);
                        } else {
                            planningFailed(failure.get(0), failure.get(0).toString());
                        }
                    });
                },
                rejected -> finish(PlanEnding.UNAVAILABLE, "executor: " + rejected));
    }

    private void planned(Directive directive, List<SkillCall> allowed) {
        if (cancelled) {
            finishCancelled();
            return;
        }
        SkillCall call = invoked(directive);
        if (call != null && !allowed.contains(call)) {
            String reason = "call: " + call + " (expected: one of the " + allowed.size() + " allowed)";
            planningFailed(new IllegalArgumentException(reason), reason);
            return;
        }
        append(new RunEvent.Planned(progress.events(), now(), directive, used()));
        carryOut(directive);
    }

    private void planningFailed(RuntimeException cause, String reason) {
        if (cancelled) {
            finishCancelled();
            return;
        }
        LOG.warn(
                "planner failed with {} (its message is in the run's events)",
                cause.getClass().getName());
        append(new RunEvent.PlanningFailed(progress.events(), now(), new PlannerFailed(cause), used()));
        finish(PlanEnding.PLANNING_FAILED, reason);
    }

    private void carryOut(Directive directive) {
        directive
                .<Runnable>fold(
                        call -> () -> invoke(call),
                        question -> () -> ask(question),
                        () -> () -> finish(PlanEnding.DONE, "the planner says done"),
                        reason -> () -> finish(PlanEnding.GAVE_UP, reason))
                .run();
    }

    /** What was chosen before a crash, where it is still allowed. */
    private void carryOutLate(Directive directive) {
        SkillCall call = invoked(directive);
        try {
            if (call != null && !allowed(runner.state.get()).contains(call)) {
                next();
                return;
            }
        } catch (RuntimeException e) {
            next(); // reads the state again and says what is wrong
            return;
        }
        carryOut(directive);
    }

    private static @Nullable SkillCall invoked(Directive directive) {
        return directive.<@Nullable SkillCall>fold(call -> call, question -> null, () -> null, reason -> null);
    }

    private void ask(String question) {
        append(new RunEvent.Asked(progress.events(), now(), question));
        doing = Doing.ASKING;
        await(() -> options.supervisor().answer(question), "no answer", answer -> {
            append(new RunEvent.Answered(progress.events(), now(), answer));
            next();
        });
    }

    private void invoke(SkillCall call) {
        Skill<S> skill = runner.library.skill(call);
        if (!options.approval().test(skill.hazard())) {
            start(skill, call);
            return;
        }
        append(new RunEvent.ApprovalAsked(progress.events(), now(), call, skill.hazard()));
        doing = Doing.APPROVING;
        await(() -> options.supervisor().approves(call, skill.hazard()), false, approved -> {
            if (approved) {
                append(new RunEvent.ApprovalGiven(progress.events(), now(), call));
                start(skill, call);
            } else {
                append(new RunEvent.ApprovalRefused(progress.events(), now(), call));
                next();
            }
        });
    }

    private void start(Skill<S> skill, SkillCall call) {
        epoch++;
        if (cancelled || runner.blocked.blocks(skill.resources())) {
            next();
            return;
        }
        if (progress.paused()) {
            doing = Doing.HELD;
            held = () -> start(skill, call);
            return;
        }
        String key = progress.id() + "-" + progress.events();
        append(new RunEvent.SkillStarted(progress.events(), now(), call, key));
        doing = Doing.ACTING;
        long limit = Math.min(nanos(skill.timeout()), nanos(remaining().time()));
        Attempt begun = new Attempt(skill, call, key, () -> cancelled, runner.nanos, limit);
        attempt = begun;
        watchTime(begun);
        watchState(begun);
        execute(
                () -> {
                    Thread here = Thread.currentThread();
                    begun.run().whenComplete((result, failure) -> {
                        Runnable end = () -> ended(begun, begun.result(result, failure));
                        if (Thread.currentThread() == here) {
                            handle(end);
                        } else {
                            post(end);
                        }
                    });
                },
                rejected -> finish(PlanEnding.UNAVAILABLE, "executor: " + rejected));
    }

    /** Control first, then an interrupt, then {@link #notStopped}. */
    private void stop(Attempt running, RunEvent.StopReason reason) {
        if (running.stopped() != null) {
            return;
        }
        append(new RunEvent.StopAsked(progress.events(), now(), running.call(), running.key(), reason));
        running.stop(reason);
        long stopTime = nanos(running.skill().stopTimeout());
        running.alarm(stopTime / 2, running::interrupt);
        running.alarm(stopTime, () -> post(() -> notStopped(running)));
    }

    private void notStopped(Attempt running) {
        if (attempt != running) {
            return;
        }
        running.over();
        attempt = null;
        Set<String> resources = running.skill().resources();
        runner.blocked.block(resources, this);
        RunEvent.NotStopped not =
                new RunEvent.NotStopped(progress.events(), now(), running.call(), running.key(), resources);
        append(not);
        LOG.warn("{} did not stop: {} wait for a person to clear them", running.call(), not.resources());
        next();
    }

    private void ended(Attempt running, SkillResult result) {
        if (attempt != running) {
            LOG.info("{} ended at last; its resources wait for a person to clear them", running.call());
            return;
        }
        running.over();
        attempt = null;
        append(new RunEvent.SkillEnded(progress.events(), now(), running.call(), running.key(), result));
        next();
    }

    private void finishCancelled() {
        if (progress.unstopped().isEmpty()) {
            finish(PlanEnding.CANCELLED, "cancelled after step " + progress.directives());
        } else {
            finish(PlanEnding.NOT_STOPPED, progress.unstopped().get(0).call() + " did not stop");
        }
    }

    private void finish(PlanEnding ending, String reason) {
        RunEvent.Finished over = new RunEvent.Finished(progress.events(), now(), ending, reason);
        append(over);
        close(over);
    }

    private void close(RunEvent.Finished over) {
        shut(null);
        PlanReport report = progress.report(over);
        completion.complete(report);
        stop.complete(progress.unstopped().stream()
                .findFirst()
                .<Stop>map(not -> new Stop.NotStopped(not.call(), not.resources()))
                .orElseGet(() -> new Stop.Stopped(report)));
    }

    private void shut(@Nullable Throwable failure) {
        epoch++;
        doing = Doing.OVER;
        stopPlanning();
        if (budgetAlarm != null) {
            budgetAlarm.off();
        }
        if (attempt != null) {
            attempt.over();
            attempt = null;
        }
        journal.close();
        log.close(failure);
    }

    /** The journal cannot be written, or a trigger threw: nothing may go on that nobody writes down. */
    private void broken(Throwable failure) {
        if (doing == Doing.OVER) {
            LOG.warn("after the end of a run", failure);
            return;
        }
        cancelled = true;
        Attempt running = attempt;
        if (running != null) {
            running.interrupt();
            runner.blocked.block(running.skill().resources(), this);
        }
        shut(failure);
        completion.completeExceptionally(failure);
        stop.completeExceptionally(failure);
    }

    // After a crash

    private void askWhatHappened(RunEvent.SkillStarted started) {
        doing = Doing.ASKING;
        await(() -> options.supervisor().effect(started.call(), started.key()), Supervisor.Effect.UNKNOWN, effect -> {
            append(new RunEvent.EffectTold(progress.events(), now(), started.call(), started.key(), effect));
            next();
        });
    }

    // What people do

    CompletionStage<Stop> cancel() {
        cancelled = true; // at once: the skill's stop does not wait for a disk
        post(() -> {
            Attempt running = attempt;
            if (running != null) {
                stop(running, RunEvent.StopReason.CANCELLED);
            } else if (doing != Doing.OVER) {
                stopPlanning();
                next();
            }
        });
        return stop.minimalCompletionStage();
    }

    void pause() {
        post(() -> {
            if (doing != Doing.OVER && !progress.paused()) {
                append(new RunEvent.Paused(progress.events(), now()));
            }
        });
    }

    void resume() {
        post(() -> {
            if (doing != Doing.OVER && progress.paused()) {
                append(new RunEvent.Resumed(progress.events(), now()));
                if (doing == Doing.HELD) {
                    held.run();
                }
            }
        });
    }

    void preempt(String task) {
        post(() -> {
            if (doing == Doing.OVER) {
                return;
            }
            append(new RunEvent.Preempted(progress.events(), now(), task));
            Attempt running = attempt;
            if (running != null) {
                stop(running, RunEvent.StopReason.NEW_TASK);
            } else {
                stopPlanning();
                next();
            }
        });
    }

    void amend(String text) {
        post(() -> {
            if (doing == Doing.OVER) {
                return;
            }
            append(new RunEvent.Amended(progress.events(), now(), text));
            if (doing != Doing.ACTING && doing != Doing.ASKING) {
                stopPlanning();
                next();
            }
        });
    }

    /** A person has cleared what a skill of this run blocked. */
    void cleared(String resource, String who) {
        handle(
                () -> { // here: it is in the journal when the person goes on
                    RunEvent.Cleared event = new RunEvent.Cleared(progress.events(), now(), resource, who);
                    if (doing == Doing.OVER) {
                        progress.apply(event);
                        journal.appendClosed(event);
                    } else {
                        append(event);
                    }
                });
    }

    CompletableFuture<PlanReport> completion() {
        return completion;
    }

    EventLog log() {
        return log;
    }

    // Time

    private void watchBudget() {
        budgetAlarm = new Alarm(
                nanos(remaining().time()),
                () -> post(() -> {
                    if (doing != Doing.OVER && !remaining().time().isZero()) {
                        watchBudget();
                    } else if (doing != Doing.OVER
                            && doing != Doing.ACTING) { // a skill's own limit is within the budget
                        finish(PlanEnding.BUDGET, "used up: time");
                    }
                }));
    }

    private void watchTime(Attempt running) {
        running.alarm(
                running.left(),
                () -> post(() -> {
                    if (attempt != running) {
                        return;
                    }
                    if (running.left() <= 0) {
                        stop(running, RunEvent.StopReason.TIMEOUT);
                    } else {
                        watchTime(running);
                    }
                }));
    }

    private void watchState(Attempt running) {
        BiPredicate<S, SkillCall> replan = options.replan();
        if (replan == null) {
            return;
        }
        running.alarm(
                WATCH_NANOS,
                () -> post(() -> {
                    if (attempt != running) {
                        return;
                    }
                    boolean holds = false;
                    try {
                        holds = replan.test(runner.state.get(), running.call());
                    } catch (RuntimeException e) {
                        LOG.warn(
                                "replan threw {}",
                                e.getClass().getName()); // the state is read again before the next step
                    }
                    if (holds) {
                        stop(running, RunEvent.StopReason.REPLAN);
                    } else {
                        watchState(running);
                    }
                }));
    }

    private Duration now() {
        return before.plusNanos(runner.nanos.getAsLong() - startedAt);
    }

    /** A budget without a limit of time is longer than nanoseconds can say. */
    private static long nanos(Duration time) {
        return time.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : time.toNanos();
    }

    // Budgets

    private Budget remaining() {
        Budget budget = options.limits().budget();
        long tokens =
                progress.spent().tokens() + options.recording().meter().get().tokens() - metered.tokens();
        Duration left = budget.time().minus(now());
        return new Budget(
                Math.max(0, budget.calls() - progress.directives()),
                Math.max(0, budget.tokens() - tokens),
                left.isNegative() ? Duration.ZERO : left);
    }

    private @Nullable String usedUp(Budget left) {
        if (left.calls() == 0 || left.tokens() == 0 || left.time().isZero()) {
            return "used up: " + (left.calls() == 0 ? "steps" : left.tokens() == 0 ? "tokens" : "time");
        }
        double money =
                progress.spent().money() + options.recording().meter().get().money() - metered.money();
        return money >= options.limits().money() ? "used up: money" : null;
    }

    /** What the models have used since this was asked last. */
    private ModelUsage used() {
        ModelUsage all = options.recording().meter().get();
        ModelUsage last = metered;
        metered = all;
        return new ModelUsage(
                all.calls() - last.calls(),
                all.tokensIn() - last.tokensIn(),
                all.tokensOut() - last.tokensOut(),
                all.billionths() - last.billionths(),
                all.time().minus(last.time()));
    }

    // Messages

    /** Journal, then state, then those who watch. */
    private void append(RunEvent event) {
        journal.append(event);
        progress.apply(event);
        try {
            options.recording().trace().accept(event);
        } catch (RuntimeException e) {
            LOG.warn("trace threw {}", e.getClass().getName());
            LOG.debug("trace", e);
        }
        log.add(event);
    }

    /** Goes on once others have answered, unless the run went on without them. */
    private <T> void await(Supplier<CompletionStage<T>> others, T otherwise, Consumer<T> then) {
        int mine = ++epoch;
        CompletionStage<T> stage;
        try {
            stage = Objects.requireNonNull(others.get(), "stage: null (expected: a stage)");
        } catch (RuntimeException e) {
            stage = CompletableFuture.failedFuture(e);
        }
        stage.whenComplete((answer, failure) -> {
            if (failure != null) {
                LOG.warn("supervisor failed with {}", failure.getClass().getName());
                LOG.debug("supervisor", failure);
            }
            post(() -> {
                if (epoch == mine) {
                    then.accept(failure == null && answer != null ? answer : otherwise);
                }
            });
        });
    }

    private void stopPlanning() {
        if (planning != null) {
            planning.interrupt();
            planning = null;
        }
    }

    private void execute(Runnable work, Consumer<RejectedExecutionException> rejected) {
        try {
            runner.executor.execute(work);
        } catch (RejectedExecutionException e) {
            rejected.accept(e);
        }
    }

    private void post(Runnable message) {
        mailbox.post(guarded(message));
    }

    private void handle(Runnable message) {
        mailbox.handle(guarded(message));
    }

    private Runnable guarded(Runnable message) {
        return () -> {
            try {
                message.run();
            } catch (RuntimeException | Error e) {
                broken(e);
            }
        };
    }
}
