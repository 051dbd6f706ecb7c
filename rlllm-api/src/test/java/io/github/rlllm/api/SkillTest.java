package io.github.rlllm.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SkillTest {
    private static final SkillResult DONE = new SkillResult(SkillResult.Status.SUCCESS, "");

    private static Skill.Builder<String> put() {
        return Skill.named("put", "thing", "place");
    }

    @Test
    void defaults() {
        Skill<String> wait = Skill.<String>named("wait").does((call, control) -> DONE);
        assertEquals("wait", wait.name());
        assertEquals(List.of(), wait.parameters());
        assertEquals(Map.of(), wait.preconditions());
        assertEquals(Map.of(), wait.effects());
        assertEquals(1, wait.affordance("any", List.of()));
        assertEquals(Duration.ofMinutes(1), wait.timeout());
        assertEquals(Hazard.REVERSIBLE, wait.hazard());
        assertEquals(Set.of("robot"), wait.resources());
        assertEquals(Duration.ofSeconds(2), wait.stopTimeout());
        assertEquals(DONE, run(wait, SkillCall.of("wait")));
    }

    @Test
    void everythingSet() {
        Skill<String> put = put().requires(Map.of("{thing} in hand", 1))
                .yields(Map.of("{thing} in hand", -1, "{thing} at {place}", 1))
                .affordance((state, arguments) -> state.contains(arguments.get(0)) ? .75 : 0)
                .timeout(Duration.ofSeconds(3))
                .hazard(Hazard.DANGEROUS)
                .resources("hand", "arm")
                .stopTimeout(Duration.ofMillis(300))
                .does((call, control) -> new SkillResult(SkillResult.Status.FAILED, "dropped " + call.arguments()));
        assertEquals(Map.of("{thing} in hand", 1), put.preconditions());
        assertEquals(Map.of("{thing} in hand", -1, "{thing} at {place}", 1), put.effects());
        assertEquals(.75, put.affordance("a ball", List.of("ball", "box")));
        assertEquals(0, put.affordance("a key", List.of("ball", "box")));
        assertEquals(Duration.ofSeconds(3), put.timeout());
        assertEquals(Hazard.DANGEROUS, put.hazard());
        assertEquals(List.of("arm", "hand"), List.copyOf(put.resources()));
        assertEquals(Duration.ofMillis(300), put.stopTimeout());
        assertEquals(
                "dropped [ball, box]",
                run(put, SkillCall.of("put", "ball", "box")).text());
    }

    @Test
    void messages() {
        assertEquals("name: ' ' (expected: not blank)", refused(() -> Skill.named(" ")));
        assertEquals("parameters: [a, a] (expected: distinct names)", refused(() -> Skill.named("put", "a", "a")));
        assertEquals("preconditions[key]: 0 (expected: >= 1)", refused(() -> put().requires(Map.of("key", 0))));
        assertEquals("timeout: PT0S (expected: > 0)", refused(() -> put().timeout(Duration.ZERO)));
        assertEquals("stopTimeout: PT0S (expected: > 0)", refused(() -> put().stopTimeout(Duration.ZERO)));
        assertEquals("resources: [] (expected: at least one, distinct, not blank)", refused(() -> put().resources()));
        assertEquals(
                "resources: [arm, arm] (expected: at least one, distinct, not blank)",
                refused(() -> put().resources("arm", "arm")));
        assertEquals("timeout: PT-1S (expected: > 0)", refused(() -> put().timeout(Duration.ofSeconds(-1))));
        Skill<String> put = put().does((call, control) -> DONE);
        assertEquals(
                "arguments of put: [ball] (expected: one for each of [thing, place])",
                refused(() -> put.start(SkillCall.of("put", "ball"), Control.none())));
        assertEquals(
                "arguments of put: [] (expected: one for each of [thing, place])",
                refused(() -> put.affordance("", List.of())));
        assertEquals(
                "call: take(ball, box) (expected: a call of put)",
                refused(() -> put.start(SkillCall.of("take", "ball", "box"), Control.none())));
    }

    @Test
    void anAffordanceIsAProbability() {
        for (double wrong : new double[] {-.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY}) {
            Skill<String> skill = put().affordance((state, arguments) -> wrong).does((call, control) -> DONE);
            IllegalStateException e =
                    assertThrows(IllegalStateException.class, () -> skill.affordance("", List.of("a", "b")));
            assertEquals("affordance of put(a, b): " + wrong + " (expected: from 0 to 1)", e.getMessage());
        }
    }

    @Test
    void failuresAreResults() {
        Skill<String> throwing = put().does((call, control) -> {
            throw new IllegalStateException("arm stuck");
        });
        Skill<String> failing =
                put().starts((call, control) -> CompletableFuture.failedFuture(new IllegalStateException("arm stuck")));
        Skill<String> chained = put().starts((call, control) -> CompletableFuture.supplyAsync(() -> {
            throw new IllegalStateException("arm stuck");
        }));
        for (Skill<String> skill : List.of(throwing, failing, chained)) {
            SkillResult result = run(skill, SkillCall.of("put", "ball", "box"));
            assertFalse(result.success());
            assertEquals(SkillResult.Status.FAILED, result.status());
            assertEquals("put(ball, box) threw java.lang.IllegalStateException: arm stuck", result.text());
        }
        SkillResult none = run(put().does((call, control) -> null), SkillCall.of("put", "ball", "box"));
        assertEquals("put(ball, box) threw nothing and gave no result", none.text());
        assertEquals(none, run(put().starts((call, control) -> null), SkillCall.of("put", "ball", "box")));
    }

    @Test
    void errorsAreNotSwallowed() {
        Skill<String> broken = put().does((call, control) -> {
            throw new AssertionError("a bug");
        });
        assertThrows(AssertionError.class, () -> broken.start(SkillCall.of("put", "a", "b"), Control.none()));
    }

    @Test
    void theControlReachesTheWork() {
        Skill<String> skill = put().does((call, control) ->
                control.cancelled() ? new SkillResult(SkillResult.Status.CANCELLED, "") : DONE);
        SkillCall call = SkillCall.of("put", "a", "b");
        assertEquals(
                SkillResult.Status.CANCELLED,
                skill.start(call, () -> true).toCompletableFuture().join().status());
        assertEquals(DONE, run(skill, call));
    }

    /** Map.of iterates in an order that differs between JVMs; a skill's facts do not. */
    @Property(tries = 50)
    void factsComeInTheOrderOfTheirNames(@ForAll Map<String, Integer> facts) {
        Skill<String> skill = put().yields(facts).does((call, control) -> DONE);
        assertEquals(
                facts.keySet().stream().sorted().toList(),
                new ArrayList<>(skill.effects().keySet()));
        assertEquals(facts, skill.effects());
        assertThrows(UnsupportedOperationException.class, () -> skill.effects().put("x", 1));
    }

    private static SkillResult run(Skill<String> skill, SkillCall call) {
        return skill.start(call, Control.none()).toCompletableFuture().join();
    }

    private static String refused(Runnable call) {
        return assertThrows(IllegalArgumentException.class, call::run).getMessage();
    }
}
