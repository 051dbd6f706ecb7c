package io.github.rlllm.rlplusllm.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SkillLibraryTest {
    private static final SkillResult OK = new SkillResult(SkillResult.Status.SUCCESS, "");
    private static final Map<String, List<String>> DOMAINS = Map.of("object", List.of("ball", "box"));
    private static final Set<String> FACTS = Set.of("carrying {object}", "hands empty");

    private static Skill<String> skill(String name, String requires, String... parameters) {
        return Skill.<String>named(name, parameters)
                .requires(requires.isEmpty() ? Map.of() : Map.of(requires, 1))
                .does((call, control) -> OK);
    }

    private static SkillLibrary<String> library(List<Skill<String>> skills) {
        return new SkillLibrary<>(DOMAINS, FACTS, skills);
    }

    private static String refusal(List<Skill<String>> skills) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> library(skills))
                .getMessage());
    }

    @Test
    void groundsEveryCallInOrder() {
        SkillLibrary<String> library = library(
                List.of(skill("take", "hands empty", "object"), skill("wait", ""), skill("swap", "", "object")));
        assertEquals(
                List.of("take(ball)", "take(box)", "wait", "swap(ball)", "swap(box)"),
                library.calls().stream().map(SkillCall::toString).toList());
        assertEquals("take", library.skill(SkillCall.of("take", "box")).name());
        assertThrows(IllegalArgumentException.class, () -> library.skill(SkillCall.of("take", "sofa")));
        assertThrows(IllegalArgumentException.class, () -> library.skill(SkillCall.of("fly")));
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertTrue(refusal(List.of()).contains("expected: at least one"));
        assertTrue(refusal(List.of(skill("wait", ""), skill("wait", ""))).contains("skills[1] wait: twice"));
        assertTrue(
                refusal(List.of(skill("take", "", "thing"))).contains("skills[0] take.parameters[thing]: no values"));
        // The builder refuses a repeated parameter before the library would.
        assertTrue(String.valueOf(
                        assertThrows(IllegalArgumentException.class, () -> skill("take", "", "object", "object"))
                                .getMessage())
                .contains("distinct names"));
        assertTrue(refusal(List.of(skill("take", "holding {object}", "object"))).contains("holding {object}"));
        assertTrue(refusal(List.of(skill("wait", "carrying {object}"))).contains("in braces"));
        assertEquals(
                2,
                library(List.of(skill("put", "carrying {object}", "object")))
                        .calls()
                        .size());
    }

    private static final Map<String, List<String>> ROOMS =
            Map.of("room", List.of("kitchen", "hall"), "key", List.of("red", "blue"));

    private static Skill<String> skill(
            String name, Map<String, Integer> requires, Map<String, Integer> yields, String... parameters) {
        return Skill.<String>named(name, parameters)
                .requires(requires)
                .yields(yields)
                .does((call, control) -> OK);
    }

    @Test
    void everyErrorIsToldAtOnceWithItsPlace() {
        List<Skill<String>> skills = List.of(
                skill("go", Map.of("at {room}", 1), Map.of("at {place}", 1, "at cellar", 1), "room"),
                skill("go", Map.of(), Map.of("on fire", 1)),
                skill("fly", Map.of("wings", 2), Map.of(), "planet"),
                skill("open", Map.of("has {key}", 1, "at kitchen", 1), Map.of("open", 1), "key"),
                skill("enter", Map.of("open", 1), Map.of("inside", 1)));
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class,
                        () -> new SkillLibrary<>(
                                ROOMS,
                                Set.of("at {room}", "wings", "open", "inside", "has {key}"),
                                skills,
                                Map.of("at hall", 1, "wings", 1, "beard", 1, "open", -1)))
                .getMessage());
        assertEquals(
                List.of(
                        "skills[0] go.effects[at cellar]: unknown (expected: one of "
                                + "[at {room}, has {key}, inside, open, wings])",
                        "skills[0] go.effects[at {place}]: {place} (expected: a parameter of [room] in braces)",
                        "skills[1] go: twice (expected: distinct names)",
                        "skills[1] go.effects[on fire]: unknown (expected: one of "
                                + "[at {room}, has {key}, inside, open, wings])",
                        "skills[2] fly.parameters[planet]: no values (expected: one of the domains [key, room])",
                        "start[beard]: unknown (expected: one of [at {room}, has {key}, inside, open, wings] with"
                                + " values)",
                        "start[open]: -1 (expected: >= 0)",
                        "skills[2] fly.preconditions[wings]: 2, which is never there (expected: at the start, or by a"
                                + " skill that can run; the most that is ever there: 1)",
                        "skills[3] open.preconditions[at kitchen]: 1, which is never there (expected: at the start, or"
                                + " by a skill that can run; there only with other values)",
                        "skills[4] enter.preconditions[open]: 1, which is never there (expected: at the start, or by a"
                                + " skill that can run; the most that is ever there: 0)"),
                message.lines().toList());
    }

    @Test
    void whatASkillYieldsMakesOthersReachable() {
        List<Skill<String>> skills = List.of(
                skill("open", Map.of("has {key}", 3), Map.of("open", 1), "key"),
                skill("buy", Map.of("coin", 1), Map.of("has {key}", 1, "coin", -1), "key"),
                skill("enter", Map.of("open", 1, "has blue", 1), Map.of("at hall", 1)));
        Set<String> facts = Set.of("has {key}", "open", "coin", "at {room}");
        SkillLibrary<String> library = new SkillLibrary<>(ROOMS, facts, skills, Map.of("coin", 1));
        assertEquals(new Fact("has {}", List.of("blue")), library.fact("has blue"));
        assertEquals(new Fact("has {}", List.of("{key}")), library.fact("has {key}"));
        assertThrows(IllegalArgumentException.class, () -> library.fact("has green"));
        assertThrows(IllegalArgumentException.class, () -> new SkillLibrary<>(ROOMS, facts, skills, Map.of("coin", 0)));
        // Without a start nothing is known to be unreachable.
        assertEquals(5, new SkillLibrary<>(ROOMS, facts, skills).calls().size());
    }

    /** What runs in the world is reachable here, whatever is drawn: walks with every condition checked. */
    @Property(tries = 200)
    void noSkillThatCanRunIsCalledUnreachable(@ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        List<Skill<String>> skills = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            skills.add(skill("s" + i, facts(rng, 1), facts(rng, rng.nextBoolean() ? 1 : -1), "key"));
        }
        Map<String, Integer> now = new TreeMap<>();
        for (String fact : List.of("has red", "has blue", "lit", "at kitchen")) {
            now.put(fact, rng.nextInt(3));
        }
        Map<String, Integer> start = Map.copyOf(now);
        Set<String> ran = new HashSet<>();
        for (int step = 0; step < 60; step++) {
            Skill<String> skill = skills.get(rng.nextInt(5));
            String key = rng.nextBoolean() ? "red" : "blue";
            if (skill.preconditions().entrySet().stream()
                    .allMatch(need -> now.getOrDefault(need.getKey().replace("{key}", key), 0) >= need.getValue())) {
                ran.add(skill.name());
                skill.effects().forEach((fact, change) -> now.merge(fact.replace("{key}", key), change, Integer::sum));
            }
        }
        try {
            new SkillLibrary<>(ROOMS, Set.of("has {key}", "lit", "at {room}"), skills, start);
        } catch (IllegalArgumentException unreachable) {
            String message = String.valueOf(unreachable.getMessage());
            ran.forEach(name -> assertFalse(message.contains(" " + name + "."), message));
        }
    }

    private static Map<String, Integer> facts(SplittableRandom rng, int sign) {
        Map<String, Integer> facts = new TreeMap<>();
        for (String fact : List.of("has {key}", "has blue", "lit", "at hall", "at kitchen")) {
            if (rng.nextInt(3) == 0) {
                facts.put(fact, sign * (1 + rng.nextInt(2)));
            }
        }
        return facts;
    }

    @Test
    void callsAreMadeWhenTheyAreAskedFor() {
        List<String> many = IntStream.range(0, 1000).mapToObj(i -> "thing" + i).toList();
        Skill<String> stack = skill("stack", Map.of(), Map.of(), "one", "two", "three");
        // A thousand million calls: kept, they would need a hundred gigabytes.
        List<SkillCall> calls =
                new SkillLibrary<>(Map.of("one", many, "two", many, "three", many), Set.of(), List.of(stack)).calls();
        assertEquals(1_000_000_000, calls.size());
        assertEquals(SkillCall.of("stack", "thing123", "thing456", "thing789"), calls.get(123_456_789));
        assertTrue(calls.contains(SkillCall.of("stack", "thing999", "thing0", "thing7")));
        assertFalse(calls.contains(SkillCall.of("stack", "thing999", "thing0", "thing1000")));
        assertFalse(calls.contains(SkillCall.of("stack", "thing999")));
        assertThrows(IndexOutOfBoundsException.class, () -> calls.get(1_000_000_000));
        Skill<String> pile = skill("pile", Map.of(), Map.of(), "one", "two", "three", "four");
        assertTrue(String.valueOf(assertThrows(
                                IllegalArgumentException.class,
                                () -> new SkillLibrary<>(
                                        Map.of("one", many, "two", many, "three", many, "four", many),
                                        Set.of(),
                                        List.of(pile)))
                        .getMessage())
                .contains("at most 2147483647"));
    }
}
