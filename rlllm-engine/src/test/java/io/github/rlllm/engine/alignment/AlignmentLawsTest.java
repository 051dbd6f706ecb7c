package io.github.rlllm.engine.alignment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.NothingLeftException;
import io.github.rlllm.api.RewardModel;
import io.github.rlllm.engine.alignment.ClippedSurrogate.Level;
import io.github.rlllm.engine.run.SeededRandom;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** What holds for every batch: gradients are derivatives, parts add up to the whole, known cases have known values. */
class AlignmentLawsTest {
    private static final double STEP = 1e-6;
    private static final Aggregation[] EXACT = {
        Aggregation.TOKEN_MEAN, Aggregation.SEQUENCE_MEAN, Aggregation.CONSTANT, Aggregation.SEQUENCE_SUM
    };

    private static double[][] draw(RandomGenerator rng, int n, double scale, double shift) {
        double[][] rows = new double[n][];
        for (int i = 0; i < n; i++) {
            rows[i] =
                    rng.doubles(1 + rng.nextInt(6)).map(u -> scale * u + shift).toArray();
        }
        return rows;
    }

    private static double[][] like(RandomGenerator rng, double[][] shape, double scale, double shift) {
        return Arrays.stream(shape)
                .map(row -> rng.doubles(row.length).map(u -> scale * u + shift).toArray())
                .toArray(double[][]::new);
    }

    private static void assertDerivative(double[][] at, ToDoubleFunction<double[][]> loss, double[][] gradient) {
        for (int i = 0; i < at.length; i++) {
            for (int t = 0; t < at[i].length; t++) {
                double kept = at[i][t];
                at[i][t] = kept + STEP;
                double above = loss.applyAsDouble(at);
                at[i][t] = kept - STEP;
                double below = loss.applyAsDouble(at);
                at[i][t] = kept;
                assertEquals(
                        (above - below) / (2 * STEP), gradient[i][t], 1e-6 * Math.max(1, Math.abs(gradient[i][t])));
            }
        }
    }

    @Property(tries = 30)
    void gradientsOfPreferenceLossesAreDerivatives(@ForAll @LongRange(min = 0) long seed) {
        RandomGenerator rng = SeededRandom.of(seed, "pairs");
        Pairs policy = new Pairs(draw(rng, 3, -2, -0.1), draw(rng, 3, -2, -0.1));
        Pairs reference = new Pairs(like(rng, policy.chosen(), -2, 0), like(rng, policy.rejected(), -2, 0));
        double[] weights = {0.5, 2, 1};
        for (PairForm form : List.of(PairForm.SIGMOID, PairForm.ROBUST, PairForm.IPO)) {
            double smoothing = form == PairForm.IPO ? 0 : 0.2;
            Dpo dpo = new Dpo(form, 0.3, smoothing, seed % 2 == 0);
            Cpo cpo = new Cpo(form, 0.3, smoothing, seed % 2 == 1, 0.4, 0.7);
            derivative(policy, gradient -> dpo.loss(policy, reference, weights, gradient));
            derivative(policy, gradient -> cpo.loss(policy, gradient));
        }
        derivative(policy, gradient -> new Orpo(0.5).loss(policy, gradient));
        boolean[] desirable = {true, false, true};
        double[][] gradient = Recorded.zeros(policy.chosen());
        ToDoubleFunction<double[][]> kto =
                rows -> new Kto(0.4, 1.5, 0.5).loss(rows, reference.chosen(), desirable, 0.3, Recorded.zeros(rows));
        new Kto(0.4, 1.5, 0.5).loss(policy.chosen(), reference.chosen(), desirable, 0.3, gradient);
        assertDerivative(policy.chosen(), kto, gradient);
    }

    private static void derivative(Pairs policy, ToDoubleFunction<Pairs> loss) {
        Pairs gradient = policy.zeros();
        loss.applyAsDouble(gradient);
        assertDerivative(policy.chosen(), rows -> loss.applyAsDouble(policy.zeros()), gradient.chosen());
        assertDerivative(policy.rejected(), rows -> loss.applyAsDouble(policy.zeros()), gradient.rejected());
    }

