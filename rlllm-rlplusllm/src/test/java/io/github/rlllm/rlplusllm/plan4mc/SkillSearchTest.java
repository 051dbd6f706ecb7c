package io.github.rlllm.rlplusllm.plan4mc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.rlplusllm.plan4mc.GraphSkill.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SkillSearchTest {
    private static GraphSkill find(String item) {
        return new GraphSkill(item, Kind.FIND, Map.of(), Map.of(), List.of(), Map.of(item, 1));
    }

    private static GraphSkill craft(String name, Map<String, Integer> consume, Map<String, Integer> obtain) {
        return new GraphSkill(name, Kind.CRAFT, consume, Map.of(), List.of(), obtain);
    }

    private static GraphSkill take(String name, String near) {
        return new GraphSkill(name, Kind.MANIPULATE, Map.of(near, 1), Map.of(), List.of(), Map.of(name, 1));
    }

    private static List<String> names(SkillPlan plan) {
        return plan.steps().stream().map(GraphSkill::name).toList();
    }

    @Test
    void aPlanIsInPostOrderWithCounts() {
        SkillGraph graph = new SkillGraph(
                List.of(
                        find("log_nearby"),
                        take("log", "log_nearby"),
                        craft("planks", Map.of("log", 1), Map.of("planks", 4)),
                        craft("stick", Map.of("planks", 2), Map.of("stick", 4))),
                Set.of());
        SkillSearch search = new SkillSearch(graph, 100);
        assertEquals(
                List.of("log_nearby", "log", "planks", "stick"), names(search.plan(Inventory.empty(), "stick", 4)));
        // The planks left over from the first four sticks make the next four.
        assertEquals(
                List.of("log_nearby", "log", "planks", "stick", "stick"),
                names(search.plan(Inventory.empty(), "stick", 5)));
        assertEquals(List.of(), names(search.plan(new Inventory(Map.of("stick", 1)), "stick", 1)));
    }

    @Test
    void whatIsSetAsideIsNotUsedUpByWhatIsMadeAfterwards() {
        GraphSkill bowl = new GraphSkill(
                "bowl", Kind.CRAFT, Map.of("planks", 3), Map.of("table_nearby", 1), List.of(), Map.of("bowl", 1));
        SkillGraph graph = new SkillGraph(
                List.of(
                        craft("planks", Map.of("log", 1), Map.of("planks", 4)),
                        craft("table_nearby", Map.of("planks", 4), Map.of("table_nearby", 1)),
                        bowl),
                Set.of("log"));
        SkillPlan plan = new SkillSearch(graph, 100).plan(new Inventory(Map.of("log", 2)), "bowl", 1);
        assertEquals(List.of("planks", "planks", "table_nearby", "bowl"), names(plan));
    }

    @Test
    void aToolThatIsRequiredTwiceIsMadeOnce() {
        GraphSkill stone = new GraphSkill(
                "stone", Kind.MANIPULATE, Map.of(), Map.of("pickaxe", 1), List.of("pickaxe"), Map.of("stone", 1));
        GraphSkill statue = new GraphSkill(
                "statue", Kind.CRAFT, Map.of(), Map.of("pickaxe", 1, "stone", 2), List.of(), Map.of("statue", 1));
        SkillGraph graph = new SkillGraph(
                List.of(craft("pickaxe", Map.of("log", 1), Map.of("pickaxe", 1)), stone, statue), Set.of("log"));
        SkillPlan plan = new SkillSearch(graph, 100).plan(new Inventory(Map.of("log", 9)), "statue", 1);
        assertEquals(1, names(plan).stream().filter("pickaxe"::equals).count());
    }

    @Test
    void whatCannotBeMadeIsMissing() {
        SkillGraph graph =
                new SkillGraph(List.of(craft("planks", Map.of("log", 3), Map.of("planks", 1))), Set.of("log"));
        SkillPlan plan = new SkillSearch(graph, 100).plan(new Inventory(Map.of("log", 1)), "planks", 1);
        assertFalse(plan.complete());
        assertEquals(Map.of("log", 2), plan.missing());
        assertEquals(List.of(), plan.steps());
    }

    @Test
    void aCircleEndsAsMissingAndAnotherMakerHelps() {
        GraphSkill egg = craft("egg", Map.of("hen", 1), Map.of("egg", 1));
        GraphSkill hen = craft("hen", Map.of("egg", 1), Map.of("hen", 1));
        SkillSearch circle = new SkillSearch(new SkillGraph(List.of(egg, hen), Set.of()), 100);
        assertEquals(Map.of("egg", 1), circle.plan(Inventory.empty(), "egg", 1).missing());
        GraphSkill buy = craft("buy a hen", Map.of("coin", 1), Map.of("hen", 1));
        SkillSearch market = new SkillSearch(new SkillGraph(List.of(egg, hen, buy), Set.of("coin")), 100);
        assertEquals(List.of("buy a hen", "egg"), names(market.plan(new Inventory(Map.of("coin", 1)), "egg", 1)));
    }

    @Test
    void thingsThatAreNotNearEachOtherAreMissing() {
        GraphSkill feed = new GraphSkill(
                "feed",
                Kind.MANIPULATE,
                Map.of(),
                Map.of("cow_nearby", 1, "pig_nearby", 1),
                List.of(),
                Map.of("fed", 1));
        SkillGraph graph = new SkillGraph(List.of(find("cow_nearby"), find("pig_nearby"), feed), Set.of());
        assertEquals(
                Map.of("cow_nearby", 1),
                new SkillSearch(graph, 100).plan(Inventory.empty(), "fed", 1).missing());
    }

    @Test
    void aPlanThatIsTooLongIsRefused() {
        SkillGraph graph =
                new SkillGraph(List.of(craft("planks", Map.of("log", 1), Map.of("planks", 1))), Set.of("log"));
        SkillSearch search = new SkillSearch(graph, 5);
        Inventory logs = new Inventory(Map.of("log", 100));
        assertEquals(5, search.plan(logs, "planks", 5).steps().size());
        String message = assertThrows(IllegalStateException.class, () -> search.plan(logs, "planks", 6))
                .getMessage();
        assertTrue(message.contains("at most 5 steps"), message);
    }

    @Test
    void everythingThatIsWrongWithAGraphIsToldAtOnce() {
        GraphSkill wrong = new GraphSkill("a", Kind.CRAFT, Map.of("b", 0), Map.of("c", 1), List.of("d"), Map.of());
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> new SkillGraph(List.of(wrong, find("x_nearby"), find("x_nearby")), Set.of("b")))
                .getMessage();
        assertEquals(
                List.of(
                        "x_nearby: twice (expected: distinct names)",
                        "a.consume[b]: 0 (expected: >= 1)",
                        "a.obtain: nothing (expected: at least one item)",
                        "a.equip: d (expected: one of what it consumes or requires, [b, c])",
                        "a: needs c (expected: an item that a skill makes or that is given)"),
                message.lines().toList());
    }

    /** Graphs in which skill i needs things of lower numbers alone, so that everything can be made. */
    @Provide
    Arbitrary<List<GraphSkill>> graphs() {
        Arbitrary<int[]> needs =
                Arbitraries.integers().between(0, 3).array(int[].class).ofSize(8);
        return Combinators.combine(
                        needs.list().ofSize(8),
                        Arbitraries.integers().between(1, 4).list().ofSize(8))
                .as((rows, made) -> {
                    List<GraphSkill> skills = new ArrayList<>();
                    for (int i = 0; i < rows.size(); i++) {
                        Map<String, Integer> consume = new LinkedHashMap<>();
                        Map<String, Integer> require = new LinkedHashMap<>();
                        for (int j = Math.max(0, i - 2); j < i; j++) {
                            if (rows.get(i)[j] > 0) {
                                ((i + j) % 2 == 0 ? consume : require).put("i" + j, rows.get(i)[j]);
                            }
                        }
                        boolean nearby = i % 4 == 0;
                        if (nearby) {
                            skills.add(find("f" + i + "_nearby"));
                            consume.put("f" + i + "_nearby", 1);
                        }
                        skills.add(new GraphSkill(
                                "i" + i,
                                nearby ? Kind.MANIPULATE : Kind.CRAFT,
                                consume,
                                require,
                                List.of(),
                                Map.of("i" + i, made.get(i))));
                    }
                    return skills;
                });
    }

    @Property(tries = 200)
    void everyPlanReplaysToItsTarget(@ForAll("graphs") List<GraphSkill> skills) {
        SkillPlan plan = new SkillSearch(new SkillGraph(skills, Set.of()), 1_000_000).plan(Inventory.empty(), "i7", 3);
        assertTrue(plan.complete());
        Inventory now = Inventory.empty();
        for (GraphSkill step : plan.steps()) {
            now = now.after(step);
        }
        assertTrue(now.count("i7") >= 3);
    }
}
