package io.github.rlllm.rl4llm.exact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Finite;
import io.github.rlllm.engine.alignment.KlEstimator;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.rl4llm.exact.KlGradients.Place;
import java.util.function.ToDoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** Laws of the enumerated model, whatever its tables. */
class ExactLawsTest {
    private static EnumeratedModel model(long seed, String name) {
        return new EnumeratedModel(2, 2, 3).perturbed(0.8, SeededRandom.of(seed, name));
    }

    @Property(tries = 30)
    void probabilitiesSumToOneAndSamplesFollowThem(
            @ForAll @LongRange(min = 0) long seed, @ForAll @IntRange(min = 1, max = 3) int words) {
        EnumeratedModel model = new EnumeratedModel(1, words, 3).perturbed(1, SeededRandom.of(seed, "model"));
        double sum = 0;
        double[] counts = new double[model.size()];
        SeededRandom rng = SeededRandom.of(seed, "samples");
        for (int i = 0; i < 4000; i++) {
            counts[model.sample(0, rng)]++;
        }
        for (int c = 0; c < model.size(); c++) {
            double p = model.probability(0, c);
            sum += p;
            // Six standard deviations.
            assertEquals(p, counts[c] / 4000, 6 * Math.sqrt(p * (1 - p) / 4000) + 1e-3);
        }
        assertEquals(1, sum, 1e-12);
    }

    @Property(tries = 30)
    void whatTheObjectiveLacksIsBetaTimesTheDivergence(
            @ForAll @LongRange(min = 0) long seed, @ForAll @DoubleRange(min = 0.1, max = 3) double beta) {
        ExactProblem problem = ExactProblem.draw(beta, SeededRandom.of(seed, "problem"));
        EnumeratedModel other = problem.reference().perturbed(0.5, SeededRandom.of(seed, "policy"));
        ExactProblem.Standing best = problem.standing(problem.optima());
        ExactProblem.Standing there = problem.standing(problem.distributions(other));
        assertEquals(0, best.klToOptimum(), 1e-12);
        assertEquals(beta * there.klToOptimum(), best.objective() - there.objective(), 1e-9);
    }

    @Property(tries = 20)
    void aModelOfGivenDistributionsHasThem(@ForAll @LongRange(min = 0) long seed) {
        ExactProblem problem = ExactProblem.draw(1, SeededRandom.of(seed, "problem"));
        EnumeratedModel model = problem.reference().with(problem.optima());
        for (int prompt = 0; prompt < model.prompts(); prompt++) {
            Finite<Integer> expected = problem.optima().get(prompt);
            for (int c = 0; c < model.size(); c++) {
                assertEquals(expected.probability(c), model.probability(prompt, c), 1e-12);
            }
        }
    }

    @Property(tries = 10)
    void gradientsOfTheDivergencesAreDerivatives(@ForAll @LongRange(min = 0) long seed) {
        EnumeratedModel policy = model(seed, "policy");
        EnumeratedModel reference = model(seed, "reference");
        assertDerivative(policy, p -> divergence(p, reference, true), KlGradients.reverseKl(policy, reference));
        assertDerivative(policy, p -> divergence(p, reference, false), KlGradients.forwardKl(policy, reference));
    }

    private static double divergence(EnumeratedModel policy, EnumeratedModel reference, boolean reverse) {
        double sum = 0;
        for (int prompt = 0; prompt < policy.prompts(); prompt++) {
            Finite<Integer> pi = policy.distribution(prompt);
            Finite<Integer> ref = reference.distribution(prompt);
            sum += reverse ? pi.kl(ref) : ref.kl(pi);
        }
        return sum;
    }

    private static void assertDerivative(
            EnumeratedModel at, ToDoubleFunction<EnumeratedModel> value, double[][] gradient) {
        for (int i = 0; i < gradient.length; i++) {
            for (int j = 0; j < gradient[i].length; j++) {
                double[] two = new double[2];
                for (int side = 0; side < 2; side++) {
                    EnumeratedModel moved = at.copy();
                    moved.logits()[i][j] += (2 * side - 1) * 1e-5;
                    moved.changed();
                    two[side] = value.applyAsDouble(moved);
                }
                assertEquals((two[1] - two[0]) / 2e-5, gradient[i][j], 1e-8);
            }
        }
    }

    @Property(tries = 30)
    void whichEstimatorGivesWhichGradient(@ForAll @LongRange(min = 0) long seed) {
        EnumeratedModel policy = model(seed, "policy");
        EnumeratedModel reference = model(seed, "reference");
        double[][] reverse = KlGradients.reverseKl(policy, reference);
        double[][] forward = KlGradients.forwardKl(policy, reference);
        assertEquals(0, distance(policy, reference, KlEstimator.K1, Place.REWARD, reverse), 1e-10);
        assertEquals(0, distance(policy, reference, KlEstimator.K2, Place.LOSS, reverse), 1e-10);
        assertEquals(0, distance(policy, reference, KlEstimator.K3, Place.LOSS, forward), 1e-10);
        // The gradient of k1 as a loss is zero in expectation: as far from any other as that is long.
        assertEquals(1, distance(policy, reference, KlEstimator.K1, Place.LOSS, reverse), 1e-10);
        assertEquals(1, distance(policy, reference, KlEstimator.K1, Place.TOKEN_LOSS, reverse), 1e-10);
        // Token by token the future divergence is not seen.
        assertTrue(distance(policy, reference, KlEstimator.K2, Place.TOKEN_LOSS, reverse) > 1e-3);
        assertTrue(distance(policy, reference, KlEstimator.K3, Place.REWARD, reverse) > 1e-3);
        assertTrue(distance(policy, reference, KlEstimator.K3, Place.LOSS, reverse) > 1e-3);
    }

    private static double distance(
            EnumeratedModel policy, EnumeratedModel reference, KlEstimator kl, Place place, double[][] to) {
        return KlGradients.distance(KlGradients.expected(policy, reference, kl, place), to);
    }
}
