package io.github.rlllm.examples;

import io.github.rlllm.api.Control;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Where a command reads and writes.
 *
 * @param command the command line, for the provenance of what it makes
 * @param out for results
 * @param err for progress and errors
 * @param interactive whether a person watches {@code err} in a terminal
 * @param nanos a nanosecond clock, for durations
 * @param time the time of day, for the provenance
 * @param control says when to stop
 */
record Terminal(
        List<String> command,
        PrintStream out,
        PrintStream err,
        boolean interactive,
        LongSupplier nanos,
        InstantSource time,
        Control control) {}
