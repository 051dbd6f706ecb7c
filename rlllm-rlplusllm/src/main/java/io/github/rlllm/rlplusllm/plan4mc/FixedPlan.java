package io.github.rlllm.rlplusllm.plan4mc;

import io.github.rlllm.api.Directive;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.SkillCall;

/**
 * The control without replanning: the skills of one plan, each once and in order, whatever came of those before. At its end it
 * says done, which only the inventory can confirm. Immutable and thread-safe.
 */
public final class FixedPlan implements Planner<Inventory> {
    private final SkillPlan plan;

    /**
     * A planner.
     *
     * @param plan what is run; complete
     * @throws IllegalArgumentException if something is missing in the plan
     */
    public FixedPlan(SkillPlan plan) {
        if (!plan.complete()) {
            throw new IllegalArgumentException("plan: missing " + plan.missing() + " (expected: a complete plan)");
        }
        this.plan = plan;
    }

    @Override
    public Directive next(PlanContext<Inventory> context) {
        long executed =
                context.history().stream().filter(event -> event.call() != null).count();
        if (executed >= plan.steps().size()) {
            return Directive.done();
        }
        SkillCall call = SkillCall.of(plan.steps().get((int) executed).name());
        return context.allowed().contains(call)
                ? Directive.invoke(call)
                : Directive.giveUp("the plan goes on with " + call + ", which is not allowed");
    }
}
