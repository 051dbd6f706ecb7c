package io.github.rlllm.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FiniteTest {
    private static final List<String> ABC = List.of("a", "b", "c");
    private static final double NEVER = Double.NEGATIVE_INFINITY;

    @Test
    void softmaxOfLogsOfOneTwoFive() {
        Finite<String> p = Finite.softmax(ABC, Math.log(1), Math.log(2), Math.log(5));
        assertArrayEquals(new double[] {.125, .25, .625}, probabilities(p), 1e-15);
        assertEquals(-0.4700036292457356, p.logProb("c"), 1e-15);
        assertEquals(NEVER, p.logProb("d"));
        assertEquals(0, p.probability("d"));
    }

    @Test
    void weightsNeedNotSumToOne() {
        assertArrayEquals(new double[] {.25, .75, 0}, probabilities(Finite.of(ABC, 3, 9, 0)), 1e-15);
        assertArrayEquals(new double[] {.5, .5, 0}, probabilities(Finite.of(ABC, 1e308, 1e308, 0)), 1e-15);
        assertArrayEquals(
                new double[] {1, 0, 0}, probabilities(Finite.of(ABC, Double.MIN_VALUE, 0, 0)), 1e-15, "subnormal");
    }

    /** SayCan: p(skill | words) times p(success | state). */
    @Test
    void priorTimesAffordances() {
        Finite<String> prior = Finite.of(ABC, .6, .3, .1);
        assertArrayEquals(
                new double[] {.06 / .37, .27 / .37, .04 / .37}, probabilities(prior.times(.1, .9, .4)), 1e-15);
        assertEquals("b", prior.times(.1, .9, .4).mode());
        assertArrayEquals(
                new double[] {.06 / .37, .27 / .37, .04 / .37},
                probabilities(prior.times(Finite.of(ABC, .1, .9, .4))),
                1e-15);
    }

    /** InstructRL: argmax of Q + lambda log prior, here 1 + 2 log .5 against 1.5 + 2 log .25 and 0 + 2 log .25. */
    @Test
    void modeOfExpQTimesPriorToTheLambda() {
        Finite<String> q = Finite.softmax(ABC, 1, 1.5, 0);
        Finite<String> prior = Finite.of(ABC, .5, .25, .25);
        assertEquals("b", q.mode());
        assertEquals("a", q.times(prior.tempered(2)).mode());
        assertEquals("b", q.times(prior.tempered(.5)).mode());
    }

    /** RLHF: the policy that maximises E[r] - beta KL(pi, ref) is ref exp(r / beta) / Z. */
    @Test
    void optimumOfRewardWithAKlTerm() {
        double beta = .5;
        double[] reward = {1, 0, 2};
        Finite<String> reference = Finite.of(ABC, .5, .3, .2);
        Finite<String> best = reference.times(Finite.softmax(ABC, 1 / beta, 0 / beta, 2 / beta));
        double z = .5 * Math.exp(2) + .3 + .2 * Math.exp(4);
        assertArrayEquals(
                new double[] {.5 * Math.exp(2) / z, .3 / z, .2 * Math.exp(4) / z}, probabilities(best), 1e-14);
        assertEquals(beta * Math.log(z), objective(best, reward, reference, beta), 1e-14, "its value is beta log Z");
        SplittableRandom rng = new SplittableRandom(7);
        for (int i = 0; i < 1000; i++) {
            Finite<String> other = Finite.of(ABC, rng.nextDouble(), rng.nextDouble(), rng.nextDouble());
            double value = objective(other, reward, reference, beta);
            assertEquals(true, value <= beta * Math.log(z) + 1e-12, () -> other + " is better: " + value);
        }
    }

    private static double objective(Finite<String> p, double[] reward, Finite<String> reference, double beta) {
        double value = -beta * p.kl(reference);
        for (int i = 0; i < reward.length; i++) {
            value += Math.exp(p.logProbAt(i)) * reward[i];
        }
        return value;
    }

    @Test
    void entropyInNats() {
        assertEquals(1.0986122886681098, Finite.uniform(ABC).entropy(), 1e-15);
        assertEquals(0.6931471805599453, Finite.of(ABC, 1, 0, 1).entropy(), 1e-15, "0 log 0 is 0");
        assertEquals(0, Finite.of(ABC, 0, 7, 0).entropy());
        assertEquals(0.9002560512685369, Finite.of(ABC, .125, .25, .625).entropy(), 1e-15);
    }

    @Test
    void klInNats() {
        Finite<String> p = Finite.of(ABC, .5, .5, 0);
        Finite<String> q = Finite.of(ABC, .25, .25, .5);
        assertEquals(0.6931471805599453, p.kl(q), 1e-15);
        assertEquals(Double.POSITIVE_INFINITY, q.kl(p));
        assertEquals(0, p.kl(p));
        Finite<String> barely = Finite.softmax(ABC, 0, 0, -2000);
        assertEquals(Double.POSITIVE_INFINITY, barely.kl(p), "allowed with a probability that underflows");
    }

    @Test
    void mixtureWeighsProbabilities() {
        Finite<String> p = Finite.of(ABC, 1, 0, 0);
        Finite<String> q = Finite.of(ABC, 0, .5, .5);
        assertArrayEquals(new double[] {.25, .375, .375}, probabilities(Finite.mixture(List.of(p, q), 1, 3)), 1e-15);
        assertArrayEquals(new double[] {1, 0, 0}, probabilities(Finite.mixture(List.of(p, q), 2, 0)), 1e-15);
        assertThrows(NothingLeftException.class, () -> Finite.mixture(List.of(p, q), 0, 0));
    }

    @Test
    void mixtureKeepsWhatIsBarelyPossible() {
        Finite<String> p = Finite.softmax(ABC, 0, -1000, NEVER);
        Finite<String> mixed = Finite.mixture(List.of(p, p), .5, .5);
        assertEquals(-1000, mixed.logProb("b"), 1e-9);
        assertEquals(NEVER, mixed.logProb("c"));
    }

    @Test
    void temperedSharpensAndFlattens() {
        Finite<String> p = Finite.of(ABC, 1, 2, 5);
        assertArrayEquals(new double[] {1. / 30, 4. / 30, 25. / 30}, probabilities(p.tempered(2)), 1e-15);
        double root = 1 + Math.sqrt(2) + Math.sqrt(5);
        assertArrayEquals(
                new double[] {1 / root, Math.sqrt(2) / root, Math.sqrt(5) / root},
                probabilities(p.tempered(.5)),
                1e-15);
        assertArrayEquals(new double[] {0, 0, 1}, probabilities(p.tempered(1e6)), 1e-15);
        assertArrayEquals(new double[] {0, 0, 1}, probabilities(p.tempered(Double.MAX_VALUE)), 1e-15);
        Finite<String> third = Finite.uniform(ABC);
        assertArrayEquals(probabilities(third), probabilities(third.tempered(Double.MAX_VALUE)), 1e-15);
        assertArrayEquals(
                probabilities(third), probabilities(Finite.of(ABC, 1, 0, 0).tempered(0)), 1e-15);
        assertArrayEquals(
                new double[] {.5, .5, 0}, probabilities(Finite.of(ABC, 1, 1, 0).tempered(.001)), 1e-15);
    }

    @Test
    void maskRenormalises() {
        Finite<String> p = Finite.of(ABC, 1, 2, 5);
        assertArrayEquals(new double[] {1. / 6, 0, 5. / 6}, probabilities(p.mask(true, false, true)), 1e-15);
        assertEquals("a", p.mask(true, true, false).mask(true, false, true).mode());
    }

    @Test
    void nothingLeftIsNeverALastResort() {
        Finite<String> p = Finite.of(ABC, 1, 1, 0);
        assertThrows(NothingLeftException.class, () -> p.mask(false, false, true));
        assertThrows(NothingLeftException.class, () -> p.mask(false, false, false));
        assertThrows(NothingLeftException.class, () -> p.times(0, 0, 1));
        assertThrows(NothingLeftException.class, () -> p.times(Finite.of(ABC, 0, 0, 1)));
        assertThrows(NothingLeftException.class, () -> Finite.of(ABC, 0, 0, 0));
        NothingLeftException e =
                assertThrows(NothingLeftException.class, () -> Finite.softmax(ABC, NEVER, NEVER, NEVER));
        assertEquals("no outcome of [a, b, c] has a positive probability", e.getMessage());
    }

    @Test
    void hugeLogitsStayNormalised() {
        assertArrayEquals(new double[] {.5, .5, 0}, probabilities(Finite.softmax(ABC, 1e17, 1e17, -1e17)), 1e-15);
        assertArrayEquals(new double[] {0, 1, 0}, probabilities(Finite.softmax(ABC, -1e308, 1e308, 0)), 1e-15);
        assertArrayEquals(
                new double[] {1. / 3, 1. / 3, 1. / 3},
                probabilities(Finite.softmax(ABC, -Double.MAX_VALUE, -Double.MAX_VALUE, -Double.MAX_VALUE)),
                1e-15);
    }

    @Test
    void messagesNameValueAndExpectation() {
        Finite<String> p = Finite.uniform(ABC);
        refused("logits[1]: NaN (expected: finite or negative infinity)", () -> Finite.softmax(ABC, 0, Double.NaN, 0));
        refused(
                "logits[2]: Infinity (expected: finite or negative infinity)",
                () -> Finite.softmax(ABC, 0, 0, Double.POSITIVE_INFINITY));
        refused("logits: 2 values (expected: 3, one an outcome)", () -> Finite.softmax(ABC, 0, 0));
        refused("weights: 2 values (expected: 3, one an outcome)", () -> Finite.of(ABC, 1, 1));
        refused("weights[0]: -1.0 (expected: finite and >= 0)", () -> Finite.of(ABC, -1, 1, 1));
        refused("weights[2]: NaN (expected: finite and >= 0)", () -> p.times(1, 1, Double.NaN));
        refused("weights[1]: Infinity (expected: finite and >= 0)", () -> p.times(1, Double.POSITIVE_INFINITY, 1));
        refused("weights[1]: -0.5 (expected: finite and >= 0)", () -> Finite.mixture(List.of(p, p), 1, -.5));
        refused("weights: 1 values (expected: 2, one a part, at least one)", () -> Finite.mixture(List.of(p, p), 1));
        refused("weights: 0 values (expected: 0, one a part, at least one)", () -> Finite.mixture(List.of()));
        refused("exponent: -1.0 (expected: finite and >= 0)", () -> p.tempered(-1));
        refused("exponent: NaN (expected: finite and >= 0)", () -> p.tempered(Double.NaN));
        refused("exponent: Infinity (expected: finite and >= 0)", () -> p.tempered(Double.POSITIVE_INFINITY));
        refused("allowed: 1 values (expected: 3, one an outcome)", () -> p.mask(true));
        refused("support: empty (expected: at least one outcome)", () -> Finite.uniform(List.of()));
        refused("support[1]: a (expected: distinct outcomes)", () -> Finite.uniform(List.of("a", "a")));
        refused(
                "support[0]: an array (expected: a type with equality)",
                () -> Finite.uniform(List.of(new float[] {1}, new float[] {2})));
        refused(
                "other: support [c, b, a] (expected: [a, b, c] in the same order)",
                () -> p.times(Finite.uniform(List.of("c", "b", "a"))));
        refused("other: support [a] (expected: [a, b, c] in the same order)", () -> p.kl(Finite.uniform(List.of("a"))));
        refused(
                "parts[1]: support [a] (expected: [a, b, c] in the same order)",
                () -> Finite.mixture(List.of(p, Finite.uniform(List.of("a"))), 1, 1));
    }

    private static void refused(String message, Runnable call) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }

    @Test
    void theFirstOfEqualModes() {
        assertEquals("a", Finite.uniform(ABC).mode());
        assertEquals("b", Finite.of(ABC, 1, 2, 2).mode());
    }

    /** 100,000 draws: five standard errors are at most .008. */
    @Test
    void samplesHaveTheirFrequencies() {
        Finite<String> p = Finite.of(ABC, .125, 0, .875);
        SplittableRandom rng = new SplittableRandom(1);
        int[] counts = new int[3];
        for (int i = 0; i < 100_000; i++) {
            counts[ABC.indexOf(p.sample(rng))]++;
        }
        assertEquals(.125, counts[0] / 1e5, .008);
        assertEquals(0, counts[1]);
    }

    /** The sum of the probabilities may fall short of 1 by rounding; the greatest draw still lands on the support. */
    @Test
    void theGreatestDrawIsThePossibleLast() {
        double greatest = Math.nextDown(1.0);
        assertEquals("b", Finite.of(ABC, .1, .9, 0).sample(() -> (long) (greatest * 0x1p53) << 11));
        assertEquals("b", Finite.of(ABC, 0, 1, 0).sample(() -> 0L));
    }

    @Test
    void equalByValue() {
        assertEquals(Finite.of(ABC, 1, 2, 5), Finite.of(ABC, 1, 2, 5));
        assertEquals(Finite.of(ABC, 1, 2, 5).hashCode(), Finite.of(ABC, 1, 2, 5).hashCode());
        assertNotEquals(Finite.of(ABC, 1, 2, 5), Finite.of(ABC, 1, 2, 6));
        assertNotEquals(Finite.of(ABC, 1, 2, 5), Finite.of(List.of("a", "b", "d"), 1, 2, 5));
    }

    @Test
    void whatGoesInAndComesOutIsCopied() {
        double[] logits = {0, 1, 2};
        Finite<String> p = Finite.softmax(ABC, logits);
        double before = p.logProbAt(0);
        logits[0] = 99;
        p.logProbs()[0] = 99;
        assertEquals(before, p.logProbAt(0));
        assertThrows(UnsupportedOperationException.class, () -> p.support().set(0, "z"));
    }

    private static double[] probabilities(Finite<?> p) {
        return Arrays.stream(p.logProbs()).map(Math::exp).toArray();
    }
}
