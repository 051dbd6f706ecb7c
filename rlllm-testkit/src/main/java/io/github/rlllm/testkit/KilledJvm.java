package io.github.rlllm.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program in a JVM of its own that is killed with SIGKILL after so many lines of its standard output: for tests that
 * what it has kept is enough to go on with. The program says a line wherever it may be killed, such as after an update;
 * counted lines make the moment the same on a slow and on a quick machine.
 *
 * <p>The JVM has the class path of this one, 1 GB of heap and the Vector API. Its standard error is dropped.
 */
public final class KilledJvm {
    private KilledJvm() {}

    /**
     * What came of a program.
     *
     * @param ended whether it came to its end before it was killed
     * @param lines all that it said until it was dead, which may be more than was waited for; the last one may be cut
     */
    public record Ran(boolean ended, List<String> lines) {
        public Ran {
            lines = List.copyOf(lines);
        }
    }

    /**
     * Runs a program and kills it once it has said so many lines.
     *
     * @param program has a main method
     * @param lines after so many it is killed, at least 1; Integer.MAX_VALUE for never
     * @param arguments of the program
     * @throws AssertionError where it ends by itself with another status than 0
     */
    public static Ran run(Class<?> program, int lines, String... arguments) throws IOException, InterruptedException {
        if (lines < 1) {
            throw new IllegalArgumentException("lines: " + lines + " (expected: >= 1)");
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> said = new ArrayList<>();
        boolean killed = false;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                said.add(line);
                if (said.size() == lines) {
                    process.toHandle().destroyForcibly(); // closes no stream: what it said before it died is read on
                    killed = true;
                }
            }
            if (killed) {
                return new Ran(false, said);
            }
            int status = process.waitFor();
            if (status != 0) {
                throw new AssertionError(program.getName() + ": status " + status + " (expected: 0) after " + said);
            }
            return new Ran(true, said);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
