package io.github.rlllm.examples.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Encoder;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.engine.lm.CachedEncoder;
import io.github.rlllm.engine.lm.EncoderHead;
import io.github.rlllm.engine.lm.TfIdfEncoder;
import io.github.rlllm.engine.world.blocks.PickPlace;
import io.github.rlllm.rlplusllm.saycan.SayCan;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On tf-idf, which reads the words that it was fitted on. */
class TableReaderTest {
    private static final List<SkillCall> OPTIONS = new ArrayList<>();
    private static Encoder encoder;
    private static TableReader reader;

    @BeforeAll
    static void fit() {
        PickPlace.all().forEach(goal -> OPTIONS.add(TableWorld.call(goal)));
        OPTIONS.add(SayCan.DONE);
        OPTIONS.add(SayCan.IMPOSSIBLE);
        SplittableRandom rng = new SplittableRandom(101);
        List<TableInstruction> fitted = new ArrayList<>();
        for (int k = 0; k < 2; k++) {
            fitted.addAll(TableInstruction.fill("fit", rng));
        }
        encoder = new CachedEncoder(
                TfIdfEncoder.fit(fitted.stream().map(TableInstruction::text).toList()));
        reader = TableReader.fit(encoder, fitted, EncoderHead.Config.defaults());
    }

    private static SkillCall call(String block, String target) {
        return SkillCall.of(TableWorld.SKILL, block, target);
    }

    private static Finite<SkillCall> score(String instruction, SkillCall... executed) {
        StringBuilder context = new StringBuilder(instruction);
        for (int i = 0; i < executed.length; i++) {
            context.append('\n').append(i + 1).append(". ").append(executed[i]);
        }
        return reader.score(context.toString(), OPTIONS);
    }

    @Test
    void onePartComesAfterTheOtherAndThenDone() {
        String both = "put the red block in the blue bowl, then put the green block in the yellow bowl";
        assertEquals(call("red block", "blue bowl"), score(both).mode());
        assertEquals(
                call("green block", "yellow bowl"),
                score(both, call("red block", "blue bowl")).mode());
        assertEquals(
                SayCan.DONE,
                score(both, call("red block", "blue bowl"), call("green block", "yellow bowl"))
                        .mode());
    }

    @Test
    void whatIsToBeDoneBeforeComesFirst() {
        String inverted = "before you put the red block in the blue bowl, put the green block in the yellow bowl";
        assertEquals(call("green block", "yellow bowl"), score(inverted).mode());
    }

    @Test
    void whatIsMovedIsNotTheOtherBlock() {
        assertEquals(
                call("green block", "red block"),
                score("put the green block on the red block").mode());
        assertEquals(
                call("green block", "red block"),
                score("on the red block put the green block").mode());
    }

    @Test
    void whereAnyBlockIsMeantAllAreEquallyLikelyAndNoneTwice() {
        Finite<SkillCall> any = score("put every block in the blue bowl");
        double red = any.logProb(call("red block", "blue bowl"));
        assertEquals(red, any.logProb(call("yellow block", "blue bowl")), 0.35);
        Finite<SkillCall> second = score("put every block in the blue bowl", call("red block", "blue bowl"));
        assertTrue(second.logProb(call("red block", "blue bowl")) < Math.log(0.01));
        assertTrue(second.logProb(call("green block", "blue bowl")) > Math.log(0.15));
    }

    @Test
    void anInstructionThatNamesNothingIsImpossible() {
        assertEquals(SayCan.IMPOSSIBLE, score("please thanks").mode());
    }

    @Test
    void everyAnswerIsADistribution() {
        for (TableInstruction instruction : TableInstruction.fill("dev", new SplittableRandom(5))) {
            Finite<SkillCall> answer = score(instruction.text());
            double sum = 0;
            for (SkillCall option : OPTIONS) {
                sum += Math.exp(answer.logProb(option));
            }
            assertEquals(1, sum, 1e-9);
        }
    }

    @Test
    void restoredHeadsAnswerTheSame() {
        TableReader again = TableReader.restore(encoder, reader.save());
        assertArrayEquals(reader.save(), again.save());
        String text = "put the red block in the blue bowl";
        assertEquals(reader.score(text, OPTIONS), again.score(text, OPTIONS));
        assertThrows(IllegalArgumentException.class, () -> TableReader.restore(encoder, new byte[3]));
    }
}
