package io.github.rlllm.engine.lm;

/**
 * A call was not sent, because with it more could have been spent than is allowed. Every later call that asks as much is
 * refused too.
 */
public final class BudgetExhaustedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String limit;
    private final double allowed;
    private final double spent;
    private final double asked;

    BudgetExhaustedException(String limit, double allowed, double spent, double asked) {
        super(limit + ": " + number(spent) + " spent, " + number(asked) + " asked (expected: at most " + number(allowed)
                + " together)");
        this.limit = limit;
        this.allowed = allowed;
        this.spent = spent;
        this.asked = asked;
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    /**
     * Which limit.
     *
     * @return calls, tokens, money or seconds
     */
    public String limit() {
        return limit;
    }

    /**
     * The limit itself.
     *
     * @return in its own unit
     */
    public double allowed() {
        return allowed;
    }

    /**
     * What was spent before.
     *
     * @return in the limit's unit
     */
    public double spent() {
        return spent;
    }

    /**
     * The upper estimate of the call that was refused.
     *
     * @return in the limit's unit
     */
    public double asked() {
        return asked;
    }
}
