package io.github.rlllm.rlplusllm.monologue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Hazard;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.api.SkillResult.Status;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FeedbackTest {
    private static final SkillCall CUP = Shelf.call("cup");

    private static SkillResult result(Feedback<Set<String>> feedback, Shelf shelf) {
        return feedback.after(shelf.put(), shelf::state)
                .start(CUP, Control.none())
                .toCompletableFuture()
                .join();
    }

    @Test
    void nobodyLooksInOpenLoop() {
        assertEquals(new SkillResult(Status.SUCCESS, ""), result(Feedback.none(), new Shelf(false)));
    }

    @Test
    void detectorAndSceneAreLinesOfTheResult() {
        Feedback<Set<String>> both = Feedback.<Set<String>>none()
                .withSuccess(SuccessDetector.own())
                .withScene(state -> "a shelf\n" + Shelf.scene(state));
        assertEquals(
                new SkillResult(Status.FAILED, "Success: false\nScene: a shelf finished: nothing"),
                result(both, new Shelf(false)));
        assertEquals(
                new SkillResult(Status.SUCCESS, "Success: true\nScene: a shelf finished: put the cup"),
                result(both, new Shelf(true)));
    }

    @Test
    void theDetectorSeesTheStateBeforeAndAfter() {
        Shelf shelf = new Shelf(true);
        StringBuilder seen = new StringBuilder();
        result(
                Feedback.<Set<String>>none().withSuccess(attempt -> {
                    seen.append(attempt.call())
                            .append(attempt.before())
                            .append(attempt.after())
                            .append(attempt.own().text());
                    return true;
                }),
                shelf);
        assertEquals("put(cup)[][cup]the arm's own words", seen.toString());
    }

    @Test
    void whatDidNotRunToItsEndStaysWhatItIs() {
        for (Status status : new Status[] {Status.CANCELLED, Status.TIMEOUT, Status.PRECONDITION, Status.UNAVAILABLE}) {
            Skill<Set<String>> skill = Skill.<Set<String>>named("put", "thing")
                    .does((call, control) -> new SkillResult(status, "no\nSuccess: true"));
            SkillResult result = Feedback.<Set<String>>none()
                    .withSuccess(SuccessDetector.always())
                    .after(skill, Set::of)
                    .start(CUP, Control.none())
                    .toCompletableFuture()
                    .join();
            assertEquals(new SkillResult(status, "no Success: true"), result);
        }
    }

    @Test
    void theSkillIsElseTheSame() {
        Skill<Set<String>> skill = Skill.<Set<String>>named("put", "thing")
                .requires(Map.of("hand", 1))
                .yields(Map.of("{thing}", 1))
                .affordance((state, arguments) -> .25)
                .timeout(Duration.ofSeconds(7))
                .hazard(Hazard.DANGEROUS)
                .resources("arm")
                .stopTimeout(Duration.ofSeconds(3))
                .does((call, control) -> new SkillResult(Status.SUCCESS, ""));
        Skill<Set<String>> told = Feedback.<Set<String>>none().after(skill, Set::of);
        assertEquals("put", told.name());
        assertEquals(skill.parameters(), told.parameters());
        assertEquals(skill.preconditions(), told.preconditions());
        assertEquals(skill.effects(), told.effects());
        assertEquals(.25, told.affordance(Set.of(), CUP.arguments()));
        assertEquals(Duration.ofSeconds(7), told.timeout());
        assertEquals(Hazard.DANGEROUS, told.hazard());
        assertEquals(Set.of("arm"), told.resources());
        assertEquals(Duration.ofSeconds(3), told.stopTimeout());
    }

    private static double saysTrue(double falsePositive, double falseNegative, boolean truth) {
        SuccessDetector<Set<String>> detector =
                SuccessDetector.erring(attempt -> truth, falsePositive, falseNegative, new SplittableRandom(5));
        Attempt<Set<String>> attempt = new Attempt<>(CUP, new SkillResult(Status.SUCCESS, ""), Set.of(), Set.of());
        int yes = 0;
        for (int i = 0; i < 4000; i++) {
            yes += detector.succeeded(attempt) ? 1 : 0;
        }
        return yes / 4000.0;
    }

    @Test
    void aDetectorErrsAtItsRates() {
        assertEquals(.2, saysTrue(.2, .1, false), .02);
        assertEquals(.9, saysTrue(.2, .1, true), .02);
        assertEquals(1, saysTrue(0, 0, true));
        assertEquals(0, saysTrue(0, 0, false));
        assertEquals(1, saysTrue(1, 0, false));
        assertThrows(IllegalArgumentException.class, () -> saysTrue(1.1, 0, true));
        assertThrows(IllegalArgumentException.class, () -> saysTrue(0, Double.NaN, true));
    }
}
