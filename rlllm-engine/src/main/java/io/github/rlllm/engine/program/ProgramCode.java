package io.github.rlllm.engine.program;

import org.jspecify.annotations.Nullable;

/** A program that runs: emitted code or the interpreter. Inputs were checked by the caller. Thread-safe. */
abstract class ProgramCode {
    /** The total of a row; the components go into the array where there is one. */
    abstract double row(double[] row, double @Nullable [] components);

    /** The totals of the rows of columns; the components (component, row) go into the arrays where there are any. */
    abstract void columns(double[][] columns, double[] totals, double @Nullable [][] components);
}
