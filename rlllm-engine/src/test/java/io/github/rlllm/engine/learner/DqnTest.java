package io.github.rlllm.engine.learner;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.Policy;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.nn.AdamConfig;
import io.github.rlllm.engine.run.NotFiniteException;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.world.FrozenLake;
import io.github.rlllm.engine.world.OneHot;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DqnTest {
    private static final DqnConfig SMALL =
            DqnConfig.defaults().withHidden(16).withSchedule(new DqnConfig.Schedule(6_000, 100, 2, 50, 16, 1_000));

    @ParameterizedTest
    @CsvSource({"false, 1", "true, 1", "false, 3", "true, 3"})
    void walksTheCorridor(boolean doubleQ, int nStep) {
        for (long seed = 1; seed <= 3; seed++) {
            Dqn dqn = new Dqn(SMALL.withDoubleQ(doubleQ).withNStep(nStep), new Corridor(6, 30), seed);
            dqn.learn(Long.MAX_VALUE, Progress.none(), Control.none());
            Policy<float[], Integer> greedy = dqn.greedy();
            for (int cell = 0; cell < 5; cell++) {
                float[] seen = new float[6];
                seen[cell] = 1;
                assertEquals(1, greedy.at(seen).mode(), "cell " + cell + ", seed " + seed);
                // Each step further away discounts the reward once more.
                assertEquals(Math.pow(0.99, 4 - cell), dqn.values(seen)[1], 0.1, "cell " + cell + ", seed " + seed);
            }
        }
    }

    @Test
    void crossesTheSmallLake() {
        DqnConfig config = DqnConfig.defaults().withSchedule(new DqnConfig.Schedule(12_000, 500, 4, 250, 32, 12_000));
        for (long seed = 1; seed <= 3; seed++) {
            Environment<float[], Integer> lake = new OneHot<>(FrozenLake.fourByFour(false));
            Dqn dqn = new Dqn(config, lake, seed);
            dqn.learn(Long.MAX_VALUE, Progress.none(), Control.none());
            Policy<float[], Integer> greedy = dqn.greedy();
            float[] seen = lake.reset(seed);
            int steps = 0;
            Step<float[]> step;
            do {
                step = lake.step(greedy.at(seen).mode());
                seen = step.observation();
                steps++;
            } while (!step.ending().over());
            assertEquals(1, step.reward(), "seed " + seed);
            assertEquals(6, steps, "the shortest path, seed " + seed);
        }
    }

    @Test
    void truncationBootstrapsAndTerminationDoesNot() {
        for (Ending ending : new Ending[] {Ending.TRUNCATED, Ending.TERMINATED}) {
            DqnConfig config = SMALL.withHidden()
                    .withGamma(0.5)
                    .withAdam(AdamConfig.defaults().withLearningRate(1e-2));
            Dqn dqn = new Dqn(config, new OneStep(ending, 1), 1);
            dqn.learn(Long.MAX_VALUE, Progress.none(), Control.none());
            // r / (1 - gamma) where the cut episode would have gone on, r where it ended.
            assertEquals(ending == Ending.TRUNCATED ? 2 : 1, dqn.values(new float[] {1})[0], 0.02);
        }
    }

    @Test
    void noGradientGoesThroughTheTarget() {
        DqnConfig linear = SMALL.withHidden().withSchedule(new DqnConfig.Schedule(10, 10, 1, 10, 4, 10));
        Dqn dqn = new Dqn(linear, new Corridor(3, 10), 1);
        dqn.replay().add(new float[] {1, 0, 0}, 1, 1, new float[] {0, 1, 0}, Ending.NONE);
        float[] before = dqn.weights();
        double loss = dqn.update();
        // Weights [2 actions][3 cells], then two biases. Only the taken action in the cell where it was taken moves.
        float[] after = dqn.weights();
        for (int i = 0; i < before.length; i++) {
            boolean moves = i == 3 || i == 7;
            assertEquals(moves, before[i] != after[i], "weight " + i);
        }
        double y = 1 + 0.99 * Math.max(before[1] + before[6], before[4] + before[7]);
        double error = Math.abs(before[3] + before[7] - y);
        assertEquals(error <= 1 ? error * error / 2 : error - 0.5, loss, 1e-6);
    }

    @Test
    void equalSeedsGiveEqualBitsAndOthersDoNot() {
        float[] weights = weightsAfter(1_000, 7);
        assertArrayEquals(weights, weightsAfter(1_000, 7));
        assertNotEquals(weights[0], weightsAfter(1_000, 8)[0]);
    }

    @Test
    void resumesBitForBitInTheMiddleOfAnEpisode() {
        for (int cut : new int[] {1, 99, 101, 333, 777}) {
            Dqn first = new Dqn(SMALL.withDoubleQ(true).withNStep(2), new Corridor(6, 30), 3);
            first.learn(cut, Progress.none(), Control.none());
            byte[] saved = first.save();
            first.learn(1_000 - cut, Progress.none(), Control.none());

            Dqn second = new Dqn(SMALL.withDoubleQ(true).withNStep(2), new Corridor(6, 30), 99);
            second.restore(saved);
            assertEquals(cut, second.steps());
            second.learn(1_000 - cut, Progress.none(), Control.none());
            assertArrayEquals(first.weights(), second.weights(), "cut at " + cut);
            assertEquals(first.episodes(), second.episodes());
            assertEquals(first.recentReturn(), second.recentReturn());
            assertEquals(first.loss(), second.loss());
            assertArrayEquals(first.save(), second.save());
        }
    }

    @Test
    void stopsWhenCancelled() {
        AtomicInteger looks = new AtomicInteger();
        Dqn dqn = new Dqn(SMALL, new Corridor(6, 30), 1);
        assertEquals(41, dqn.learn(Long.MAX_VALUE, Progress.none(), () -> looks.incrementAndGet() > 41));
        assertEquals(41, dqn.steps());
    }

    @Test
    void progressCountsToTheBudget() {
        long[] last = new long[2];
        Dqn dqn = new Dqn(SMALL, new Corridor(6, 30), 1);
        dqn.learn(
                150,
                (task, done, total) -> {
                    assertEquals(last[0] + 1, done);
                    last[0] = done;
                    last[1] = total;
                },
                Control.none());
        assertArrayEquals(new long[] {150, 6_000}, last);
    }

    @Test
    void whatIsNotFiniteStopsItByName() {
        Environment<float[], Integer> broken = new OneStep(Ending.NONE, 1) {
            @Override
            public Step<float[]> step(Integer action) {
                return new Step<>(new float[] {Float.NaN}, 0, Ending.NONE);
            }
        };
        NotFiniteException observation = assertThrows(
                NotFiniteException.class, () -> new Dqn(SMALL, broken, 1).learn(10, Progress.none(), Control.none()));
        assertEquals("dqn observation[0]", observation.quantity());
        assertEquals(1, observation.step());

        NotFiniteException loss = assertThrows(
                NotFiniteException.class,
                () -> new Dqn(SMALL.withHuberDelta(1e300), new OneStep(Ending.TERMINATED, 1e300), 1)
                        .learn(1_000, Progress.none(), Control.none()));
        assertEquals("dqn loss", loss.quantity());
        assertEquals(102, loss.step());
    }

    @Test
    void policiesAreFinite() {
        Dqn dqn = new Dqn(SMALL, new Corridor(6, 30), 1);
        float[] seen = {0, 0, 1, 0, 0, 0};
        Finite<?> greedy = assertInstanceOf(Finite.class, dqn.greedy().at(seen));
        assertEquals(0, greedy.entropy());
        Policy<float[], Integer> soft = dqn.epsilonGreedy(0.1);
        int mode = soft.at(seen).mode();
        assertEquals(Math.log(0.95), soft.at(seen).logProb(mode), 1e-12);
        assertEquals(Math.log(0.05), soft.at(seen).logProb(1 - mode), 1e-12);
        assertEquals(
                "epsilon: 1.5 (expected: from 0 to 1)",
                assertThrows(IllegalArgumentException.class, () -> dqn.epsilonGreedy(1.5))
                        .getMessage());
    }

    @Test
    void explorationFallsLinearlyThenStays() {
        DqnConfig.Exploration exploration = new DqnConfig.Exploration(1, 0.05, 0.5);
        assertEquals(1, exploration.epsilon(0, 100));
        assertEquals(0.525, exploration.epsilon(25, 100), 1e-12);
        assertEquals(0.05, exploration.epsilon(50, 100), 1e-12);
        assertEquals(0.05, exploration.epsilon(99, 100), 1e-12);
        assertEquals(0.05, new DqnConfig.Exploration(1, 0.05, 0).epsilon(0, 100), 1e-12);
    }

    @Test
    void badSettingsAreNamed() {
        assertEquals(
                "gamma: 1.1 (expected: from 0 to 1)",
                assertThrows(IllegalArgumentException.class, () -> SMALL.withGamma(1.1))
                        .getMessage());
        assertEquals(
                "nStep: 0 (expected: >= 1)",
                assertThrows(IllegalArgumentException.class, () -> SMALL.withNStep(0))
                        .getMessage());
        assertEquals(
                "trainEvery: 0 (expected: >= 1)",
                assertThrows(IllegalArgumentException.class, () -> new DqnConfig.Schedule(1, 0, 0, 1, 1, 1))
                        .getMessage());
    }

    @Test
    void targetWaitsForItsCopy() {
        // With gamma 1 and reward 1 the value grows by 1 at each copy; without a copy it would stay at the first
        // target.
        DqnConfig rare =
                SMALL.withHidden().withGamma(0.9).withSchedule(new DqnConfig.Schedule(4_000, 1, 1, 1_000, 8, 100));
        Dqn dqn = new Dqn(rare, new OneStep(Ending.TRUNCATED, 1), 1);
        dqn.learn(900, Progress.none(), Control.none());
        float atFirst = dqn.values(new float[] {1})[0];
        dqn.learn(90, Progress.none(), Control.none());
        float stillFirst = dqn.values(new float[] {1})[0];
        dqn.learn(900, Progress.none(), Control.none());
        float afterCopy = dqn.values(new float[] {1})[0];
        assertEquals(atFirst, stillFirst, 0.05);
        assertFalse(Math.abs(afterCopy - stillFirst) < 0.2, stillFirst + " then " + afterCopy);
        assertTrue(afterCopy > stillFirst);
    }

    private static float[] weightsAfter(int steps, long seed) {
        Dqn dqn = new Dqn(SMALL, new Corridor(6, 30), seed);
        dqn.learn(steps, Progress.none(), Control.none());
        return dqn.weights();
    }

    /** One observation, one action, one step an episode. */
    private static class OneStep implements Environment<float[], Integer> {
        private final Ending ending;
        private final double reward;

        OneStep(Ending ending, double reward) {
            this.ending = ending;
            this.reward = reward;
        }

        @Override
        public Space<float[]> observationSpace() {
            return Space.box(0, 1, 1);
        }

        @Override
        public Space<Integer> actionSpace() {
            return Space.discrete(1);
        }

        @Override
        public float[] reset(long seed) {
            return new float[] {1};
        }

        @Override
        public Step<float[]> step(Integer action) {
            return new Step<>(new float[] {1}, reward, ending);
        }
    }
}
