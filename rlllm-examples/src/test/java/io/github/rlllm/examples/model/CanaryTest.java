package io.github.rlllm.examples.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.engine.lm.Price;
import io.github.rlllm.engine.lm.SpendingLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key and a prompt that are easily found again: they are in no log of any level and in no message of a failure. */
class CanaryTest {
    private static final String KEY = "sk-canary-5d1f0c";
    private static final String SAID = "canary-prompt-77aa";

    @TempDir
    Path folder;

    private HttpServer server;

    /** In a JVM of its own, so that its logs are at their loudest. */
    static final class Program {
        public static void main(String[] args) throws IOException {
            ModelChoice choice = new ModelChoice(
                    args[0],
                    null,
                    "RLLLM_CANARY",
                    Path.of(args[1]),
                    false,
                    SpendingLimits.none()
                            .withTokens(80)
                            .withTime(Duration.ofMinutes(1), Duration.ofMillis(Integer.parseInt(args[2]))),
                    Price.perMillion(1, 1),
                    1);
            try (ChosenModel model = ChosenModel.open(choice, System.getenv(), Control.none(), System::nanoTime)) {
                for (int i = 0; i < 12; i++) {
                    try {
                        model.complete(Prompt.of(SAID).withMaxTokens(10 + i));
                        System.err.println("answered");
                    } catch (RuntimeException e) {
                        e.printStackTrace();
                    }
                }
            }
        }
    }

    @BeforeEach
    void start() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        int[] statuses = {200, 401, 429, 400, 404, 200, 429, 403, 501, 422, 429, 200};
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(body.contains(SAID));
            int status = statuses[asked.getAndIncrement() % statuses.length];
            String echo = exchange.getRequestHeaders().getFirst("Authorization") + " " + SAID;
            byte[] answer = (status == 200
                            ? "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":"
                                    + "\"fine\"}}],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}"
                            : "{\"error\":{\"code\":\"wrong\",\"message\":\"" + echo + "\"}}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.getResponseHeaders().add("Retry-After", "0");
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void neitherIsInAnyLogOrMessage() throws Exception {
        Path log = folder.resolve("log.txt");
        Path cassette = folder.resolve("calls.jsonl");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                "http://127.0.0.1:" + server.getAddress().getPort() + "/v1#tiny",
                cassette.toString(),
                "20000"));
        builder.environment().put("RLLLM_CANARY", KEY);
        Process program =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            assertTrue(program.waitFor(60, TimeUnit.SECONDS));
        } finally {
            program.destroyForcibly();
        }
        String said = Files.readString(log);
        assertEquals(0, program.exitValue(), said);
        // It was loud, and it did fail.
        assertTrue(said.contains("DEBUG"), said);
        assertTrue(said.contains("answered") && said.contains("status: 401, wrong"), said);
        assertTrue(said.contains("BudgetExhaustedException"), said);
        assertFalse(said.contains(KEY), said);
        assertFalse(said.contains(SAID), said);
        // The cassette is for prompts, and not for keys.
        String recorded = Files.readString(cassette);
        assertTrue(recorded.contains(SAID));
        assertFalse(recorded.contains(KEY));
    }
}
