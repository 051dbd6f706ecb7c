package io.github.rlllm.engine.run;

/** Guards that stop a run as soon as a quantity is NaN or infinite. */
public final class Checks {
    private Checks() {}

    /**
     * Passes a finite number through.
     *
     * @param quantity what it is, such as {@code loss}
     * @param value the number
     * @param step the step of the run
     * @return the number
     * @throws NotFiniteException if it is NaN or infinite
     */
    public static double finite(String quantity, double value, long step) {
        if (!Double.isFinite(value)) {
            throw new NotFiniteException(quantity, value, step);
        }
        return value;
    }

    /**
     * Checks every element of an array.
     *
     * @param quantity what it is, such as {@code weights}
     * @param values the numbers
     * @param step the step of the run
     * @throws NotFiniteException naming the first element that is NaN or infinite
     */
    public static void finite(String quantity, float[] values, long step) {
        // One pass that the JIT vectorises: 0 * x is NaN exactly for NaN and the infinities.
        float sum = 0;
        for (float value : values) {
            sum += 0 * value;
        }
        if (sum != 0) {
            for (int i = 0; i < values.length; i++) {
                finite(quantity + "[" + i + "]", values[i], step);
            }
        }
    }
}
