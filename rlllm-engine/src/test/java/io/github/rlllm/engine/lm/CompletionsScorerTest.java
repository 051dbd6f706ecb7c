package io.github.rlllm.engine.lm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.rlllm.api.ScoringModel;
import io.github.rlllm.testkit.ScoringModelContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a server of a made-up model on the loopback device, whole and broken in every way that is known of. */
class CompletionsScorerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TOKEN = Pattern.compile(" ?\\p{L}+|.", Pattern.DOTALL);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    static {
        // Else the server's answers wait for the client's acknowledgements, 40 ms each.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private HttpServer server;
    private volatile String fault = "";
    private volatile String authorization = "";
    private final AtomicInteger calls = new AtomicInteger();

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/completions", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/completions");
    }

    private CompletionsScorer open() {
        return CompletionsScorer.open(HttpClient.newHttpClient(), endpoint(), "made-up", "secret", PATIENCE);
    }

    private static List<String> tokens(String text) {
        return TOKEN.matcher(text).results().map(MatchResult::group).toList();
    }

    /** Of a token after the one before, as the made-up model has it. */
    private static double logProb(String before, String token) {
        return -.5 - Math.floorMod((before + "|" + token).hashCode(), 1000) / 250.0;
    }

    private void answer(HttpExchange exchange) throws IOException {
        authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        JsonNode asked = JSON.readTree(exchange.getRequestBody());
        boolean understood = asked.get("echo").booleanValue()
                && asked.get("max_tokens").intValue() == 1
                && asked.get("temperature").intValue() == 1
                && asked.get("model").textValue().equals("made-up");
        byte[] body = body(asked.get("prompt").textValue()).getBytes(StandardCharsets.UTF_8);
        int call = calls.getAndIncrement();
        if (fault.equals("slow")) {
            try {
                Thread.sleep(1000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        boolean ok = understood && !fault.equals("status") && !(fault.equals("later") && call > 3);
        exchange.sendResponseHeaders(ok ? 200 : 500, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private String body(String text) {
        if (fault.equals("no json")) {
            return "{\"choices\": [secret text";
        }
        ObjectNode logprobs = JSON.createObjectNode();
        ArrayNode names = logprobs.putArray("tokens");
        ArrayNode values = logprobs.putArray("token_logprobs");
        ArrayNode tops = logprobs.putArray("top_logprobs");
        List<String> read = tokens(text);
        if (!fault.equals("no begin")) {
            names.add("<s>");
            values.addNull();
            tops.addNull();
        }
        UnaryOperator<String> spelled = t -> fault.equals("spelling") ? t.toUpperCase(java.util.Locale.ROOT) : t;
        for (int t = 0; t < read.size() && !fault.equals("no echo"); t++) {
            String before = t == 0 ? "<s>" : read.get(t - 1);
            double value = logProb(before, read.get(t));
            if (fault.equals("shifted")) {
                value = t + 1 == read.size() ? -1 : logProb(read.get(t), read.get(t + 1));
            }
            value = switch (fault) {
                case "zeros" -> 0;
                case "positive" -> -value;
                case "noise" -> value - calls.get();
                case "no context" -> logProb("", read.get(t));
                default -> value;
            };
            names.add(spelled.apply(read.get(t)));
            boolean none = fault.equals("no begin") && t == 0 || fault.equals("holes") && t % 5 == 3;
            if (none) {
                values.addNull();
            } else {
                values.add(value);
            }
            ObjectNode top = tops.addObject();
            top.put(read.get(t), value);
            top.put("?", fault.equals("not normalised") ? -.01 : -6);
        }
        names.add(" generated");
        values.add(-1);
        if (fault.equals("short")) {
            values.remove(0);
        }
        ObjectNode answer = JSON.createObjectNode();
        ObjectNode choice = answer.putArray("choices").addObject();
        choice.put("text", text);
        if (fault.equals("no logprobs")) {
            choice.putNull("logprobs");
        } else {
            choice.set("logprobs", logprobs);
        }
        return answer.toString();
    }

    @Test
    void logProbsAreTheServersSummedOverTheContinuation() {
        CompletionsScorer scorer = open();
        double[] found = scorer.logProbs("pick up", List.of(" the ball", " it", "."));
        assertArrayEquals(
                new double[] {
                    logProb(" up", " the") + logProb(" the", " ball"), logProb(" up", " it"), logProb(" up", ".")
                },
                found,
                1e-12);
        assertEquals(2, scorer.tokens("pick up", " the ball"));
        assertEquals(logProb("<s>", "go"), scorer.logProbs("", List.of("go"))[0], 1e-12);
        assertEquals("Bearer secret", authorization);
        assertEquals("made-up", scorer.model());
    }

    @Test
    void aBoundaryWithinATokenIsRefused() {
        CompletionsScorer scorer = open();
        String message = assertThrows(
                        IllegalArgumentException.class, () -> scorer.logProbs("pick u", List.of("p the ball")))
                .getMessage();
        assertEquals(
                "continuation: begins within token 1 of the server (expected: where a token begins; a blank belongs to"
                        + " the continuation)",
                message);
    }

    @Test
    void aServerWithoutABeginningCannotScoreAFirstToken() {
        fault = "no begin";
        CompletionsScorer scorer = open();
        assertEquals(logProb("go", " on"), scorer.logProbs("go", List.of(" on"))[0], 1e-12);
        assertThrows(IllegalArgumentException.class, () -> scorer.logProbs("", List.of("go on")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    no logprobs    | choices[0].logprobs: none
                    no echo        | choices[0].logprobs.tokens: another text
                    spelling       | choices[0].logprobs.tokens: another text
                    short          | token_logprobs (expected: as many token_logprobs as tokens
                    holes          | log-probability of token 3: none (expected: a number)
                    zeros          | log-probabilities: all equal
                    positive       | (expected: <= 0)
                    not normalised | sum of the probabilities at token 0
                    noise          | log-probabilities of the same text: difference at token 0
                    shifted        | log-probabilities of a common beginning: difference at token
                    no context     | log-probabilities after another beginning: the same
                    status         | status: 500 (expected: 200)
                    no json        | answer: no JSON at line 1
                    """)
    void aServerThatLiesIsRefusedAtTheStart(String broken, String message) {
        fault = broken;
        String said = assertThrows(IllegalStateException.class, this::open).getMessage();
        assertTrue(said.contains(message), said);
        assertFalse(said.contains("secret"), "neither key nor text in the message: " + said);
    }

    @Test
    void aServerThatFailsLaterIsAnError() {
        fault = "later";
        CompletionsScorer scorer = open();
        assertThrows(IllegalStateException.class, () -> scorer.logProbs("a", List.of(" b")));
    }

    @Test
    void aSlowServerAndNoneAreErrorsInTime() {
        fault = "slow";
        assertThrows(
                UncheckedIOException.class,
                () -> CompletionsScorer.open(
                        HttpClient.newHttpClient(), endpoint(), "made-up", null, Duration.ofMillis(100)));
        URI gone = endpoint();
        server.stop(0);
        assertThrows(
                UncheckedIOException.class,
                () -> CompletionsScorer.open(HttpClient.newHttpClient(), gone, "made-up", null, PATIENCE));
    }

    @Nested
    class Contract extends ScoringModelContract {
        @Override
        protected ScoringModel model() {
            return open();
        }

        @Override
        protected List<String> contexts() {
            return List.of("pick up", "go to the door and");
        }

        @Override
        protected List<String> continuations() {
            return List.of(" the ball", ".", " close it");
        }
    }
}
