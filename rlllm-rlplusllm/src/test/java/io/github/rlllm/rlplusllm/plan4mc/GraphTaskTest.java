package io.github.rlllm.rlplusllm.plan4mc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.rlplusllm.plan.Fact;
import io.github.rlllm.rlplusllm.plan.export.Pddl;
import io.github.rlllm.rlplusllm.plan.export.PlanningTask;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class GraphTaskTest {
    private static GraphSkill skill(
            String name,
            GraphSkill.Kind kind,
            Map<String, Integer> consume,
            Map<String, Integer> require,
            Map<String, Integer> obtain) {
        return new GraphSkill(name, kind, consume, require, List.of(), obtain);
    }

    private static final SkillGraph GRAPH = new SkillGraph(
            List.of(
                    skill("tree_nearby", GraphSkill.Kind.FIND, Map.of(), Map.of(), Map.of("tree_nearby", 1)),
                    skill("rock_nearby", GraphSkill.Kind.FIND, Map.of(), Map.of(), Map.of("rock_nearby", 1)),
                    skill("log", GraphSkill.Kind.MANIPULATE, Map.of(), Map.of("tree_nearby", 1), Map.of("log", 1)),
                    skill("plank", GraphSkill.Kind.CRAFT, Map.of("log", 1), Map.of(), Map.of("plank", 4)),
                    skill(
                            "table_nearby",
                            GraphSkill.Kind.MANIPULATE,
                            Map.of("plank", 4),
                            Map.of(),
                            Map.of("table_nearby", 1)),
                    skill(
                            "pickaxe",
                            GraphSkill.Kind.CRAFT,
                            Map.of("plank", 5),
                            Map.of("table_nearby", 1),
                            Map.of("pickaxe", 1)),
                    skill(
                            "stone",
                            GraphSkill.Kind.MANIPULATE,
                            Map.of("rock_nearby", 1),
                            Map.of("pickaxe", 1),
                            Map.of("stone", 1))),
            Set.of());

    @Test
    void findingWalksAway() {
        String domain = new Pddl(GraphTask.of("two stones", GRAPH, Inventory.empty(), "stone", 2)).domain();
        assertTrue(domain.contains("""
                          (:action rock-nearby
                            :parameters ()
                            :precondition (and)
                            :effect (and (assign (count-tree-nearby) 0) (assign (count-rock-nearby) 1) \
                        (assign (count-table-nearby) 0)))
                        """), domain);
        assertTrue(domain.contains("""
                          (:action stone
                            :parameters ()
                            :precondition (and (>= (count-rock-nearby) 1) (>= (count-pickaxe) 1))
                            :effect (and (increase (count-stone) 1) (assign (count-rock-nearby) 0)))
                        """), domain);
        assertThrows(IllegalArgumentException.class, () -> GraphTask.of("x", GRAPH, Inventory.empty(), "gold", 1));
        assertThrows(IllegalArgumentException.class, () -> GraphTask.of("x", GRAPH, Inventory.empty(), "stone", 0));
    }

    /** The exported actions change counts as the inventory does, along walks that are drawn. */
    @Property(tries = 100)
    void actionsDoWhatSkillsDo(@ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
        PlanningTask task = GraphTask.of("t", GRAPH, new Inventory(Map.of("log", 3)), "stone", 1);
        Map<Fact, Integer> counts = new HashMap<>(task.start());
        Inventory now = new Inventory(Map.of("log", 3));
        SplittableRandom rng = new SplittableRandom(seed);
        for (int step = 0; step < 50; step++) {
            int i = rng.nextInt(task.actions().size());
            PlanningTask.Action action = task.actions().get(i);
            GraphSkill skill = GRAPH.skills().get(i);
            boolean allowed = action.needs().entrySet().stream()
                    .allMatch(need -> counts.getOrDefault(need.getKey(), 0) >= need.getValue());
            assertEquals(now.allows(skill), allowed);
            if (allowed) {
                now = now.after(skill);
                action.changes().forEach((fact, change) -> counts.merge(fact, change, Integer::sum));
                counts.putAll(action.sets());
                counts.values().removeIf(count -> count == 0);
                Map<String, Integer> plain = new HashMap<>();
                counts.forEach((fact, count) -> plain.put(fact.form(), count));
                assertEquals(now.counts(), plain);
            }
        }
    }

    static SkillGraph graph() {
        return GRAPH;
    }
}
