package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Directive;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.SkillCall;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One question to a planner, and the control that the planner looks at: cancelled with its run, or once its answer is not
 * needed any more. Thread-safe; the answer is there after {@link #run}.
 */
final class Planning<S> implements Control {
    private final Planner<S> planner;
    private final PlanContext<S> context;
    private final BooleanSupplier runCancelled;
    private final Work work = new Work(this::ask);
    private @Nullable Directive answer;
    private @Nullable RuntimeException failure;

    /**
     * A question that was not asked yet.
     *
     * @param planner to be asked
     * @param context made for this as its control
     * @param runCancelled whether the whole run is
     */
    Planning(Planner<S> planner, Function<Control, PlanContext<S>> context, BooleanSupplier runCancelled) {
        this.planner = planner;
        this.context = context.apply(this);
        this.runCancelled = runCancelled;
    }

    @Override
    public boolean cancelled() {
        return runCancelled.getAsBoolean() || work.interrupted();
    }

    /** Asks in this thread. */
    void run() {
        work.run();
    }

    private void ask() {
        try {
            Directive directive = planner.next(context);
            SkillCall call = invoked(Objects.requireNonNull(directive, "directive: null (expected: a directive)"));
            List<SkillCall> allowed = context.allowed();
            if (call != null && !allowed.contains(call)) {
                throw new IllegalArgumentException(
                        "call: " + call + " (expected: one of the " + allowed.size() + " allowed)");
            }
            answer = directive;
        } catch (RuntimeException e) {
            failure = e;
        } catch (Error e) {
            failure = new IllegalStateException(e.toString(), e);
        }
    }

    /** What a directive wants to invoke; null where it wants something else. */
    static @Nullable SkillCall invoked(Directive directive) {
        return directive.<@Nullable SkillCall>fold(call -> call, question -> null, () -> null, reason -> null);
    }

    /** An allowed directive; null where there is a failure. */
    @Nullable
    Directive answer() {
        return answer;
    }

    RuntimeException failure() {
        return failure == null ? new IllegalStateException("no answer (expected: a directive)") : failure;
    }

    void interrupt() {
        work.interrupt();
    }
}
