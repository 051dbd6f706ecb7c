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
import io.github.rlllm.engine.lm.ScriptedModel;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ModelPlannerTest {
    private static final List<SkillCall> CALLS = List.of(
            SkillCall.of("examine", "red box"),
            SkillCall.of("pick up", "red box"),
            SkillCall.of("pick up", "blue ring"));
    private static final PlanEvent REPORT = PlanEvent.executed(
            SkillCall.of("examine", "red box"), new SkillResult(SkillResult.Status.SUCCESS, "the red box is toxic"));

    private static Directive next(ScriptedModel model, List<PlanEvent> history) {
        return new ModelPlanner(model)
                .next(new PlanContext<>(
                        "the task",
                        new float[0],
                        history,
                        CALLS,
                        Budget.ofCalls(9),
                        Control.none(),
                        new SplittableRandom(1)));
    }

    @Test
    void theModelSeesTaskReportsAndInstructionsAndItsAnswerIsInvoked() {
        ScriptedModel model = ScriptedModel.of(List.of("Pick up the blue ring."));
        assertEquals(Directive.invoke(CALLS.get(2)), next(model, List.of(REPORT)));
        assertEquals("""
                Task: the task
                examine the red box -> the red box is toxic

                Instructions:
                - examine the red box
                - pick up the red box
                - pick up the blue ring

                Next instruction:""", model.asked().get(0).messages().get(1).text());
    }

    @Test
    void whatCannotBeReadIsSaidAndAskedAgain() {
        ScriptedModel model = ScriptedModel.of(List.of("I would rather sing.", "examine the red box"));
        assertEquals(Directive.invoke(CALLS.get(0)), next(model, List.of()));
        String again = model.asked().get(1).messages().get(3).text();
        assertTrue(again.startsWith("That could not be read: line 1, column 1: "), again);
    }

    @Test
    void nothingIsGuessedForAModelThatCannotBeRead() {
        ScriptedModel model = ScriptedModel.of(prompt -> "pick up the moon");
        String reason = next(model, List.of()).fold(call -> "", question -> "", () -> "", why -> why);
        assertTrue(reason.startsWith("no instruction could be read from 3 answers: "), reason);
        assertEquals(3, model.asked().size());
    }

    @Test
    void whatIsPickedUpEndsTheTaskWithoutAQuestion() {
        ScriptedModel model = ScriptedModel.of(List.of());
        PlanEvent end = PlanEvent.executed(CALLS.get(2), new SkillResult(SkillResult.Status.SUCCESS, ""));
        assertEquals(Directive.done(), next(model, List.of(REPORT, end)));
    }

    @Test
    void thePromptsAreShown() {
        assertTrue(ModelPlanner.prompts().contains("You direct an agent in a room."));
        assertTrue(ModelPlanner.prompts().contains("examine the red box -> the red box is toxic"));
    }
}
