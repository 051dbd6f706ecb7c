package io.github.rlllm.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.examples.bench.Benchmark;
import io.github.rlllm.examples.bench.CartPoleSteps;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
    @TempDir
    Path runs;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private final List<Benchmark.Part> parts = new ArrayList<>();

    private final Registry registry = new Registry()
            .run("saycan", () -> request -> result("saycan", request))
            .bench("toy-steps", () -> (request, part) -> {
                parts.add(part);
                return result("toy-steps", request);
            });

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
        Terminal terminal = new Terminal(
                List.of(args),
                new PrintStream(out),
                new PrintStream(err),
                false,
                System::nanoTime,
                () -> Instant.EPOCH,
                Control.none());
        return Main.execute(registry, terminal);
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
    void mapsShowBoxAndClass() {
        assertEquals(0, rlllm("maps"));
        assertTrue(out().contains("[reward model]"));
        assertTrue(out().contains("  reward model        io.github.rlllm.api.RewardModel\n"), out());
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
    void theStandardRegistryKnowsTheBenchmarksAndMakesEveryDemonstration() {
        Registry standard = Registry.standard();
        assertTrue(
                standard.benches()
                        .keySet()
                        .containsAll(List.of(
                                "cartpole-steps",
                                "dqn-doorkey",
                                "dqn-frozenlake",
                                "lm-generate",
                                "lm-score",
                                "minigrid-steps",
                                "planner",
                                "ppo-cartpole",
                                "ppo-doorkey")),
                standard.benches().keySet().toString());
        assertTrue(standard.runs().keySet().containsAll(List.of("cartpole-ppo", "frozenlake-dqn")));
        // A lambda without a state may be the same object every time; what has fields must not be.
        standard.runs()
                .forEach((id, made) -> assertTrue(
                        made.get().getClass().isHidden() || made.get() != made.get(),
                        id + " is made anew for every run"));
        standard.benches().forEach((id, made) -> assertTrue(made.get() != made.get(), id));
    }

    @Test
    void aBenchmarkMeasuresThePartThatIsAskedFor() {
        String folder = runs.toString();
        assertEquals(0, rlllm("bench", "toy-steps", "--runs", folder));
        assertEquals(0, rlllm("bench", "toy-steps", "--only", "speed", "--runs", folder));
        assertEquals(0, rlllm("bench", "toy-steps", "--only", "solve", "--runs", folder));
        assertEquals(List.of(Benchmark.Part.ALL, Benchmark.Part.SPEED, Benchmark.Part.SOLVE), parts);
        assertEquals(2, rlllm("bench", "toy-steps", "--only", "sped", "--runs", folder));
        assertEquals("only: sped (expected: speed or solve)\n", err());
        registry.bench("cartpole-steps", CartPoleSteps::new);
        assertEquals(2, rlllm("bench", "cartpole-steps", "--only", "solve", "--runs", folder));
        assertEquals("only: solve (expected: speed, nothing learns here)\n", err());
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
    void aRunLeavesResultProvenanceMetricsAndAReportThatNeedsNoNetwork() throws Exception {
        assertEquals(0, rlllm("run", "saycan", "--seeds", "2", "--json", "--runs", runs.toString()));
        Path folder = runs.resolve("saycan");
        ObjectMapper mapper = new ObjectMapper();
        assertEquals(
                mapper.readTree(out()),
                mapper.readTree(folder.resolve("result.json").toFile()));
        JsonNode provenance = mapper.readTree(folder.resolve("provenance.json").toFile());
        assertEquals("[1,2]", provenance.get("seeds").toString());
        assertEquals("run", provenance.get("command").get(0).asText());
        assertEquals("1970-01-01T00:00:00Z", provenance.get("written").asText());
        assertEquals(
                List.of("{\"seed\":1,\"random / success\":0.5}", "{\"seed\":2,\"random / success\":1.0}"),
                Files.readAllLines(folder.resolve("metrics.jsonl")));
        assertEquals(0, rlllm("run", "saycan", "--runs", runs.toString()));
        assertEquals(1, Files.readAllLines(folder.resolve("metrics.jsonl")).size(), "those of the newest run");
        String page = Files.readString(folder.resolve("report.html"));
        assertTrue(page.contains("<td>success &gt;= .7</td>"), "the aim");
        assertTrue(page.contains("<img alt=\"success (share)\" src=\"data:image/png;base64,iVBOR"), "the plot");
        assertTrue(!page.contains("http://") && !page.contains("https://"), "no address");
        assertEquals(page.split("src=").length, page.split("src=\"data:").length, "every source is embedded");
    }

    @Test
    void curvesOfTheRunAreDrawn() throws Exception {
        registry.run("curve", () -> request -> {
            StringBuilder lines = new StringBuilder();
            for (int step = 1; step <= 5000; step++) {
                lines.append("{\"step\":" + step + ",\"loss\":" + 1.0 / step + "}\n");
            }
            Files.writeString(request.folder().resolve("metrics.jsonl"), lines);
            return result("curve", request);
        });
        assertEquals(0, rlllm("run", "curve", "--runs", runs.toString()));
        String page = Files.readString(runs.resolve("curve").resolve("report.html"));
        assertTrue(page.contains("<img alt=\"loss\" src=\"data:image/png;base64,iVBOR"), "the curve");
    }

    @Test
    void whatTheRunKeptIsLinkedFromTheReport() throws Exception {
        registry.run("keeps", () -> request -> {
            Files.writeString(request.folder().resolve("rewards of <1>.jsonl"), "{}\n");
            return result("keeps", request);
        });
        assertEquals(0, rlllm("run", "keeps", "--runs", runs.toString()));
        String page = Files.readString(runs.resolve("keeps").resolve("report.html"));
        String link = "<li><a href=\"./rewards%20of%20%3C1%3E.jsonl\">rewards of &lt;1&gt;.jsonl</a>, 3 bytes</li>";
        assertTrue(page.contains(link), "the link");
        assertTrue(page.contains("<a href=\"./result.json\">"), "the run's own files too");
        assertTrue(!page.contains("href=\"./report.html\""), "not to itself");
    }

    @Test
    void failureSignaturesAreNamedInTheTableAndTheReport() throws Exception {
        Metric no = Metric.of("share of runs", 0, 0);
        Metric once = Metric.of("share of runs", 0, 1);
        registry.run(
                "sick",
                () -> request -> new Result(
                        "sick",
                        2,
                        1,
                        "here",
                        List.of(
                                new Arm("2. diagnosis", "none", Map.of("skills", no)),
                                new Arm("3. diagnosis", "none", Map.of("reward", once))),
                        List.of()));
        assertEquals(0, rlllm("run", "sick", "--seeds", "2", "--runs", runs.toString()));
        assertTrue(out().contains("diagnosis: skills too narrow: no\n"), out());
        String found = "a reward model that does not generalise: FOUND in 1 of 2 seeds";
        assertTrue(out().contains("diagnosis: " + found + "\n"), out());
        assertTrue(Files.readString(runs.resolve("sick").resolve("report.html")).contains("<li>" + found + "</li>"));
    }

    @Test
    void aCancelledRunSaysHowToGoOn() {
        registry.run("long", () -> request -> {
            throw new java.util.concurrent.CancellationException();
        });
        assertEquals(130, rlllm("run", "long", "--runs", runs.toString()));
        assertTrue(err().contains("--resume"), err());
    }

    @Test
    void anUnknownFaultIsRefused() {
        assertEquals(2, rlllm("experiments", "--break", "luck", "--runs", runs.toString()));
        assertEquals("break: luck (expected: one of plan, skills, reward)\n", err());
    }

    @Test
    void aFaultThatWouldNotBeInjectedIsRefusedBeforeTheFolderIsTouched() {
        assertEquals(
                2, rlllm("experiments", "--break", "reward", "--preferences", "p.jsonl", "--runs", runs.toString()));
        assertEquals("preferences: p.jsonl (expected: none with break reward, which collects its own)\n", err());
        assertFalse(Files.exists(runs.resolve("experiments")));
    }

    @Test
    void aFaultOfAnotherExperimentIsRefused() {
        assertEquals(2, rlllm("experiments", "--break", "plan", "--only", "1,3", "--runs", runs.toString()));
        assertEquals("break: plan (expected: with one of the experiments [2])\n", err());
    }

    @Test
    void aTraceIsRefusedByWhatHasNoServers() {
        assertTrue(rlllm("run", "saycan", "--runs", runs.toString(), "--arrivals", "trace.csv") != 0);
        assertTrue(err().contains("arrivals: saycan has no servers (expected: eureka)"), err());
    }
}
