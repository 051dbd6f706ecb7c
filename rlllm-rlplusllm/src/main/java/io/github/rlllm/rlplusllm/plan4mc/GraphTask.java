package io.github.rlllm.rlplusllm.plan4mc;

import io.github.rlllm.api.SkillCall;
import io.github.rlllm.rlplusllm.plan.Fact;
import io.github.rlllm.rlplusllm.plan.export.BehaviorTree;
import io.github.rlllm.rlplusllm.plan.export.PlanningTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Skill graphs and their plans for other programs: what {@link io.github.rlllm.rlplusllm.plan.export} writes. What is near is
 * set, to 0 or 1, and finding sets everything else near to 0, as {@link Inventory#after} does.
 */
public final class GraphTask {
    private GraphTask() {}

    /**
     * A task of a graph.
     *
     * @param name of the task
     * @param graph the skills
     * @param start what is there
     * @param target the item
     * @param count how many of it, at least 1
     * @return the task
     * @throws IllegalArgumentException if the target is no item of the graph, or count is below 1
     */
    public static PlanningTask of(String name, SkillGraph graph, Inventory start, String target, int count) {
        Set<String> items = new LinkedHashSet<>(start.counts().keySet());
        for (GraphSkill skill : graph.skills()) {
            items.addAll(skill.consume().keySet());
            items.addAll(skill.require().keySet());
            items.addAll(skill.obtain().keySet());
        }
        if (count < 1 || !items.contains(target)) {
            throw new IllegalArgumentException(
                    "target: " + count + " " + target + " (expected: at least 1 of " + items + ")");
        }
        List<PlanningTask.Action> actions = new ArrayList<>();
        graph.skills().forEach(skill -> actions.add(action(skill, items)));
        Map<String, List<Set<String>>> forms = new LinkedHashMap<>();
        items.forEach(item -> forms.put(item, List.of()));
        Map<Fact, Integer> counts = new LinkedHashMap<>();
        start.counts().forEach((item, number) -> counts.put(fact(item), number));
        return new PlanningTask(name, Map.of(), forms, actions, counts, Map.of(fact(target), count));
    }

    /**
     * A plan as calls.
     *
     * @param plan what the search found
     * @return a call without arguments for each step
     */
    public static List<SkillCall> calls(SkillPlan plan) {
        return plan.steps().stream().map(skill -> SkillCall.of(skill.name())).toList();
    }

    /**
     * A plan as steps of a behaviour tree.
     *
     * @param plan what the search found
     * @param timeout of every skill, positive
     * @return the steps
     */
    public static List<BehaviorTree.Step> steps(SkillPlan plan, Duration timeout) {
        return plan.steps().stream()
                .map(skill -> new BehaviorTree.Step(skill.name(), Map.of(), timeout))
                .toList();
    }

    private static PlanningTask.Action action(GraphSkill skill, Set<String> items) {
        Map<Fact, Integer> needs = new LinkedHashMap<>();
        Map<Fact, Integer> changes = new LinkedHashMap<>();
        Map<Fact, Integer> sets = new LinkedHashMap<>();
        skill.consume().forEach((item, count) -> needs.merge(fact(item), count, Math::max));
        skill.require().forEach((item, count) -> needs.merge(fact(item), count, Math::max));
        for (String item : items) {
            int consumed = skill.consume().getOrDefault(item, 0);
            int obtained = skill.obtain().getOrDefault(item, 0);
            if (!GraphSkill.nearby(item)) {
                if (obtained != consumed) {
                    changes.put(fact(item), obtained - consumed);
                }
            } else if (obtained > 0) {
                sets.put(fact(item), 1);
            } else if (consumed > 0 || skill.kind() == GraphSkill.Kind.FIND) {
                sets.put(fact(item), 0);
            }
        }
        return new PlanningTask.Action(skill.name(), List.of(), needs, changes, sets);
    }

    private static Fact fact(String item) {
        return new Fact(item, List.of());
    }
}
