package io.github.rlllm.examples.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.rl4llm.feedback.Comparison;
import io.github.rlllm.rl4llm.feedback.FeedbackFile;
import io.github.rlllm.rl4llm.feedback.FeedbackSession;
import io.github.rlllm.rl4llm.feedback.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests are written byte by byte: no client library sends a false Host or Origin. */
class FeedbackServerTest {
    private static final String EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private Path out = Path.of("");
    private FeedbackSession session;
    private FeedbackServer server;
    private String host = "";
    private String token = "";

    private record Reply(int status, String head, String body) {
        JsonNode json() throws IOException {
            return JSON.readTree(body);
        }
    }

    @BeforeEach
    void start() throws IOException {
        out = folder.resolve("out.jsonl");
        session = FeedbackSession.open(
                List.of(
                        new Comparison("one " + EVIL, "good " + EVIL, "bad", List.of()),
                        new Comparison("two", "good", "bad", List.of()),
                        new Comparison("three", "good", "bad", List.of())),
                out,
                1,
                "");
        server = FeedbackServer.start(session, new SecureRandom());
        host = server.address().getAuthority();
        token = server.address().getPath().replace("/", "");
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        session.close();
    }

    private Reply send(String request) throws IOException {
        try (Socket socket =
                new Socket(server.address().getHost(), server.address().getPort())) {
            socket.setSoTimeout(5_000);
            OutputStream to = socket.getOutputStream();
            to.write(request.getBytes(StandardCharsets.UTF_8));
            to.flush();
            String reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = reply.indexOf("\r\n\r\n");
            return new Reply(
                    Integer.parseInt(reply.substring(9, 12)), reply.substring(0, end), reply.substring(end + 4));
        }
    }

    /** A request as the page sends it, of which a test changes a part. */
    private String post(String body) {
        return "POST /" + token + "/answer HTTP/1.1\r\nHost: " + host + "\r\nOrigin: http://" + host
                + "\r\nX-Feedback-Token: " + token + "\r\nContent-Type: application/json\r\nSec-Fetch-Site: same-origin"
                + "\r\nConnection: close\r\nContent-Length: " + body.getBytes(StandardCharsets.UTF_8).length
                + "\r\n\r\n" + body;
    }

