package io.github.rlllm.rl4llm.exact;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.alignment.Advantages.Scale;
import io.github.rlllm.engine.alignment.Aggregation;
import io.github.rlllm.engine.run.SeededRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The optimum is where the methods that aim for it stay and arrive, and where the others do not. */
class ExactTuningTest {
    private static final double BETA = 0.5;
    private static final ExactTuning.Config SHORT =
            ExactTuning.Config.defaults().withRollouts(40);
    private static final ExactTuning.Config ONE = new ExactTuning.Config(1, 64, 8, 1, 0.05);

    private final ExactProblem problem = ExactProblem.draw(BETA, SeededRandom.of(1, "problem"));
    private final EnumeratedModel reference = problem.reference();
    private final EnumeratedModel optimum = reference.with(problem.optima());
    private final ExactTuning tuning = new ExactTuning(problem, SHORT);
    private final ExactTuning once = new ExactTuning(problem, ONE);

    private double distance(EnumeratedModel model) {
        return problem.standing(problem.distributions(model)).klToOptimum();
    }

    private static SeededRandom rng() {
        return SeededRandom.of(1, "samples");
    }

    @Test
    void theModelOfTheOptimumIsTheOptimum() {
        assertEquals(0, distance(optimum), 1e-12);
        assertTrue(distance(reference) > 0.3, () -> "the reference is far: " + distance(reference));
    }

    /** There the gradient is zero for every sample, not in expectation alone, so that one batch shows it. */
    @Test
    void theOptimumIsAFixedPointWhereItShouldBe() {
        assertStays(start -> once.exactGradient(start));
        assertStays(start -> once.rloo(start, BETA, rng()));
        assertStays(start -> once.ppo(start, softValues(), rng()));
        assertStays(start -> once.dpo(start, rng()));
        for (Scale scale : Scale.values()) {
            assertStays(start -> once.grpo(
                    start, GroupSettings.drGrpo(BETA).withKlInTheReward().with(scale), rng()));
        }
        // With k1 in the reward all advantages vanish there, so that no weight of tokens can move it.
        assertStays(start -> once.grpo(start, GroupSettings.grpo(BETA).withKlInTheReward(), rng()));
    }

    private void assertStays(Function<EnumeratedModel, EnumeratedModel> method) {
        double distance = distance(method.apply(optimum));
        assertTrue(distance < 1e-12, () -> "left the optimum by " + distance);
    }

    @Test
    void theOptimumIsNoFixedPointWhereItShouldNotBe() {
        assertTrue(distance(once.grpo(optimum, GroupSettings.grpo(BETA), rng())) > 1e-4);
        assertTrue(distance(once.grpo(optimum, GroupSettings.drGrpo(BETA), rng())) > 1e-4);
        assertTrue(distance(once.rloo(optimum, 0, rng())) > 1e-4);
        assertTrue(distance(once.filtered(optimum, 0.1, rng())) > 1e-4);
    }

    /** {@code beta log E_ref[exp(r / beta) | prefix]}, the values of the optimum. */
    private double[] softValues() {
        double[] mass = new double[reference.zeros().length];
        double[] weighted = new double[mass.length];
        for (int prompt = 0; prompt < reference.prompts(); prompt++) {
            for (int c = 0; c < reference.size(); c++) {
                double p = reference.probability(prompt, c);
                for (int t = 0; t < reference.completion(c).length; t++) {
                    mass[reference.row(prompt, c, t)] += p;
                    weighted[reference.row(prompt, c, t)] += p * Math.exp(problem.reward(prompt, c) / BETA);
                }
            }
        }
        double[] values = new double[mass.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = BETA * Math.log(weighted[i] / mass[i]);
        }
        return values;
    }

    @Test
    void theMethodsApproachTheOptimum() {
        double before = distance(reference);
        for (EnumeratedModel tuned : new EnumeratedModel[] {
            tuning.exactGradient(reference),
            tuning.rloo(reference, BETA, rng()),
            tuning.ppo(reference, rng()),
            tuning.dpo(reference, rng()),
            tuning.rewardWeighted(reference, rng()),
            tuning.grpo(reference, GroupSettings.drGrpo(BETA).withKlInTheReward(), rng())
        }) {
            assertTrue(distance(tuned) < 0.25 * before, () -> distance(tuned) + " of " + before);
        }
    }

