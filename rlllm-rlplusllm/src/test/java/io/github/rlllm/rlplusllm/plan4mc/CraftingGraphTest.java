package io.github.rlllm.rlplusllm.plan4mc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.world.craft.CraftWorld;
import io.github.rlllm.engine.world.craft.Recipe;
import io.github.rlllm.engine.world.craft.Resource;
import io.github.rlllm.rlplusllm.plan4mc.GraphSkill.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The graph that is shipped says of the crafting world what is true, and plans everything in it. */
class CraftingGraphTest {
    private final SkillGraph graph = SkillGraphFile.crafting();

    @Test
    void itSaysOfEveryRecipeAndResourceWhatTheWorldDoes() {
        Set<String> said = new HashSet<>();
        for (Recipe recipe : Recipe.all()) {
            Map<String, Integer> station =
                    recipe.station() == null ? Map.of() : Map.of(recipe.station() + "_nearby", 1);
            assertEquals(
                    new GraphSkill(
                            recipe.item(),
                            Kind.CRAFT,
                            recipe.uses(),
                            station,
                            List.of(),
                            Map.of(recipe.item(), recipe.makes())),
                    graph.skill(recipe.item()));
            said.add(recipe.item());
        }
        for (Resource resource : Resource.values()) {
            String near = resource.nearby();
            String tool = resource.tool();
            assertEquals(
                    new GraphSkill(near, Kind.FIND, Map.of(), Map.of(), List.of(), Map.of(near, 1)), graph.skill(near));
            assertEquals(
                    new GraphSkill(
                            resource.item(),
                            Kind.MANIPULATE,
                            Map.of(near, 1),
                            tool == null ? Map.of() : Map.of(tool, 1),
                            tool == null ? List.of() : List.of(tool),
                            Map.of(resource.item(), 1)),
                    graph.skill(resource.item()));
            said.addAll(Set.of(near, resource.item()));
        }
        for (String station : List.of("table", "furnace")) {
            String near = station + "_nearby";
            assertEquals(
                    new GraphSkill(
                            near, Kind.MANIPULATE, Map.of(station, 1), Map.of(), List.of(station), Map.of(near, 1)),
                    graph.skill(near));
            said.add(near);
        }
        assertEquals(31, graph.skills().size());
        graph.skills().forEach(skill -> assertTrue(said.contains(skill.name()), skill.name()));
    }

    @Test
    void craftingInTheWorldLeavesWhatTheGraphSays() {
        for (Recipe recipe : Recipe.all()) {
            CraftWorld world = new CraftWorld();
            java.util.TreeMap<String, Integer> given = new java.util.TreeMap<>(recipe.uses());
            String station = recipe.station();
            if (station != null) {
                given.merge(station, 1, Integer::sum);
            }
            world.begin(3, given);
            assertTrue(station == null || world.place(station), recipe.item());
            Inventory before = new Inventory(world.facts());
            assertTrue(world.craft(recipe), recipe.item());
            assertEquals(before.after(graph.skill(recipe.item())), new Inventory(world.facts()));
        }
    }

    @Test
    void everythingIsPlannedInChainsThatToolsMakeLong() {
        SkillSearch search = new SkillSearch(graph, 1_000);
        Map<String, Integer> lengths = Map.of(
                "stick", 4, "wooden_pickaxe", 10, "stone_pickaxe", 20, "iron", 40, "iron_pickaxe", 70, "gem", 72);
        lengths.forEach((item, length) -> assertEquals(
                length, search.plan(Inventory.empty(), item, 1).steps().size(), item));
        for (GraphSkill skill : graph.skills()) {
            for (String item : skill.obtain().keySet()) {
                SkillPlan plan = search.plan(Inventory.empty(), item, 1);
                Inventory now = Inventory.empty();
                for (GraphSkill step : plan.steps()) {
                    now = now.after(step);
                }
                assertTrue(now.count(item) >= 1, item);
            }
        }
    }

    @Test
    void withoutFindingNothingIsFoundAndNothingNeedsToBe() {
        SkillGraph bare = graph.withoutFinding();
        assertEquals(24, bare.skills().size());
        assertTrue(bare.skills().stream().noneMatch(skill -> skill.kind() == Kind.FIND));
        assertEquals(Map.of(), bare.skill("log").consume());
        assertEquals(Map.of("wooden_pickaxe", 1), bare.skill("stone").require());
        assertEquals(Map.of("table_nearby", 1), bare.skill("bed").require());
        SkillPlan plan = new SkillSearch(bare, 1_000).plan(Inventory.empty(), "stick", 1);
        assertEquals(
                List.of("log", "planks", "stick"),
                plan.steps().stream().map(GraphSkill::name).toList());
        SkillGraph finds = new SkillGraph(List.of(graph.skill("tree_nearby")), Set.of());
        assertThrows(IllegalArgumentException.class, finds::withoutFinding);
    }
}
