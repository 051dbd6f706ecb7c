package io.github.rlllm.examples.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A headless Chromium with one tab, driven over its DevTools protocol by the JDK's own WebSocket. */
final class Chromium implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PATIENCE_SECONDS = 30;

    private final Process process;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private String session = "";
    private int last;

    private Chromium(Process process, URI endpoint) {
        this.process = process;
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(endpoint, new Replies())
                .join();
    }

    /** The program, where this machine has one: {@code -Drlllm.chromium=FILE}, or by its usual names on the path. */
    static Optional<Path> program() {
        String given = System.getProperty("rlllm.chromium");
        if (given != null) {
            return Optional.of(Path.of(given));
        }
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(folder -> List.of("chromium", "chromium-browser", "google-chrome").stream()
                        .map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Chromium start(Path program, Path profile) throws Exception {
        // Without its sandbox, which the superuser of a container cannot have: it opens our own page alone.
        Process process = new ProcessBuilder(
                        program.toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Path port = profile.resolve("DevToolsActivePort");
            List<String> lines = List.of();
            for (int i = 0; lines.size() < 2; i++) {
                if (i == 20 * PATIENCE_SECONDS || !process.isAlive()) {
                    throw new IOException(program + ": no DevTools within " + PATIENCE_SECONDS + " s");
                }
                Thread.sleep(50);
                lines = Files.exists(port) ? Files.readAllLines(port) : lines;
            }
            Chromium browser = new Chromium(process, URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1)));
            String tab = browser.call("Target.createTarget", "{\"url\":\"about:blank\"}")
                    .get("targetId")
                    .asText();
            browser.session = browser.call("Target.attachToTarget", "{\"targetId\":\"" + tab + "\",\"flatten\":true}")
                    .get("sessionId")
                    .asText();
            browser.call("Page.enable", "{}");
            return browser;
        } catch (Exception e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private final class Replies implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean end) {
            text.append(data);
            if (end) {
                try {
                    JsonNode reply = JSON.readTree(text.toString());
                    CompletableFuture<JsonNode> waiting =
                            asked.remove(reply.path("id").asInt());
                    if (waiting != null) {
                        waiting.complete(reply);
                    }
                } catch (IOException e) {
                    asked.values().forEach(waiting -> waiting.completeExceptionally(e));
                }
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    private JsonNode call(String method, String parameters) throws Exception {
        int id = ++last;
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", JSON.readTree(parameters));
        if (!session.isEmpty()) {
            message.put("sessionId", session);
        }
        CompletableFuture<JsonNode> reply = new CompletableFuture<>();
        asked.put(id, reply);
        socket.sendText(message.toString(), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        JsonNode said = reply.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (said.has("error")) {
            throw new IOException(method + ": " + said.get("error"));
        }
        return said.get("result");
    }

    void open(URI address) throws Exception {
        JsonNode result = call(
                "Page.navigate",
                JSON.createObjectNode().put("url", address.toString()).toString());
        if (result.has("errorText")) {
            throw new IOException(address + ": " + result.get("errorText"));
        }
    }

    void reload() throws Exception {
        call("Page.reload", "{\"ignoreCache\":true}");
    }

    /** What an expression of the page gives. */
    JsonNode ask(String expression) throws Exception {
        JsonNode result = call(
                "Runtime.evaluate",
                JSON.createObjectNode()
                        .put("expression", expression)
                        .put("returnByValue", true)
                        .toString());
        if (result.has("exceptionDetails")) {
            throw new IOException(expression + ": " + result.get("exceptionDetails"));
        }
        return result.get("result").path("value");
    }

    /** Presses a key; held or with Control it is another thing to the page. */
    void press(String key, boolean held, boolean control) throws Exception {
        ObjectNode event =
                JSON.createObjectNode().put("key", key).put("autoRepeat", held).put("modifiers", control ? 2 : 0);
        if (!control) {
            event.put("text", key);
        }
        call("Input.dispatchKeyEvent", event.put("type", "keyDown").toString());
        event.remove("text");
        call("Input.dispatchKeyEvent", event.put("type", "keyUp").toString());
    }

    /** Waits until an expression of the page gives a text. */
    void until(String expression, String expected) throws Exception {
        String found = "";
        for (int i = 0; i < 50 * PATIENCE_SECONDS; i++) {
            try {
                found = ask(expression).asText();
            } catch (IOException e) {
                // The page is not there yet.
                found = e.getMessage();
            }
            if (found.equals(expected)) {
                return;
            }
            Thread.sleep(20);
        }
        throw new AssertionError(expression + ": " + found + " (expected: " + expected + ")");
    }

    @Override
    public void close() {
        socket.abort();
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        // Until they are gone they may write into the profile.
        all.forEach(one -> one.onExit()
                .completeOnTimeout(one, PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join());
    }
}
