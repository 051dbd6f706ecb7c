package io.github.rlllm.examples.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.lm.CachedEncoder;
import io.github.rlllm.engine.lm.TfIdfEncoder;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TableUnderstandingTest {
    @Test
    void theHeadsLikeliestSkillsAreThePlan() {
        List<String> texts = TableInstruction.fill("fit", new SplittableRandom(1)).stream()
                .map(TableInstruction::text)
                .toList();
        TableUnderstanding head = TableUnderstanding.fit(new CachedEncoder(TfIdfEncoder.fit(texts)));
        assertEquals(List.of("put the red block in the blue bowl"), head.actions("put the red block in the blue bowl"));
        List<String> two = head.actions("put the green block in the red bowl, then move the blue block to the middle");
        assertEquals(List.of("put the green block in the red bowl", "put the blue block in the middle"), two);
        assertTrue(head.actions("put every block in the green bowl").size() <= TableUnderstanding.MOST);
    }
}