    @Property(tries = 30)
    void gradientsOfTheSurrogateAreDerivatives(@ForAll @LongRange(min = 0) long seed) {
        RandomGenerator rng = SeededRandom.of(seed, "surrogate");
        double[][] logProbs = draw(rng, 4, -2, 0);
        double[][] old = like(rng, logProbs, -2, 0);
        double[][] reference = like(rng, logProbs, -2, 0);
        double[][] advantages = like(rng, logProbs, 4, -2);
        Aggregation.Batch whole = Aggregation.Batch.of(logProbs, 6);
        for (Level level : Level.values()) {
            for (KlEstimator kl : List.of(KlEstimator.K1, KlEstimator.K2, KlEstimator.K3)) {
                ClippedSurrogate surrogate = new ClippedSurrogate(
                        Aggregation.values()[rng.nextInt(5)], level, 0.2, 0.3, 1.25, 0.5, kl, rng.nextBoolean());
                double[][] gradient = Recorded.zeros(logProbs);
                surrogate.loss(logProbs, old, reference, advantages, whole, gradient);
                assertDerivative(
                        logProbs,
                        rows -> surrogate.loss(rows, old, reference, advantages, whole, Recorded.zeros(rows)),
                        gradient);
            }
        }
        double[][] gradient = Recorded.zeros(logProbs);
        ValueLoss value = new ValueLoss(0.3);
        value.loss(logProbs, old, advantages, whole, gradient);
        assertDerivative(logProbs, rows -> value.loss(rows, old, advantages, whole, Recorded.zeros(rows)), gradient);
    }

    @Property(tries = 30)
    void microBatchesAddUpToTheWhole(@ForAll @LongRange(min = 0) long seed) {
        RandomGenerator rng = SeededRandom.of(seed, "accumulation");
        double[][] logProbs = draw(rng, 8, -2, 0);
        double[][] old = like(rng, logProbs, -2, 0);
        double[][] reference = like(rng, logProbs, -2, 0);
        double[][] advantages = like(rng, logProbs, 4, -2);
        Aggregation.Batch whole = Aggregation.Batch.of(logProbs, 6);
        for (Aggregation aggregation : EXACT) {
            ClippedSurrogate surrogate = ClippedSurrogate.ppo()
                    .with(aggregation, Level.values()[rng.nextInt(3)])
                    .withBeta(0.1);
            double[][] once = Recorded.zeros(logProbs);
            double loss = surrogate.loss(logProbs, old, reference, advantages, whole, once);
            double valueLoss = new ValueLoss(0.2).loss(logProbs, old, reference, whole, Recorded.zeros(once));
            double sum = 0;
            double valueSum = 0;
            for (int i = 0; i < 8; i++) {
                double[][] part = {new double[once[i].length]};
                sum += surrogate.loss(
                        row(logProbs, i), row(old, i), row(reference, i), row(advantages, i), whole, part);
                assertArrayEquals(once[i], part[0], 1e-15);
                valueSum += new ValueLoss(0.2).loss(row(logProbs, i), row(old, i), row(reference, i), whole, part);
            }
            assertEquals(loss, sum, 1e-12);
            assertEquals(valueLoss, valueSum, 1e-12);
        }
    }

    private static double[][] row(double[][] rows, int i) {
        return new double[][] {rows[i]};
    }