    @Test
    void rewardWeightedRegressionOfAllCompletionsIsTheOptimum() {
        // With one sample a completion the weighted likelihood is greatest at exp(r / beta) / Z, ref being uniform.
        EnumeratedModel uniform = new EnumeratedModel(1, 2, 1);
        double[][] rewards = {{1, 0, -1}};
        ExactProblem small = new ExactProblem(uniform, rewards, 1);
        double z = Math.E + 1 + 1 / Math.E;
        assertEquals(Math.E / z, small.optima().get(0).probability(0), 1e-12);
        EnumeratedModel tuned =
                new ExactTuning(small, new ExactTuning.Config(300, 4000, 2, 1, 0.1)).rewardWeighted(uniform, rng());
        assertEquals(Math.E / z, tuned.probability(0, 0), 2e-3);
    }

    @Test
    void bestOfOneIsTheReferenceAndItsDivergenceIsBounded() {
        ExactProblem.Standing one = problem.standing(problem.bestOf(1));
        assertEquals(0, one.klToReference(), 1e-12);
        for (int n : new int[] {2, 4, 16}) {
            ExactProblem.Standing best = problem.standing(problem.bestOf(n));
            assertTrue(best.klToReference() <= Math.log(n) - (n - 1.0) / n + 1e-12);
            assertTrue(best.reward() > one.reward());
        }
    }

    @Test
    void completionsAreEnumeratedWithTheirEnd() {
        EnumeratedModel model = new EnumeratedModel(2, 2, 2);
        assertEquals(7, model.size());
        int[][] expected = {{2}, {0, 2}, {0, 0}, {0, 1}, {1, 2}, {1, 0}, {1, 1}};
        for (int c = 0; c < 7; c++) {
            assertArrayEquals(expected[c], model.completion(c));
        }
        assertEquals(1.0 / 9, model.probability(1, 3), 1e-15);
        assertEquals(63, problem.reference().size());
    }

    @Test
    void theBiasesVanishAtTheOptimum() {
        ExactProblem quiz = GroupBias.problem(BETA, SeededRandom.of(1, "quiz"));
        GroupBias none = GroupBias.of(quiz, quiz.reference().with(quiz.optima()));
        assertArrayEquals(new double[] {1, 1, 1, 1}, none.pull(), 1e-9);
        assertEquals(0, none.wrongTokens(), 1e-9);
        double[] right = new double[4];
        for (int prompt = 0; prompt < 4; prompt++) {
            for (int c = 0; c < quiz.reference().size(); c++) {
                right[prompt] += quiz.reward(prompt, c) * quiz.reference().probability(prompt, c);
            }
            assertEquals(GroupBias.SHARES[prompt], right[prompt], 0.03);
        }
    }

    @Test
    void divisionByTheDeviationPullsHardPromptsMore() {
        ExactProblem quiz = GroupBias.problem(BETA, SeededRandom.of(1, "quiz"));
        ExactTuning tuner = new ExactTuning(quiz, ExactTuning.Config.defaults().withRollouts(200));
        GroupSettings plain = GroupSettings.drGrpo(BETA);
        double hard =
                GroupBias.of(quiz, tuner.grpo(quiz.reference(), plain, rng())).pull()[0];
        double divided = GroupBias.of(quiz, tuner.grpo(quiz.reference(), plain.with(Scale.GROUP), rng()))
                .pull()[0];
        assertTrue(divided > 1.25 * hard, () -> divided + " against " + hard);
        GroupSettings inReward = plain.with(Scale.GROUP).withKlInTheReward();
        assertEquals(
                1,
                GroupBias.of(quiz, tuner.grpo(quiz.reference(), inReward, rng()))
                        .pull()[0],
                0.02);
    }

    @Test
    void sameSeedSameBits() {
        double[][] first = tuning.ppo(reference, rng()).logits();
        double[][] second = tuning.ppo(reference, rng()).logits();
        for (int i = 0; i < first.length; i++) {
            assertArrayEquals(first[i], second[i]);
        }
    }

    @Test
    void messagesNameValueAndExpectation() {
        assertEquals(
                "group: 3 (expected: >= 2, a divisor of samples = 64)",
                assertThrows(IllegalArgumentException.class, () -> new ExactTuning.Config(1, 64, 3, 1, 0.1))
                        .getMessage());
        assertEquals(
                "completions: 8191 (expected: <= 4096)",
                assertThrows(IllegalArgumentException.class, () -> new EnumeratedModel(1, 2, 12))
                        .getMessage());
        assertEquals(
                "beta: 0.0 (expected: > 0)",
                assertThrows(IllegalArgumentException.class, () -> ExactProblem.draw(0, rng()))
                        .getMessage());
        assertEquals(
                Aggregation.SEQUENCE_SUM,
                GroupSettings.grpo(0.1).with(Aggregation.SEQUENCE_SUM).loss().aggregation());
    }
}
