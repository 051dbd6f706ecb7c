package io.github.rlllm.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.run.SeededRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line's learners, killed with SIGKILL and resumed, end as the unbroken run: same state, same metrics. */
@Tag("slow")
class ResumeTest {
    @TempDir
    Path runs;

    @Test
    void dqnOnFrozenLake() throws Exception {
        killedAndResumed("frozenlake-dqn", 8, 3_000);
    }

    @Test
    void ppoOnCartPole() throws Exception {
        killedAndResumed("cartpole-ppo", 8, 3_000);
    }

    @Test
    void cancelledItAnswersAtOnceAndResumesExactly() throws Exception {
        String id = "frozenlake-dqn";
        assertEquals(0, start(id, "unbroken").waitFor());
        Process process = start(id, "cancelled", "--checkpoint-every", "0.1");
        Path learning = runs.resolve("cancelled").resolve(id).resolve("seed-1/metrics.jsonl");
        while (!Files.exists(learning) || Files.size(learning) == 0) {
            assertTrue(process.isAlive(), "the run ended before it was cancelled");
            Thread.sleep(5);
        }
        process.destroy(); // asks as Ctrl-C does, by a signal that runs the same hook
        assertTrue(process.waitFor(2, TimeUnit.SECONDS), "still running 2 s after it was cancelled");
        String file = "seed-1/final.json";
        assertFalse(
                Files.exists(runs.resolve("cancelled").resolve(id).resolve(file)), "the run ended before its cancel");
        assertEquals(0, start(id, "cancelled").waitFor());
        assertEquals(
                Files.readString(runs.resolve("unbroken").resolve(id).resolve(file)),
                Files.readString(runs.resolve("cancelled").resolve(id).resolve(file)));
    }

    private void killedAndResumed(String id, int kills, int latestMillis) throws Exception {
        assertEquals(0, start(id, "unbroken").waitFor());
        SeededRandom moments = SeededRandom.of(kills, id);
        int broken = 0;
        for (int kill = 0; kill < kills; kill++) {
            Process process = start(id, "killed");
            if (!process.waitFor(500 + moments.nextInt(latestMillis), TimeUnit.MILLISECONDS)) {
                broken++;
            }
            process.destroyForcibly().waitFor();
        }
        assertTrue(broken >= 2, broken + " kills before the end (expected: >= 2)");
        assertEquals(0, start(id, "killed").waitFor());
        for (String file : new String[] {"seed-1/final.json", "seed-1/metrics.jsonl", "metrics.jsonl"}) {
            String unbroken =
                    Files.readString(runs.resolve("unbroken").resolve(id).resolve(file));
            assertEquals(
                    unbroken,
                    Files.readString(runs.resolve("killed").resolve(id).resolve(file)),
                    file);
            assertFalse(unbroken.isEmpty());
        }
    }

    private Process start(String id, String folder, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run",
                id,
                "--resume",
                "--runs",
                runs.resolve(folder).toString()));
        command.addAll(List.of(options));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
