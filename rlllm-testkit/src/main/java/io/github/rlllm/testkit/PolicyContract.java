package io.github.rlllm.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Distribution;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.Policy;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Policy} keeps to: proper distributions, randomness from the generator alone, batches equal to single
 * answers, use from several threads.
 *
 * @param <O> the type of an observation
 * @param <A> the type of an action
 */
public abstract class PolicyContract<O, A> {
    private static final int DRAWS = 20_000;

    /** For the subclass. */
    protected PolicyContract() {}

    /**
     * The policy under test.
     *
     * @return a policy
     */
    protected abstract Policy<O, A> policy();

    /**
     * Observations to try it with.
     *
     * @return at least one
     */
    protected abstract List<O> observations();

    /**
     * How far log-probabilities of batches may be from those of single answers.
     *
     * @return nats, 1e-6 by default
     */
    protected double tolerance() {
        return 1e-6;
    }

    /** There is a distribution for every observation, which is left unchanged. */
    @Test
    protected void answersEveryObservationAndLeavesItUnchanged() {
        Policy<O, A> policy = policy();
        assertFalse(observations().isEmpty(), "observations(): none (expected: at least one)");
        for (O observation : observations()) {
            O copy = Copies.of(observation);
            assertNotNull(policy.at(observation), "at: null (expected: a distribution)");
            assertTrue(
                    Copies.same(copy, observation),
                    () -> "the observation became " + Copies.text(observation) + " (expected: unchanged, "
                            + Copies.text(copy) + ")");
        }
    }

    /** The probabilities of a finite distribution sum to 1. */
    @Test
    protected void probabilitiesSumToOne() {
        for (O observation : observations()) {
            if (policy().at(observation) instanceof Finite<A> finite) {
                double sum = 0;
                for (int i = 0; i < finite.size(); i++) {
                    sum += Math.exp(finite.logProbAt(i));
                }
                assertEquals(1, sum, 1e-9, "sum of the probabilities");
            }
        }
    }

    /** What is drawn can occur, and its log-probability is a number. */
    @Test
    protected void samplesCanOccur() {
        SplittableRandom rng = new SplittableRandom(11);
        for (O observation : observations()) {
            Distribution<A> distribution = policy().at(observation);
            for (int i = 0; i < 100; i++) {
                A drawn = distribution.sample(rng);
                double logProb = distribution.logProb(drawn);
                assertTrue(
                        Double.isFinite(logProb),
                        () -> "logProb(" + Copies.text(drawn) + ") of a sample: " + logProb + " (expected: finite)");
            }
        }
    }

    /** Nothing that is drawn is more probable than the mode. */
    @Test
    protected void theModeIsMostProbable() {
        SplittableRandom rng = new SplittableRandom(12);
        for (O observation : observations()) {
            Distribution<A> distribution = policy().at(observation);
            double most = distribution.logProb(distribution.mode());
            for (int i = 0; i < 100; i++) {
                A drawn = distribution.sample(rng);
                assertTrue(
                        distribution.logProb(drawn) <= most + 1e-9,
                        () -> "mode(): log-prob " + most + " (expected: at least that of " + Copies.text(drawn) + ", "
                                + distribution.logProb(drawn) + ")");
            }
        }
    }

    /** Equal generators give equal samples. */
    @Test
    protected void samplesFollowTheGenerator() {
        for (O observation : observations()) {
            Distribution<A> distribution = policy().at(observation);
            SplittableRandom rng = new SplittableRandom(13);
            SplittableRandom again = new SplittableRandom(13);
            for (int i = 0; i < 100; i++) {
                A one = distribution.sample(rng);
                A other = distribution.sample(again);
                assertTrue(
                        Copies.same(one, other),
                        () -> "sample: " + Copies.text(other) + " (expected: " + Copies.text(one)
                                + ", as from an equal generator)");
            }
        }
    }

    /** Samples of a distribution with few outcomes have their probabilities, within six standard errors. */
    @Test
    protected void samplesHaveTheirFrequencies() {
        O observation = observations().get(0);
        Distribution<A> distribution = policy().at(observation);
        SplittableRandom rng = new SplittableRandom(14);
        java.util.Map<A, Integer> counts = new java.util.HashMap<>();
        for (int i = 0; i < DRAWS; i++) {
            A drawn = distribution.sample(rng);
            if (drawn.getClass().isArray() || counts.size() > 50) {
                return; // of a continuous distribution every sample is another
            }
            counts.merge(drawn, 1, Integer::sum);
        }
        counts.forEach((outcome, count) -> {
            double p = Math.exp(distribution.logProb(outcome));
            assertEquals(
                    p,
                    count / (double) DRAWS,
                    6 * Math.sqrt(p * (1 - p) / DRAWS) + 1e-9,
                    () -> "frequency of " + outcome + " in " + DRAWS + " samples");
        });
    }

    /** Batches give what single observations give, and an empty batch gives nothing. */
    @Test
    protected void batchesEqualSingleAnswers() {
        Policy<O, A> policy = policy();
        List<Distribution<A>> batch = policy.atAll(observations());
        assertEquals(observations().size(), batch.size(), "size of atAll");
        for (int i = 0; i < batch.size(); i++) {
            equal(policy.at(observations().get(i)), batch.get(i), "atAll[" + i + "]");
        }
        assertEquals(0, policy.atAll(List.of()).size(), "size of atAll of nothing");
    }

    /** The same observation gives the same distribution, whatever came between. */
    @Test
    protected void answersDoNotDependOnWhatCameBefore() {
        Policy<O, A> policy = policy();
        List<Distribution<A>> first = observations().stream().map(policy::at).toList();
        for (int i = observations().size() - 1; i >= 0; i--) {
            equal(first.get(i), policy.at(observations().get(i)), "at, asked again");
        }
    }

    /** Several threads get the answers that one gets. */
    @Test
    protected void threadsGetTheSameAnswers() {
        Policy<O, A> policy = policy();
        List<O> observations = observations();
        List<Distribution<A>> alone = observations.stream().map(policy::at).toList();
        Threads.run(i -> {
            int k = i % observations.size();
            equal(alone.get(k), policy.at(observations.get(k)), "at, in several threads");
        });
    }

    private void equal(Distribution<A> expected, Distribution<A> actual, String what) {
        SplittableRandom rng = new SplittableRandom(15);
        for (int i = 0; i < 20; i++) {
            A drawn = i == 0 ? expected.mode() : expected.sample(rng);
            assertEquals(
                    expected.logProb(drawn),
                    actual.logProb(drawn),
                    tolerance(),
                    () -> what + ": logProb(" + Copies.text(drawn) + ")");
        }
    }
}
