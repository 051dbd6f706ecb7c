package io.github.rlllm.rlplusllm.reporter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Budget;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.Directive;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ScriptedPlannerTest {
    private static final String CONDITION =
            "If the red box is toxic, pick up the green ball, otherwise pick up the blue ring.";
    private static final String CHOICE = "Pick up the one that is good: the red box, the green ball or the blue ring.";

    private final List<PlanEvent> history = new ArrayList<>();

    private static PlanEvent examined(String object, String said) {
        return PlanEvent.executed(SkillCall.of("examine", object), new SkillResult(SkillResult.Status.SUCCESS, said));
    }

    private Directive next(ScriptedPlanner planner, String task, long seed) {
        List<SkillCall> calls = new ArrayList<>();
        for (String verb : List.of("examine", "pick up")) {
            for (String object : List.of("red box", "green ball", "blue ring", "grey cone")) {
                calls.add(SkillCall.of(verb, object));
            }
        }
        return planner.next(new PlanContext<>(
                task, new float[0], history, calls, Budget.ofCalls(9), Control.none(), new SplittableRandom(seed)));
    }

    private Directive next(String task) {
        return next(ScriptedPlanner.examining(), task, 0);
    }

    private static Directive examine(String object) {
        return Directive.invoke(SkillCall.of("examine", object));
    }

    private static Directive pickUp(String object) {
        return Directive.invoke(SkillCall.of("pick up", object));
    }

    @Test
    void aConditionIsExaminedAndThenFollowed() {
        assertEquals(examine("red box"), next(CONDITION));
        history.add(examined("red box", "the red box is toxic"));
        assertEquals(pickUp("green ball"), next(CONDITION));
        history.set(0, examined("red box", "the red box is good"));
        assertEquals(pickUp("blue ring"), next(CONDITION));
    }

    @Test
    void aChoiceIsExaminedUntilItIsKnownAndTheLastOneNeedNotBe() {
        assertEquals(examine("red box"), next(CHOICE));
        history.add(examined("red box", "the red box is toxic"));
        assertEquals(examine("green ball"), next(CHOICE));
        history.add(examined("green ball", "the green ball is toxic"));
        assertEquals(pickUp("blue ring"), next(CHOICE));
        history.set(1, examined("green ball", "the green ball is good"));
        assertEquals(pickUp("green ball"), next(CHOICE));
    }

    @Test
    void whatIsNotToldIsAskedOnceMoreAndThenGuessed() {
        history.add(examined("red box", "the red box is here"));
        assertEquals(examine("red box"), next(CONDITION));
        history.add(examined("red box", "the red box is here"));
        int first = 0;
        for (long seed = 0; seed < 400; seed++) {
            Directive guess = next(ScriptedPlanner.examining(), CONDITION, seed);
            assertTrue(guess.equals(pickUp("green ball")) || guess.equals(pickUp("blue ring")));
            first += guess.equals(pickUp("green ball")) ? 1 : 0;
        }
        assertEquals(200, first, 40);
    }

    @Test
    void whoGuessesExaminesNothing() {
        int[] picked = new int[3];
        List<String> named = List.of("red box", "green ball", "blue ring");
        for (long seed = 0; seed < 600; seed++) {
            Directive guess = next(ScriptedPlanner.guessing(), CHOICE, seed);
            picked[named.indexOf(guess.fold(call -> call.arguments().get(0), q -> "", () -> "", r -> ""))]++;
        }
        for (int count : picked) {
            assertEquals(200, count, 45);
        }
    }

    @Test
    void whatFailedIsTriedAgainAndWhatIsDoneIsDone() {
        SkillCall call = SkillCall.of("pick up", "blue ring");
        history.add(PlanEvent.executed(call, new SkillResult(SkillResult.Status.TIMEOUT, "")));
        assertEquals(Directive.invoke(call), next(CONDITION));
        history.add(PlanEvent.executed(call, new SkillResult(SkillResult.Status.SUCCESS, "")));
        assertEquals(Directive.done(), next(CONDITION));
    }

    @Test
    void anotherSentenceIsNotUnderstood() {
        String reason = next("Sing.").fold(call -> "", question -> "", () -> "", why -> why);
        assertEquals("task: 'Sing.' (expected: a condition or a choice)", reason);
    }
}
