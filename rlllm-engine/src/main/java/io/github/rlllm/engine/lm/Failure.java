package io.github.rlllm.engine.lm;

import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.RetriableException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.Optional;

/** What it means that a call failed: whether another attempt may help, and whether this one may have been paid for. */
enum Failure {
    /** Not now: 429, or the server was not reached. */
    LATER(true, false),
    /** The answer may have been written and lost: 5xx, 408, a time-out, a broken connection. */
    LOST(true, true),
    /** Not so and never: another 4xx, a quota that is used up, a request that cannot be put. */
    REFUSED(false, false),
    /** Anything else, such as a cancellation after the request was sent. */
    UNKNOWN(false, true);

    /** Causes of causes may form a circle. */
    private static final int DEEPEST = 16;

    private final boolean again;
    private final boolean paid;

    Failure(boolean again, boolean paid) {
        this.again = again;
        this.paid = paid;
    }

    boolean again() {
        return again;
    }

    boolean paid() {
        return paid;
    }

    static Failure of(Throwable failure) {
        if (failure instanceof BudgetExhaustedException
                || failure instanceof IllegalArgumentException
                || failure instanceof CassetteMissException
                || failure instanceof UnsupportedFeatureException) {
            return REFUSED;
        }
        Throwable each = failure;
        for (int depth = 0; each != null && depth < DEEPEST; depth++) {
            if (each instanceof HttpException http) {
                return of(http.statusCode(), String.valueOf(http.getMessage()));
            }
            if (each instanceof ConnectException || each instanceof HttpConnectTimeoutException) {
                return LATER;
            }
            if (each instanceof IOException) {
                return LOST;
            }
            each = each.getCause();
        }
        if (failure instanceof RateLimitException) {
            return LATER;
        }
        if (failure instanceof RetriableException) {
            return LOST;
        }
        // Withheld after it was written, perhaps.
        boolean unpaid = failure instanceof NonRetriableException && !(failure instanceof ContentFilteredException);
        return unpaid ? REFUSED : UNKNOWN;
    }

    private static Failure of(int status, String body) {
        if (status == 429) {
            // Providers say so too where the account is empty, which no waiting mends.
            return body.contains("insufficient_quota") ? REFUSED : LATER;
        }
        if (status == 408) {
            return LOST;
        }
        if (status >= 500) {
            return status == 501 || status == 505 ? REFUSED : LOST;
        }
        return status >= 400 ? REFUSED : UNKNOWN;
    }

    /** How long the server asks to wait, where it says. */
    static Optional<Duration> retryAfter(Throwable failure) {
        Throwable each = failure;
        for (int depth = 0; each != null && depth < DEEPEST; depth++) {
            if (each instanceof RetryAfterException asked) {
                return asked.retryAfter();
            }
            each = each.getCause();
        }
        return Optional.empty();
    }
}
