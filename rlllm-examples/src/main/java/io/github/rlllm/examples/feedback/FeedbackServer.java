package io.github.rlllm.examples.feedback;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.rlllm.rl4llm.feedback.FeedbackSession;
import io.github.rlllm.rl4llm.feedback.FeedbackSession.Choice;
import io.github.rlllm.rl4llm.feedback.FeedbackSession.State;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The web page: on the loopback address alone, at a port that the system chooses, under a token that only whoever is told the
 * address knows. Another site that the person's browser has open can do nothing: it does not know the token, cannot send the
 * header that holds it without being asked about its origin, and its {@code Origin} and {@code Host} are refused.
 *
 * <p>{@code GET /TOKEN/} is the page, {@code GET /TOKEN/state} what is asked, {@code POST /TOKEN/answer} takes {@code
 * {"pair": ..., "choice": left, right, tie, skip, undo or finish}}.
 */
public final class FeedbackServer implements AutoCloseable {
    /** The header that a page of this server sends and no other can. */
    static final String TOKEN_HEADER = "X-Feedback-Token";

    private static final int LONGEST_BODY = 4096;
    private static final JsonMapper JSON = new JsonMapper();

    private final FeedbackSession session;
    private final String token;
    private final SecureRandom nonces;
    private final String page;
    private final HttpServer server;
    private final ExecutorService threads;
    private final CountDownLatch finished = new CountDownLatch(1);

