package io.github.rlllm.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The flags that choose a language model, over a server of this test's own. */
class ModelFlagsTest {
    @TempDir
    Path runs;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<String> bodies = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();
    private final AtomicInteger busy = new AtomicInteger();
    private HttpServer server;
    private String model = "";

    /** Asks twice and shows what it was told. */
    private static final class Asking implements Demonstration {
        @Override
        public Result run(RunRequest request) {
            String said = "none";
            if (request.model() != null) {
                Completion one = request.model()
                        .complete(Prompt.of("first").withSeed(1L << 40).withMaxTokens(20));
                Completion two = request.model()
                        .complete(Prompt.of("second").withMaxTokens(20).withStop(List.of("END")));
                said = one.text() + two.text();
            }
            Arm arm = new Arm("asked", "m", Map.of("length", Metric.of("characters", said.length())));
            return new Result("asking", request.seeds(), 1, "a machine", List.of(arm), List.of());
        }

        @Override
        public boolean takesModel() {
            return true;
        }
    }

    private final Registry registry =
            new Registry().run("asking", Asking::new).run("plain", () -> request -> new Asking().run(request));

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/chat/completions", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            keys.add(exchange.getRequestHeaders().getFirst("Authorization"));
            boolean refuse = busy.getAndDecrement() > 0;
            byte[] answer = (refuse
                            ? "{\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"sk-canary first\"}}"
                            : "{\"model\":\"tiny-2026\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":"
                                    + "{\"role\":\"assistant\",\"content\":\"hello\"}}],"
                                    + "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            if (refuse) {
                exchange.getResponseHeaders().add("Retry-After", "0");
            }
            exchange.sendResponseHeaders(refuse ? 429 : 200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        model = "http://127.0.0.1:" + server.getAddress().getPort() + "/v1#tiny";
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private int rlllm(String... args) {
        out.reset();
        err.reset();
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--runs", runs.resolve("runs").toString()));
        Terminal terminal = new Terminal(
                all,
                new PrintStream(out, true),
                new PrintStream(err, true),
                false,
                System::nanoTime,
                () -> Instant.EPOCH,
                Control.none());
        return Main.execute(registry, terminal);
    }

    private JsonNode figures() throws IOException {
        String last = out.toString(StandardCharsets.UTF_8).lines().reduce("", (a, b) -> b);
        JsonNode arm = new ObjectMapper().readTree(last).at("/arms/1");
        assertEquals("language model", arm.get("name").asText());
        assertEquals("tiny", arm.get("model").asText());
        return arm.get("metrics");
    }

    private double figure(String name) throws IOException {
        return figures().at("/" + name + "/mean").asDouble(-1);
    }

    @Test
    void aServerAnswersAndItsCostIsInTheResult() throws IOException {
        assertEquals(0, rlllm("run", "asking", "--model", model, "--price", "0.15,0.6", "--json"), err.toString());
        assertEquals(2, figure("calls"));
        assertEquals(14, figure("tokens in"));
        assertEquals(6, figure("tokens out"));
        assertEquals((14 * 150 + 6 * 600) / 1e9, figure("money"), 1e-15);
        JsonNode first = new ObjectMapper().readTree(bodies.get(0));
        assertEquals("tiny", first.get("model").asText());
        assertEquals("first", first.at("/messages/0/content").asText());
        assertEquals(256, first.get("seed").asInt());
        assertEquals(
                20,
                first.path("max_tokens")
                        .asInt(first.path("max_completion_tokens").asInt()));
        JsonNode second = new ObjectMapper().readTree(bodies.get(1));
        assertEquals("END", second.at("/stop/0").asText());
        assertFalse(second.has("seed"));
        assertTrue(Files.readString(runs.resolve("runs/asking/report.html")).contains("language model"));
    }

    @Test
    void aCassetteIsPaidOnceAndReplayedWithoutTheServer() throws IOException {
        String cassette = runs.resolve("calls.jsonl").toString();
        assertEquals(0, rlllm("run", "asking", "--model", model, "--cassette", cassette, "--json"));
        assertEquals(2, figure("calls in this run"));
        assertEquals(0, rlllm("run", "asking", "--model", model, "--cassette", cassette, "--json"));
        assertEquals(0, figure("calls in this run"));
        assertEquals(2, figure("answers from the cassette"));
        assertEquals(2, bodies.size());
        server.stop(0);
        assertEquals(0, rlllm("run", "asking", "--cassette", cassette, "--replay", "--json"), err.toString());
        assertEquals(2, figure("answers from the cassette"));
        assertEquals(14, figure("tokens in"));
        assertEquals(0, rlllm("run", "asking", "--model", model, "--cassette", cassette, "--replay", "--json"));
    }

    @Test
    void limitsHold() {
        assertEquals(1, rlllm("run", "asking", "--model", model, "--max-calls", "1"));
        assertEquals("calls: 1 spent, 1 asked (expected: at most 1 together)\n", err());
        assertEquals(1, bodies.size());
        assertEquals(1, rlllm("run", "asking", "--model", model, "--max-tokens", "10"));
        assertEquals(1, rlllm("run", "asking", "--model", model, "--max-money", "0.000001", "--price", "1,1"));
        assertEquals(1, bodies.size());
    }

    @Test
    void limitsHoldOverRunsOfOneCassette() {
        String cassette = runs.resolve("calls.jsonl").toString();
        assertEquals(1, rlllm("run", "asking", "--model", model, "--cassette", cassette, "--max-calls", "1"));
        assertEquals(1, rlllm("run", "asking", "--model", model, "--cassette", cassette, "--max-calls", "1"));
        assertEquals(1, bodies.size());
        assertEquals(0, rlllm("run", "asking", "--model", model, "--cassette", cassette, "--max-calls", "2"));
        assertEquals(2, bodies.size());
    }

    @Test
    void aBusyServerIsAskedAgain() throws IOException {
        busy.set(1);
        assertEquals(0, rlllm("run", "asking", "--model", model, "--json"), err.toString());
        assertEquals(3, bodies.size());
        assertEquals(3, figure("calls"));
        assertEquals(14, figure("tokens in"));
    }

    @Test
    void noKeyAndNoPromptGetsOut() {
        // The variable that every system has stands for a key.
        String secret = System.getenv("PATH");
        busy.set(100);
        server.removeContext("/v1/chat/completions");
        server.createContext("/v1/chat/completions", exchange -> {
            keys.add(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] said = ("{\"error\":{\"code\":\"invalid_api_key\",\"message\":\"wrong: " + secret + " first\"}}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(401, said.length);
            exchange.getResponseBody().write(said);
            exchange.close();
        });
        assertEquals(1, rlllm("run", "asking", "--model", model, "--model-key", "PATH"));
        assertEquals("Bearer " + secret, keys.get(0));
        String all = out.toString(StandardCharsets.UTF_8) + err();
        assertEquals("status: 401, invalid_api_key (expected: 200)\n", err());
        assertFalse(all.contains(secret));
        assertFalse(all.contains("wrong"));
    }

    @Test
    void wrongFlagsAreRefusedAtTheDoor() {
        assertEquals(2, rlllm("run", "plain", "--model", model));
        assertEquals(
                "model: given (expected: not for plain, which asks no language model of the user's choice)\n", err());
        assertEquals(2, rlllm("run", "plain", "--max-calls", "3"));
        assertEquals(2, rlllm("run", "asking", "--replay"));
        assertEquals("replay: without a cassette (expected: --cassette FILE)\n", err());
        assertEquals(2, rlllm("run", "asking", "--max-calls", "3"));
        assertEquals("model: none (expected: --model X, or --cassette FILE --replay)\n", err());
        assertEquals(2, rlllm("run", "asking", "--model", model, "--max-money", "1"));
        assertEquals("max-money: 1.0 (expected: with --price IN,OUT)\n", err());
        assertEquals(2, rlllm("run", "asking", "--model", model.substring(0, model.indexOf('#'))));
        assertEquals("model: no name after # (expected: http(s)://host/v1#name)\n", err());
        assertEquals(2, rlllm("run", "asking", "--model", "nowhere.gguf"));
        assertEquals(
                "model: nowhere.gguf is not there (expected: a GGUF file, a checkpoint's folder, or"
                        + " http(s)://host/v1#name)\n",
                err());
        assertEquals(2, rlllm("run", "asking", "--model", model, "--model-key", "NO_SUCH_VARIABLE_HERE"));
        assertEquals(
                "model-key: NO_SUCH_VARIABLE_HERE is not set (expected: a variable with the server's key)\n", err());
        assertEquals(2, rlllm("run", "asking", "--model", model, "--call-seconds", "0"));
        assertEquals(2, rlllm("run", "asking", "--model", model, "--price", "1"));
        assertEquals(0, bodies.size());
        assertEquals(0, rlllm("run", "asking"));
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
