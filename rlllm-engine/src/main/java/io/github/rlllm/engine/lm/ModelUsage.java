package io.github.rlllm.engine.lm;

import java.time.Duration;

/**
 * What was spent on a language model. Immutable.
 *
 * @param calls calls that were sent, refused and failed ones included
 * @param tokensIn tokens read; where the model did not say, the upper estimate
 * @param tokensOut tokens written; where the model did not say, the upper estimate
 * @param billionths money, in billionths of the currency
 * @param time from the start to now
 */
public record ModelUsage(long calls, long tokensIn, long tokensOut, long billionths, Duration time) {
    /** Nothing yet. */
    public static final ModelUsage NONE = new ModelUsage(0, 0, 0, 0, Duration.ZERO);

    /**
     * Tokens in and out together.
     *
     * @return at least 0
     */
    public long tokens() {
        return tokensIn + tokensOut;
    }

    /**
     * Money in the currency of the prices.
     *
     * @return at least 0
     */
    public double money() {
        return billionths / 1e9;
    }

    /** The sum; times add up too. */
    ModelUsage plus(ModelUsage other) {
        return new ModelUsage(
                calls + other.calls,
                tokensIn + other.tokensIn,
                tokensOut + other.tokensOut,
                billionths + other.billionths,
                time.plus(other.time));
    }
}