    private FeedbackServer(FeedbackSession session, SecureRandom rng, String page, HttpServer server) {
        this.session = session;
        this.token = hex(rng);
        this.nonces = rng;
        this.page = page;
        this.server = server;
        this.threads = Executors.newFixedThreadPool(4, work -> {
            Thread thread = new Thread(work, "feedback");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Starts to serve.
     *
     * @param session what is asked and where answers go; stays open
     * @param rng of the token; a source that cannot be guessed
     * @return the server
     * @throws IOException if no port can be opened
     */
    public static FeedbackServer start(FeedbackSession session, SecureRandom rng) throws IOException {
        String page;
        try (InputStream in = Objects.requireNonNull(FeedbackServer.class.getResourceAsStream("page.html"))) {
            page = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        HttpServer http =
                HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 16);
        FeedbackServer server = new FeedbackServer(session, rng, page, http);
        http.setExecutor(server.threads);
        http.createContext("/", server::handle);
        http.start();
        return server;
    }

    private static String hex(SecureRandom rng) {
        byte[] bytes = new byte[16];
        rng.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * The page's address, with the token.
     *
     * @return what a browser opens
     */
    public URI address() {
        return URI.create("http://" + host() + "/" + token + "/");
    }

    private String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /**
     * Waits until the person has pressed finish.
     *
     * @param millis how long at most
     * @return whether that was so
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean finished(long millis) throws InterruptedException {
        return finished.await(millis, TimeUnit.MILLISECONDS);
    }

    /** An answer that is no success. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;
        private final int status;

        Refused(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        boolean over = false;
        try (exchange) {
            int status = 200;
            byte[] body;
            String type = "application/json";
            String nonce = hex(nonces);
            try {
                String path = path(exchange);
                if (path.equals("/")) {
                    method(exchange, "GET");
                    body = page.replace("@NONCE@", nonce).getBytes(StandardCharsets.UTF_8);
                    type = "text/html; charset=utf-8";
                } else if (path.equals("/state")) {
                    method(exchange, "GET");
                    ours(exchange);
                    body = JSON.writeValueAsBytes(json(session.state()));
                } else if (path.equals("/answer")) {
                    method(exchange, "POST");
                    ours(exchange);
                    ObjectNode reply = answer(exchange);
                    over = reply.has("over");
                    body = JSON.writeValueAsBytes(reply);
                } else {
                    throw new Refused(404, "not found");
                }
            } catch (Refused e) {
                status = e.status;
                body = JSON.writeValueAsBytes(JSON.createObjectNode().put("error", e.getMessage()));
            } catch (IOException e) {
                status = 500;
                body = JSON.writeValueAsBytes(JSON.createObjectNode().put("error", e.getMessage()));
            }
            Headers headers = exchange.getResponseHeaders();
            headers.set("Content-Type", type);
            headers.set(
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'nonce-" + nonce + "'; style-src 'nonce-" + nonce
                            + "'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
            headers.set("X-Content-Type-Options", "nosniff");
            // Not no-referrer, with which some browsers send Origin: null with a page's own requests.
            headers.set("Referrer-Policy", "same-origin");
            headers.set("Cross-Origin-Resource-Policy", "same-origin");
            headers.set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
        // Only now: whoever waits for it closes the server, and the page is to have its reply.
        if (over) {
            finished.countDown();
        }
    }

    /** The path behind the token; whoever asks by another name or without the token learns nothing. */
    private String path(HttpExchange exchange) throws Refused {
        Headers headers = exchange.getRequestHeaders();
        only(headers, "Host", host(), false);
        only(headers, "Origin", "http://" + host(), true);
        only(headers, "Sec-Fetch-Site", "same-origin", true, "none");
        String path = exchange.getRequestURI().getRawPath();
        int end = path == null ? -1 : path.indexOf('/', 1);
        if (path == null || end < 0 || !isToken(path.substring(1, end))) {
            throw new Refused(404, "not found");
        }
        return path.substring(end);
    }

    /** A header that, where it is there at all, must stand once and be as expected. */
    private static void only(Headers headers, String name, String expected, boolean mayMiss, String... others)
            throws Refused {
        List<String> values = headers.getOrDefault(name, List.of());
        boolean fits = values.isEmpty()
                ? mayMiss
                : values.size() == 1
                        && (values.get(0).equals(expected) || List.of(others).contains(values.get(0)));
        if (!fits) {
            throw new Refused(403, name + " is refused");
        }
    }

    private static void method(HttpExchange exchange, String expected) throws Refused {
        if (!exchange.getRequestMethod().equals(expected)) {
            throw new Refused(405, "expected: " + expected);
        }
    }

    private void ours(HttpExchange exchange) throws Refused {
        if (!isToken(exchange.getRequestHeaders().getFirst(TOKEN_HEADER))) {
            throw new Refused(403, TOKEN_HEADER + " is refused");
        }
    }

    /** Compares in a time that does not tell how much was right. */
    private boolean isToken(@Nullable String said) {
        return said != null
                && MessageDigest.isEqual(said.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }

    private ObjectNode answer(HttpExchange exchange) throws Refused, IOException {
        Headers headers = exchange.getRequestHeaders();
        only(headers, "Origin", "http://" + host(), false);
        only(headers, "Content-Type", "application/json", false);
        byte[] body = exchange.getRequestBody().readNBytes(LONGEST_BODY + 1);
        if (body.length > LONGEST_BODY) {
            throw new Refused(413, "expected: at most " + LONGEST_BODY + " bytes");
        }
        JsonNode said;
        try {
            said = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new Refused(400, "expected: a JSON object");
        }
        String pair = said.path("pair").textValue();
        String choice = said.path("choice").textValue();
        if (pair == null || choice == null) {
            throw new Refused(400, "expected: pair and choice");
        }
        switch (choice) {
            case "undo" -> {
                return json(session.undo());
            }
            case "finish" -> {
                return json(session.state()).put("over", true);
            }
            case "left", "right", "tie", "skip" -> {
                try {
                    return json(session.answer(pair, Choice.valueOf(choice.toUpperCase(Locale.ROOT))));
                } catch (IllegalStateException e) {
                    throw new Refused(409, "this was answered elsewhere; reload the page");
                }
            }
            default -> throw new Refused(400, "expected: left, right, tie, skip, undo or finish");
        }
    }

    private static ObjectNode json(State state) {
        ObjectNode json = JSON.createObjectNode().put("judged", state.judged()).put("all", state.all());
        FeedbackSession.Question asked = state.question();
        if (asked != null) {
            json.put("pair", asked.pair())
                    .put("prompt", asked.prompt())
                    .put("left", asked.left())
                    .put("right", asked.right());
        }
        return json;
    }

    /** Ends at once; an answer that is being written is written. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
