package io.github.rlllm.examples.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import io.github.rlllm.engine.lm.RetryAfterException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CancellationException;

/**
 * LangChain4j's HTTP over the JDK's client, so that what it otherwise leaves out is known: how long a server asks to wait. An
 * interrupt ends a request, an answer has at most 64 MiB, no redirection is followed, and of what a server says with an error
 * only its code is passed on, since it may repeat a prompt or a key.
 */
final class ServerHttp implements HttpClient {
    private static final int MOST_BYTES = 64 << 20;
    private static final int MOST_ERROR = 1 << 16;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final java.net.http.HttpClient client;
    private final Duration timeout;

    private ServerHttp(java.net.http.HttpClient client, Duration timeout) {
        this.client = client;
        this.timeout = timeout;
    }

    /** Makes the client, for LangChain4j. */
    static final class Builder implements HttpClientBuilder {
        private Duration connect = Duration.ofSeconds(15);
        private Duration read;

        Builder(Duration read) {
            this.read = read;
        }

        @Override
        public Duration connectTimeout() {
            return connect;
        }

        @Override
        public HttpClientBuilder connectTimeout(Duration time) {
            connect = time;
            return this;
        }

        @Override
        public Duration readTimeout() {
            return read;
        }

        @Override
        public HttpClientBuilder readTimeout(Duration time) {
            read = time;
            return this;
        }

        @Override
        public HttpClient build() {
            return new ServerHttp(
                    java.net.http.HttpClient.newBuilder()
                            .connectTimeout(connect)
                            .version(java.net.http.HttpClient.Version.HTTP_1_1)
                            .build(),
                    read);
        }
    }

    @Override
    public SuccessfulHttpResponse execute(HttpRequest request) {
        java.net.http.HttpRequest.Builder sent = java.net.http.HttpRequest.newBuilder(URI.create(request.url()))
                .timeout(timeout)
                .method(
                        request.method().name(),
                        request.body() == null
                                ? java.net.http.HttpRequest.BodyPublishers.noBody()
                                : java.net.http.HttpRequest.BodyPublishers.ofString(request.body()));
        request.headers().forEach((name, values) -> values.forEach(value -> sent.header(name, value)));
        try {
            HttpResponse<InputStream> response = client.send(sent.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = response.body()) {
                if (response.statusCode() / 100 != 2) {
                    throw failed(response, in.readNBytes(MOST_ERROR));
                }
                byte[] body = in.readNBytes(MOST_BYTES + 1);
                if (body.length > MOST_BYTES) {
                    // No status of HTTP, which could say that it was not paid for.
                    throw new IllegalStateException("answer: over " + MOST_BYTES + " bytes (expected: at most that)");
                }
                return SuccessfulHttpResponse.builder()
                        .statusCode(response.statusCode())
                        .headers(response.headers().map())
                        .body(new String(body, StandardCharsets.UTF_8))
                        .build();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while the server was asked");
        }
    }

    private static HttpException failed(HttpResponse<InputStream> response, byte[] body) {
        Duration wait = response.headers()
                .firstValue("Retry-After")
                .flatMap(header ->
                        RetryAfterException.wait(header, InstantSource.system().instant()))
                .orElse(null);
        return new RetryAfterException(
                response.statusCode(), "status: " + response.statusCode() + code(body) + " (expected: 200)", wait);
    }

    /** The error's code, if it is a plain word. */
    private static String code(byte[] body) {
        try {
            JsonNode error = JSON.readTree(body).path("error");
            for (String name : new String[] {"code", "type"}) {
                String found = error.path(name).asText("");
                if (found.matches("[a-z_]{1,40}")) {
                    return ", " + found;
                }
            }
        } catch (JsonProcessingException e) {
            // Proxies answer in HTML.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "";
    }

    @Override
    public void execute(HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
        throw new UnsupportedFeatureException("stream: asked for (expected: whole answers)");
    }
}
