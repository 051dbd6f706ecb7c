package io.github.rlllm.examples.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.engine.learner.HindsightConfig;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.world.craft.CraftSkills;
import io.github.rlllm.examples.RunRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A brief run: every row and figure is there, planning does not depend on skills, and a run that was broken off goes on. */
class Plan4McRunTest {
    private static final HindsightConfig BRIEF = CraftSkills.config().withUpdates(200);
    private static final List<String> TARGETS = List.of("stick", "torch", "iron");

    private static Plan4McRun run() {
        return new Plan4McRun(BRIEF, TARGETS, 1, () -> 0);
    }

    private static Map<String, Map<String, Metric>> figures(Result result) {
        return result.arms().stream().collect(Collectors.toMap(Arm::name, Arm::metrics));
    }

    @Test
    void rowsFiguresAndPicturesAndARunThatIsBrokenOffGoesOn(@TempDir Path folder, @TempDir Path broken)
            throws Exception {
        assertEquals(5, run().seeds());
        assertTrue(run().takesModel());
        Result result = run().run(new RunRequest(1, folder, Progress.none(), Control.none()));
        assertEquals(
                List.of(
                        "full",
                        "no find skills",
                        "no replanning",
                        "interactive LLM, scripted",
                        "random among what is possible"),
                result.arms().stream().map(Arm::name).toList());
        assertEquals("scripted", result.arms().get(3).model());
        Map<String, Map<String, Metric>> figures = figures(result);
        for (Map.Entry<String, Map<String, Metric>> row : figures.entrySet()) {
            double planned = row.getKey().startsWith("random") ? 0 : 1;
            assertEquals(planned, row.getValue().get("planning success").mean(), row.getKey());
            double sum = 0;
            for (String chain : List.of("short", "middle", "long")) {
                Metric success = row.getValue().get("success, " + chain + " chains");
                assertEquals(1, success.n());
                sum += success.mean();
            }
            assertEquals(sum, row.getValue().get("success").mean() * 3, 1e-9, row.getKey());
        }
        assertTrue(figures.get("full").get("finding, success").mean() < 1, "these skills are poor");
        Metric independent = figures.get("no replanning").get("if skills failed independently, long");
        assertTrue(independent.mean() >= 0 && independent.mean() < .5, independent.toString());
        assertEquals(6, result.aims().size());
        for (String picture : List.of("plan4mc-world", "plan4mc-world-full", "plan4mc-full", "plan4mc-no-replanning")) {
            DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(folder.resolve("pictures/" + picture + ".svg").toFile());
        }
        assertTrue(
                Files.readString(folder.resolve("pictures/plan4mc-world.svg")).contains(">furnace</text>"));
        goesOn(result, broken);
    }

    @Test
    void theScriptReadsThePromptAsAModelWould() {
        String prompts = Plan4McRun.prompts();
        String first = prompts.substring(prompts.indexOf('\n') + 1, prompts.indexOf("\n\n--- after"));
        String second = prompts.substring(prompts.indexOf("after a skill\n") + 14);
        assertTrue(second.contains("There is: 2 planks\nLast:\nlog: not got in 20 steps\n"), second);
        assertEquals(
                "tree_nearby", new ScriptedCrafter().complete(Prompt.of(first)).text());
        String dream = first.replace("Goal: 1 bed", "Goal: 1 dream");
        assertEquals("give up", new ScriptedCrafter().complete(Prompt.of(dream)).text());
    }

    private static void goesOn(Result unbroken, Path broken) throws Exception {
        for (int looks : new int[] {20, 1_200, 2_500}) {
            AtomicInteger left = new AtomicInteger(looks);
            RunRequest request = new RunRequest(
                    1,
                    broken,
                    Progress.none(),
                    () -> left.getAndDecrement() <= 0,
                    looks > 20,
                    RunRequest.CHECKPOINT_EVERY);
            assertThrows(CancellationException.class, () -> run().run(request));
        }
        RunRequest rest = new RunRequest(1, broken, Progress.none(), Control.none(), true, RunRequest.CHECKPOINT_EVERY);
        Result resumed = run().run(rest);
        assertEquals(unbroken.aims(), resumed.aims());
        for (int i = 0; i < 5; i++) {
            Map<String, Metric> expected = unbroken.arms().get(i).metrics();
            resumed.arms().get(i).metrics().forEach((name, metric) -> {
                if (!name.equals("learning")) {
                    assertEquals(expected.get(name), metric, name);
                }
            });
        }
    }
}
