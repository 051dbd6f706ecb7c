package io.github.rlllm.examples.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.github.rlllm.api.Control;
import io.github.rlllm.engine.learner.PpoConfig;
import io.github.rlllm.engine.learner.PpoConfig.Rollout;
import io.github.rlllm.engine.learner.PpoConfig.Updates;
import io.github.rlllm.engine.lm.Price;
import io.github.rlllm.engine.lm.SpendingLimits;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.model.ChosenModel;
import io.github.rlllm.examples.model.ModelChoice;
import io.github.rlllm.rlplusllm.reporter.ReporterConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
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

/** A run too brief to learn much: every row, figure, curve and picture is there, and one that was broken off goes on. */
class PlannerActorReporterRunTest {
    private static PlannerActorReporterRun run() {
        ReporterConfig config = ReporterConfig.defaults();
        PpoConfig saying = config.reporter().withRollout(new Rollout(2, 16, 64), new Updates(1, 32, 1));
        PpoConfig flat = config.flat().withHidden(8).withRollout(new Rollout(16, 128, 1), new Updates(1, 256, 1));
        config = new ReporterConfig(config.actor(), saying, flat, 40).withBudgets(40_960, 64);
        return new PlannerActorReporterRun(config, new PlannerActorReporterRun.Tasks(10, 2, 2), () -> 0);
    }

    /** A model that picks up the first object of the list. */
    private static HttpServer server() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/chat/completions", exchange -> {
            JsonNode asked = new ObjectMapper().readTree(exchange.getRequestBody());
            String question = asked.at("/messages/1/content").asText();
            int at = question.indexOf("- pick up the ");
            String answer = question.substring(at + 2, question.indexOf('\n', at));
            byte[] body = ("{\"model\":\"tiny\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":"
                            + "{\"role\":\"assistant\",\"content\":\"" + answer + "\"}}],"
                            + "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static ChosenModel model(HttpServer server) throws IOException {
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/v1#tiny";
        SpendingLimits limits =
                SpendingLimits.none().withTime(SpendingLimits.none().time(), Duration.ofSeconds(30));
        ModelChoice choice = new ModelChoice(url, null, null, null, false, limits, Price.FREE, 1);
        return ChosenModel.open(choice, Map.of(), Control.none(), System::nanoTime);
    }

    @Test
    void rowsFiguresCurvesAndPicturesAndARunThatIsBrokenOffGoesOn(@TempDir Path folder, @TempDir Path broken)
            throws Exception {
        assertEquals(5, run().seeds());
        assertTrue(run().takesModel());
        Result result;
        HttpServer server = server();
        try (ChosenModel model = model(server)) {
            result = run().run(new RunRequest(
                    1,
                    folder,
                    Progress.none(),
                    Control.none(),
                    false,
                    Duration.ofHours(1),
                    model,
                    RunRequest.Given.NOTHING));
        } finally {
            server.stop(0);
        }
        Map<String, Arm> arms = result.arms().stream().collect(Collectors.toMap(Arm::name, arm -> arm, (a, b) -> a));
        assertEquals(13, arms.size());
        for (Arm arm : result.arms()) {
            boolean chosen = arm.name().contains("chosen");
            boolean planned = arm.name().contains("Reporter");
            assertEquals(chosen ? "tiny" : planned ? "scripted" : "none", arm.model(), arm.name());
            arm.metrics().forEach((name, metric) -> {
                if (name.startsWith("success") || name.startsWith("plan right")) {
                    assertEquals(chosen ? 2 : 10, metric.n(), name);
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
        assertTrue(steps > 40_960 + 64, "the flat policy had " + steps + " steps");
        assertEquals(10, result.aims().size());
        List<String> curve = Files.readAllLines(folder.resolve("metrics-reporter.jsonl"));
        assertEquals(17, curve.size());
        assertEquals(0, new ObjectMapper().readTree(curve.get(0)).get("step").asInt());
        for (String picture : List.of("condition-trained-Reporter", "choice-untrained-Reporter")) {
            DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(folder.resolve("pictures/" + picture + ".svg").toFile());
        }
        goesOn(result, folder, broken);
    }

    private static void goesOn(Result unbroken, Path whole, Path broken) throws Exception {
        for (int looks : new int[] {3_000, 4_000, 100}) {
            AtomicInteger left = new AtomicInteger(looks);
            RunRequest request = new RunRequest(
                    1, broken, Progress.none(), () -> left.getAndDecrement() <= 0, looks != 3_000, Duration.ZERO);
            assertThrows(CancellationException.class, () -> run().run(request));
        }
        RunRequest rest = new RunRequest(1, broken, Progress.none(), Control.none(), true, Duration.ZERO);
        Result resumed = run().run(rest);
        assertEquals(
                unbroken.arms().stream()
                        .filter(arm -> !arm.name().contains("chosen"))
                        .toList(),
                resumed.arms());
        assertEquals(
                Files.readString(whole.resolve("metrics-reporter.jsonl")),
                Files.readString(broken.resolve("metrics-reporter.jsonl")));
    }
}
