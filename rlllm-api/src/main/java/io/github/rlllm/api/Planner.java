package io.github.rlllm.api;

/**
 * Chooses what to do next. Thread-safe, and deterministic given the context and the answers of its models: all memory is
 * in the context's history.
 *
 * @param <S> the type of the state
 */
@FunctionalInterface
public interface Planner<S> {
    /**
     * The next directive.
     *
     * @param context what is known
     * @return what to do; an invoked call is one of {@link PlanContext#allowed()}
     */
    Directive next(PlanContext<S> context);
}