    @Property(tries = 50)
    void advantagesOfAGroupAreCentredAndInvariant(
            @ForAll @LongRange(min = 0) long seed, @ForAll @DoubleRange(min = -50, max = 50) double shift) {
        RandomGenerator rng = SeededRandom.of(seed, "advantages");
        double[] rewards = rng.doubles(12, -1, 1).toArray();
        double[] moved = Arrays.stream(rewards).map(r -> 3 * r + shift).toArray();
        double[] grpo = Advantages.group(rewards, 4, Advantages.Scale.GROUP, 0);
        assertArrayEquals(grpo, Advantages.group(moved, 4, Advantages.Scale.GROUP, 0), 1e-9);
        double[] rloo = Advantages.leaveOneOut(rewards, 4);
        double[] dr = Advantages.group(rewards, 4, Advantages.Scale.NONE, 1e-4);
        for (int i = 0; i < 12; i++) {
            int from = i / 4 * 4;
            double others = 0;
            for (int j = from; j < from + 4; j++) {
                others += j == i ? 0 : rewards[j] / 3;
            }
            assertEquals(rewards[i] - others, rloo[i], 1e-12);
            assertEquals(rloo[i] * 3 / 4, dr[i], 1e-12);
        }
    }

    @Test
    void equalRewardsHaveNoAdvantage() {
        double[] equal = {0.1, 0.1, 0.1, 0.2, 0.3, 0.7};
        for (Advantages.Scale scale : Advantages.Scale.values()) {
            double[] advantages = Advantages.group(equal, 3, scale, 0);
            assertArrayEquals(new double[3], Arrays.copyOf(advantages, 3), 0);
            assertTrue(advantages[5] > 0);
        }
    }

    @Test
    void dpoOfEqualPoliciesIsLogTwo() {
        Pairs pair = new Pairs(new double[][] {{-1, -2}}, new double[][] {{-0.5}});
        Pairs gradient = pair.zeros();
        assertEquals(Math.log(2), Dpo.defaults().loss(pair, pair, gradient), 1e-15);
        assertArrayEquals(new double[] {-0.05, -0.05}, gradient.chosen()[0], 1e-15);
        assertArrayEquals(new double[] {0.05}, gradient.rejected()[0], 1e-15);
        // z = 0: (0 - 1 / (2 * .5))^2
        assertEquals(1, Dpo.ipo(0.5).loss(pair, pair, gradient), 1e-15);
        assertEquals(1, new Dpo(PairForm.HINGE, 0.1, 0, false).loss(pair, pair, gradient), 1e-15);
    }

    @Test
    void aRankingIsTheMeanOfItsPairs() {
        double[][] gradient = {new double[3], new double[2]};
        double loss = RewardLoss.defaults().ranked(new double[][] {{2, 1, 0}, {5, 5}}, gradient);
        double one = Math.log1p(Math.exp(-1));
        double two = Math.log1p(Math.exp(-2));
        assertEquals(((2 * one + two) / 3 + Math.log(2)) / 2, loss, 1e-15);
        assertArrayEquals(new double[] {-0.25, 0.25}, gradient[1], 1e-15);
        assertEquals(0, gradient[0][1], 1e-15);
        assertEquals(-(1 / (1 + Math.E) + 1 / (1 + Math.E * Math.E)) / 6, gradient[0][0], 1e-15);
    }

    @Test
    void rewardFunctionsMayAbstain() {
        RewardModel<String> length = String::length;
        RewardModel<String> polite = new RewardModel<>() {
            @Override
            public boolean scores(String judged) {
                return !judged.isEmpty();
            }

            @Override
            public double score(String judged) {
                return judged.startsWith("please") ? 1 : 0;
            }
        };
        List<String> batch = List.of("please", "", "no", "well");
        RewardTable table = RewardTable.of(List.of(length, polite), new double[] {1, 10}, batch);
        assertArrayEquals(new double[] {16, 0, 2, 4}, table.sums(), 1e-15);
        // Lengths 6 0 2 4: mean 3, std sqrt(20/3). Politeness 1 0 0 of three that scored: mean 1/3, std sqrt(1/3).
        double a = Math.sqrt(20.0 / 3);
        double b = Math.sqrt(1.0 / 3);
        double[] sums = {3 / a + 10 * (2.0 / 3) / b, -3 / a, -1 / a - 10 / b / 3, 1 / a - 10 / b / 3};
        assertArrayEquals(Advantages.normalised(sums, 0), table.normalisedThenSummed(4, 0), 1e-12);
        NothingLeftException none = assertThrows(
                NothingLeftException.class, () -> RewardTable.of(List.of(polite), new double[] {1}, batch));
        assertEquals("completion 1: no reward function scores it", none.getMessage());
    }

