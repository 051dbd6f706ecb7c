package io.github.rlllm.examples.reward;

import io.github.rlllm.llm4rl.design.CandidateRecord;
import io.github.rlllm.llm4rl.text2reward.Person;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** A real person, at the console or through a file with a line a round. */
final class PersonAtHand {
    private static final Path CONSOLE = Path.of("-");

    private PersonAtHand() {}

    /** The lines of a file, empty ones left out; {@code -} is the console. */
    static Person of(Path feedback) throws IOException {
        if (feedback.equals(CONSOLE)) {
            return atConsole(
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
                    new PrintStream(System.err, true, StandardCharsets.UTF_8));
        }
        if (!Files.isRegularFile(feedback)) {
            throw new IllegalArgumentException("feedback: " + feedback
                    + " is no file (expected: a file with a line a round, or - for the console)");
        }
        return Person.of(Files.readAllLines(feedback).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList());
    }

    /** Shows a reward with the figures of its policy and reads a line; an empty one ends it. */
    static Person atConsole(BufferedReader in, PrintStream out) {
        return watched -> {
            out.println();
            out.println(shown(watched));
            out.print("What is wrong with it (empty: nothing)? ");
            out.flush();
            try {
                String line = in.readLine();
                return line == null || line.isBlank() ? Optional.empty() : Optional.of(line.strip());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private static String shown(CandidateRecord watched) {
        StringBuilder text = new StringBuilder(watched.program().strip());
        text.append(String.format(Locale.ROOT, "%n%nsuccess: %.2f", watched.success()));
        watched.figures().forEach((name, value) -> text.append(String.format(Locale.ROOT, "%n%s: %.2f", name, value)));
        watched.traces().forEach(trace -> text.append(System.lineSeparator()).append(trace.text()));
        return text.toString();
    }
}
