package io.github.rlllm.rlplusllm.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
        assertTrue(refusal(List.of(skill("wait", ""), skill("wait", ""))).contains("wait twice"));
        assertTrue(refusal(List.of(skill("take", "", "thing"))).contains("domain of thing"));
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
}
