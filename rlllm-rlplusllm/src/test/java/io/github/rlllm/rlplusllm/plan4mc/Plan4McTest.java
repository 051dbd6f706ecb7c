package io.github.rlllm.rlplusllm.plan4mc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Budget;
import io.github.rlllm.api.Completion;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.LanguageModel;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.Prompt;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.api.SkillResult.Status;
import io.github.rlllm.rlplusllm.plan.Limits;
import io.github.rlllm.rlplusllm.plan.PlanEnding;
import io.github.rlllm.rlplusllm.plan.PlanOptions;
import io.github.rlllm.rlplusllm.plan.PlanReport;
import io.github.rlllm.rlplusllm.plan.PlanRunner;
import io.github.rlllm.rlplusllm.plan.SkillLibrary;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class Plan4McTest {
    private final SkillGraph graph = SkillGraphFile.crafting();
    private final List<String> ran = new ArrayList<>();
    private Inventory now = Inventory.empty();

    private Plan4Mc search(String target) {
        return new Plan4Mc(graph, target, 1, Plan4McConfig.defaults().withPatience(4));
    }

    private PlanReport run(Planner<Inventory> planner, BiFunction<GraphSkill, Control, SkillResult> work) {
        SkillLibrary<Inventory> library = GraphSkills.library(
                graph,
                (skill, control) -> {
                    ran.add(skill.name());
                    return work.apply(skill, control);
                },
                () -> now,
                Duration.ofDays(1));
        Limits limits = new Limits(Budget.ofCalls(200), Double.POSITIVE_INFINITY, 0, Integer.MAX_VALUE, 50);
        return new PlanRunner<>(library, planner, () -> now, Runnable::run, () -> 0)
                .execute("task", PlanOptions.<Inventory>defaults().withLimits(limits))
                .join();
    }

    private SkillResult works(GraphSkill skill) {
        now = now.after(skill);
        return new SkillResult(Status.SUCCESS, "");
    }

    private static SkillResult fails() {
        return new SkillResult(Status.FAILED, "no luck");
    }

    @Test
    void whereAllSucceedsItRunsThePlanOfTheBeginning() {
        List<String> plan =
                search("gem").plan(now).steps().stream().map(GraphSkill::name).toList();
        PlanReport report = run(search("gem"), (skill, control) -> works(skill));
        assertEquals(PlanEnding.DONE, report.ending());
        assertEquals(plan.size(), ran.size());
        assertEquals(1, now.count("gem"));
    }

    @Test
    void whatFailsIsPlannedAgainAndWhatIsThereIsNot() {
        Deque<Boolean> luck = new ArrayDeque<>(List.of(true, false));
        PlanReport report = run(search("stick"), (skill, control) -> {
            if (skill.name().equals("log") && luck.size() > 0) {
                boolean more = luck.poll();
                if (!more) {
                    // The tree gives way, and with it two logs: more than was promised.
                    now = now.after(skill).after(graph.skill("tree_nearby"));
                    return works(skill);
                }
                now = new Inventory(Map.of());
                return fails();
            }
            return works(skill);
        });
        assertEquals(PlanEnding.DONE, report.ending());
        assertEquals(List.of("tree_nearby", "log", "tree_nearby", "log", "planks", "stick"), ran);
        assertEquals(Map.of("log", 1, "planks", 2, "stick", 2), now.counts());
    }

    @Test
    void aSkillThatAlwaysFailsEndsThePlan() {
        PlanReport report =
                run(search("stick"), (skill, control) -> skill.name().equals("log") ? failed(skill) : works(skill));
        assertEquals(PlanEnding.GAVE_UP, report.ending());
        assertEquals("no progress: log failed 4 times since it last succeeded", report.reason());
        assertEquals(8, ran.size());
    }

    /** It fails, and what was near is not any more. */
    private SkillResult failed(GraphSkill skill) {
        now = Inventory.empty();
        return fails();
    }

    @Test
    void aSkillThatLiesHasFailed() {
        PlanReport report = run(
                search("stick"),
                (skill, control) ->
                        skill.name().equals("log") ? new SkillResult(Status.SUCCESS, "here it is") : works(skill));
        assertEquals("no progress: log failed 4 times since it last succeeded", report.reason());
        assertTrue(
                report.history().stream()
                        .anyMatch(event -> event.text().equals("log: log: 0 after success (expected: >= 1)")),
                report.history().toString());
    }

    @Test
    void whatCannotBeMadeIsMissing() {
        SkillGraph without = new SkillGraph(List.of(graph.skill("planks")), java.util.Set.of("log"));
        Plan4Mc planner = new Plan4Mc(without, "planks", 1, Plan4McConfig.defaults());
        PlanReport report = run(planner, (skill, control) -> works(skill));
        assertEquals(PlanEnding.GAVE_UP, report.ending());
        assertEquals("missing: {log=1}", report.reason());
    }

    @Test
    void aForbiddenSkillEndsThePlanInsteadOfRunning() {
        PlanOptions<Inventory> options =
                PlanOptions.<Inventory>defaults().withForbidden(call -> call.equals(SkillCall.of("planks")));
        SkillLibrary<Inventory> library =
                GraphSkills.library(graph, (skill, control) -> works(skill), () -> now, Duration.ofDays(1));
        PlanReport report = new PlanRunner<>(library, search("stick"), () -> now, Runnable::run, () -> 0)
                .execute("task", options)
                .join();
        assertEquals(PlanEnding.GAVE_UP, report.ending());
        assertEquals("the plan goes on with planks, which is not allowed", report.reason());
        assertEquals(Map.of("log", 1), now.counts());
    }

    @Test
    void onePlanWithoutReplanningGoesOnWhateverHappens() {
        SkillPlan plan = search("stick").plan(now);
        PlanReport report =
                run(new FixedPlan(plan), (skill, control) -> skill.name().equals("log") ? fails() : works(skill));
        assertEquals(PlanEnding.DONE, report.ending());
        assertEquals(List.of("tree_nearby", "log"), ran, "planks and stick lack what they need");
        assertEquals(4, report.executed().size());
        assertEquals("planks: lacks 1 log", report.history().get(2).text());
        assertEquals(0, now.count("stick"));
        SkillPlan missing = new SkillPlan(List.of(), Map.of("log", 1));
        assertThrows(IllegalArgumentException.class, () -> new FixedPlan(missing));
    }

    private static LanguageModel saying(List<String> answers, List<Prompt> asked) {
        Deque<String> left = new ArrayDeque<>(answers);
        return prompt -> {
            asked.add(prompt);
            return new Completion(left.remove(), -1, -1, Completion.Finish.STOP, "scripted");
        };
    }

    @Test
    void aLanguageModelNamesTheSkillsAndIsToldWhatCameOfThem() {
        List<Prompt> asked = new ArrayList<>();
        LanguageModel model =
                saying(List.of("planks", "Find a tree, I think.", "**tree_nearby**", "log", "planks", "stick"), asked);
        PlanReport report = run(new InteractivePlanner(model, graph, "stick", 1), (skill, control) -> works(skill));
        assertEquals(PlanEnding.DONE, report.ending());
        assertEquals(List.of("tree_nearby", "log", "planks", "stick"), ran);
        String first = asked.get(0).messages().get(0).text();
        assertTrue(first.contains("\nGoal: 1 stick\n") && first.contains("\nThere is: nothing\n"), first);
        assertTrue(first.contains("\nbed (3 wool, 3 planks; 1 table_nearby -> 1 bed)\n"), first);
        assertTrue(asked.get(1).messages().get(0).text().contains("\nLast:\nplanks: lacks 1 log\n"));
        assertEquals(3, asked.get(2).messages().size(), "the answer and why it was not taken");
        assertTrue(asked.get(3).messages().get(0).text().contains("\nThere is: 1 tree_nearby\n"));
    }

    @Test
    void aLanguageModelThatNamesNoSkillOrGivesUpEndsThePlan() {
        List<Prompt> asked = new ArrayList<>();
        PlanReport report = run(
                new InteractivePlanner(saying(List.of("dance", "sing", "sleep"), asked), graph, "stick", 1),
                (skill, control) -> works(skill));
        assertEquals(PlanEnding.GAVE_UP, report.ending());
        assertTrue(report.reason().startsWith("the model names no skill: "), report.reason());
        assertEquals(List.of(), ran);
        PlanReport other = run(
                new InteractivePlanner(saying(List.of("Give up."), asked), graph, "stick", 1),
                (skill, control) -> works(skill));
        assertEquals("the model gives up", other.reason());
    }

    @Test
    void settingsAreChecked() {
        assertEquals(
                "patience: 0 (expected: >= 1)",
                assertThrows(IllegalArgumentException.class, () -> new Plan4McConfig(1, 0))
                        .getMessage());
        assertEquals(
                "longest: 0 (expected: >= 1)",
                assertThrows(IllegalArgumentException.class, () -> new Plan4McConfig(0, 1))
                        .getMessage());
    }
}
