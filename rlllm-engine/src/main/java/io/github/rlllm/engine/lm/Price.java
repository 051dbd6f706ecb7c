package io.github.rlllm.engine.lm;

/**
 * What a provider asks for tokens. Amounts are whole numbers of a billionth of the currency, so that sums are exact.
 *
 * @param in for a token read, in billionths, at least 0
 * @param out for a token written, in billionths, at least 0
 */
public record Price(long in, long out) {
    /** Of a model that costs nothing, such as one on one's own machine. */
    public static final Price FREE = new Price(0, 0);

    private static final long MOST = 1_000_000_000;

    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a price is negative or above 1 a token
     */
    public Price {
        require("in", in);
        require("out", out);
    }

    /**
     * As providers write it.
     *
     * @param in for a million tokens read, in the currency, 0 to 1,000,000
     * @param out for a million tokens written
     * @return the price, rounded up to a billionth a token
     */
    public static Price perMillion(double in, double out) {
        return new Price(billionths("in", in), billionths("out", out));
    }

    private static long billionths(String name, double perMillion) {
        if (!(perMillion >= 0 && perMillion <= 1e6)) {
            throw new IllegalArgumentException(name + ": " + perMillion + " (expected: 0 to 1000000 a million tokens)");
        }
        double exact = perMillion * 1000;
        double whole = Math.rint(exact);
        // 0.15 * 1000 is not 150 in binary: what is a whole number but for rounding stays that number.
        return (long) (Math.abs(exact - whole) <= 1e-9 * Math.max(1, exact) ? whole : Math.ceil(exact));
    }

    private static void require(String name, long price) {
        if (price < 0 || price > MOST) {
            throw new IllegalArgumentException(
                    name + ": " + price + " (expected: 0 to " + MOST + " billionths a token)");
        }
    }

    /** What tokens cost, in billionths. */
    long of(long tokensIn, long tokensOut) {
        return Math.addExact(Math.multiplyExact(in, tokensIn), Math.multiplyExact(out, tokensOut));
    }
}
