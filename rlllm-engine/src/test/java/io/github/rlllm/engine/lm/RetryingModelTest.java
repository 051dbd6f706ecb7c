package io.github.rlllm.engine.lm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.RateLimitException;
import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Prompt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetryingModelTest {
    private static final Completion ANSWER = new Completion("x", 1, 1, Completion.Finish.STOP, "m");
    private static final RetryLimits LIMITS =
            new RetryLimits(4, Duration.ofSeconds(1), Duration.ofSeconds(8), Duration.ofMinutes(1));

    private final VirtualTime time = new VirtualTime();
    private final List<Long> asked = new ArrayList<>();

    /** Fails so often, then answers. */
    private LanguageModel failing(int times, RuntimeException failure) {
        return prompt -> {
            asked.add(time.nanos());
            if (asked.size() <= times) {
                throw failure;
            }
            return ANSWER;
        };
    }

    private RetryingModel patient(LanguageModel model, RetryLimits limits) {
        return new RetryingModel(model, limits, new SplittableRandom(1), time::nanos, time::sleep, Control.none());
    }

    private double waited(int before) {
        return (asked.get(before + 1) - asked.get(before)) / 1e9;
    }

    private static RuntimeException http(int status, @Nullable Duration wait) {
        return new RateLimitException(new RetryAfterException(status, "said", wait));
    }

    @Test
    void waitsTwiceAsLongEachTime() {
        assertSame(
                ANSWER,
                patient(failing(3, new InternalServerException("503")), LIMITS).complete(Prompt.of("a")));
        assertEquals(4, asked.size());
        for (int n = 0; n < 3; n++) {
            assertTrue(waited(n) >= 0.5 * (1 << n) && waited(n) <= 1 << n, n + ": " + waited(n));
        }
    }

    @Test
    void waitsAreDrawn() {
        patient(failing(3, new InternalServerException("503")), LIMITS).complete(Prompt.of("a"));
        List<Double> one = List.of(waited(0), waited(1), waited(2));
        asked.clear();
        RetryingModel other = new RetryingModel(
                failing(3, new InternalServerException("503")),
                LIMITS,
                new SplittableRandom(2),
                time::nanos,
                time::sleep,
                Control.none());
        other.complete(Prompt.of("a"));
        assertFalse(one.equals(List.of(waited(0), waited(1), waited(2))));
    }

    @Test
    void honoursRetryAfterUpToTheCap() {
        patient(failing(1, http(429, Duration.ofSeconds(5))), LIMITS).complete(Prompt.of("a"));
        assertTrue(waited(0) >= 5 && waited(0) <= 6, "" + waited(0));
        asked.clear();
        patient(failing(1, http(429, Duration.ofHours(3))), LIMITS).complete(Prompt.of("a"));
        assertTrue(waited(0) >= 8 && waited(0) <= 9, "" + waited(0));
    }

    @Test
    void stopsAtOnceWhereTheWaitWouldPassTheBound() {
        RetryLimits brief = LIMITS.withTotal(Duration.ofSeconds(4));
        long start = time.nanos();
        ModelUnavailableException e = assertThrows(
                ModelUnavailableException.class,
                () -> patient(failing(9, http(429, Duration.ofSeconds(5))), brief)
                        .complete(Prompt.of("a")));
        assertEquals(1, e.attempts());
        assertEquals(Duration.ZERO, time.since(start));
        assertInstanceOf(RateLimitException.class, e.getCause());
        assertFalse(e.getMessage().contains("said"), e.getMessage());
    }

    @Test
    void stopsAfterItsAttempts() {
        ModelUnavailableException e = assertThrows(
                ModelUnavailableException.class,
                () -> patient(failing(9, new InternalServerException("503")), LIMITS)
                        .complete(Prompt.of("a")));
        assertEquals(4, e.attempts());
        assertEquals(4, asked.size());
    }

    @Test
    void whatCannotBeMendedPassesThrough() {
        List<RuntimeException> all = List.of(
                new dev.langchain4j.exception.AuthenticationException("401"),
                new dev.langchain4j.exception.InvalidRequestException("400"),
                new dev.langchain4j.exception.ModelNotFoundException("404"),
                new RateLimitException(
                        new RetryAfterException(429, "{\"error\":{\"code\":\"insufficient_quota\"}}", null)),
                new InternalServerException(new RetryAfterException(501, "", null)),
                new BudgetExhaustedException("calls", 1, 1, 1),
                new CassetteMissException("miss"),
                new CancellationException(),
                new IllegalStateException("anything"));
        for (RuntimeException failure : all) {
            asked.clear();
            RetryingModel model = patient(failing(9, failure), LIMITS);
            assertSame(failure, assertThrows(RuntimeException.class, () -> model.complete(Prompt.of("a"))));
            assertEquals(1, asked.size(), failure.toString());
        }
    }

    @Test
    void whatMayBeMendedIsTriedAgain() {
        List<RuntimeException> all = List.of(
                new RateLimitException("429"),
                new InternalServerException("500"),
                new dev.langchain4j.exception.TimeoutException("408"),
                new RuntimeException(new java.net.ConnectException("refused")),
                new RuntimeException(new java.io.IOException("reset")),
                new RuntimeException(new java.net.http.HttpTimeoutException("late")),
                new dev.langchain4j.exception.HttpException(502, "bad gateway"));
        for (RuntimeException failure : all) {
            asked.clear();
            assertSame(ANSWER, patient(failing(1, failure), LIMITS).complete(Prompt.of("a")), failure.toString());
            assertEquals(2, asked.size());
        }
    }

    @Test
    void cancellationEndsAWait() {
        RetryingModel model = new RetryingModel(
                failing(9, new InternalServerException("503")),
                LIMITS,
                new SplittableRandom(1),
                time::nanos,
                time::sleep,
                () -> time.sleeps() >= 3);
        assertThrows(CancellationException.class, () -> model.complete(Prompt.of("a")));
        assertEquals(1, asked.size());
        assertEquals(3, time.sleeps());
    }

    @Test
    void readsTheHeader() {
        Instant now = Instant.parse("2026-01-02T03:04:05Z");
        assertEquals(Optional.of(Duration.ofSeconds(120)), RetryAfterException.wait(" 120 ", now));
        assertEquals(
                Optional.of(Duration.ofSeconds(55)), RetryAfterException.wait("Fri, 02 Jan 2026 03:05:00 GMT", now));
        assertEquals(Optional.of(Duration.ZERO), RetryAfterException.wait("Fri, 02 Jan 2026 03:00:00 GMT", now));
        assertEquals(Optional.empty(), RetryAfterException.wait("soon", now));
        assertEquals(Optional.empty(), RetryAfterException.wait("-1", now));
        assertEquals(Optional.empty(), RetryAfterException.wait("99999999999999999999", now));
    }

    @Test
    void limitsAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> LIMITS.withAttempts(0));
        assertThrows(IllegalArgumentException.class, () -> LIMITS.withTotal(Duration.ofNanos(-1)));
        assertThrows(
                IllegalArgumentException.class,
                () -> new RetryLimits(1, Duration.ZERO, Duration.ofSeconds(1), Duration.ZERO));
        assertThrows(
                IllegalArgumentException.class,
                () -> new RetryLimits(1, Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ZERO));
    }
}
