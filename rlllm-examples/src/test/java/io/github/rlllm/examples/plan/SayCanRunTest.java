package io.github.rlllm.examples.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.lm.CachedEncoder;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.world.blocks.BlocksSkills;
import io.github.rlllm.examples.RunRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SayCanRunTest {
    private static final CachedEncoder ENCODER = SayCanRun.minilm();

    private static SayCanRun run() {
        return new SayCanRun(BlocksSkills.config().withUpdates(1000), "dev", () -> ENCODER, () -> 0L);
    }

    private static RunRequest request(Path folder, Progress progress, Control control, boolean resume) {
        return new RunRequest(1, folder, progress, control, resume, Duration.ZERO);
    }

    /** Broken off in the middle of an arm and resumed, the figures are those of an unbroken run. */
    @Test
    void aRunThatIsBrokenOffGoesOnWhereItWas(@TempDir Path path) throws Exception {
        Path one = Files.createDirectories(path.resolve("one"));
        Path other = Files.createDirectories(path.resolve("other"));
        AtomicBoolean stop = new AtomicBoolean();
        Progress breaking = (task, done, total) -> {
            if (task.endsWith(TableFigures.SHUFFLED) && done == 3) {
                stop.set(true);
            }
        };
        assertThrows(CancellationException.class, () -> run().run(request(one, breaking, stop::get, false)));
        Result resumed = run().run(request(one, Progress.none(), Control.none(), true));
        Result whole = run().run(request(other, Progress.none(), Control.none(), false));
        assertEquals(whole.arms(), resumed.arms());
        assertEquals(whole.aims(), resumed.aims());

        List<String> names = whole.arms().stream().map(Arm::name).toList();
        assertEquals(
                List.of(
                        "pick and place, learned",
                        "saycan",
                        "no value function",
                        "generative projection",
                        "oracle affordance",
                        "shuffled affordance",
                        "random plan",
                        "same head, tf-idf",
                        "zero-shot cosine",
                        "saycan, differences"),
                names);
        for (Arm arm : whole.arms()) {
            assertFalse(arm.model().isBlank());
        }
        assertEquals(9, whole.aims().size());
        assertTrue(Files.exists(other.resolve("pictures/embodiment-saycan.svg")));
        assertTrue(Files.exists(other.resolve("pictures/long-no-value-function-timeline.svg")));
    }
}
