package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.Budget;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.Directive;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a planner against skills until it is done or a limit is met. Immutable; each run has its own state, and runs may
 * be parallel where their skills and worlds are.
 *
 * <p>A skill's timeout is part of the control that the skill is given: it reads cancelled from then on. The runner waits
 * until the skill has acknowledged and never starts the next one while the last may still act.
 *
 * @param <S> the type of the state
 */
public final class PlanRunner<S> {
    private static final Logger LOG = LoggerFactory.getLogger(PlanRunner.class);

    private final SkillLibrary<S> library;
    private final Planner<S> planner;
    private final PlanOptions<S> options;
    private final Executor executor;
    private final LongSupplier nanos;

    /**
     * A runner.
     *
     * @param library the skills
     * @param planner chooses
     * @param options limits, masks and people
     * @param executor runs the plan; each run keeps one of its threads for its whole length
     * @param nanos a monotonic clock in nanoseconds, such as {@code System::nanoTime}
     */
    public PlanRunner(
            SkillLibrary<S> library,
            Planner<S> planner,
            PlanOptions<S> options,
            Executor executor,
            LongSupplier nanos) {
        this.library = Objects.requireNonNull(library, "library");
        this.planner = Objects.requireNonNull(planner, "planner");
        this.options = Objects.requireNonNull(options, "options");
        this.executor = Objects.requireNonNull(executor, "executor");
        this.nanos = Objects.requireNonNull(nanos, "nanos");
    }

    /**
     * Starts a run.
     *
     * @param task what is asked for, in words
     * @param state the present state whenever it is asked
     * @param rng the planner's source of randomness, from now on the run's own
     * @return the handle
     */
    public PlanRun start(String task, Supplier<S> state, RandomGenerator rng) {
        PlanRun run = new PlanRun(executor);
        executor.execute(() -> {
            try {
                run.end(new Loop(task, state, rng, run).run());
            } catch (RuntimeException | Error failure) {
                run.fail(failure);
            }
        });
        return run;
    }

    /**
     * Runs in the caller's thread.
     *
     * @param task what is asked for, in words
     * @param state the present state whenever it is asked
     * @param rng the planner's source of randomness
     * @return the report
     */
    public PlanReport run(String task, Supplier<S> state, RandomGenerator rng) {
        return new Loop(task, state, rng, new PlanRun(Runnable::run)).run();
    }

    /** One run. */
    private final class Loop {
        private final String task;
        private final Supplier<S> state;
        private final RandomGenerator rng;
        private final PlanRun run;
        private final Control control;
        private final long started = nanos.getAsLong();
        private final long tokensBefore = options.tokens().getAsLong();
        private final List<PlanEvent> history = new ArrayList<>();
        private final Map<SkillCall, Integer> invoked = new HashMap<>();
        private final Set<SkillCall> refused = new HashSet<>();
        private int directives;
        private int failures;

        Loop(String task, Supplier<S> state, RandomGenerator rng, PlanRun run) {
            this.task = task;
            this.state = state;
            this.rng = rng;
            this.run = run;
            this.control = run.control();
        }

        PlanReport run() {
            @Nullable PlanReport end = null;
            while (end == null) {
                run.awaitUnpaused();
                end = step();
            }
            tell(PlanEvent.said("runner", end.ending() + ": " + end.reason()));
            return end;
        }

        /** One directive; null while the run goes on. */
        private @Nullable PlanReport step() {
            if (control.cancelled()) {
                return end(PlanEnding.CANCELLED, "cancelled before step " + directives);
            }
            S now = state.get();
            if (options.goal().test(now)) {
                return end(PlanEnding.GOAL, "the goal holds");
            }
            if (failures >= options.limits().patience()) {
                return end(PlanEnding.NO_PROGRESS, failures + " skills in a row failed");
            }
            Budget left = remaining();
            if (left.calls() == 0 || left.tokens() == 0 || left.time().isZero()) {
                return end(PlanEnding.BUDGET, "left: " + left);
            }
            List<SkillCall> allowed = allowed(now);
            Directive directive;
            directives++;
            try {
                PlanContext<S> context = new PlanContext<>(task, now, history, allowed, left, control, rng);
                directive = Objects.requireNonNull(planner.next(context), "directive: null (expected: a directive)");
            } catch (RuntimeException failure) {
                return plannerFailed(failure, failure.toString());
            }
            if (control.cancelled()) {
                return end(PlanEnding.CANCELLED, "cancelled while planning step " + directives);
            }
            return directive.<@Nullable PlanReport>fold(
                    call -> invoke(call, allowed),
                    question -> {
                        tell(PlanEvent.said("planner", question));
                        remember(PlanEvent.said("answer", options.supervisor().answer(question)));
                        return null;
                    },
                    () -> end(PlanEnding.DONE, "the planner says done"),
                    reason -> end(PlanEnding.GAVE_UP, reason));
        }

