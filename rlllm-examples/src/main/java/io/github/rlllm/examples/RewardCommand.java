package io.github.rlllm.examples;

import io.github.rlllm.engine.program.RewardSchema;
import io.github.rlllm.engine.program.RewardVerdict;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands about reward programs, see docs/reward-programs.md. */
@Command(
        name = "reward",
        description = "Checks reward programs.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class RewardCommand {
    /** Compiles programs and tries them. */
    @Command(
            name = "check",
            description =
                    "Compiles reward programs and tries each on rows drawn from the schema's ranges; a verdict a line:"
                            + " accepted, rejected LINE:COLUMN REASON, stopped fuel, stopped index|integer REASON, non-finite REASON,"
                            + " and for programs that are accepted findings in brackets. Exit 0 where all are accepted, else 1.",
            mixinStandardHelpOptions = true)
    static final class CheckCommand implements Callable<Integer> {
        private static final long MOST_BYTES = 4L * 1024 * 1024;

        @Option(
                names = "--schema",
                required = true,
                paramLabel = "FILE",
                description = "what the programs may read, JSON")
        private Path schema = Path.of("");

        @Option(
                names = "--describe",
                description = "prints what a language model is shown of the schema, before the verdicts")
        private boolean describe;

        @Option(
                names = "--seed",
                paramLabel = "N",
                description = "of the rows that are tried (default: ${DEFAULT-VALUE})")
        private long seed = 1;

        @Parameters(paramLabel = "PROGRAM", arity = "1..*", description = "files with a program each")
        private List<Path> programs = List.of();

        private final PrintStream out;

        CheckCommand(PrintStream out) {
            this.out = out;
        }

        @Override
        public Integer call() throws IOException {
            RewardSchema inputs = RewardSchema.fromJson(text(schema));
            if (describe) {
                out.println(inputs.description());
            }
            boolean all = true;
            for (Path program : programs) {
                // The name comes first, so that a line is whole whatever the reason says.
                RewardVerdict verdict = verdict(inputs, program);
                all &= verdict.accepted();
                out.println(program + ": " + verdict.line());
            }
            out.flush();
            return all ? 0 : Main.FAILED;
        }

        private RewardVerdict verdict(RewardSchema inputs, Path program) throws IOException {
            try {
                return RewardVerdict.of(inputs, text(program), new SplittableRandom(seed));
            } catch (CharacterCodingException e) {
                return new RewardVerdict(false, "rejected 1:1 not UTF-8", List.of());
            }
        }

        private static String text(Path file) throws IOException {
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException(file + ": no file (expected: a file)");
            }
            if (Files.size(file) > MOST_BYTES) {
                throw new IllegalArgumentException(
                        file + ": " + Files.size(file) + " bytes (expected: at most " + MOST_BYTES + ")");
            }
            return Files.readString(file);
        }
    }
}
