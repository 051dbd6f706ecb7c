package io.github.rlllm.examples;

import io.github.rlllm.api.Control;
import java.io.PrintStream;
import java.util.function.LongSupplier;

/**
 * Where a command reads and writes.
 *
 * @param out for results
 * @param err for progress and errors
 * @param interactive whether a person watches {@code err} in a terminal
 * @param nanos a nanosecond clock
 * @param control says when to stop
 */
record Terminal(PrintStream out, PrintStream err, boolean interactive, LongSupplier nanos, Control control) {}
