package io.github.rlllm.rlplusllm.plan4mc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.rlplusllm.plan.export.BehaviorTree;
import io.github.rlllm.rlplusllm.plan.export.ExportedWorkshop;
import io.github.rlllm.rlplusllm.plan.export.Pddl;
import io.github.rlllm.rlplusllm.plan.export.PlanningTask;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Other programs open what is exported: unified-planning reads domains and problems and validates our plans, also refusing
 * each with a step left out; ENHSP plans for them; BehaviorTree.CPP 4 runs the trees. Runs where {@code -Drlllm.python=FILE}
 * names a Python with unified-planning, up-enhsp and behaviortreepy.
 */
@Tag("slow")
@EnabledIfSystemProperty(named = "rlllm.python", matches = ".+")
class ExportsOpenedTest {
    private static final Path RELEASED =
            Path.of(System.getProperty("rlllm.golden")).resolveSibling("data").resolve("planning");

    @TempDir
    Path folder;

    private final List<String> expected = new ArrayList<>();

    private void write(String name, PlanningTask task, List<SkillCall> plan, List<BehaviorTree.Step> steps)
            throws IOException {
        Pddl pddl = new Pddl(task);
        Files.writeString(folder.resolve(name + ".domain.pddl"), pddl.domain());
        Files.writeString(folder.resolve(name + ".problem.pddl"), pddl.problem());
        Files.writeString(folder.resolve(name + ".plan"), pddl.plan(plan));
        Files.writeString(folder.resolve(name + ".xml"), BehaviorTree.xml("plan \"" + name + "\"", steps, 2));
        Files.write(
                folder.resolve(name + ".calls"),
                plan.stream().map(SkillCall::toString).toList());
        expected.add("valid " + name + " " + plan.size());
        expected.add("ran " + name + " " + plan.size());
    }

    /** ENHSP plans too, with as many steps; and no step can be left out. */
    private void solve(String name, int steps) throws IOException {
        Files.createFile(folder.resolve(name + ".solve"));
        expected.add("solved " + name + " " + steps);
        for (int i = 0; i < steps; i++) {
            expected.add("shorter " + name + " " + i + " invalid");
        }
    }

    @Test
    void otherProgramsAgree() throws Exception {
        write("workshop", ExportedWorkshop.task(), ExportedWorkshop.plan(), ExportedWorkshop.steps());
        solve("workshop", 4);
        SkillGraph graph = GraphTaskTest.graph();
        SkillPlan plan = new SkillSearch(graph, 100).plan(Inventory.empty(), "stone", 1);
        write(
                "stone",
                GraphTask.of("stone", graph, Inventory.empty(), "stone", 1),
                GraphTask.calls(plan),
                GraphTask.steps(plan, Duration.ofMinutes(1)));
        solve("stone", 11);
        if (Files.isDirectory(RELEASED)) {
            released();
        }
        List<String> lines = open();
        assertEquals(
                expected.stream().sorted().toList(),
                lines.stream().filter(line -> !line.isBlank()).sorted().toList());
    }

    /** The 40 tasks of the released graph. */
    private void released() throws IOException {
        SkillGraph graph = SkillGraphFile.read(RELEASED.resolve("plan4mc_skills.json"), Set.of("diamond_sword"));
        JsonNode tasks = new ObjectMapper()
                .readTree(RELEASED.resolve("plan4mc_tasks.json").toFile());
        assertEquals(40, tasks.size());
        for (JsonNode task : tasks) {
            Map<String, Integer> start = new TreeMap<>();
            task.get("initial_inventory")
                    .properties()
                    .forEach(item -> start.put(item.getKey(), item.getValue().asInt()));
            String name = task.get("name").asText();
            Inventory now = new Inventory(start);
            String target = task.get("target").asText();
            int quantity = task.get("quantity").asInt();
            SkillPlan plan = new SkillSearch(graph, 10_000).plan(now, target, quantity);
            write(
                    name,
                    GraphTask.of(name, graph, now, target, quantity),
                    GraphTask.calls(plan),
                    GraphTask.steps(plan, Duration.ofMinutes(5)));
        }
        solve("craft_stick", 4);
    }

    private List<String> open() throws Exception {
        Path script = folder.resolve("open_exports.py");
        try (InputStream in = Objects.requireNonNull(
                ExportsOpenedTest.class.getResourceAsStream("/exports/open_exports.py"), "open_exports.py")) {
            Files.copy(in, script);
        }
        Path out = folder.resolve("out.txt");
        Path errors = folder.resolve("errors.txt");
        Process process = new ProcessBuilder(System.getProperty("rlllm.python"), script.toString(), folder.toString())
                .redirectOutput(out.toFile())
                .redirectError(errors.toFile())
                .start();
        boolean ended = process.waitFor(8, TimeUnit.MINUTES);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        String said = Files.readString(errors, StandardCharsets.UTF_8);
        assertTrue(ended && process.exitValue() == 0, said);
        return Files.readAllLines(out, StandardCharsets.UTF_8);
    }
}
