package io.github.rlllm.engine.lm;

import java.time.Duration;
import java.util.Objects;

/**
 * What may be spent on a language model.
 *
 * @param calls calls that may be sent, at least 0
 * @param tokens tokens in and out together, at least 0
 * @param money in the currency of the prices, 0 to 1,000,000,000
 * @param time from the start, at least zero
 * @param call the longest that one call can take, which is kept back of {@code time} before each call; at least zero
 */
public record SpendingLimits(long calls, long tokens, double money, Duration time, Duration call) {
    private static final double MOST = 1e9;

    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public SpendingLimits {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(call, "call");
        require("calls", calls, calls >= 0, ">= 0");
        require("tokens", tokens, tokens >= 0, ">= 0");
        require("money", money, money >= 0 && money <= MOST, "0 to " + MOST);
        require("time", time, !time.isNegative(), ">= 0");
        require("call", call, !call.isNegative(), ">= 0");
    }

    private static void require(String name, Object value, boolean holds, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }

    /**
     * As good as no limits; to be narrowed with the {@code with} methods.
     *
     * @return the limits
     */
    public static SpendingLimits none() {
        return new SpendingLimits(
                Long.MAX_VALUE, Long.MAX_VALUE, MOST, Duration.ofNanos(Long.MAX_VALUE), Duration.ZERO);
    }

    /**
     * The same with another limit of calls.
     *
     * @param most at least 0
     * @return a changed copy
     */
    public SpendingLimits withCalls(long most) {
        return new SpendingLimits(most, tokens, money, time, call);
    }

    /**
     * The same with another limit of tokens.
     *
     * @param most in and out together, at least 0
     * @return a changed copy
     */
    public SpendingLimits withTokens(long most) {
        return new SpendingLimits(calls, most, money, time, call);
    }

    /**
     * The same with another limit of money.
     *
     * @param most in the currency of the prices
     * @return a changed copy
     */
    public SpendingLimits withMoney(double most) {
        return new SpendingLimits(calls, tokens, most, time, call);
    }

    /**
     * The same with another limit of time.
     *
     * @param most from the start
     * @param longestCall kept back of it before each call
     * @return a changed copy
     */
    public SpendingLimits withTime(Duration most, Duration longestCall) {
        return new SpendingLimits(calls, tokens, money, most, longestCall);
    }

    /** The limit of money in billionths. */
    long billionths() {
        return (long) (money * 1e9);
    }
}
