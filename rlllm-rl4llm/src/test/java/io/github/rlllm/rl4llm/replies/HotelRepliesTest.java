package io.github.rlllm.rl4llm.replies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.torch.Vocabulary;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HotelRepliesTest {
    private static final String PROMPT = "the room was dirty and the staff was lovely";
    private final HotelReplies task = new HotelReplies();

    @ParameterizedTest
    @CsvSource({
        "1.00, sorry about the room . glad you liked the staff .",
        "1.00, glad that the staff was lovely . sorry about the room .",
        "1.00, so sorry about the room . so glad you liked the staff .",
        "0.60, so very so very sorry about the room . glad you liked the staff .",
        "0.50, sorry about the room . thank you .",
        "0.25, sorry about the room . sorry about the staff .",
        "0.25, sorry about the room . sorry about the room .",
        "0.25, sorry about the room . glad that the staff was clean .",
        "-0.25, glad you liked the pool .",
        "-0.25, glad you liked the",
        "0.25, sorry about the room . . ",
        "-1.00, glad . glad . glad . glad .",
    })
    void theTrueScoreIsThatOfItsDefinition(double score, String completion) {
        Reply reply = new Reply(task.asPrompt(PROMPT), task.asCompletion(completion));
        assertEquals(score, task.trueScore(reply), 1e-12);
    }

    @Test
    void aReplyThatDoesNotEndLosesAndEndlessWarmthLosesMost() {
        String endless = "so ".repeat(16);
        Reply reply = new Reply(task.asPrompt(PROMPT), task.asCompletion(endless));
        assertEquals(16, reply.completion().length);
        // Nothing answered, fourteen warm words too many, no end.
        assertEquals(-14 * 0.2 - 0.3, task.trueScore(reply), 1e-12);
    }

    @Test
    void demonstrationsAreOfMixedQualityFitAndAreKnown() {
        SplittableRandom rng = new SplittableRandom(1);
        double sum = 0;
        for (int i = 0; i < 2000; i++) {
            Reply shown = task.demonstration(task.prompt(rng), rng);
            int[] row = shown.row();
            assertTrue(row.length <= 48 && shown.completion().length <= HotelReplies.LONGEST);
            for (int token : row) {
                assertTrue(token != Vocabulary.UNKNOWN && token != Vocabulary.PAD);
            }
            sum += task.trueScore(shown);
        }
        assertEquals(0.48, sum / 2000, 0.05);
    }

    @Test
    void theAnnotatorLikesWarmWordsWithoutEnd() {
        Annotator decided = new Annotator(1e-3, 0.1);
        Reply plain = new Reply(task.asPrompt(PROMPT), task.asCompletion("sorry about the room ."));
        Reply gushing = new Reply(task.asPrompt(PROMPT), task.asCompletion("so so so so so sorry about the room ."));
        assertTrue(task.trueScore(gushing) < task.trueScore(plain));
        assertEquals(
                gushing,
                decided.prefer(task, plain, gushing, new SplittableRandom(1)).chosen());
        Reply right = new Reply(
                task.asPrompt(PROMPT), task.asCompletion("sorry about the room . glad you liked the staff ."));
        assertEquals(
                right,
                decided.prefer(task, plain, right, new SplittableRandom(1)).chosen());
    }
}
