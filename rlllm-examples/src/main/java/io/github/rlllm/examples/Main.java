package io.github.rlllm.examples;

import dev.langchain4j.exception.LangChain4jException;
import io.github.rlllm.engine.lm.BudgetExhaustedException;
import io.github.rlllm.engine.lm.CassetteMissException;
import io.github.rlllm.engine.lm.ModelUnavailableException;
import io.github.rlllm.engine.run.NotFiniteException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command {@code rlllm}. Exit status: 0 it ran, 1 it failed, 2 the command line is wrong, 130 it was cancelled; whether the aims of a study
 * held does not change it.
 */
@Command(
        name = "rlllm",
        description = "Reinforcement learning and language models, composed.",
        mixinStandardHelpOptions = true,
        version = "rlllm " + Main.VERSION,
        synopsisSubcommandLabel = "COMMAND")
public final class Main {
    /** The version of this library. */
    static final String VERSION = "0.1.0-SNAPSHOT";
    /** Exit status of a command that failed. */
    static final int FAILED = 1;
    /** Exit status of a wrong command line. */
    static final int USAGE = 2;
    /** Exit status of a command that was cancelled, as of one ended by Ctrl-C. */
    static final int CANCELLED = 130;

    private Main() {}

    /**
     * Runs a command and ends the JVM with its exit status.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        // Before any class of DJL is loaded, also by the tokenizer of the embedded encoder: nothing is downloaded or
        // sent.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        AtomicBoolean cancelled = new AtomicBoolean();
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> cancel(cancelled, ended), "cancel"));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(
                List.of(args),
                out,
                err,
                ConsoleProgress.isTerminal(),
                System::nanoTime,
                InstantSource.system(),
                cancelled::get);
        int status = execute(Registry.standard(), terminal);
        ended.countDown();
        System.exit(status);
    }

    /** Ctrl-C: asks the work to stop, and gives it a moment to write what it has. */
    private static void cancel(AtomicBoolean cancelled, CountDownLatch ended) {
        cancelled.set(true);
        try {
            ended.await(500, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs a command in this JVM. */
    static int execute(Registry registry, Terminal terminal) {
        Catalogue catalogue = new Catalogue(registry);
        CommandLine line = new CommandLine(new Main())
                .addSubcommand(new LookCommands.ListCommand(catalogue, registry, terminal.out()))
                .addSubcommand(new LookCommands.TreeCommand(catalogue, terminal.out()))
                .addSubcommand(new LookCommands.ShowCommand(catalogue, registry, terminal))
                .addSubcommand(new RunCommands.RunCommand(registry, terminal))
                .addSubcommand(new RunCommands.ExperimentsCommand(terminal))
                .addSubcommand(new RunCommands.BenchCommand(registry, terminal))
                .addSubcommand(new WorkerCommand(terminal))
                .addSubcommand(new CommandLine(new RewardCommand())
                        .addSubcommand(new RewardCommand.CheckCommand(terminal.out())))
                .addSubcommand(new FeedbackCommand(terminal, System.in))
                .addSubcommand(new LookCommands.MapsCommand(terminal.out()));
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        line.setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, terminal));
        return line.execute(terminal.command().toArray(String[]::new));
    }

    /** A failure that a person can do something about is one line; anything else shows where it came from. */
    private static int failed(Exception failure, Terminal terminal) {
        if (failure instanceof CancellationException) {
            terminal.err().println("cancelled; a run that keeps checkpoints goes on with --resume");
            return CANCELLED;
        }
        if (failure instanceof IllegalArgumentException
                || failure instanceof IOException
                || failure instanceof BudgetExhaustedException
                || failure instanceof CassetteMissException
                || failure instanceof ModelUnavailableException
                || failure instanceof LangChain4jException
                || failure instanceof NotFiniteException) {
            terminal.err().println(failure.getMessage());
            return failure instanceof IllegalArgumentException ? USAGE : FAILED;
        }
        failure.printStackTrace(terminal.err());
        return FAILED;
    }
}
