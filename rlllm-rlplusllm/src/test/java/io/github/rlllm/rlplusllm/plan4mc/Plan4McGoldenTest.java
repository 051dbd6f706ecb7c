package io.github.rlllm.rlplusllm.plan4mc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The 40 tasks of the released graph: lengths and distinct skills of the authors' plans, and a replay of ours. */
class Plan4McGoldenTest {
    private static final Path FOLDER =
            Path.of(System.getProperty("rlllm.golden")).resolveSibling("data").resolve("planning");

    @TestFactory
    Stream<DynamicTest> tasks() throws IOException {
        assumeTrue(Files.isDirectory(FOLDER), FOLDER + " is not there: skipped");
        SkillGraph graph = SkillGraphFile.read(FOLDER.resolve("plan4mc_skills.json"), Set.of("diamond_sword"));
        assertEquals(52, graph.skills().size());
        JsonNode tasks =
                new ObjectMapper().readTree(FOLDER.resolve("plan4mc_tasks.json").toFile());
        assertEquals(40, tasks.size());
        SkillSearch search = new SkillSearch(graph, 10_000);
        return Stream.iterate(0, i -> i < tasks.size(), i -> i + 1).map(i -> {
            JsonNode task = tasks.get(i);
            return DynamicTest.dynamicTest(task.get("name").asText(), () -> check(search, task));
        });
    }

    private static void check(SkillSearch search, JsonNode task) {
        Map<String, Integer> start = new TreeMap<>();
        task.get("initial_inventory")
                .properties()
                .forEach(item -> start.put(item.getKey(), item.getValue().asInt()));
        Inventory now = new Inventory(start);
        String target = task.get("target").asText();
        int quantity = task.get("quantity").asInt();
        SkillPlan plan = search.plan(now, target, quantity);
        assertEquals(Map.of(), plan.missing());
        assertEquals(task.get("upstream_plan_length").asInt(), plan.steps().size());
        assertEquals(
                task.get("upstream_distinct_skills").asInt(),
                plan.steps().stream().distinct().count());
        for (GraphSkill step : plan.steps()) {
            now = now.after(step);
        }
        assertTrue(now.count(target) >= quantity);
    }
}
