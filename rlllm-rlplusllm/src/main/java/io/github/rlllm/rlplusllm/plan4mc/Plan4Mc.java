package io.github.rlllm.rlplusllm.plan4mc;

import io.github.rlllm.api.Directive;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Plan4MC's loop (Yuan et al. 2023, section 4.3): search the skill graph from what is really there, run the first skill of the
 * plan, look again. Skills that fail, and skills that bring more than they promise, change the next plan and nothing else.
 *
 * <p>The runner executes; {@link GraphSkills} gives it the skills. The released program repeats a skill that always fails for
 * ever; this one gives up once a skill has failed {@link Plan4McConfig#patience} times since it last succeeded. Immutable and
 * thread-safe.
 */
public final class Plan4Mc implements Planner<Inventory> {
    private final SkillSearch search;
    private final String target;
    private final int count;
    private final Plan4McConfig config;

    /**
     * A planner for one target.
     *
     * @param graph the skills
     * @param target the item that is wanted
     * @param count how many of it, at least 1; 1 for what is near
     * @param config settings
     */
    public Plan4Mc(SkillGraph graph, String target, int count, Plan4McConfig config) {
        this.search = new SkillSearch(graph, config.longest());
        this.target = Objects.requireNonNull(target, "target");
        this.count = count;
        this.config = config;
    }

    /**
     * The plan from where one is.
     *
     * @param inventory what is there
     * @return all its skills, or what is missing
     */
    public SkillPlan plan(Inventory inventory) {
        return search.plan(inventory, target, count);
    }

    /** The first skill of a plan from the real inventory. */
    @Override
    public Directive next(PlanContext<Inventory> context) {
        Inventory inventory = context.state();
        if (inventory.count(target) >= count) {
            return Directive.done();
        }
        String stuck = stuck(context.history());
        if (stuck != null) {
            return Directive.giveUp("no progress: " + stuck);
        }
        SkillPlan plan = plan(inventory);
        if (!plan.complete()) {
            return Directive.giveUp("missing: " + plan.missing());
        }
        SkillCall call = SkillCall.of(plan.steps().get(0).name());
        return context.allowed().contains(call)
                ? Directive.invoke(call)
                : Directive.giveUp("the plan goes on with " + call + ", which is not allowed");
    }

    /** The skill that failed too often since it last succeeded, in words; null where there is none. */
    private @Nullable String stuck(List<? extends PlanEvent> history) {
        Map<SkillCall, Integer> failures = new HashMap<>();
        for (PlanEvent event : history) {
            SkillCall call = event.call();
            SkillResult result = event.result();
            if (call != null && result != null) {
                int failed = result.success() ? 0 : failures.getOrDefault(call, 0) + 1;
                failures.put(call, failed);
                if (failed >= config.patience()) {
                    return call + " failed " + failed + " times since it last succeeded";
                }
            }
        }
        return null;
    }
}
