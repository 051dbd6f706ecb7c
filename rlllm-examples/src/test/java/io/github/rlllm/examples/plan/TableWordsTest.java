package io.github.rlllm.examples.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.ScoringModel;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.engine.lm.ScriptedModel;
import io.github.rlllm.engine.lm.TfIdfEncoder;
import io.github.rlllm.engine.world.blocks.PickPlace;
import io.github.rlllm.rlplusllm.saycan.SayCan;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableWordsTest {
    private static final SkillCall RED_IN_BLUE = SkillCall.of(TableWorld.SKILL, "red block", "blue bowl");
    private static final SkillCall GREEN_MIDDLE = SkillCall.of(TableWorld.SKILL, "green block", "middle");
    private static final TfIdfEncoder WORDS =
            TfIdfEncoder.fit(PickPlace.all().stream().map(PickPlace::text).toList());

    @Test
    void thePromptGoesOnWithTheNextNumber() {
        String prompt = TableWords.prompt("tidy up\n1. " + RED_IN_BLUE);
        assertTrue(
                prompt.endsWith("\n\nTask: tidy up\n1. put the red block in the blue bowl\n2."),
                prompt.substring(prompt.length() - 80));
        assertEquals("done", TableWords.text(SayCan.DONE));
    }

    @Test
    void likelihoodsAreOfTheSkillsTexts() {
        List<String> asked = new ArrayList<>();
        List<SkillCall> options = List.of(RED_IN_BLUE, GREEN_MIDDLE, SayCan.DONE);
        ScoringModel model = new ScoringModel() {
            @Override
            public double[] logProbs(String context, List<String> continuations) {
                asked.addAll(continuations);
                return new double[] {-3, -1, -2};
            }

            @Override
            public int tokens(String context, String continuation) {
                return 1;
            }

            @Override
            public String model() {
                return "scripted";
            }
        };
        assertEquals(
                GREEN_MIDDLE,
                TableWords.likelihood(model).score("tidy up", options).mode());
        assertEquals(
                List.of(" put the red block in the blue bowl\n", " put the green block in the middle\n", " done\n"),
                asked);
    }

    @Test
    void everyClauseBecomesTheNearestSkill() {
        assertEquals(
                List.of(RED_IN_BLUE, GREEN_MIDDLE),
                TableWords.clauses(
                        "put the red block in the blue bowl, then put the green block in the middle, please", WORDS));
        assertEquals(List.of(), TableWords.clauses("thanks", WORDS));
    }

    @Test
    void whatAModelWritesIsReadToItsDone() {
        List<SkillCall> plan = TableWords.generated(
                "tidy up",
                ScriptedModel.of(List.of(
                        " put the red block in the blue bowl\n2. put the green block in the middle\n3. done\n4. no")),
                WORDS);
        assertEquals(List.of(RED_IN_BLUE, GREEN_MIDDLE), plan);
    }
}
