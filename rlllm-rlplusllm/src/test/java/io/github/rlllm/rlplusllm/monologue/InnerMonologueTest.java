package io.github.rlllm.rlplusllm.monologue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Budget;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.Directive;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.api.SkillResult.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class InnerMonologueTest {
    private static final MonologueConfig ASKING = MonologueConfig.defaults().withQuestions(1, "what is left to do?");

    private static InnerMonologue<Set<String>> planner(OptionScorer<String> scorer, MonologueConfig config) {
        return new InnerMonologue<>(scorer, Shelf::words, config);
    }

    private static OptionScorer<String> says(String line) {
        return (context, options) -> Finite.of(
                options,
                options.stream().mapToDouble(o -> o.equals(line) ? 1 : 0).toArray());
    }

    private static Directive next(InnerMonologue<Set<String>> planner, PlanEvent... history) {
        return planner.next(new PlanContext<>(
                "put everything on the shelf",
                Set.of(),
                List.of(history),
                Shelf.THINGS.stream().map(Shelf::call).toList(),
                Budget.ofCalls(9),
                Control.none(),
                new SplittableRandom(1)));
    }

    private static String text(Directive directive) {
        return directive.fold(Object::toString, question -> question, () -> "done", reason -> reason);
    }

    @Test
    void whatWasDoneAndToldAreLinesOfOneText() {
        InnerMonologue<Set<String>> planner = planner(says(InnerMonologue.DONE), ASKING);
        assertEquals(
                """
                Human: put everything on the shelf
                Robot action: put the cup
                Success: false
                Scene: finished: nothing
                Robot action: put the jar
                Robot: stopped after PT1M
                Robot ask: what is left to do?
                Human: left: put the cup
                Human: left: put the pot
                supervisor: refuses put(pot)
                Robot action: put the cup
                """,
                planner.monologue(
                        "put everything\non the shelf",
                        List.of(
                                PlanEvent.executed(
                                        Shelf.call("cup"),
                                        new SkillResult(Status.FAILED, "Success: false\nScene: finished: nothing")),
                                PlanEvent.executed(
                                        Shelf.call("jar"), new SkillResult(Status.TIMEOUT, "stopped after PT1M")),
                                PlanEvent.said("answer", "what is left to do? left: put the cup"),
                                PlanEvent.said("answer", "left: put the pot"),
                                PlanEvent.said("supervisor", "refuses put(pot)"),
                                PlanEvent.executed(Shelf.call("cup"), new SkillResult(Status.SUCCESS, "")))));
    }

    @Test
    void theChosenLineIsTheDirective() {
        assertEquals("put(jar)", text(next(planner(says("Robot action: put the jar"), ASKING))));
        assertEquals("what is left to do?", text(next(planner(says("Robot ask: what is left to do?"), ASKING))));
        assertEquals("done", text(next(planner(says("Robot action: done"), ASKING))));
    }

    @Test
    void theModelSeesTheExamplesTheLinesAndEveryOption() {
        List<String> seen = new ArrayList<>();
        OptionScorer<String> spy = (context, options) -> {
            seen.add(context);
            seen.addAll(options);
            return Finite.uniform(options);
        };
        next(planner(spy, ASKING.withExamples("Human: rest\nRobot action: done\n")));
        assertEquals(
                List.of(
                        "Human: rest\nRobot action: done\n\nHuman: put everything on the shelf\n",
                        "Robot action: put the cup",
                        "Robot action: put the jar",
                        "Robot action: put the pot",
                        "Robot ask: what is left to do?",
                        "Robot action: done"),
                seen);
    }

    @Test
    void whenTheQuestionsAreUsedUpNoneIsOffered() {
        OptionScorer<String> curious = (context, options) -> Finite.of(
                options,
                options.stream()
                        .mapToDouble(o -> o.startsWith("Robot ask") ? 1 : .01)
                        .toArray());
        assertEquals("what is left to do?", text(next(planner(curious, ASKING))));
        assertEquals("put(cup)", text(next(planner(curious, ASKING), PlanEvent.said("answer", "nothing"))));
        assertEquals("put(cup)", text(next(planner(curious, MonologueConfig.defaults()))));
    }

    /** Weights 1 : 1 : 1 : 5, drawn and not. */
    @Test
    void aSamplingPlannerDraws() {
        OptionScorer<String> scorer = (context, options) -> Finite.of(options, 1, 1, 1, 5);
        SplittableRandom rng = new SplittableRandom(3);
        int done = 0;
        for (int i = 0; i < 800; i++) {
            Directive directive = planner(scorer, MonologueConfig.defaults().withSample(true))
                    .next(new PlanContext<>(
                            "task",
                            Set.of(),
                            List.of(),
                            Shelf.THINGS.stream().map(Shelf::call).toList(),
                            Budget.ofCalls(9),
                            Control.none(),
                            rng));
            done += text(directive).equals("done") ? 1 : 0;
        }
        assertEquals(500, done, 50);
        assertEquals("done", text(next(planner(scorer, MonologueConfig.defaults()))));
    }

    /** The text only grows: nothing that was said is ever taken back. */
    @Property(tries = 50)
    void everyMonologueBeginsWithTheOneBefore(@ForAll @IntRange(min = 0, max = 6) int events, @ForAll long seed) {
        InnerMonologue<Set<String>> planner = planner(says(InnerMonologue.DONE), ASKING);
        SplittableRandom rng = new SplittableRandom(seed);
        List<PlanEvent> history = new ArrayList<>();
        String before = planner.monologue("task", history);
        for (int i = 0; i < events; i++) {
            history.add(
                    rng.nextBoolean()
                            ? PlanEvent.said("answer", "left:\nput the cup")
                            : PlanEvent.executed(
                                    Shelf.call(Shelf.THINGS.get(rng.nextInt(3))),
                                    new SkillResult(Status.FAILED, "Success: false")));
            String now = planner.monologue("task", history);
            assertTrue(now.startsWith(before) && now.length() > before.length(), now);
            before = now;
        }
    }

    @Test
    void configurationsAreChecked() {
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> MonologueConfig.defaults().withQuestions(1, "a?", "a?"))
                .getMessage()
                .startsWith("questions[1]: 'a?'"));
        assertThrows(
                IllegalArgumentException.class, () -> MonologueConfig.defaults().withQuestions(1, " "));
        assertThrows(
                IllegalArgumentException.class, () -> MonologueConfig.defaults().withQuestions(1, "a\nb"));
        assertThrows(
                IllegalArgumentException.class, () -> MonologueConfig.defaults().withQuestions(-1, "a?"));
    }
}
