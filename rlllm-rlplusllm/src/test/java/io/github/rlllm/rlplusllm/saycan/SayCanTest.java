package io.github.rlllm.rlplusllm.saycan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Budget;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.rlplusllm.plan.SkillLibrary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SayCanTest {
    private static final SkillResult OK = new SkillResult(SkillResult.Status.SUCCESS, "");
    private static final SkillCall A = SkillCall.of("a");
    private static final SkillCall B = SkillCall.of("b");

    private static Skill<String> skill(String name, double affordance) {
        return Skill.<String>named(name).affordance((s, args) -> affordance).does((c, control) -> OK);
    }

    private static SkillLibrary<String> library(double a, double b) {
        return new SkillLibrary<>(Map.of(), Set.of(), List.of(skill("a", a), skill("b", b)));
    }

    /** Weights of a, b, done, impossible. */
    private static OptionScorer<SkillCall> say(double... weights) {
        return (context, options) -> Finite.of(options, weights);
    }

    private static String choice(SayCan<String> planner, List<SkillCall> allowed) {
        return planner.next(new PlanContext<>(
                        "task",
                        "state",
                        List.of(),
                        allowed,
                        Budget.ofCalls(1),
                        Control.none(),
                        new SplittableRandom(1)))
                .fold(SkillCall::toString, q -> q, () -> "done", reason -> "gave up");
    }

    private static String choice(double[] weights, double a, double b) {
        return choice(new SayCan<>(say(weights), library(a, b), SayCanConfig.defaults()), List.of(A, B));
    }

    @Test
    void theProductChooses() {
        // .6 * .3 = .18 < .4 * .9 = .36; the language model alone would choose a.
        assertEquals("b", choice(new double[] {.6, .4, 0, 0}, .3, .9));
        assertEquals("a", choice(new double[] {.6, .4, 0, 0}, .9, .9));
    }

    @Test
    void doneHasAFixedSmallValue() {
        // .7 * .2 = .14 against .3 * .4 = .12 and .3 * .5 = .15.
        assertEquals("done", choice(new double[] {.3, 0, .7, 0}, .4, 1));
        assertEquals("a", choice(new double[] {.3, 0, .7, 0}, .5, 1));
    }

    @Test
    void givesUpWhereWhatIsMeantIsNotPossible() {
        // a is meant but impossible; b is possible but hardly meant: .05 / 1 < .1.
        assertEquals("gave up", choice(new double[] {.95, .05, 0, 0}, 0, 1));
        assertEquals("b", choice(new double[] {.85, .15, 0, 0}, 0, 1));
        assertEquals("gave up", choice(new double[] {.05, 0, 0, .95}, 1, 1));
        assertEquals("gave up", choice(new double[] {.5, .5, 0, 0}, 0, 0));
    }

    @Test
    void whatIsHopelessIsNotScored() {
        List<List<SkillCall>> shown = new ArrayList<>();
        OptionScorer<SkillCall> say = (context, options) -> {
            shown.add(options);
            return Finite.uniform(options);
        };
        SayCanConfig masked = SayCanConfig.defaults().withMask(0.05);
        assertEquals("a", choice(new SayCan<>(say, library(.9, .04), masked), List.of(A, B)));
        assertEquals(
                "b",
                choice(
                        new SayCan<>(
                                say,
                                library(.9, .05),
                                masked.withDone(.01).withImpossible(.01).withFloor(0)),
                        List.of(B)));
        assertEquals("b", choice(new SayCan<>(say, library(.9, .8), SayCanConfig.defaults()), List.of(B)));
        assertEquals(
                List.of(
                        List.of(A, SayCan.DONE, SayCan.IMPOSSIBLE),
                        List.of(B, SayCan.DONE, SayCan.IMPOSSIBLE),
                        List.of(A, B, SayCan.DONE, SayCan.IMPOSSIBLE)),
                shown);
        assertThrows(IllegalArgumentException.class, () -> masked.withMask(1.5));
    }

    /** Masking saves scoring and changes no choice, unless that choice is itself masked. */
    @Property
    void aMaskChangesNoOtherChoice(
            @ForAll @Size(4) List<@DoubleRange(min = 0.01, max = 1) Double> weights,
            @ForAll @DoubleRange(min = 0, max = 1) double a,
            @ForAll @DoubleRange(min = 0, max = 1) double b,
            @ForAll @DoubleRange(min = 0, max = 1) double mask) {
        OptionScorer<SkillCall> say = (context, options) -> Finite.of(
                options,
                options.stream()
                        .mapToDouble(option -> weights.get(
                                List.of(A, B, SayCan.DONE, SayCan.IMPOSSIBLE).indexOf(option)))
                        .toArray());
        SayCanConfig config = SayCanConfig.defaults().withFloor(0);
        String without = choice(new SayCan<>(say, library(a, b), config), List.of(A, B));
        String with = choice(new SayCan<>(say, library(a, b), config.withMask(mask)), List.of(A, B));
        double[] products = {weights.get(0) * a, weights.get(1) * b, weights.get(2) * .2, weights.get(3) * .5};
        Arrays.sort(products);
        Assume.that(products[3] > products[2] * (1 + 1e-9)); // rounding decides between equals
        boolean gone = without.equals("a") && a < mask || without.equals("b") && b < mask;
        assertTrue(gone || without.equals(with), without + " became " + with);
    }

    @Test
    void whatIsNotAllowedIsNeverChosen() {
        SayCan<String> planner = new SayCan<>(say(.8, .2, 0, 0), library(1, 1), SayCanConfig.defaults());
        assertEquals("b", choice(planner, List.of(B)));
        assertEquals("gave up", choice(planner, List.of()));
    }

    @Test
    void samplesInProportionToTheProduct() {
        SayCan<String> planner = new SayCan<>(
                say(.5, .5, 0, 0), library(.2, .6), SayCanConfig.defaults().withSample(true));
        SplittableRandom rng = new SplittableRandom(3);
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < 4000; i++) {
            String chosen = planner.next(new PlanContext<>(
                            "task", "state", List.of(), List.of(A, B), Budget.ofCalls(1), Control.none(), rng))
                    .fold(SkillCall::toString, q -> q, () -> "done", reason -> "gave up");
            counts.merge(chosen, 1, Integer::sum);
        }
        assertEquals(1000, counts.getOrDefault("a", 0), 100);
    }

    /** A constant affordance is no value function: an identity of the algorithm. */
    @Property
    void aConstantAffordanceEqualsNoValueFunction(
            @ForAll @Size(2) List<@DoubleRange(min = 0.01, max = 1) Double> weights,
            @ForAll @DoubleRange(min = 0.2, max = 1) double constant) {
        double[] w = {weights.get(0), weights.get(1), 0, 0};
        SayCanConfig config = SayCanConfig.defaults();
        String with = choice(new SayCan<>(say(w), library(constant, constant), config), List.of(A, B));
        String languageAlone = weights.get(0) >= weights.get(1) ? "a" : "b";
        assertEquals(languageAlone, with);
    }

    @Test
    void thePromptNumbersWhatSucceeded() {
        List<PlanEvent> history = new ArrayList<>();
        history.add(PlanEvent.executed(SkillCall.of("go to", "box"), OK));
        history.add(PlanEvent.executed(A, new SkillResult(SkillResult.Status.FAILED, "")));
        history.add(PlanEvent.said("person", "hurry"));
        history.add(PlanEvent.executed(A, OK));
        assertEquals("bring it\n1. go to(box)\n2. a", SayCan.prompt(" bring it ", history));
    }

    @Test
    void configRefuses() {
        assertEquals(
                "done: 0.0 (expected: > 0 and <= 1)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> SayCanConfig.defaults().withDone(0))
                        .getMessage());
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> SayCanConfig.defaults().withFloor(2))
                .getMessage()
                .startsWith("floor: 2.0"));
    }
}
