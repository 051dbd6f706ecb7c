package io.github.rlllm.engine.run;

/** A loss, reward or weight is NaN or infinite: the run has diverged and stops. */
public final class NotFiniteException extends ArithmeticException {
    private static final long serialVersionUID = 1L;

    private final String quantity;
    private final long step;

    /**
     * A failure.
     *
     * @param quantity what is not finite, such as {@code loss}
     * @param value its value
     * @param step the step of the run
     */
    public NotFiniteException(String quantity, double value, long step) {
        super(quantity + ": " + value + " at step " + step + " (expected: a finite number)");
        this.quantity = quantity;
        this.step = step;
    }

    /**
     * What is not finite.
     *
     * @return its name
     */
    public String quantity() {
        return quantity;
    }

    /**
     * When it was found.
     *
     * @return the step of the run
     */
    public long step() {
        return step;
    }
}
