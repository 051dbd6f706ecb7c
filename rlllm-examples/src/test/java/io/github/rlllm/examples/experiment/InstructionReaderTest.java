package io.github.rlllm.examples.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Finite;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.engine.lm.CachedEncoder;
import io.github.rlllm.engine.lm.EncoderHead;
import io.github.rlllm.engine.lm.RandomEncoder;
import io.github.rlllm.engine.world.house.SkillGoal;
import io.github.rlllm.rlplusllm.saycan.SayCan;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On an encoder that knows words apart and no more: what is read of the structure of the wordings that were fitted. */
class InstructionReaderTest {
    private static final String FITTED = String.join(
            "\n",
            "go to the {a:any}\tgo to a",
            "walk to the {a:door}\tgo to a",
            "pick up the {a:thing}\tpick up a",
            "fetch the {a:thing}\tpick up a",
            "open the {a:door}\topen a",
            "fetch the {a:thing} and go to the {b:any}\tpick up a; go to b",
            "go to the {a:any} and then fetch the {b:thing}\tgo to a; pick up b",
            "walk to the {d:door} and open [it@2]\tgo to d; open d",
            "before you go to the {b:any}, open the {a:door}\topen a; go to b",
            "before you open the {b:door}, fetch the {a:thing}\tpick up a; open b",
            "go to the {b:any} after you fetch the {a:thing}\tpick up a; go to b",
            "open the {d:door} with the {k:key=d}\tpick up k; open d",
            "fetch the {a:thing} and put [it@0] next to the {b:thing}\tpick up a; put down next to b",
            "put the {a:thing} next to the {b:thing}\tpick up a; put down next to b",
            "fetch the {a:thing}, not the {x:thing}\tpick up a",
            "go to the [sofa@1]\tgo to ?",
            "fetch the [lamp@1]\tpick up ?");

    private static InstructionReader reader;

    @BeforeAll
    static void fit() throws IOException {
        List<Instruction> fitted = new ArrayList<>();
        for (int seed = 1; seed <= 4; seed++) {
            fitted.addAll(InstructionFile.read("test", new StringReader(FITTED)).fill(seed));
        }
        reader = InstructionReader.fit(
                new CachedEncoder(new RandomEncoder(256, 1)), fitted, EncoderHead.Config.defaults());
    }

    private static SkillCall call(String goal) {
        SkillGoal parsed = SkillGoal.parse(goal);
        return SkillCall.of(parsed.kind().text(), parsed.target().text());
    }

    private static Finite<SkillCall> next(String instruction, String... executed) {
        List<SkillCall> options = new ArrayList<>(
                SkillGoal.all().stream().map(g -> call(g.toString())).toList());
        options.add(SayCan.DONE);
        options.add(SayCan.IMPOSSIBLE);
        StringBuilder context = new StringBuilder(instruction);
        for (int i = 0; i < executed.length; i++) {
            SkillCall done = call(executed[i]);
            context.append("\n")
                    .append(i + 1)
                    .append(". ")
                    .append(done.skill())
                    .append("(")
                    .append(done.arguments().get(0))
                    .append(")");
        }
        return reader.score(context.toString(), options);
    }

    private static void reads(String instruction, String... plan) {
        for (int i = 0; i < plan.length; i++) {
            String[] executed = List.of(plan).subList(0, i).toArray(String[]::new);
            assertEquals(call(plan[i]), next(instruction, executed).mode(), instruction + " after " + i);
        }
        assertEquals(SayCan.DONE, next(instruction, plan).mode(), instruction);
    }

    @Test
    void oneStep() {
        reads("fetch the green box", "pick up green box");
        reads("walk to the red door", "go to red door");
        reads("open the blue door", "open blue door");
    }

    @Test
    void whatIsSaidLaterMayBeDoneEarlier() {
        reads("go to the red box and then fetch the grey key", "go to red box", "pick up grey key");
        reads("before you go to the red box, open the grey door", "open grey door", "go to red box");
        reads("go to the red box after you fetch the grey key", "pick up grey key", "go to red box");
        reads("open the red door with the red key", "pick up red key", "open red door");
    }

    @Test
    void pronounsReferBack() {
        reads("walk to the purple door and open it", "go to purple door", "open purple door");
        reads("fetch the grey box and put it next to the red ball", "pick up grey box", "put down next to red ball");
    }

    @Test
    void whatIsNotWantedIsNoStep() {
        reads("fetch the green ball, not the red ball", "pick up green ball");
    }

    @Test
    void whatNoHouseHoldsIsImpossible() {
        assertEquals(SayCan.IMPOSSIBLE, next("fetch the sofa").mode());
        assertEquals(SayCan.IMPOSSIBLE, next("go to the lamp").mode());
    }

    @Test
    void nothingIsExcludedByLanguageAloneAndProbabilitiesSumToOne() {
        Finite<SkillCall> next = next("open the blue door");
        double sum = 0;
        for (SkillCall option : next.support()) {
            double p = next.probability(option);
            assertTrue(p > 0, option.toString());
            sum += p;
        }
        assertEquals(1, sum, 1e-9);
    }

    @Test
    void everyTextThatFittingEncodesIsKnownBefore() throws IOException {
        List<Instruction> fitted =
                InstructionFile.read("test", new StringReader(FITTED)).fill(1);
        var texts = InstructionReader.texts(fitted);
        assertTrue(texts.contains("and then fetch the"));
        assertTrue(texts.contains("sofa"));
        assertTrue(texts.contains("orange key"));
    }
}