    private String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nX-Feedback-Token: " + token
                + "\r\nConnection: close\r\n\r\n";
    }

    private JsonNode state() throws IOException {
        Reply reply = send(get("/" + token + "/state"));
        assertEquals(200, reply.status, reply.body);
        return reply.json();
    }

    private Reply say(String choice) throws IOException {
        return send(post(JSON.writeValueAsString(JSON.createObjectNode()
                .put("pair", state().path("pair").asText())
                .put("choice", choice))));
    }

    @Test
    void aPersonAnswersTakesBackAndEnds() throws Exception {
        assertEquals(3, state().get("all").asInt());
        assertEquals(1, say("left").json().get("judged").asInt());
        assertEquals(2, say("tie").json().get("judged").asInt());
        assertEquals(1, say("undo").json().get("judged").asInt());
        assertEquals(2, say("skip").json().get("judged").asInt());
        Reply last = say("right");
        assertEquals(3, last.json().get("judged").asInt());
        assertFalse(last.json().has("pair"));
        assertEquals(5, Files.readAllLines(out).size());
        assertEquals(2, FeedbackFile.read(out, Shape.PAIRS).comparisons().size());
        assertFalse(server.finished(0));
        assertTrue(say("finish").json().get("over").asBoolean());
        assertTrue(server.finished(5_000));
    }

    @Test
    void anAnswerThatWasSentTwiceIsRefusedTheSecondTime() throws IOException {
        String request = post("{\"pair\":\"" + state().get("pair").asText() + "\",\"choice\":\"left\"}");
        assertEquals(200, send(request).status);
        assertEquals(409, send(request).status);
        assertEquals(1, Files.readAllLines(out).size());
    }

    @Test
    void everyForgedRequestIsRefusedAndWritesNothing() throws IOException {
        String pair = state().get("pair").asText();
        String good = post("{\"pair\":\"" + pair + "\",\"choice\":\"left\"}");
        String origin = "Origin: http://" + host + "\r\n";
        refused(403, good.replace("Host: " + host, "Host: evil.example"));
        refused(
                403,
                good.replace(
                        "Host: " + host,
                        "Host: evil.example:" + server.address().getPort()));
        refused(403, good.replace("Host: " + host, "Host: localhost"));
        refused(403, good.replace("Host: " + host, "Host: " + host + "\r\nHost: evil.example"));
        refused(403, good.replace(origin, ""));
        refused(403, good.replace(origin, "Origin: null\r\n"));
        refused(403, good.replace(origin, "Origin: https://evil.example\r\n"));
        refused(403, good.replace(origin, "Origin: https://" + host + "\r\n"));
        refused(403, good.replace(origin, "Origin: http://127.0.0.1:1\r\n"));
        refused(403, good.replace("same-origin", "cross-site"));
        refused(403, good.replace("same-origin", "same-site"));
        refused(403, good.replace("X-Feedback-Token: " + token, "X-Nothing: 1"));
        refused(403, good.replace("X-Feedback-Token: " + token, "X-Feedback-Token: " + token.substring(1)));
        refused(403, good.replace("X-Feedback-Token: " + token, "X-Feedback-Token: "));
        refused(404, good.replace("POST /" + token, "POST /" + "0".repeat(32)));
        refused(404, good.replace("POST /" + token, "POST /x"));
        assertEquals(404, send(good.replace("POST /" + token, "POST /")).status);
        refused(404, good.replace("/answer", "/answers"));
        refused(404, good.replace("/answer", "/../answer"));
        refused(405, good.replace("POST", "GET"));
        refused(405, good.replace("POST", "OPTIONS"));
        refused(403, good.replace("application/json", "text/plain"));
        refused(403, good.replace("application/json", "application/x-www-form-urlencoded"));
        refused(400, post("{\"pair\":"));
        refused(400, post("[]"));
        refused(400, post(""));
        refused(400, post("{\"pair\":\"" + pair + "\"}"));
        refused(400, post("{\"pair\":7,\"choice\":\"left\"}"));
        refused(400, post("{\"pair\":\"" + pair + "\",\"choice\":\"LEFT\"}"));
        refused(413, post("{\"pair\":\"" + "x".repeat(5_000) + "\",\"choice\":\"left\"}"));
        refused(409, post("{\"pair\":\"0123456789abcdef\",\"choice\":\"left\"}"));
        refused(404, get("/"));
        refused(404, get("/" + token));
        refused(404, get("/" + token + "/page.html"));
        refused(405, get("/" + token + "/state").replace("GET", "POST"));
        refused(403, get("/" + token + "/state").replace("X-Feedback-Token", "X-Nothing"));
        refused(403, get("/" + token + "/").replace("Host: " + host, "Host: evil.example"));
        assertEquals(200, send(good).status);
    }

    private void refused(int status, String request) throws IOException {
        Reply reply = send(request);
        assertEquals(status, reply.status, request);
        assertTrue(reply.json().has("error"), reply.body);
        assertFalse(reply.body.contains(token) || reply.body.contains("good") || reply.head.contains("Allow-Origin"));
        assertEquals(0, Files.size(out), request);
    }

    @Test
    void itListensOnTheLoopbackAddressAlone() throws IOException {
        assertEquals("127.0.0.1", server.address().getHost());
        List<InetAddress> others = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress())
                .toList();
        for (InetAddress address : others) {
            assertThrows(
                    IOException.class,
                    () -> new Socket(address, server.address().getPort()).close());
        }
    }

    @Test
    void thePageHoldsNoTextOfThePairsAndRunsItsOwnScriptAlone() throws IOException {
        Reply page = send(get("/" + token + "/"));
        assertEquals(200, page.status);
        assertTrue(page.head.contains("text/html; charset=utf-8"), page.head);
        assertFalse(page.body.contains("alert"));
        for (String sink : List.of("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "@NONCE@")) {
            assertFalse(page.body.contains(sink), sink);
        }
        Matcher nonce = Pattern.compile("script-src 'nonce-([0-9a-f]{32})'").matcher(page.head);
        assertTrue(nonce.find(), page.head);
        assertTrue(page.head.contains("default-src 'none'"), page.head);
        assertTrue(page.head.contains("frame-ancestors 'none'"), page.head);
        assertEquals(1, page.body.split("<script", -1).length - 1);
        assertTrue(page.body.contains("<script nonce=\"" + nonce.group(1) + "\">"));
        Matcher again = Pattern.compile("script-src 'nonce-([0-9a-f]{32})'").matcher(send(get("/" + token + "/")).head);
        assertTrue(again.find());
        assertNotEquals(nonce.group(1), again.group(1));
    }

    /** As JSON that no browser reads as a page, markup arrives as it was written. */
    @Test
    void anAnswerWithMarkupArrivesAsText() throws IOException {
        while (!state().get("prompt").asText().startsWith("one")) {
            say("skip");
        }
        Reply reply = send(get("/" + token + "/state"));
        assertTrue(reply.head.toLowerCase(java.util.Locale.ROOT).contains("content-type: application/json"));
        assertTrue(reply.head.toLowerCase(java.util.Locale.ROOT).contains("x-content-type-options: nosniff"));
        assertEquals("one " + EVIL, reply.json().get("prompt").asText());
        String left = reply.json().get("left").asText();
        String right = reply.json().get("right").asText();
        assertEquals("good " + EVIL, left.equals("bad") ? right : left);
    }
}
