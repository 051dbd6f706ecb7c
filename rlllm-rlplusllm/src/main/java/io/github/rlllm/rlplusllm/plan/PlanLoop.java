package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.Directive;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
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
    private final Mailbox mailbox;
    private final RunRecord record;
    private final Progress progress;
    private final Mask<S> mask;
    final PlanRun handle;
    private volatile boolean cancelled;

    private Doing doing = Doing.HELD;
    private Runnable held = this::next;
    /** Every wait has its own: what answers an earlier one comes too late. */
    private int epoch;

    private @Nullable Planning<S> planning;
    private @Nullable Attempt attempt;
    private @Nullable Alarm budgetAlarm;

    PlanLoop(PlanRunner<S> runner, PlanOptions<S> options, PlanJournal journal) {
        this.runner = runner;
        this.options = options;
        this.mailbox = new Mailbox(runner.executor, this::broken);
        EventLog log = new EventLog(runner.executor);
        this.record = new RunRecord(journal, log, options.recording(), options.limits(), runner.nanos);
        this.progress = record.progress();
        this.mask = new Mask<>(runner, options, progress);
        this.handle = new PlanRun(this, log);
    }

    void begin(String task) {
        String id = UUID.randomUUID().toString();
        record.add((number, at) -> new RunEvent.Started(number, at, task, options.seed(), id));
        mailbox.post(() -> {
            watchBudget();
            next();
        });
    }

    /** Goes on after what a journal says. */
    void recover(List<RunEvent> events) {
        record.replay(events);
        runner.blocked.block(progress.unstopped().keySet(), this);
        RunEvent.Finished over = progress.finished();
        if (over != null) {
            close(over);
            return;
        }
        record.add(RunEvent.Recovered::new);
        RunEvent open = progress.pending();
        mailbox.post(() -> {
            watchBudget();
            if (open instanceof RunEvent.Planned planned && mask.allows(planned.directive())) {
                carryOut(planned.directive());
            } else {
                next();
            }
        });
    }

    private void watchBudget() {
        budgetAlarm = new Alarm(record::nanosLeft, mailbox, () -> {
            if (doing != Doing.OVER && doing != Doing.ACTING) { // a skill's own limit is within the budget
                finish(PlanEnding.BUDGET, "used up: time");
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
        if (progress.paused() && record.nanosLeft() > 0) {
            return;
        }
        S state;
        boolean reached;
        List<SkillCall> allowed;
        try {
            state = Objects.requireNonNull(runner.state.get(), "state: null (expected: the present state)");
            reached = options.goal().test(state);
            allowed = reached ? List.of() : mask.allowed(state);
        } catch (RuntimeException e) {
            LOG.debug("state", e);
            finish(PlanEnding.UNAVAILABLE, "state: " + e);
            return;
        }
        int failures = progress.failures().size();
        String usedUp = record.usedUp();
        if (reached) {
            finish(PlanEnding.GOAL, "the goal holds");
        } else if (failures >= options.limits().patience()) {
            finish(PlanEnding.NO_PROGRESS, failures + " skills in a row failed");
        } else if (usedUp != null) {
            finish(PlanEnding.BUDGET, usedUp);
        } else if (progress.pending() instanceof RunEvent.SkillStarted brokenOff) {
            askWhatHappened(brokenOff);
        } else if (allowed.isEmpty() && !runner.blocked.all().isEmpty()) {
            finish(PlanEnding.UNAVAILABLE, runner.blocked.all() + " wait for a person to clear them");
        } else {
            plan(state, allowed);
        }
    }

    /** Asks the planner in a thread of the executor, which is interrupted where the answer is not needed any more. */
    private void plan(S state, List<SkillCall> allowed) {
        doing = Doing.PLANNING;
        int asked = epoch;
        SplittableRandom rng = new SplittableRandom(progress.seed() + 0x9E3779B97F4A7C15L * progress.directives());
        Planning<S> question = new Planning<>(
                runner.planner,
                control -> new PlanContext<>(
                        progress.task(), state, progress.history(), allowed, record.remaining(), control, rng),
                () -> cancelled);
        planning = question;
        execute(() -> {
            question.run();
            mailbox.handle(() -> {
                if (epoch == asked) { // nobody said anything meanwhile
                    planned(question);
                }
            });
        });
    }

    private void planned(Planning<S> question) {
        planning = null;
        Directive directive = question.answer();
        if (cancelled) {
            finishCancelled();
        } else if (directive != null) {
            record.add((number, at) -> new RunEvent.Planned(number, at, directive, record.used()));
            carryOut(directive);
        } else {
            RuntimeException cause = question.failure();
            String name = cause.getClass().getName();
            LOG.warn("planner failed with {} (its message is in the run's events)", name);
            PlannerFailed failed = new PlannerFailed(cause);
            record.add((number, at) -> new RunEvent.PlanningFailed(number, at, failed, record.used()));
            finish(PlanEnding.PLANNING_FAILED, cause.toString());
        }
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

    private void ask(String question) {
        record.add((number, at) -> new RunEvent.Asked(number, at, question));
        doing = Doing.ASKING;
        await(() -> options.supervisor().answer(question), "no answer", answer -> {
            record.add((number, at) -> new RunEvent.Answered(number, at, answer));
            next();
        });
    }

    private void invoke(SkillCall call) {
        Skill<S> skill = runner.library.skill(call);
        if (!options.approval().test(skill.hazard())) {
            start(skill, call);
            return;
        }
        record.add((number, at) -> new RunEvent.ApprovalAsked(number, at, call, skill.hazard()));
        doing = Doing.APPROVING;
        await(() -> options.supervisor().approves(call, skill.hazard()), false, approved -> {
            if (approved) {
                record.add((number, at) -> new RunEvent.ApprovalGiven(number, at, call));
                start(skill, call);
            } else {
                record.add((number, at) -> new RunEvent.ApprovalRefused(number, at, call));
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
        RunEvent.SkillStarted started =
                record.add((number, at) -> new RunEvent.SkillStarted(number, at, call, progress.id() + "-" + number));
        doing = Doing.ACTING;
        long limit = Math.min(RunRecord.nanos(skill.timeout()), record.nanosLeft());
        Attempt begun = new Attempt(skill, call, started.key(), () -> cancelled, runner.nanos, limit);
        attempt = begun;
        begun.add(new Alarm(begun::left, mailbox, () -> stop(begun, RunEvent.StopReason.TIMEOUT)));
        if (options.replan() != null) {
            begun.add(new Alarm(
                    () -> mask.overtaken(call) ? 0 : WATCH_NANOS,
                    mailbox,
                    () -> stop(begun, RunEvent.StopReason.REPLAN)));
        }
        execute(() -> begun.run(mailbox, result -> ended(begun, result)));
    }

    /** Control first, then an interrupt, then {@link #notStopped}. */
    private void stop(Attempt running, RunEvent.StopReason reason) {
        if (running.stopped() != null) {
            return;
        }
        record.add((number, at) -> new RunEvent.StopAsked(number, at, running.call(), running.key(), reason));
        running.stop(reason);
        long time = RunRecord.nanos(running.skill().stopTimeout());
        running.add(Alarm.after(time / 2, mailbox, running::interrupt));
        running.add(Alarm.after(time, mailbox, () -> notStopped(running)));
    }

    private void notStopped(Attempt running) {
        over(running);
        Set<String> resources = running.skill().resources();
        runner.blocked.block(resources, this);
        LOG.warn("{} did not stop: {} wait for a person to clear them", running.call(), resources);
        record.add((number, at) -> new RunEvent.NotStopped(number, at, running.call(), running.key(), resources));
        next();
    }

    private void ended(Attempt running, SkillResult result) {
        if (attempt != running) {
            LOG.info("{} ended at last; its resources wait for a person to clear them", running.call());
            return;
        }
        over(running);
        record.add((number, at) -> new RunEvent.SkillEnded(number, at, running.call(), running.key(), result));
        next();
    }

    private void over(Attempt running) {
        running.over();
        attempt = null;
    }

    private void finishCancelled() {
        if (progress.unstopped().isEmpty()) {
            finish(PlanEnding.CANCELLED, "cancelled after step " + progress.directives());
        } else {
            finish(PlanEnding.NOT_STOPPED, progress.unstopped().keySet() + " wait for a person to clear them");
        }
    }

    private void finish(PlanEnding ending, String reason) {
        close(record.add((number, at) -> new RunEvent.Finished(number, at, ending, reason, record.used())));
    }

    private void close(RunEvent.Finished over) {
        shut(null);
        handle.end(progress.report(over), progress.unstopped().values());
    }

    private void shut(@Nullable Throwable failure) {
        epoch++;
        doing = Doing.OVER;
        stopPlanning();
        if (budgetAlarm != null) {
            budgetAlarm.off();
        }
        if (attempt != null) {
            over(attempt);
        }
        record.close(failure);
    }

    /** The journal cannot be written, or a function of the options threw: nothing may go on that nobody writes down. */
    private void broken(Throwable failure) {
        LOG.debug("broken", failure);
        if (doing != Doing.OVER) {
            cancelled = true;
            if (attempt != null) {
                attempt.interrupt();
                runner.blocked.block(attempt.skill().resources(), this);
            }
            shut(failure);
        }
        handle.fail(failure);
    }

    private void askWhatHappened(RunEvent.SkillStarted started) {
        doing = Doing.ASKING;
        SkillCall call = started.call();
        String key = started.key();
        await(() -> options.supervisor().effect(call, key), Supervisor.Effect.UNKNOWN, effect -> {
            record.add((number, at) -> new RunEvent.EffectTold(number, at, call, key, effect));
            next();
        });
    }

    // What people do

    void cancel() {
        cancelled = true; // at once: the skill's stop does not wait for a disk
        said(() -> breakOff(RunEvent.StopReason.CANCELLED));
    }

    void preempt(String task) {
        said(() -> {
            record.add((number, at) -> new RunEvent.Preempted(number, at, task));
            breakOff(RunEvent.StopReason.NEW_TASK);
        });
    }

    /** Stops the skill, or goes on at once where none runs. */
    private void breakOff(RunEvent.StopReason reason) {
        if (attempt != null) {
            stop(attempt, reason);
        } else {
            planAnew();
        }
    }

    private void planAnew() {
        stopPlanning();
        next();
    }

    void amend(String text) {
        said(() -> {
            record.add((number, at) -> new RunEvent.Amended(number, at, text));
            if (doing != Doing.ACTING && doing != Doing.ASKING) {
                planAnew();
            }
        });
    }

    void pause() {
        said(() -> {
            if (!progress.paused()) {
                record.add(RunEvent.Paused::new);
            }
        });
    }

    void resume() {
        said(() -> {
            if (progress.paused()) {
                record.add(RunEvent.Resumed::new);
                if (doing == Doing.HELD) {
                    held.run();
                }
            }
        });
    }

    /** A person has cleared what a skill of this run blocked. In this thread: it is in the journal when the person goes on. */
    void cleared(String resource, String who) {
        mailbox.handle(() -> {
            if (doing != Doing.OVER) {
                record.add((number, at) -> new RunEvent.Cleared(number, at, resource, who));
            } else {
                record.addAfterEnd((number, at) -> new RunEvent.Cleared(number, at, resource, who));
            }
        });
    }

    /** What people say to a run that is not over. */
    private void said(Runnable message) {
        mailbox.post(() -> {
            if (doing != Doing.OVER) {
                message.run();
            }
        });
    }

    /** Goes on once others have answered, unless the run went on without them. */
    private <T> void await(Supplier<CompletionStage<T>> others, T otherwise, Consumer<T> then) {
        int mine = ++epoch;
        mailbox.await(others, otherwise, answer -> {
            if (epoch == mine) {
                then.accept(answer);
            }
        });
    }

    private void stopPlanning() {
        if (planning != null) {
            planning.interrupt();
            planning = null;
        }
    }

    private void execute(Runnable work) {
        try {
            runner.executor.execute(work);
        } catch (RejectedExecutionException e) {
            finish(PlanEnding.UNAVAILABLE, "executor: " + e);
        }
    }
}
