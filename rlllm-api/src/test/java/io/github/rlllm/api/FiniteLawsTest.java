package io.github.rlllm.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.DoubleRange;

/** Laws of the algebra. Every triple has a common support, impossible outcomes and logits of any size among it. */
class FiniteLawsTest {
    private static final int TRIES = 300;

    record Triple(Finite<Integer> p, Finite<Integer> q, Finite<Integer> r) {
        boolean overlaps() {
            return IntStream.range(0, p.size())
                    .anyMatch(i -> Double.isFinite(p.logProbAt(i) + q.logProbAt(i) + r.logProbAt(i)));
        }
    }

    @Provide
    Arbitrary<Triple> triples() {
        return Arbitraries.integers()
                .between(1, 7)
                .flatMap(n ->
                        Combinators.combine(finite(n), finite(n), finite(n)).as(Triple::new));
    }

    private static Arbitrary<Finite<Integer>> finite(int n) {
        Arbitrary<Double> logit = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.doubles().between(-20, 20)),
                Tuple.of(1, Arbitraries.just(Double.NEGATIVE_INFINITY)),
                Tuple.of(1, Arbitraries.doubles().between(-2000, 2000)));
        List<Integer> support = IntStream.range(0, n).boxed().toList();
        return logit.array(double[].class)
                .ofSize(n)
                .filter(logits -> Arrays.stream(logits).anyMatch(Double::isFinite))
                .map(logits -> Finite.softmax(support, logits));
    }

    @Property(tries = TRIES)
    void everyOperationNormalises(@ForAll("triples") Triple t, @ForAll @DoubleRange(min = 0, max = 50) double w) {
        assertNormalised(t.p);
        assertNormalised(t.p.tempered(w));
        assertNormalised(Finite.mixture(List.of(t.p, t.q, t.r), 1, w, 2));
        if (t.overlaps()) {
            assertNormalised(t.p.times(t.q).times(t.r));
        }
    }

    @Property(tries = TRIES)
    void productsCommuteAndAssociate(@ForAll("triples") Triple t) {
        if (!t.overlaps()) {
            assertThrows(NothingLeftException.class, () -> t.p.times(t.q).times(t.r));
            return;
        }
        assertSame(t.p.times(t.q), t.q.times(t.p));
        assertSame(t.p.times(t.q).times(t.r), t.p.times(t.q.times(t.r)));
    }

    @Property(tries = TRIES)
    void uniformIsTheIdentityOfTimes(@ForAll("triples") Triple t) {
        double[] ones = new double[t.p.size()];
        Arrays.fill(ones, 3.5);
        assertSame(t.p, t.p.times(Finite.uniform(t.p.support())));
        assertSame(t.p, t.p.times(ones));
    }

    @Property(tries = TRIES)
    void powers(
            @ForAll("triples") Triple t,
            @ForAll @DoubleRange(min = .01, max = 8) double a,
            @ForAll @DoubleRange(min = .01, max = 8) double b) {
        assertSame(t.p, t.p.tempered(1));
        assertSame(Finite.uniform(t.p.support()), t.p.tempered(0));
        assertSame(t.p.tempered(a * b), t.p.tempered(a).tempered(b));
        assertSame(t.p.tempered(a + b), t.p.tempered(a).times(t.p.tempered(b)));
        assertSame(t.p.tempered(2), t.p.times(t.p));
        assertSame(t.p, t.p.times(t.q.tempered(0)), "weight 0 is the identity");
    }

    @Property(tries = TRIES)
    void powersOfAProductAreTheProductOfPowers(
            @ForAll("triples") Triple t, @ForAll @DoubleRange(min = .01, max = 8) double a) {
        if (t.overlaps()) {
            assertSame(t.p.times(t.q).tempered(a), t.p.tempered(a).times(t.q.tempered(a)));
        }
    }

    @Property(tries = TRIES)
    void positivePowersKeepTheModeAndImpossibility(
            @ForAll("triples") Triple t, @ForAll @DoubleRange(min = .01, max = 1e9) double a) {
        Finite<Integer> power = t.p.tempered(a);
        assertEquals(power.logProbAt(power.mode()), power.logProb(t.p.mode()), 1e-12);
        for (int i = 0; i < t.p.size(); i++) {
            assertEquals(t.p.logProbAt(i) == Double.NEGATIVE_INFINITY, power.logProbAt(i) == Double.NEGATIVE_INFINITY);
        }
    }

    @Property(tries = TRIES)
    void mixtures(@ForAll("triples") Triple t, @ForAll @DoubleRange(min = 0, max = 1) double w) {
        assertSame(t.p, Finite.mixture(List.of(t.p, t.p), w, 1));
        assertSame(t.p, Finite.mixture(List.of(t.p, t.q), 1 + w, 0));
        assertSame(Finite.mixture(List.of(t.p, t.q), w, 1 - w), Finite.mixture(List.of(t.q, t.p), 1 - w, w));
        assertSame(Finite.mixture(List.of(t.p, t.q), w, 1), Finite.mixture(List.of(t.p, t.q), 1000 * w, 1000));
        Finite<Integer> mixed = Finite.mixture(List.of(t.p, t.q), w, 1 - w);
        for (int i = 0; i < t.p.size(); i++) {
            double expected = w * t.p.probability(i) + (1 - w) * t.q.probability(i);
            assertEquals(expected, mixed.probability(i), 1e-12);
        }
    }

    @Property(tries = TRIES)
    void masks(@ForAll("triples") Triple t, @ForAll long bits, @ForAll long moreBits) {
        boolean[] one = flags(t.p.size(), bits);
        boolean[] two = flags(t.p.size(), moreBits);
        boolean[] both = new boolean[one.length];
        double[] weights = new double[one.length];
        double left = 0;
        boolean any = false;
        for (int i = 0; i < both.length; i++) {
            both[i] = one[i] && two[i];
            weights[i] = both[i] ? 1 : 0;
            left += both[i] ? t.p.probability(i) : 0;
            any |= both[i] && Double.isFinite(t.p.logProbAt(i));
        }
        if (!any) {
            assertThrows(NothingLeftException.class, () -> t.p.mask(both));
            assertThrows(NothingLeftException.class, () -> t.p.times(weights));
            return;
        }
        assertSame(t.p.mask(both), t.p.mask(one).mask(two));
        assertSame(t.p.mask(both), t.p.times(weights), "a mask is a product with 0 and 1");
        assertSame(t.p.mask(both), t.p.mask(both).mask(both));
        for (int i = 0; i < both.length && left > 1e-300; i++) {
            assertEquals(both[i] ? t.p.probability(i) / left : 0, t.p.mask(both).probability(i), 1e-9);
        }
    }

    @Property(tries = TRIES)
    void entropyAndDivergence(@ForAll("triples") Triple t) {
        assertTrue(t.p.entropy() >= 0 && t.p.entropy() <= Math.log(t.p.size()) + 1e-12, () -> "entropy of " + t.p);
        assertEquals(Math.log(t.p.size()) - t.p.entropy(), t.p.kl(Finite.uniform(t.p.support())), 1e-11);
        assertEquals(0, t.p.kl(t.p));
        double kl = t.p.kl(t.q);
        boolean excluded = IntStream.range(0, t.p.size())
                .anyMatch(i -> Double.isFinite(t.p.logProbAt(i)) && !Double.isFinite(t.q.logProbAt(i)));
        assertTrue(kl >= 0, () -> "kl " + kl);
        assertEquals(excluded, kl == Double.POSITIVE_INFINITY);
    }

    /** Gibbs: of all distributions the optimum loses least, by exactly beta KL(other, optimum). */
    @Property(tries = TRIES)
    void theKlOptimumIsReferenceTimesExpRewardOverBeta(
            @ForAll("triples") Triple t, @ForAll @DoubleRange(min = .05, max = 5) double beta, @ForAll long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        double[] reward = rng.doubles(t.p.size(), -1, 1).toArray();
        double[] logits = Arrays.stream(reward).map(r -> r / beta).toArray();
        Finite<Integer> best = t.p.times(Finite.softmax(t.p.support(), logits));
        if (Double.isFinite(t.q.kl(t.p))) {
            double lost = value(best, reward, t.p, beta) - value(t.q, reward, t.p, beta);
            assertEquals(beta * t.q.kl(best), lost, 1e-9 * (1 + Math.abs(lost)));
        }
    }

    private static double value(Finite<Integer> p, double[] reward, Finite<Integer> reference, double beta) {
        double value = -beta * p.kl(reference);
        for (int i = 0; i < reward.length; i++) {
            value += p.probability(i) * reward[i];
        }
        return value;
    }

    @Property(tries = TRIES)
    void instructRlTakesTheGreatestQPlusLambdaLogPrior(
            @ForAll("triples") Triple t, @ForAll @DoubleRange(min = 0, max = 5) double lambda, @ForAll long seed) {
        double[] q = new SplittableRandom(seed).doubles(t.p.size(), -3, 3).toArray();
        int chosen =
                Finite.softmax(t.p.support(), q).times(t.p.tempered(lambda)).mode();
        double best = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < q.length; i++) {
            best = Math.max(best, q[i] + (lambda == 0 ? 0 : lambda * t.p.logProbAt(i)));
        }
        assertEquals(best, q[chosen] + (lambda == 0 ? 0 : lambda * t.p.logProbAt(chosen)), 1e-9);
    }

    @Property(tries = TRIES)
    void samplesArePossibleAndFollowTheGenerator(@ForAll("triples") Triple t, @ForAll long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        SplittableRandom again = new SplittableRandom(seed);
        for (int i = 0; i < 20; i++) {
            int drawn = t.p.sample(rng);
            assertTrue(t.p.logProb(drawn) > Double.NEGATIVE_INFINITY);
            assertEquals(drawn, t.p.sample(again));
        }
    }

    private static boolean[] flags(int n, long bits) {
        boolean[] flags = new boolean[n];
        for (int i = 0; i < n; i++) {
            flags[i] = (bits >>> i & 1) == 1;
        }
        return flags;
    }

    private static void assertNormalised(Finite<Integer> p) {
        double sum = p.support().stream().mapToDouble(p::probability).sum();
        assertEquals(1, sum, 1e-12);
    }

    private static void assertSame(Finite<Integer> expected, Finite<Integer> actual) {
        assertSame(expected, actual, "");
    }

    /** Equal in log space, relative to the size of the logarithm: probabilities that underflow count as well. */
    private static void assertSame(Finite<Integer> expected, Finite<Integer> actual, String why) {
        assertEquals(expected.support(), actual.support());
        for (int i = 0; i < expected.size(); i++) {
            double logProb = expected.logProbAt(i);
            if (logProb == Double.NEGATIVE_INFINITY) {
                assertEquals(logProb, actual.logProbAt(i), why);
            } else {
                assertEquals(logProb, actual.logProbAt(i), 1e-9 * (1 + Math.abs(logProb)), why);
            }
        }
    }
}
