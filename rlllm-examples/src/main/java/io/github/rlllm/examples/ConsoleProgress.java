package io.github.rlllm.examples;

import io.github.rlllm.engine.run.Progress;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Progress on standard error: a bar a task in a terminal, otherwise a line now and then. */
final class ConsoleProgress implements Progress, AutoCloseable {
    private static final long QUIET_NANOS = 5_000_000_000L;

    private final PrintStream err;
    private final boolean terminal;
    private final LongSupplier nanos;
    private final Map<String, ProgressBar> bars = new HashMap<>();
    private long lastLine;

    /**
     * Progress to a stream.
     *
     * @param err where it goes
     * @param terminal whether a person watches it in a terminal
     * @param nanos a nanosecond clock
     */
    ConsoleProgress(PrintStream err, boolean terminal, LongSupplier nanos) {
        this.err = err;
        this.terminal = terminal;
        this.nanos = nanos;
        this.lastLine = nanos.getAsLong();
    }

    @Override
    public synchronized void update(String task, long done, long total) {
        if (terminal) {
            bar(task, done, total);
        } else {
            line(task, done, total);
        }
    }

    private void bar(String task, long done, long total) {
        ProgressBar bar = bars.get(task);
        if (bar == null) {
            if (done >= total) {
                return;
            }
            bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(total)
                    .setUpdateIntervalMillis(250)
                    .setConsumer(new ConsoleProgressBarConsumer(err))
                    .build();
            bars.put(task, bar);
        }
        bar.maxHint(total);
        bar.stepTo(done);
        if (done >= total) {
            bar.close();
            bars.remove(task);
        }
    }

    private void line(String task, long done, long total) {
        long now = nanos.getAsLong();
        if (now - lastLine >= QUIET_NANOS) {
            lastLine = now;
            err.println(task + ": " + done + " of " + total);
        }
    }

    @Override
    public synchronized void close() {
        bars.values().forEach(ProgressBar::close);
        bars.clear();
    }

    /** Whether standard output and input are a terminal. */
    static boolean isTerminal() {
        java.io.Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // Since Java 22 there is a console even where there is no terminal; this method tells.
            return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
