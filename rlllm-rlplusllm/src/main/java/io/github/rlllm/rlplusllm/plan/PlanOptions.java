package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.SkillCall;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * How a plan is run.
 *
 * @param <S> the type of the state
 * @param limits where it ends at the latest
 * @param forbidden calls that are never offered and never run, whatever a prompt says
 * @param goal ends the run where it holds, besides the planner's own done; never by default
 * @param supervisor approves hazards and answers questions
 * @param tokens tokens that the planner's models have used since they were made; 0 where nobody meters
 * @param trace sees every event at once, in the run's thread, also those that planners are not told
 */
public record PlanOptions<S>(
        Limits limits,
        Predicate<SkillCall> forbidden,
        Predicate<S> goal,
        Supervisor supervisor,
        LongSupplier tokens,
        Consumer<PlanEvent> trace) {
    /** Checks the record. */
    public PlanOptions {
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(forbidden, "forbidden");
        Objects.requireNonNull(goal, "goal");
        Objects.requireNonNull(supervisor, "supervisor");
        Objects.requireNonNull(tokens, "tokens");
        Objects.requireNonNull(trace, "trace");
    }

    /**
     * Nothing forbidden, no goal but done, nobody watching.
     *
     * @param <S> the type of the state
     * @return {@link Limits#defaults()} and {@link Supervisor#absent()}
     */
    public static <S> PlanOptions<S> defaults() {
        return new PlanOptions<>(
                Limits.defaults(), call -> false, state -> false, Supervisor.absent(), () -> 0L, event -> {});
    }

    /**
     * The same with other limits.
     *
     * @param value the limits
     * @return a changed copy
     */
    public PlanOptions<S> withLimits(Limits value) {
        return new PlanOptions<>(value, forbidden, goal, supervisor, tokens, trace);
    }

    /**
     * The same with forbidden calls.
     *
     * @param value true for what must never run
     * @return a changed copy
     */
    public PlanOptions<S> withForbidden(Predicate<SkillCall> value) {
        return new PlanOptions<>(limits, value, goal, supervisor, tokens, trace);
    }

    /**
     * The same with a goal.
     *
     * @param value true where the task is fulfilled
     * @return a changed copy
     */
    public PlanOptions<S> withGoal(Predicate<S> value) {
        return new PlanOptions<>(limits, forbidden, value, supervisor, tokens, trace);
    }

    /**
     * The same with a supervisor.
     *
     * @param value who approves and answers
     * @return a changed copy
     */
    public PlanOptions<S> withSupervisor(Supervisor value) {
        return new PlanOptions<>(limits, forbidden, goal, value, tokens, trace);
    }

    /**
     * The same with a meter.
     *
     * @param value tokens used so far
     * @return a changed copy
     */
    public PlanOptions<S> withTokens(LongSupplier value) {
        return new PlanOptions<>(limits, forbidden, goal, supervisor, value, trace);
    }

    /**
     * The same with a trace.
     *
     * @param value sees every event
     * @return a changed copy
     */
    public PlanOptions<S> withTrace(Consumer<PlanEvent> value) {
        return new PlanOptions<>(limits, forbidden, goal, supervisor, tokens, value);
    }
}