        private @Nullable PlanReport invoke(SkillCall call, List<SkillCall> allowed) {
            if (!allowed.contains(call)) {
                String reason = "call: " + call + " (expected: one of the " + allowed.size() + " allowed)";
                return plannerFailed(new IllegalArgumentException(reason), reason);
            }
            Skill<S> skill = library.skill(call);
            if (!options.supervisor().approves(call, skill.hazard())) {
                refused.add(call);
                remember(PlanEvent.said("supervisor", "refuses " + call));
                return null;
            }
            if (control.cancelled()) {
                return end(PlanEnding.CANCELLED, "cancelled before " + call);
            }
            tell(PlanEvent.said("runner", "starts " + call));
            invoked.merge(call, 1, Integer::sum);
            SkillResult result = execute(skill, call);
            remember(PlanEvent.executed(call, result));
            failures = result.success() ? 0 : failures + 1;
            return null;
        }

        private SkillResult execute(Skill<S> skill, SkillCall call) {
            long start = nanos.getAsLong();
            long limit = Math.min(
                    skill.timeout().toNanos(), saturatedNanos(remaining().time()));
            Control until = () -> control.cancelled() || nanos.getAsLong() - start >= limit;
            SkillResult result;
            try {
                result = skill.start(call, until).toCompletableFuture().join();
            } catch (CompletionException failure) {
                LOG.debug("skill failed", failure);
                result = new SkillResult(SkillResult.Status.FAILED, String.valueOf(failure.getCause()));
            } catch (RuntimeException failure) {
                LOG.debug("skill failed", failure);
                result = new SkillResult(SkillResult.Status.FAILED, failure.toString());
            }
            boolean stoppedByTime = result.status() == SkillResult.Status.CANCELLED && !control.cancelled();
            return stoppedByTime
                    ? new SkillResult(SkillResult.Status.TIMEOUT, "stopped after " + Duration.ofNanos(limit))
                    : result;
        }

        private List<SkillCall> allowed(S now) {
            List<SkillCall> allowed = new ArrayList<>();
            double floor = options.limits().floor();
            for (SkillCall call : library.calls()) {
                if (!options.forbidden().test(call)
                        && !refused.contains(call)
                        && invoked.getOrDefault(call, 0) < options.limits().repeats()
                        && (floor == 0 || library.affordance(now, call) >= floor)) {
                    allowed.add(call);
                }
            }
            return allowed;
        }

        private Budget remaining() {
            Budget budget = options.limits().budget();
            long spentTokens = options.tokens().getAsLong() - tokensBefore;
            Duration left = budget.time().minus(Duration.ofNanos(nanos.getAsLong() - started));
            return new Budget(
                    Math.max(0, budget.calls() - directives),
                    Math.max(0, budget.tokens() - spentTokens),
                    left.isNegative() ? Duration.ZERO : left);
        }

        private PlanReport plannerFailed(RuntimeException failure, String reason) {
            LOG.warn(
                    "planner failed with {} (its message is in the run's last event)",
                    failure.getClass().getName());
            remember(new PlannerFailed(failure));
            return end(PlanEnding.PLANNING_FAILED, reason);
        }

        private PlanReport end(PlanEnding ending, String reason) {
            return new PlanReport(ending, reason, history, directives);
        }

        private void remember(PlanEvent event) {
            history.add(event);
            tell(event);
        }

        private void tell(PlanEvent event) {
            options.trace().accept(event);
            run.publish(event);
        }
    }

    /** A budget without a limit of time is longer than nanoseconds can say. */
    private static long saturatedNanos(Duration time) {
        return time.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : time.toNanos();
    }
}
