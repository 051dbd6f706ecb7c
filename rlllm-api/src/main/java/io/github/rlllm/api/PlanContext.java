package io.github.rlllm.api;

import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * What a planner knows when it chooses. A class and not a record, so that it can grow without breaking planners.
 * Immutable but for the generator.
 *
 * @param <S> the type of the state
 */
public final class PlanContext<S> {
    private final String task;
    private final S state;
    private final List<PlanEvent> history;
    private final List<SkillCall> allowed;
    private final Budget remaining;
    private final Control control;
    private final RandomGenerator rng;

    /**
     * A context.
     *
     * @param task what is asked for, in words
     * @param state the present state
     * @param history what happened so far, oldest first
     * @param allowed the calls that may be invoked now
     * @param remaining what may still be spent
     * @param control says when to stop
     * @param rng the planner's only source of randomness
     */
    public PlanContext(
            String task,
            S state,
            List<? extends PlanEvent> history,
            List<SkillCall> allowed,
            Budget remaining,
            Control control,
            RandomGenerator rng) {
        this.task = Objects.requireNonNull(task, "task");
        this.state = Objects.requireNonNull(state, "state");
        this.history = List.copyOf(history);
        this.allowed = List.copyOf(allowed);
        this.remaining = Objects.requireNonNull(remaining, "remaining");
        this.control = Objects.requireNonNull(control, "control");
        this.rng = Objects.requireNonNull(rng, "rng");
    }

    /**
     * What is asked for.
     *
     * @return the task in words
     */
    public String task() {
        return task;
    }

    /**
     * The present state.
     *
     * @return the state
     */
    public S state() {
        return state;
    }

    /**
     * What happened so far.
     *
     * @return oldest first
     */
    public List<PlanEvent> history() {
        return history;
    }

    /**
     * The calls that may be invoked now; everything else is masked.
     *
     * @return may be empty
     */
    public List<SkillCall> allowed() {
        return allowed;
    }

    /**
     * What may still be spent.
     *
     * @return the rest of the budget
     */
    public Budget remaining() {
        return remaining;
    }

    /**
     * Says when to stop.
     *
     * @return the control
     */
    public Control control() {
        return control;
    }

    /**
     * The planner's only source of randomness.
     *
     * @return the generator
     */
    public RandomGenerator rng() {
        return rng;
    }
}
