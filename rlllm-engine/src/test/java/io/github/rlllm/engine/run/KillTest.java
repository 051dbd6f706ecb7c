package io.github.rlllm.engine.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run killed with SIGKILL at random moments and resumed ends as the unbroken one: same weights, same metrics. */
class KillTest {
    private static final double RECOMPUTED_SECONDS = 2;

    @TempDir
    Path path;

    @Test
    void killedThreeTimesItEndsAsTheUnbrokenRun() throws Exception {
        killed(3, 2_000, Duration.ofMillis(100), 500);
    }

    @Test
    @Tag("slow")
    void killedFiftyTimesItEndsAsTheUnbrokenRun() throws Exception {
        killed(50, 60_000, KeptRun.EVERY, 2_000);
    }

    private void killed(int kills, long updates, Duration every, int latestMillis) throws Exception {
        Path unbroken = path.resolve("unbroken");
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        TinyTraining.train(unbroken, false, updates, every, System::nanoTime, nowhere);

        Path killed = path.resolve("killed");
        SeededRandom moments = SeededRandom.of(kills, "moments");
        List<String> before = List.of();
        for (int kill = 0; kill < kills; kill++) {
            Path journal = path.resolve("journal-" + kill);
            Process process = start(killed, updates, every, journal);
            awaitFirstLine(process, journal);
            boolean ended = process.waitFor(moments.nextInt(latestMillis), TimeUnit.MILLISECONDS);
            assertTrue(!ended, "the run ended before kill " + kill + ": it needs more updates");
            process.destroyForcibly().waitFor();
            before = recomputed(before, Files.readAllLines(journal));
        }
        Path journal = path.resolve("journal-last");
        assertEquals(0, start(killed, updates, every, journal).waitFor());
        recomputed(before, Files.readAllLines(journal));

        assertEquals(Files.readString(unbroken.resolve("final.json")), Files.readString(killed.resolve("final.json")));
        assertArrayEquals(
                Files.readAllBytes(unbroken.resolve("metrics.jsonl")),
                Files.readAllBytes(killed.resolve("metrics.jsonl")));
    }

    /** Checks how much of the killed process's work the next one does again; returns the lines of the next. */
    private static List<String> recomputed(List<String> killed, List<String> next) {
        if (!killed.isEmpty()) {
            long resumedAt = number(next.get(0), 0);
            // The last line may be cut by the kill.
            String last = killed.get(Math.max(0, killed.size() - 2));
            double again = killed.stream()
                    .limit(killed.size() - 1L)
                    .filter(line -> number(line, 0) <= resumedAt)
                    .reduce((a, b) -> b)
                    .map(line -> (number(last, 1) - number(line, 1)) / 1e9)
                    .orElse(0.0);
            assertTrue(again <= RECOMPUTED_SECONDS, again + " s of work done again (expected: <= 2)");
        }
        return next;
    }

    private static long number(String line, int column) {
        return Long.parseLong(line.split(" ")[column]);
    }

    private static Process start(Path folder, long updates, Duration every, Path journal) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TinyTraining.class.getName(),
                        folder.toString(),
                        Long.toString(updates),
                        Long.toString(every.toMillis()))
                .redirectOutput(journal.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void awaitFirstLine(Process process, Path journal) throws Exception {
        while (Files.size(journal) == 0) {
            assertTrue(process.isAlive(), "the run ended before it began");
            Thread.sleep(5);
        }
    }
}
