package io.github.rlllm.rlplusllm.plan4mc;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.rlplusllm.plan.SkillLibrary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * The skills of a graph for a {@link io.github.rlllm.rlplusllm.plan.PlanRunner}. What a skill needs is looked up before it
 * runs, and what it claims to have made is looked up after it: a success that left nothing is a failure.
 */
public final class GraphSkills {
    private GraphSkills() {}

    /**
     * A library.
     *
     * @param graph the skills
     * @param work runs a skill of the graph, in the caller's thread
     * @param inventory what is really there, whenever it is asked
     * @param timeout of every skill, positive
     * @return a skill without parameters for each of the graph, whose affordance is 1 where its needs are there and 0 where not
     */
    public static SkillLibrary<Inventory> library(
            SkillGraph graph,
            BiFunction<GraphSkill, Control, SkillResult> work,
            Supplier<Inventory> inventory,
            Duration timeout) {
        Set<String> items = new HashSet<>();
        List<Skill<Inventory>> skills = new ArrayList<>();
        for (GraphSkill skill : graph.skills()) {
            Map<String, Integer> needs = new HashMap<>(skill.consume());
            skill.require().forEach((item, count) -> needs.merge(item, count, Math::max));
            Map<String, Integer> effects = new HashMap<>(skill.obtain());
            skill.consume().forEach((item, count) -> effects.merge(item, -count, Integer::sum));
            effects.values().removeIf(change -> change == 0);
            items.addAll(needs.keySet());
            items.addAll(skill.obtain().keySet());
            skills.add(Skill.<Inventory>named(skill.name())
                    .requires(needs)
                    .yields(effects)
                    .timeout(timeout)
                    .affordance((now, arguments) -> now.allows(skill) ? 1 : 0)
                    .does((call, control) -> run(skill, work, inventory, control)));
        }
        return new SkillLibrary<>(Map.of(), items, skills);
    }

    private static SkillResult run(
            GraphSkill skill,
            BiFunction<GraphSkill, Control, SkillResult> work,
            Supplier<Inventory> inventory,
            Control control) {
        Inventory before = inventory.get();
        if (!before.allows(skill)) {
            return new SkillResult(SkillResult.Status.PRECONDITION, "lacks " + lacking(skill, before));
        }
        SkillResult result = work.apply(skill, control);
        if (result.success()) {
            Inventory after = inventory.get();
            for (Map.Entry<String, Integer> made : skill.obtain().entrySet()) {
                String item = made.getKey();
                int expected = GraphSkill.nearby(item)
                        ? 1
                        : before.count(item) - skill.consume().getOrDefault(item, 0) + made.getValue();
                if (after.count(item) < expected) {
                    String reason = item + ": " + after.count(item) + " after success (expected: >= " + expected + ")";
                    return new SkillResult(SkillResult.Status.FAILED, reason);
                }
            }
        }
        return result;
    }

    /** What a skill needs more, such as {@code 2 planks, table_nearby}. */
    private static String lacking(GraphSkill skill, Inventory now) {
        List<String> lacking = new ArrayList<>();
        List.of(skill.consume(), skill.require())
                .forEach(needs -> needs.forEach((item, count) -> {
                    if (now.count(item) < count) {
                        lacking.add(GraphSkill.nearby(item) ? item : count - now.count(item) + " " + item);
                    }
                }));
        return String.join(", ", lacking);
    }
}
