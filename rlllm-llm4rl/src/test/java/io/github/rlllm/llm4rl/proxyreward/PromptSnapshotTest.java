package io.github.rlllm.llm4rl.proxyreward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.rlllm.engine.world.social.MatrixGame.Objective;
import io.github.rlllm.engine.world.social.MatrixGame.Table;
import io.github.rlllm.engine.world.social.Negotiation.Style;
import io.github.rlllm.engine.world.social.UltimatumGame.Outcome;
import io.github.rlllm.llm4rl.proxyreward.UltimatumTask.Condition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The prompts, character by character: {@code snapshots/} holds what was shown when they were last looked at. */
class PromptSnapshotTest {
    private static void same(String snapshot, String prompt) throws IOException {
        try (InputStream in = PromptSnapshotTest.class.getResourceAsStream("snapshots/" + snapshot)) {
            String kept = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(kept, prompt + "\n", snapshot);
        }
    }

    @Test
    void ultimatum() throws IOException {
        UltimatumTask task = new UltimatumTask(Condition.SHARE_30, 1);
        Outcome held = task.held().get(0);
        same("ultimatum.txt", task.question(held).prompt());
        same("ultimatum-explained.txt", task.explained(held).prompt());
        same(
                "ultimatum-no-objective.txt",
                task.question(held).withoutObjective().prompt());
    }

    @Test
    void matrix() throws IOException {
        same(
                "matrix.txt",
                new MatrixTask(Table.PRISONERS, Objective.EQUALITY, false, 1)
                        .question(1)
                        .prompt());
        same(
                "matrix-scrambled.txt",
                new MatrixTask(Table.STAG, Objective.TOTAL_WELFARE, true, 1)
                        .question(0)
                        .prompt());
    }

    @Test
    void negotiation() throws IOException {
        NegotiationTask task = new NegotiationTask(Style.STUBBORN, 1);
        same("negotiation.txt", task.question(task.held().get(0)).prompt());
    }

    @Test
    void aGapWithoutItsValueIsRefusedAndAValueIsNeverAGap() {
        assertEquals("{reason} of section again (expected: a value)", refusal("again"));
        assertFalse(Question.PROMPTS.fill("again", "reason", "{episode} $1").contains("{reason}"));
        assertEquals("section: nothing", refusal("nothing").substring(0, 16));
    }

    private static String refusal(String section) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> Question.PROMPTS.fill(section))
                .getMessage());
    }
}
