package io.github.rlllm.engine.lm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.rlllm.api.ScoringModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Exact log-probabilities by a server of OpenAI's older {@code /v1/completions} that echoes a prompt with its
 * log-probabilities. Many servers take the request and answer without them, or with others: {@link #open} tries the server
 * and refuses it.
 *
 * <p>A continuation's tokens are those that the server's tokenizer gives the whole text after the context; where one of its
 * tokens reaches over the boundary the continuation is refused, since no text can say where to part. Let a blank between them
 * begin the continuation. One request a continuation; nothing is tried again. Texts and the key are in no message and no log.
 * Thread-safe.
 */
public final class CompletionsScorer implements ScoringModel {
    private static final int MOST_BYTES = 64 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client;
    private final URI endpoint;
    private final String model;
    private final @Nullable String key;
    private final Duration timeout;
    private final AtomicLong read = new AtomicLong();

    /**
     * A text as the server read it.
     *
     * @param tokens spell the text, without what the server puts before it
     * @param logProbs one a token; NaN where the server gives none, as for the first of all
     * @param top of each token's most probable rivals, the sum of probabilities; NaN where the server gives none
     */
    record Echo(List<String> tokens, double[] logProbs, double[] top) {}

    private CompletionsScorer(HttpClient client, URI endpoint, String model, @Nullable String key, Duration timeout) {
        this.client = client;
        this.endpoint = endpoint;
        this.model = model;
        this.key = key;
        this.timeout = timeout;
    }

    /**
     * A scorer, after a test of the server: its tokens spell the texts, its log-probabilities are there, differ, are at most
     * 0 and sum to at most 1, come again, and depend on what stands before and nothing after.
     *
     * @param client sends the requests; by default the JDK's follows no redirection
     * @param endpoint as {@code http://127.0.0.1:8000/v1/completions}
     * @param model the server's name for it, which is its identity in provenance too
     * @param key of the header Authorization; null for none
     * @param timeout of one request
     * @return the scorer
     * @throws IllegalStateException if the server fails the test; the message says in what
     * @throws UncheckedIOException if it cannot be reached in time
     */
    public static CompletionsScorer open(
            HttpClient client, URI endpoint, String model, @Nullable String key, Duration timeout) {
        CompletionsScorer scorer = new CompletionsScorer(client, endpoint, model, key, timeout);
        CompletionsCheck.check(scorer::echo);
        return scorer;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if a continuation is empty or a token of the server reaches over its beginning
     * @throws IllegalStateException if the server does not answer with log-probabilities
     * @throws UncheckedIOException if it cannot be reached in time
     */
    @Override
    public double[] logProbs(String context, List<String> continuations) {
        for (int i = 0; i < continuations.size(); i++) {
            requireText("continuations[" + i + "]", continuations.get(i));
        }
        double[] found = new double[continuations.size()];
        for (int i = 0; i < found.length; i++) {
            Echo echo = echo(context + continuations.get(i));
            for (int t = boundary(echo, context.length()); t < echo.tokens().size(); t++) {
                double each = echo.logProbs()[t];
                if (!(each <= CompletionsCheck.ROUNDING)) {
                    throw t == 0
                            ? new IllegalArgumentException(
                                    "context: empty (expected: at least one token, since the server"
                                            + " gives a text's first token no log-probability)")
                            : new IllegalStateException(
                                    "log-probability of token " + t + ": " + each + " (expected: <= 0)");
                }
                found[i] += Math.min(0, each);
            }
        }
        return found;
    }

    @Override
    public int tokens(String context, String continuation) {
        requireText("continuation", continuation);
        Echo echo = echo(context + continuation);
        return echo.tokens().size() - boundary(echo, context.length());
    }

    private static void requireText(String name, String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException(name + ": empty (expected: at least one character)");
        }
    }

    private static int boundary(Echo echo, int characters) {
        int at = 0;
        int token = 0;
        while (at < characters) {
            at += echo.tokens().get(token++).length();
        }
        if (at > characters) {
            throw new IllegalArgumentException("continuation: begins within token " + (token - 1)
                    + " of the server (expected: where a token begins; a blank belongs to the continuation)");
        }
        return token;
    }

    @Override
    public String model() {
        return model;
    }

    /**
     * The cost so far.
     *
     * @return tokens of all texts that were sent, those of the test included
     */
    public long tokensRead() {
        return read.get();
    }

    /** Sends a text and reads what it was read as. */
    private Echo echo(String text) {
        ObjectNode asked = JSON.createObjectNode();
        asked.put("model", model);
        asked.put("prompt", text);
        asked.put("echo", true);
        asked.put("logprobs", 5);
        // Some servers refuse 0 and some take it for no limit; what one token adds is cut off.
        asked.put("max_tokens", 1);
        // Some servers give log-probabilities at the temperature.
        asked.put("temperature", 1);
        JsonNode answer = send(asked.toString()).at("/choices/0/logprobs");
        Echo echo = read(answer, text);
        read.addAndGet(echo.tokens().size());
        return echo;
    }

    private static Echo read(JsonNode answer, String text) {
        JsonNode tokens = answer.path("tokens");
        JsonNode logProbs = answer.path("token_logprobs");
        if (!tokens.isArray() || !logProbs.isArray() || tokens.size() != logProbs.size()) {
            throw new IllegalStateException("choices[0].logprobs: "
                    + (tokens.isArray() ? tokens.size() + " tokens, " + logProbs.size() + " token_logprobs" : "none")
                    + " (expected: as many token_logprobs as tokens; the server may not know echo with logprobs)");
        }
        int first = 0;
        int last = spelled(tokens, 0, text);
        if (last < 0) {
            // What begins a text.
            first = 1;
            last = spelled(tokens, 1, text);
        }
        if (last < 0) {
            throw new IllegalStateException("choices[0].logprobs.tokens: another text (expected: tokens that spell the"
                    + " prompt, perhaps after one that begins it)");
        }
        List<String> spelling = new ArrayList<>();
        double[] found = new double[last - first];
        double[] top = new double[last - first];
        for (int t = first; t < last; t++) {
            spelling.add(tokens.get(t).textValue());
            JsonNode each = logProbs.get(t);
            found[t - first] = each.isNumber() ? each.doubleValue() : Double.NaN;
            top[t - first] = sum(answer.path("top_logprobs").path(t));
        }
        return new Echo(spelling, found, top);
    }

    /** The end of the tokens that spell a text; -1 if they spell another. */
    private static int spelled(JsonNode tokens, int from, String text) {
        int at = 0;
        int token = from;
        while (at < text.length()) {
            String next = tokens.path(token).isTextual() ? tokens.path(token).textValue() : "";
            if (next.isEmpty() || !text.startsWith(next, at)) {
                return -1;
            }
            at += next.length();
            token++;
        }
        return token;
    }

    private static double sum(JsonNode top) {
        if (!top.isObject() || top.isEmpty()) {
            return Double.NaN;
        }
        double sum = 0;
        for (JsonNode each : top) {
            sum += Math.exp(each.asDouble(Double.NaN));
        }
        return sum;
    }

    private JsonNode send(String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint)
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        try {
            HttpResponse<InputStream> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = response.body()) {
                if (response.statusCode() != 200) {
                    throw new IllegalStateException("status: " + response.statusCode() + " (expected: 200)");
                }
                byte[] bytes = in.readNBytes(MOST_BYTES + 1);
                if (bytes.length > MOST_BYTES) {
                    throw new IllegalStateException("answer: over " + MOST_BYTES + " bytes (expected: at most that)");
                }
                return JSON.readTree(bytes);
            }
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            // Without its cause, whose message holds part of the text.
            throw new IllegalStateException(
                    "answer: no JSON at line " + e.getLocation().getLineNr() + " (expected: a completion in JSON)");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the server was asked", e);
        }
    }
}
