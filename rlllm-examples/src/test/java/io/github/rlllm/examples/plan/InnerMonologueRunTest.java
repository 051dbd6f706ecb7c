package io.github.rlllm.examples.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.lm.CachedEncoder;
import io.github.rlllm.engine.lm.TfIdfEncoder;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.world.blocks.BlocksSkills;
import io.github.rlllm.examples.RunRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InnerMonologueRunTest {
    private static InnerMonologueRun tiny() {
        List<String> texts = TableInstruction.fill("fit", new SplittableRandom(1)).stream()
                .map(TableInstruction::text)
                .toList();
        return new InnerMonologueRun(
                BlocksSkills.config().withUpdates(40), 1, () -> new CachedEncoder(TfIdfEncoder.fit(texts)), () -> 0);
    }

    @Test
    void everyRowNamesItsReaderAndSaysPlanningAndExecution(@TempDir Path folder) throws IOException {
        Result result = tiny().run(new RunRequest(1, folder, Progress.none(), () -> false));
        assertEquals(InnerMonologueRun.ID, result.id());
        assertEquals(2 * 8 + 2 * 3 + 16, result.arms().size());
        for (Arm arm : result.arms()) {
            assertTrue(
                    arm.model()
                                    .equals(
                                            arm.name().startsWith("fitted head")
                                                    ? "tf-idf with a fitted head"
                                                    : "scripted reader")
                            || arm.model().startsWith("none ("),
                    arm.name() + ": " + arm.model());
            assertTrue(arm.metrics().containsKey("matching bowls, execution"), arm.name());
            assertTrue(arm.metrics().containsKey("matching bowls, planning"), arm.name());
            assertEquals(1, arm.metrics().get("matching bowls, execution").n());
        }
        assertEquals(11, result.aims().size());
        assertEquals(
                6,
                Files.readAllLines(folder.resolve("metrics-detector-errors.jsonl"))
                        .size());
        for (String name :
                List.of("open-loop", "success", "success-scene-asked-person", "success-detector-always-true")) {
            String picture = Files.readString(folder.resolve("pictures/inner-monologue-" + name + ".svg"));
            assertTrue(picture.contains("in truth: "), name);
            String table = Files.readString(folder.resolve("pictures/inner-monologue-" + name + "-table.svg"));
            assertTrue(table.contains("the start"), name);
        }
        // What is kept is not computed again, and gives the same figures.
        RunRequest again = new RunRequest(1, folder, Progress.none(), () -> false, true, Duration.ofSeconds(1));
        assertEquals(result, tiny().run(again));
    }

    @Test
    void aCancelledRunEnds(@TempDir Path folder) {
        assertThrows(
                CancellationException.class, () -> tiny().run(new RunRequest(1, folder, Progress.none(), () -> true)));
    }

    @Test
    void promptsShowWhatAModelIsAsked() {
        String prompts = InnerMonologueRun.prompts();
        assertTrue(prompts.contains("""
                Human: put the blocks in the bowls of their own colours
                Robot action: put the red block in the red bowl
                Success: false
                Robot ask: what is left to do?
                Human: left: put the red block in the red bowl
                """), prompts);
    }
}
