package io.github.rlllm.engine.learner;

/** A quantity became NaN or infinite while learning: the run stops here, and says where. */
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String learner;
    private final long step;
    private final String quantity;
    private final double value;

    /**
     * Names the step and the quantity.
     *
     * @param learner who learned, such as {@code dqn}
     * @param step the environment step at which it was seen
     * @param quantity what it was, such as {@code loss}
     * @param value the value, NaN or infinite
     */
    public DivergedException(String learner, long step, String quantity, double value) {
        super(learner + " at step " + step + ": " + quantity + ": " + value + " (expected: a finite number)");
        this.learner = learner;
        this.step = step;
        this.quantity = quantity;
        this.value = value;
    }

    /**
     * Checks a quantity.
     *
     * @param learner who learns
     * @param step the environment step
     * @param quantity what it is
     * @param value the value
     * @throws DivergedException if the value is NaN or infinite
     */
    public static void requireFinite(String learner, long step, String quantity, double value) {
        if (!Double.isFinite(value)) {
            throw new DivergedException(learner, step, quantity, value);
        }
    }

    /**
     * Who learned.
     *
     * @return the learner's name
     */
    public String learner() {
        return learner;
    }

    /**
     * When it was seen.
     *
     * @return the environment step
     */
    public long step() {
        return step;
    }

    /**
     * What it was.
     *
     * @return the quantity's name
     */
    public String quantity() {
        return quantity;
    }

    /**
     * The value.
     *
     * @return NaN or an infinity
     */
    public double value() {
        return value;
    }
}
