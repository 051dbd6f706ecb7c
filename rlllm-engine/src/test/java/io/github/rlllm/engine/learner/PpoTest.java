package io.github.rlllm.engine.learner;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.EnvironmentFactory;
import io.github.rlllm.api.Policy;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.nn.AdamConfig;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.run.NotFiniteException;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.world.CartPole;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PpoTest {
    private static PpoConfig config(int environments, int steps, int epochs, int batch) {
        return PpoConfig.defaults()
                .withHidden(16)
                .withRollout(
                        new PpoConfig.Rollout(environments, steps, 100_000),
                        new PpoConfig.Updates(epochs, batch, Double.POSITIVE_INFINITY))
                .withAdam(AdamConfig.defaults().withLearningRate(1e-2).withMaxGradientNorm(0.5));
    }

    /** CartPole without its snapshot, so that only the seed and the actions of an episode bring it back. */
    private static Environment<float[], Integer> plainCartPole() {
        CartPole inner = new CartPole();
        return new Environment<>() {
            @Override
            public Space<float[]> observationSpace() {
                return inner.observationSpace();
            }

            @Override
            public Space<Integer> actionSpace() {
                return inner.actionSpace();
            }

            @Override
            public float[] reset(long seed) {
                return inner.reset(seed);
            }

            @Override
            public Step<float[]> step(Integer action) {
                return inner.step(action);
            }
        };
    }

    /** One step an episode: the reward is what a function makes of the action. */
    private record OneStep<A>(Space<A> actions, java.util.function.ToDoubleFunction<A> reward, Ending ending)
            implements Environment<float[], A> {
        @Override
        public Space<float[]> observationSpace() {
            return Space.box(0, 1, 1);
        }

        @Override
        public Space<A> actionSpace() {
            return actions;
        }

        @Override
        public float[] reset(long seed) {
            return new float[] {1};
        }

        @Override
        public Step<float[]> step(A action) {
            return new Step<>(new float[] {1}, reward.applyAsDouble(action), ending);
        }
    }

    @Test
    void equalSeedsGiveEqualWeightsAndOthersDoNot() {
        float[][] weights = new float[3][];
        for (int run = 0; run < 3; run++) {
            try (Ppo<Integer> ppo =
                    Ppo.categorical(config(4, 32, 3, 64), CartPole::new, run == 2 ? 8 : 7, Kernels.fastest())) {
                assertEquals(1024, ppo.learn(1000, Progress.none(), Control.none()));
                weights[run] = ppo.weights();
            }
        }
        assertArrayEquals(weights[0], weights[1], 0f);
        assertFalse(java.util.Arrays.equals(weights[0], weights[2]));
    }

    /** Looks: 35 a rollout, one before each of its 32 steps and of its 3 epochs. */
    @ParameterizedTest
    @CsvSource({
        "true, 89, 332, 12", // two whole rollouts of 32 steps and 19 steps of the third
        "false, 89, 332, 12",
        "true, 32, 128, 0", // before the first epoch
        "false, 34, 128, 4", // before the third
        "true, 559, 2048, 94", // before the last of all
    })
    void resumesBitForBitEvenInsideARolloutAndBetweenItsEpochs(
            boolean snapshots, long looks, long steps, long updates) {
        EnvironmentFactory<float[], Integer> factory = snapshots ? CartPole::new : PpoTest::plainCartPole;
        PpoConfig config = config(4, 32, 3, 64).withAnnealing(new PpoConfig.Annealing(true, true));
        float[] unbroken;
        try (Ppo<Integer> ppo = Ppo.categorical(config, factory, 3, Kernels.fastest())) {
            ppo.learn(2048, Progress.none(), Control.none());
            unbroken = ppo.weights();
        }
        byte[] state;
        try (Ppo<Integer> ppo = Ppo.categorical(config, factory, 3, Kernels.fastest())) {
            AtomicLong seen = new AtomicLong();
            assertEquals(steps, ppo.learn(2048, Progress.none(), () -> seen.incrementAndGet() > looks));
            assertEquals(updates, ppo.updates());
            state = ppo.save();
        }
        try (Ppo<Integer> ppo = Ppo.categorical(config, factory, 999, Kernels.fastest())) {
            ppo.restore(state);
            assertArrayEquals(state, ppo.save());
            assertEquals(2048, ppo.learn(2048 - steps, Progress.none(), Control.none()));
            assertArrayEquals(unbroken, ppo.weights(), 0f);
        }
    }

    @Test
    void closesItsEnvironmentsWhereItRefusesThem() {
        AtomicLong open = new AtomicLong();
        EnvironmentFactory<float[], float[]> factory = () -> {
            open.incrementAndGet();
            return new Environment<>() {
                @Override
                public Space<float[]> observationSpace() {
                    return Space.box(-1, 1, 2);
                }

                @Override
                @SuppressWarnings("unchecked")
                public Space<float[]> actionSpace() {
                    return (Space<float[]>) (Space<?>) new Space.Discrete(2);
                }

                @Override
                public float[] reset(long seed) {
                    return new float[2];
                }

                @Override
                public Step<float[]> step(float[] action) {
                    throw new AssertionError("refused");
                }

                @Override
                public void close() {
                    open.decrementAndGet();
                }
            };
        };
        assertThrows(RuntimeException.class, () -> Ppo.gaussian(config(4, 32, 1, 64), factory, 1, Kernels.fastest()));
        assertEquals(0, open.get());
    }

    @Test
    void refusesAnEnvironmentThatDoesNotRepeatItself() {
        byte[] state;
        try (Ppo<Integer> ppo = Ppo.categorical(config(1, 32, 1, 32), PpoTest::plainCartPole, 3, Kernels.fastest())) {
            AtomicLong looks = new AtomicLong();
            ppo.learn(32, Progress.none(), () -> looks.incrementAndGet() > 5);
            state = ppo.save();
        }
        try (Ppo<Integer> ppo = Ppo.categorical(
                config(1, 32, 1, 32),
                () -> new OneStep<>(Space.discrete(2), action -> 1, Ending.TERMINATED),
                3,
                Kernels.fastest())) {
            assertThrows(RuntimeException.class, () -> ppo.restore(state));
        }
    }

    @Test
    void refusesAStateThatIsCut() {
        try (Ppo<Integer> ppo = Ppo.categorical(config(1, 32, 1, 32), CartPole::new, 3, Kernels.fastest())) {
            byte[] state = ppo.save();
            assertThrows(
                    IllegalArgumentException.class,
                    () -> ppo.restore(java.util.Arrays.copyOf(state, state.length / 2)));
        }
    }

    @Test
    void aPolicyKeepsItsWeights() {
        try (Ppo<float[]> ppo = Ppo.gaussian(
                config(4, 32, 8, 64),
                () -> new OneStep<>(Space.box(-1, 1, 1), action -> action[0], Ending.TERMINATED),
                1,
                Kernels.fastest())) {
            Policy<float[], float[]> before = ppo.policy();
            double density = before.at(new float[] {1}).logProb(new float[] {0.3f});
            ppo.learn(1000, Progress.none(), Control.none());
            assertEquals(density, before.at(new float[] {1}).logProb(new float[] {0.3f}));
            assertTrue(density != ppo.policy().at(new float[] {1}).logProb(new float[] {0.3f}));
        }
    }

    @Test
    void learnsTheBetterOfTwoActions() {
        try (Ppo<Integer> ppo = Ppo.categorical(
                config(4, 16, 4, 64),
                () -> new OneStep<>(Space.discrete(3), action -> action == 1 ? 1 : 0, Ending.TERMINATED),
                1,
                Kernels.fastest())) {
            ppo.learn(2000, Progress.none(), Control.none());
            assertEquals(1, ppo.policy().at(new float[] {1}).mode());
            assertTrue(ppo.policy().at(new float[] {1}).logProb(1) > Math.log(0.9));
            assertEquals(1, ppo.value(new float[] {1}), 0.2);
        }
    }

    @Test
    void learnsAVectorAndNarrowsItsDistribution() {
        try (Ppo<float[]> ppo = Ppo.gaussian(
                config(4, 32, 8, 64),
                () -> new OneStep<>(
                        Space.box(-1, 1, 2),
                        action -> -Math.hypot(action[0] - 0.5, action[1] + 0.25),
                        Ending.TERMINATED),
                1,
                Kernels.fastest())) {
            ppo.learn(20_000, Progress.none(), Control.none());
            float[] mode = ppo.policy().at(new float[] {1}).mode();
            assertEquals(0.5, mode[0], 0.1);
            assertEquals(-0.25, mode[1], 0.1);
            double density = ppo.policy().at(new float[] {1}).logProb(mode);
            assertTrue(density > -Math.log(2 * Math.PI) + 1, "log density at the mode " + density);
        }
    }

    /** Every step is worth 1 and the episode is cut after one step: the value is 1/(1 - gamma), after a termination 1. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bootstrapsAtTruncationAlone(boolean truncated) {
        PpoConfig config = config(4, 16, 4, 64).withDiscounts(0.5, 0.95);
        try (Ppo<Integer> ppo = Ppo.categorical(
                config,
                () -> new OneStep<>(Space.discrete(2), action -> 1, truncated ? Ending.TRUNCATED : Ending.TERMINATED),
                1,
                Kernels.fastest())) {
            ppo.learn(10_000, Progress.none(), Control.none());
            assertEquals(truncated ? 2 : 1, ppo.value(new float[] {1}), 0.05);
        }
    }

    @Test
    void stopsAtANumberThatIsNotFinite() {
        try (Ppo<Integer> ppo = Ppo.categorical(
                config(1, 8, 1, 8),
                () -> new OneStep<>(Space.discrete(2), action -> 1e300, Ending.TERMINATED),
                1,
                Kernels.fastest())) {
            NotFiniteException failure =
                    assertThrows(NotFiniteException.class, () -> ppo.learn(100, Progress.none(), Control.none()));
            assertEquals("reward: Infinity at step 1 (expected: a finite number)", failure.getMessage());
        }
        try (Ppo<Integer> ppo = Ppo.categorical(
                config(1, 8, 1, 8),
                () -> new OneStep<>(Space.discrete(2), action -> 1e30, Ending.TERMINATED),
                1,
                Kernels.fastest())) {
            // squares of 1e30 overflow in the gradient, which float holds, before the loss, which double holds
            NotFiniteException failure =
                    assertThrows(NotFiniteException.class, () -> ppo.learn(100, Progress.none(), Control.none()));
            assertEquals("gradient norm", failure.quantity());
            assertEquals(8, failure.step());
        }
    }

    @Test
    void stopsItsEpochsAtTheKlLimit() {
        PpoConfig free = config(4, 32, 10, 32);
        PpoConfig limited = free.withRollout(free.rollout(), new PpoConfig.Updates(10, 32, 1e-3));
        try (Ppo<Integer> a = Ppo.categorical(free, CartPole::new, 1, Kernels.fastest());
                Ppo<Integer> b = Ppo.categorical(limited, CartPole::new, 1, Kernels.fastest())) {
            a.learn(128, Progress.none(), Control.none());
            b.learn(128, Progress.none(), Control.none());
            assertEquals(40, a.updates());
            assertTrue(b.updates() < 40, "updates " + b.updates());
            assertTrue(b.losses().kl() > 1e-3);
        }
    }

    @Test
    void annealsToTheEndOfTheBudget() {
        PpoConfig config = config(4, 32, 1, 128)
                .withRollout(
                        new PpoConfig.Rollout(4, 32, 256), new PpoConfig.Updates(1, 128, Double.POSITIVE_INFINITY));
        try (Ppo<Integer> ppo = Ppo.categorical(config, CartPole::new, 1, Kernels.fastest())) {
            assertEquals(256, ppo.learn(10_000, Progress.none(), Control.none()));
            assertEquals(256, ppo.learn(10_000, Progress.none(), Control.none()));
        }
    }

    @Test
    void gaussianGradientMatchesFiniteDifferences() {
        SplittableRandom rng = new SplittableRandom(4);
        GaussianHead head = new GaussianHead((Space.Box) Space.box(-1, 1, 3), Kernels.scalar());
        head.extra().get(0).setParameters(new float[] {0, 0, 0, 0.3f, -0.2f, 0.1f});
        int n = 5;
        float[][] means = new float[n][3];
        float[][] actions = new float[n][3];
        double[] weight = new double[n];
        for (int i = 0; i < n; i++) {
            weight[i] = rng.nextGaussian();
            for (int d = 0; d < 3; d++) {
                means[i][d] = (float) rng.nextGaussian();
                actions[i][d] = (float) rng.nextGaussian();
            }
        }
        double byEntropy = 0.7;
        double[] logProbs = new double[n];
        double[] entropies = new double[n];
        float[][] gradient = new float[n][3];
        head.evaluate(means, actions, n, logProbs, entropies);
        head.gradient(n, weight, byEntropy, gradient);
        float[] byLogStd = head.extra().get(0).gradient();
        for (int d = 0; d < 3; d++) {
            assertEquals(numeric(head, means, actions, weight, byEntropy, 3 + d), byLogStd[3 + d], 2e-2);
            assertEquals(0, byLogStd[d]);
        }
        float step = 1e-2f;
        for (int i = 0; i < n; i++) {
            for (int d = 0; d < 3; d++) {
                float kept = means[i][d];
                means[i][d] = kept + step;
                double up = objective(head, means, actions, weight, byEntropy);
                means[i][d] = kept - step;
                double down = objective(head, means, actions, weight, byEntropy);
                means[i][d] = kept;
                assertEquals((up - down) / (2 * step), gradient[i][d], 2e-3);
            }
        }
    }

    private static double numeric(
            GaussianHead head, float[][] means, float[][] actions, double[] weight, double byEntropy, int index) {
        float[] p = head.extra().get(0).parameters();
        float kept = p[index];
        p[index] = kept + 1e-2f;
        head.extra().get(0).setParameters(p);
        double up = objective(head, means, actions, weight, byEntropy);
        p[index] = kept - 1e-2f;
        head.extra().get(0).setParameters(p);
        double down = objective(head, means, actions, weight, byEntropy);
        p[index] = kept;
        head.extra().get(0).setParameters(p);
        return (up - down) / 2e-2;
    }

    private static double objective(
            GaussianHead head, float[][] means, float[][] actions, double[] weight, double byEntropy) {
        double[] logProbs = new double[weight.length];
        double[] entropies = new double[weight.length];
        head.evaluate(means, actions, weight.length, logProbs, entropies);
        double sum = 0;
        for (int i = 0; i < weight.length; i++) {
            sum += weight[i] * logProbs[i] + byEntropy * entropies[i];
        }
        return sum;
    }

    @Test
    void saysWhatIsWrong() {
        assertEquals(
                "batch: 100 (expected: a divisor of 128, the steps of a rollout)",
                assertThrows(IllegalArgumentException.class, () -> config(4, 32, 1, 100))
                        .getMessage());
        assertEquals(
                "clip: -0.1 (expected: > 0)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new PpoConfig.Loss(-0.1, 0, 0.5, PpoConfig.ValueLoss.SQUARED, 1, true))
                        .getMessage());
    }
}
