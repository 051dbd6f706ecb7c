package io.github.rlllm.rlplusllm.plan.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.rlplusllm.plan.Fact;
import io.github.rlllm.rlplusllm.plan.SkillLibrary;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;
import org.junit.jupiter.api.Test;

class PddlTest {
    private static final PlanningTask TASK =
            PlanningTask.of("Workshop", Workshop.library(), Workshop.START, Workshop.GOAL);

    @Test
    void aDomainCountsItsFacts() {
        assertEquals("""
                (define (domain workshop)
                  (:requirements :typing :numeric-fluents)
                  (:types from plan)
                  (:constants hall-2 - from)
                  (:predicates (is-target ?value - from))
                  (:functions (count-at ?place1 - from) (count-built ?place1 - plan) (count-hands-empty) \
                (count-screws-held) (count-screws-in ?place1 - from))
                  (:action go-to
                    :parameters (?from - from ?target - from)
                    :precondition (and (is-target ?target) (>= (count-at ?from) 1))
                    :effect (and (decrease (count-at ?from) 1) (increase (count-at ?target) 1)))
                  (:action pick-up
                    :parameters (?from - from)
                    :precondition (and (>= (count-at ?from) 1) (>= (count-screws-in ?from) 2))
                    :effect (and (increase (count-screws-held) 2) (decrease (count-screws-in ?from) 2)))
                  (:action build
                    :parameters (?plan - plan)
                    :precondition (and (>= (count-at hall-2) 1) (>= (count-screws-held) 4))
                    :effect (and (increase (count-built ?plan) 1) (decrease (count-screws-held) 4)))
                )
                """, new Pddl(TASK).domain());
    }

    @Test
    void aProblemSaysWhatIsThere() {
        String problem = new Pddl(TASK).problem();
        assertTrue(problem.contains("  (:objects cellar - from store-room - from a-b - plan c - plan)\n"), problem);
        assertTrue(problem.contains("    (= (count-screws-in store-room) 6)\n"), problem);
        assertTrue(problem.contains("    (= (count-screws-in cellar) 0)\n"), problem);
        assertTrue(problem.contains("    (is-target store-room)\n"), problem);
        assertTrue(problem.contains("  (:goal (and (>= (count-at hall-2) 1) (>= (count-built a-b) 1))))\n"), problem);
        assertEquals(
                "(pick-up store-room)\n(pick-up store-room)\n(go-to store-room hall-2)\n(build a-b)\n",
                new Pddl(TASK).plan(Workshop.PLAN));
        assertThrows(IllegalArgumentException.class, () -> new Pddl(TASK).plan(List.of(SkillCall.of("fly"))));
        assertThrows(IllegalArgumentException.class, () -> new Pddl(TASK).plan(List.of(SkillCall.of("build"))));
    }

    @Test
    void startAndGoalHaveNoParameters() {
        assertThrows(
                IllegalArgumentException.class,
                () -> PlanningTask.of("x", Workshop.library(), Map.of("at {from}", 1), Map.of()));
        assertThrows(
                IllegalArgumentException.class,
                () -> PlanningTask.of("x", Workshop.library(), Map.of(), Map.of("at moon", 1)));
        Fact fact = new Fact("f", List.of());
        assertThrows(
                IllegalArgumentException.class,
                () -> new PlanningTask.Action("a", List.of(), Map.of(), Map.of(fact, 1), Map.of(fact, 0)));
    }

    /** Names of any letters become distinct words of the language. */
    @Property(tries = 200)
    void namesStayApart(@ForAll @Size(min = 1, max = 6) @UniqueElements List<String> names) {
        List<Skill<String>> skills = names.stream()
                .filter(name -> !name.isBlank())
                .map(name -> Skill.<String>named(name)
                        .does((call, control) -> new SkillResult(SkillResult.Status.SUCCESS, "")))
                .toList();
        if (skills.isEmpty()) {
            return;
        }
        Pddl pddl = new Pddl(PlanningTask.of("t", new SkillLibrary<>(Map.of(), Set.of(), skills), Map.of(), Map.of()));
        Set<String> seen = new HashSet<>();
        for (Skill<String> skill : skills) {
            String line = pddl.plan(List.of(SkillCall.of(skill.name())));
            assertTrue(line.matches("\\([a-z][a-z0-9-]*\\)\n"), line);
            assertTrue(seen.add(line), line);
        }
        assertBalanced(pddl.domain());
        assertBalanced(pddl.problem());
    }

    private static void assertBalanced(String text) {
        Deque<Integer> open = new ArrayDeque<>();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '(') {
                open.push(i);
            } else if (text.charAt(i) == ')') {
                assertFalse(open.isEmpty(), text);
                open.pop();
            }
        }
        assertTrue(open.isEmpty(), text);
    }
}
