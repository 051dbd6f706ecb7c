package io.github.rlllm.engine.lm;

import dev.langchain4j.exception.HttpException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * LangChain4j's failure of an HTTP request with what it leaves out: how long the server asks to wait. For clients of HTTP to
 * throw; {@link RetryingModel} looks for it among the causes.
 */
public final class RetryAfterException extends HttpException {
    private static final long serialVersionUID = 1L;

    private final @Nullable Duration wait;

    /**
     * A failed request.
     *
     * @param status of HTTP
     * @param message what the server said; may end up in a log, so without secrets and prompts
     * @param wait how long the server asks to wait, at least zero; null where it does not say
     */
    public RetryAfterException(int status, String message, @Nullable Duration wait) {
        super(status, message);
        if (wait != null && wait.isNegative()) {
            throw new IllegalArgumentException("wait: " + wait + " (expected: >= 0)");
        }
        this.wait = wait;
    }

    /**
     * How long the server asks to wait.
     *
     * @return at least zero; empty where it does not say
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(wait);
    }

    /**
     * Reads the header Retry-After (RFC 9110, 10.2.3): seconds, or a date.
     *
     * @param header its value
     * @param now the time of day
     * @return at least zero; empty where it is neither
     */
    public static Optional<Duration> wait(String header, Instant now) {
        String value = header.strip();
        if (value.matches("[0-9]{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        try {
            Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
