package io.github.rlllm.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
    @TempDir
    Path runs;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private final Registry registry = new Registry()
            .run("saycan", () -> request -> result("saycan", request))
            .bench("toy-steps", () -> request -> result("toy-steps", request));

    private static Result result(String id, RunRequest request) {
        Metric success = new Metric(0.75, 0.5, 1, 2, "share", List.of(0.5, 1.0));
        return new Result(
                id,
                request.seeds(),
                1.5,
                "a machine",
                List.of(new Arm("random", "none", Map.of("success", success))),
                List.of(Aim.atLeast("success >= .7", 0.75, 0.7)));
    }

    private int rlllm(String... args) {
        out.reset();
        err.reset();
        Terminal terminal =
                new Terminal(new PrintStream(out), new PrintStream(err), false, System::nanoTime, Control.none());
        return Main.execute(registry, terminal, args);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void listShowsEveryStudyOnceWithItsStatus() {
        assertEquals(0, rlllm("list"));
        List<String> rows =
                out().lines().filter(line -> line.matches(".*(planned|works)$")).toList();
        assertEquals(32, rows.size());
        assertEquals(1, rows.stream().filter(row -> row.endsWith("works")).count());
        assertTrue(rows.stream().anyMatch(row -> row.startsWith("saycan ") && row.endsWith("works")));
        assertTrue(out().contains("rlllm bench NAME: toy-steps"));
    }

    @Test
    void treeHas24StudiesUnderThreeClassesAndEightAlternatives() {
        assertEquals(0, rlllm("tree"));
        long leaves = out().lines().filter(line -> line.matches(".*-- [*o] .*")).count();
        assertEquals(32, leaves);
        assertTrue(out().contains("* saycan (Ahn et al. 2022)"));
        assertTrue(out().contains("|   `-- prompt\n"));
        assertTrue(out().contains("`-- alternatives\n"));
    }

    @Test
    void showTellsAllOfOneStudy() {
        assertEquals(0, rlllm("show", "glam"));
        for (String part : List.of("LLM4RL", "policy", "Carta et al.", "2023", "arXiv 2302.02662", "planned")) {
            assertTrue(out().contains(part), part);
        }
    }

    @Test
    void unknownIdsAreAnsweredWithTheKnownOnes() {
        assertEquals(2, rlllm("show", "sacan"));
        assertTrue(err().contains("id: sacan (expected: one of instructgpt, "), err());
        assertEquals(2, rlllm("run", "sacan", "--runs", runs.toString()));
        assertEquals("id: sacan (expected: one of saycan)\n", err());
        assertEquals(2, rlllm("bench", "toy", "--runs", runs.toString()));
        assertEquals("name: toy (expected: one of toy-steps)\n", err());
    }

    @Test
    void jsonIsTheLastLineAndHasTheShape() throws Exception {
        for (String[] command : new String[][] {{"run", "saycan"}, {"bench", "toy-steps"}}) {
            assertEquals(0, rlllm(command[0], command[1], "--seeds", "2", "--json", "--runs", runs.toString()));
            List<String> lines = out().lines().toList();
            JsonNode json = new ObjectMapper().readTree(lines.get(lines.size() - 1));
            assertEquals(
                    "{\"id\":\"" + command[1] + "\",\"seeds\":2,\"seconds\":1.5,\"machine\":\"a machine\",\"arms\":["
                            + "{\"name\":\"random\",\"model\":\"none\",\"metrics\":{\"success\":{\"mean\":0.75,\"low\":0.5,"
                            + "\"high\":1.0,\"n\":2,\"unit\":\"share\",\"values\":[0.5,1.0]}}}],\"aims\":["
                            + "{\"name\":\"success >= .7\",\"value\":0.75,\"bound\":0.7,\"holds\":true}]}",
                    json.toString());
        }
    }

    @Test
    void theTableNamesArmMetricIntervalAndAim() {
        assertEquals(0, rlllm("run", "saycan", "--runs", runs.toString()));
        assertTrue(out().startsWith("saycan: 1 seed (a look, not a claim), 1.5000 s, a machine\n"), out());
        assertTrue(out().contains("random  none   success  0.7500  [0.5000, 1]    2  share\n"), out());
        assertTrue(out().contains("success >= .7  0.7500  0.7000  yes\n"), out());
    }

    @Test
    void aWrongCommandLineIsStatus2() {
        assertEquals(2, rlllm("dance"));
        assertEquals(2, rlllm("run"));
        assertEquals(2, rlllm("run", "saycan", "--seeds", "0", "--runs", runs.toString()));
        assertEquals("seeds: 0 (expected: >= 1)\n", err());
        assertEquals(2, rlllm("experiments", "--only", "4", "--runs", runs.toString()));
        assertTrue(err().startsWith("only: 4 (expected: some of ["), err());
    }

    @Test
    void aFolderThatCannotBeWrittenIsSaidAtTheDoor() throws Exception {
        Path file = Files.writeString(runs.resolve("file"), "in the way");
        assertEquals(1, rlllm("run", "saycan", "--runs", file.toString()));
        assertTrue(err().startsWith("folder: " + file.resolve("saycan")), err());
        assertTrue(err().contains("(expected: a folder that can be written)"), err());
    }

    @Test
    void anUnknownFaultIsRefused() {
        assertEquals(2, rlllm("experiments", "--break", "luck", "--runs", runs.toString()));
        assertEquals("break: luck (expected: one of plan, skills, reward)\n", err());
    }
}
