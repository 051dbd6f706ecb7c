package io.github.rlllm.examples.design;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.llm4rl.design.RewardTasks;
import io.github.rlllm.llm4rl.eureka.EurekaConfig;
import io.github.rlllm.testkit.KilledJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code rlllm run eureka --resume} after kill -9: no training that was told of is repeated, and all ends as unbroken. */
class KilledEurekaTest {
    @TempDir
    private Path folder;

    @Test
    void killedTwiceItEndsAsUnbroken() throws Exception {
        killed(2, 4);
    }

    @Test
    @Tag("slow")
    void killedTwelveTimesItEndsAsUnbroken() throws Exception {
        killed(12, 16);
    }

    private void killed(int kills, int samples) throws Exception {
        Path parts = Files.createDirectory(folder.resolve("killed"));
        SeededRandom moments = SeededRandom.of(kills, "kills");
        int told = 0;
        for (int kill = 1; kill <= kills; kill++) {
            int lines = 1 + moments.nextInt(3);
            KilledJvm.Ran ran = KilledJvm.run(Child.class, lines, parts.toString(), Integer.toString(samples));
            assertFalse(ran.ended(), "kill " + kill + " came after the end");
            long kept = lines(parts);
            assertTrue(kept >= told, kept + " trainings kept (expected: >= " + told + ")");
            told = (int) kept;
        }
        assertTrue(told > 0, "no training was kept before the last kill");
        List<String> before = Files.readAllLines(parts.resolve("journal.jsonl"));
        Result resumed = run(parts, samples, Progress.none());
        List<String> after = Files.readAllLines(parts.resolve("journal.jsonl"));
        assertEquals(after.size(), after.stream().distinct().count(), "a training was repeated");
        assertTrue(after.containsAll(before.subList(0, told)), "a training was lost");

        Path whole = Files.createDirectory(folder.resolve("unbroken"));
        assertEquals(run(whole, samples, Progress.none()), resumed);
        assertEquals(lines(whole), after.size(), "trainings in all");
        assertEquals(
                Files.readString(whole.resolve("candidates.jsonl")),
                Files.readString(parts.resolve("candidates.jsonl")));
    }

    /** Whole lines of the journal. */
    private static long lines(Path folder) throws IOException {
        if (!Files.exists(folder.resolve("journal.jsonl"))) {
            return 0;
        }
        return Files.readString(folder.resolve("journal.jsonl"))
                .chars()
                .filter(letter -> letter == '\n')
                .count();
    }

    private static Result run(Path folder, int samples, Progress progress) throws IOException {
        EurekaConfig config = EurekaConfig.defaults().withSearch(samples, 2, 1).withTrainings(1, 1);
        return new EurekaDemonstration(config, List.of(RewardTasks.mountainCar().withSteps(1024)), () -> 0)
                .run(new RunRequest(1, folder, progress, Control.none(), true, RunRequest.CHECKPOINT_EVERY));
    }

    /** The process that is killed: a line where the journal has grown; what it held already says nothing. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws IOException {
            Path folder = Path.of(args[0]);
            AtomicLong known = new AtomicLong(lines(folder));
            run(folder, Integer.parseInt(args[1]), (task, done, total) -> {
                long now = kept(folder);
                if (known.getAndAccumulate(now, Math::max) < now) {
                    System.out.println(task + " " + done + "/" + total);
                }
            });
        }

        private static long kept(Path folder) {
            try {
                return lines(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
