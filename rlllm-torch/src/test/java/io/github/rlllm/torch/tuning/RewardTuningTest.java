package io.github.rlllm.torch.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.alignment.RewardLoss;
import io.github.rlllm.engine.run.NotFiniteException;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.tuning.RewardTuning.Comparison;
import io.github.rlllm.torch.tuning.RewardTuning.Ranking;
import io.github.rlllm.torch.tuning.RewardTuning.Update;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RewardTuningTest {
    /** Texts of 4 to 9 tokens; the one with more small tokens is preferred. */
    private static List<Comparison> comparisons(int n, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        return Tiny.many(n, () -> {
            int[] a = Tiny.tokens(rng, 4 + rng.nextInt(6));
            int[] b = Tiny.tokens(rng, 4 + rng.nextInt(6));
            while (Tiny.small(a) == Tiny.small(b)) {
                b = Tiny.tokens(rng, 4 + rng.nextInt(6));
            }
            return new Comparison(
                    Tiny.small(a) > Tiny.small(b) ? a : b, Tiny.small(a) > Tiny.small(b) ? b : a, rng.nextDouble());
        });
    }

    private static List<Ranking> rankings(int n, long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        return Tiny.many(n, () -> {
            int k = 2 + rng.nextInt(4);
            return new Ranking(Tiny.many(k, () -> Tiny.tokens(rng, 3 + rng.nextInt(8)))
                    .toArray(int[][]::new));
        });
    }

    @Test
    void theFiguresAreThoseOfTheRewards() {
        RewardTuning tuning = new RewardTuning(Tiny.model(1), new RewardLoss(0.01), Tiny.usual(0));
        List<Comparison> batch = comparisons(3, 2);
        double loss = 0;
        double margin = 0;
        double right = 0;
        for (Comparison pair : batch) {
            double[] r = tuning.rewards(List.of(pair.chosen(), pair.rejected()));
            loss += Math.log1p(Math.exp(-(r[0] - r[1] - pair.margin()))) + 0.01 * (r[0] + r[1]) * (r[0] + r[1]);
            margin += r[0] - r[1];
            right += r[0] > r[1] ? 1 : 0;
        }
        Update update = tuning.update(batch);
        assertEquals(loss / 3, update.loss(), 1e-6);
        assertEquals(margin / 3, update.margin(), 1e-6);
        assertEquals(right / 3, update.accuracy(), 1e-12);
        assertEquals(right / 3, tuning.accuracy(batch), 1e-12);
    }

    @Test
    void oneComparisonAtATimeOrAll() {
        List<Comparison> batch = comparisons(8, 3);
        CausalLm whole = Tiny.model(4);
        Update expected = new RewardTuning(whole, new RewardLoss(0.1), Tiny.smooth(8)).update(batch);
        for (int microBatch : new int[] {1, 3}) {
            CausalLm parts = Tiny.model(4);
            Update found = new RewardTuning(parts, new RewardLoss(0.1), Tiny.smooth(microBatch)).update(batch);
            assertEquals(expected.loss(), found.loss(), 1e-6);
            assertEquals(expected.gradientNorm(), found.gradientNorm(), 1e-5 * expected.gradientNorm());
            assertEquals(0, Tiny.difference(whole, parts), 2e-6);
        }
        assertTrue(Tiny.difference(whole, Tiny.model(4)) > 1e-3, "nothing was learned");
    }

    /** A ranking of nine weighs as much as one of two; pairs are rankings of two. */
    @Test
    void oneRankingAtATimeOrAll() {
        List<Ranking> batch = rankings(8, 5);
        CausalLm whole = Tiny.model(6);
        Update expected = new RewardTuning(whole, RewardLoss.defaults(), Tiny.smooth(8)).updateRankings(batch);
        CausalLm parts = Tiny.model(6);
        Update found = new RewardTuning(parts, RewardLoss.defaults(), Tiny.smooth(1)).updateRankings(batch);
        assertEquals(expected.loss(), found.loss(), 1e-6);
        assertEquals(expected.accuracy(), found.accuracy(), 1e-12);
        assertEquals(0, Tiny.difference(whole, parts), 2e-6);
        List<Comparison> pairs = comparisons(4, 7).stream()
                .map(pair -> Comparison.of(pair.chosen(), pair.rejected()))
                .toList();
        CausalLm asPairs = Tiny.model(6);
        CausalLm asRankings = Tiny.model(6);
        double one = new RewardTuning(asPairs, RewardLoss.defaults(), Tiny.smooth(8))
                .update(pairs)
                .loss();
        double other = new RewardTuning(asRankings, RewardLoss.defaults(), Tiny.smooth(8))
                .updateRankings(pairs.stream()
                        .map(pair -> new Ranking(new int[][] {pair.chosen(), pair.rejected()}))
                        .toList())
                .loss();
        assertEquals(one, other, 1e-6);
        assertEquals(0, Tiny.difference(asPairs, asRankings), 2e-6);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aPreferenceIsLearned(long seed) {
        RewardTuning tuning = new RewardTuning(Tiny.model(seed), RewardLoss.defaults(), Tiny.usual(1e-2));
        for (int step = 0; step < 150; step++) {
            tuning.update(comparisons(16, 1000 * seed + step));
        }
        double accuracy = tuning.accuracy(comparisons(300, -seed));
        assertTrue(accuracy > 0.95, "held-out accuracy " + accuracy + " (expected: > 0.95)");
    }

    @Test
    void whatIsNotFiniteNamesStepAndQuantity() {
        RewardTuning tuning = new RewardTuning(
                Tiny.model(1), RewardLoss.defaults(), new Optimisation(8, LearningRate.constant(1e38), Tiny.SMOOTH));
        tuning.update(comparisons(4, 1));
        NotFiniteException failure = assertThrows(NotFiniteException.class, () -> tuning.update(comparisons(4, 2)));
        assertEquals("score", failure.quantity());
        assertEquals(2, failure.step());
    }
}