    @Test
    void penaltiesOfForm() {
        int[] lengths = {4, 8, 10, 12};
        boolean[] ended = {true, true, false, false};
        double[] scores = {1, 1, 1, 1};
        assertArrayEquals(
                new double[] {1, 1, 0.5, 0.5}, Penalties.missingEnd(0.5).from(scores, lengths, ended), 1e-15);
        // The limit is 12, and the last four tokens grow towards the whole penalty.
        assertArrayEquals(
                new double[] {1, 1, 0.5, 0}, new Penalties(0, 0, 1, 12, 4).from(scores, lengths, ended), 1e-15);
        assertArrayEquals(
                new double[] {0.6, 0.2, 0, -0.2}, new Penalties(0, 0.1, 0, 12, 4).from(scores, lengths, ended), 1e-15);
    }

    @Test
    void tokenRewardsClampAndClip() {
        double[][] policy = {{-1, -30}, {-2}};
        double[][] reference = {{-2, -1}, {-2}};
        TokenRewards rewards = new TokenRewards(KlEstimator.K1, 0.5, 10, 3);
        double[][] tokens = rewards.tokens(policy, reference, new double[] {2, -9});
        assertArrayEquals(new double[] {-0.5, 5 + 2}, tokens[0], 1e-15);
        assertArrayEquals(new double[] {-3}, tokens[1], 1e-15);
        assertArrayEquals(new double[] {6.5, -3}, rewards.completions(policy, reference, new double[] {2, -9}), 1e-15);
    }

    @Test
    void rewardWeightsAreExponentialAndOfMeanOne() {
        double[] weights = Likelihood.rewardWeights(new double[] {0, Math.log(3), 1e3 - 1e3}, 1);
        assertArrayEquals(new double[] {0.6, 1.8, 0.6}, weights, 1e-12);
        assertArrayEquals(new double[] {0, 2}, Likelihood.rewardWeights(new double[] {-1e9, 1e9}, 0.1), 1e-12);
    }

    @Test
    void messagesNameValueAndExpectation() {
        assertMessage("beta: -0.1 (expected: > 0)", () -> Dpo.defaults().withBeta(-0.1));
        assertMessage("smoothing: 0.1 (expected: 0 for IPO)", () -> new Dpo(PairForm.IPO, 1, 0.1, false));
        assertMessage(
                "clipLow: 1.5 (expected: in [0, 1])",
                () -> ClippedSurrogate.ppo().withClip(1.5, 0.2));
        assertMessage(
                "chosen[1]: 0 tokens (expected: >= 1)", () -> new Pairs(new double[][] {{1}, {}}, new double[2][1]));
        assertMessage(
                "groupSize: 1 (expected: >= 2)", () -> Advantages.group(new double[2], 1, Advantages.Scale.GROUP, 0));
        assertMessage(
                "old[0]: 1 tokens (expected: 2)",
                () -> ClippedSurrogate.ppo()
                        .loss(
                                new double[1][2],
                                new double[1][1],
                                null,
                                new double[1][2],
                                new Aggregation.Batch(1, 2, 2),
                                new double[1][2]));
        assertMessage(
                "reference: null (expected: log-probabilities, as beta is 0.04)",
                () -> ClippedSurrogate.grpo()
                        .loss(
                                new double[1][2],
                                new double[1][2],
                                null,
                                new double[1][2],
                                new Aggregation.Batch(1, 2, 2),
                                new double[1][2]));
        assertMessage(
                "mean of chosen[0]: 0.0 (expected: < 0)",
                () -> Orpo.defaults()
                        .loss(
                                new Pairs(new double[1][1], new double[][] {{-1}}),
                                new Pairs(new double[1][1], new double[1][1])));
    }

    private static void assertMessage(String expected, org.junit.jupiter.api.function.Executable code) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, code).getMessage());
    }
}
