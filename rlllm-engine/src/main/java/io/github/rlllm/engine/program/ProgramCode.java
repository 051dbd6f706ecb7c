package io.github.rlllm.engine.program;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A program that runs: emitted code or the interpreter. Inputs were checked by the caller. Thread-safe. */
abstract class ProgramCode {
    private final List<String> components;

    ProgramCode(List<String> components) {
        this.components = components;
    }

    /** The total of a row; the components go into the array where there is one. */
    abstract double row(double[] row, double @Nullable [] components);

    /** The totals of the rows of columns; the components (component, row) go into the arrays where there are any. */
    abstract void columns(double[][] columns, double[] totals, double @Nullable [][] components);

    /** A value that leaves the program: the total (-1) or a component; -0 becomes 0. */
    final double finite(double value, int component) {
        if (!(Math.abs(value) <= Double.MAX_VALUE)) {
            throw notFinite(value, component);
        }
        return value + 0.0;
    }

    private RewardFailure notFinite(double value, int component) {
        String name = component < 0 ? "reward" : "component " + components.get(component);
        return new RewardFailure(RewardFailure.Kind.NON_FINITE, name + ": " + value + " (expected: finite)");
    }
}
