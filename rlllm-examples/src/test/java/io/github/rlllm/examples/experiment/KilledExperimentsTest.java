package io.github.rlllm.examples.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.testkit.KilledJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Experiments 1 and 3 side by side in a child process that is killed with SIGKILL again and again, often while it writes a
 * checkpoint: in the end figures, and the SHA-256 of every stage's state, are those of the unbroken run.
 */
@Tag("slow")
class KilledExperimentsTest {
    private static final int MOST_LOOKS = 20;

    @TempDir
    private Path folder;

    @Test
    void theResumedRunEndsAsTheUnbrokenOne() throws Exception {
        Path whole = Files.createDirectory(folder.resolve("unbroken"));
        Path parts = Files.createDirectory(folder.resolve("killed"));
        assertTrue(
                KilledJvm.run(Child.class, Integer.MAX_VALUE, whole.toString()).ended());
        SeededRandom moments = SeededRandom.of(1, "kills");
        int kills = 0;
        while (!KilledJvm.run(Child.class, 1 + moments.nextInt(MOST_LOOKS), parts.toString())
                .ended()) {
            assertTrue(++kills < 100, "no run gets to its end");
        }
        assertTrue(kills >= 8, kills + " kills (expected: >= 8)");
        assertEquals(result(whole), result(parts));
        Map<String, String> hashes = BrokenOffTest.hashes(whole);
        assertTrue(hashes.size() >= 30, hashes.keySet().toString());
        // The result of an experiment holds times; its figures are compared above.
        hashes.keySet().removeIf(stage -> stage.contains("result"));
        Map<String, String> resumed = BrokenOffTest.hashes(parts);
        resumed.keySet().removeIf(stage -> stage.contains("result"));
        assertEquals(hashes, resumed);
    }

    private static Result result(Path folder) throws IOException {
        return new ObjectMapper().readValue(folder.resolve("figures.json").toFile(), Result.class);
    }

    /** The process that is killed. */
    static final class Child {
        private Child() {}

        /** Runs the experiments in a folder, going on with what is there, with a line at every look at whether to stop. */
        public static void main(String[] args) throws IOException {
            Path folder = Path.of(args[0]);
            AtomicLong looks = new AtomicLong(); // saving costs no time of this clock, so that all is saved
            Control control = () -> {
                System.out.println(looks.incrementAndGet());
                return false;
            };
            List<Experiments.Entry> entries = List.of(
                    new Experiments.Entry(
                            1, "", 0, shared -> new BasicSkills(shared, BrokenOffTest.SKILLS, 3, looks::get)),
                    new Experiments.Entry(
                            3, "", 1, shared -> new FeedbackTuning(BrokenOffTest.TUNING, 2, 0, looks::get)));
            RunRequest run = new RunRequest(1, folder, Progress.none(), control, true, Duration.ZERO);
            Result result = new Experiments(entries, looks::get).run(ExperimentRequest.of(run));
            new ObjectMapper().writeValue(folder.resolve("figures.json").toFile(), BrokenOffTest.figures(result));
        }
    }
}
