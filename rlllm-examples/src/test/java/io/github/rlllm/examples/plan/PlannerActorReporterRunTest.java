package io.github.rlllm.examples.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.rlplusllm.reporter.ReporterConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run too brief to learn: every row, figure, curve and picture is there, and one that was broken off goes on. */
class PlannerActorReporterRunTest {
    private static PlannerActorReporterRun run() {
        ReporterConfig brief = ReporterConfig.defaults().withBudgets(4_096, 512);
        return new PlannerActorReporterRun(brief, new PlannerActorReporterRun.Tasks(10, 2), () -> 0);
    }

    @Test
    void rowsFiguresCurvesAndPictures(@TempDir Path folder) throws Exception {
        assertEquals(5, run().seeds());
        assertTrue(run().takesModel());
        Result result = run().run(new RunRequest(1, folder, Progress.none(), Control.none()));
        Map<String, Arm> arms = result.arms().stream().collect(Collectors.toMap(Arm::name, arm -> arm, (a, b) -> a));
        assertEquals(10, arms.size());
        for (Arm arm : result.arms()) {
            boolean planned = arm.name().contains("Reporter");
            assertEquals(planned ? "scripted" : "none", arm.model(), arm.name());
            arm.metrics().forEach((name, metric) -> {
                if (name.startsWith("success") || name.startsWith("plan right")) {
                    assertEquals(10, metric.n(), name);
                    assertTrue(metric.low() < metric.high(), name);
                }
            });
        }
        Map<String, Metric> truthful =
                arms.get(PlannerActorReporterRun.TRUTHFUL).metrics();
        assertTrue(truthful.get("success, unseen combinations").mean()
                <= truthful.get("plan right, unseen combinations").mean());
        double steps = arms.get(PlannerActorReporterRun.FLAT_WORDS)
                .metrics()
                .get("environment steps of training")
                .mean();
        assertTrue(steps > 4_096 + 512, "the flat policy had " + steps + " steps");
        assertEquals(9, result.aims().size());
        List<String> curve = Files.readAllLines(folder.resolve("metrics-reporter.jsonl"));
        assertEquals(17, curve.size());
        assertEquals(0, new ObjectMapper().readTree(curve.get(0)).get("step").asInt());
        for (String picture : List.of("condition-trained-Reporter", "choice-untrained-Reporter")) {
            DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(folder.resolve("pictures/" + picture + ".svg").toFile());
        }
    }

    @Test
    void aRunThatIsBrokenOffGoesOn(@TempDir Path whole, @TempDir Path broken) throws Exception {
        Result unbroken = run().run(new RunRequest(1, whole, Progress.none(), Control.none()));
        for (int looks : new int[] {2_000, 4_000, 1_000}) {
            AtomicInteger left = new AtomicInteger(looks);
            RunRequest request = new RunRequest(
                    1, broken, Progress.none(), () -> left.getAndDecrement() <= 0, looks != 2_000, Duration.ZERO);
            assertThrows(CancellationException.class, () -> run().run(request));
        }
        RunRequest rest = new RunRequest(1, broken, Progress.none(), Control.none(), true, Duration.ZERO);
        Result resumed = run().run(rest);
        assertEquals(unbroken.arms(), resumed.arms());
        assertEquals(
                Files.readString(whole.resolve("metrics-reporter.jsonl")),
                Files.readString(broken.resolve("metrics-reporter.jsonl")));
    }
}
