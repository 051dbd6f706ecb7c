package io.github.rlllm.engine.learner;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.Policy;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.world.CliffWalking;
import io.github.rlllm.engine.world.FrozenLake;
import io.github.rlllm.engine.world.TabularWorld;
import io.github.rlllm.engine.world.Taxi;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TabularQTest {
    private static final TabularQ.Config CONFIG = TabularQ.Config.defaults();

    @Test
    void findsTheGoalOfBothLakes() {
        for (long seed = 1; seed <= 5; seed++) {
            TabularWorld small = FrozenLake.fourByFour(false);
            assertEquals(
                    1,
                    meanReturn(
                            small,
                            learned(CONFIG.withSteps(20_000), small, seed).greedy(),
                            1,
                            1));
            TabularWorld large = FrozenLake.eightByEight(false);
            TabularQ.Config optimistic = CONFIG.withInitial(1).withRate(0.5);
            assertEquals(1, meanReturn(large, learned(optimistic, large, seed).greedy(), 1, 1));
        }
    }

    @Test
    void crossesTheSlipperyLakeNearlyAsOftenAsTheOptimum() {
        TabularWorld lake = FrozenLake.fourByFour(true);
        int[] best = ValueIteration.greedy(ValueIteration.solve(lake, 0.99, 1e-10, 10_000));
        double optimal = meanReturn(lake, state -> deterministic(best[state]), 2_000, 7);
        assertEquals(0.74, optimal, 0.04); // 0.7417 is the known share within 100 steps
        double sum = 0;
        for (long seed = 1; seed <= 3; seed++) {
            TabularQ.Config config = CONFIG.withSteps(300_000).withRate(0.05).withInitial(0.5);
            sum += meanReturn(lake, learned(config, lake, seed).greedy(), 2_000, 7);
        }
        assertTrue(sum / 3 > optimal - 0.1, sum / 3 + " of " + optimal);
    }

    @Test
    void walksTheCliffOnTheShortestPath() {
        for (long seed = 1; seed <= 5; seed++) {
            TabularWorld cliff = CliffWalking.create();
            TabularQ.Config config = CONFIG.withRate(0.5).withExploration(new DqnConfig.Exploration(0.2, 0.05, 1));
            assertEquals(-13, meanReturn(cliff, learned(config, cliff, seed).greedy(), 1, 1));
        }
    }

    @Test
    void drivesTheTaxiAsTheOptimumDoes() {
        TabularWorld taxi = Taxi.create();
        int[] best = ValueIteration.greedy(ValueIteration.solve(taxi, 0.99, 1e-10, 10_000));
        double optimal = meanReturn(taxi, state -> deterministic(best[state]), 300, 5);
        for (long seed = 1; seed <= 3; seed++) {
            TabularQ.Config config = CONFIG.withSteps(400_000).withRate(0.5);
            assertEquals(optimal, meanReturn(taxi, learned(config, taxi, seed).greedy(), 300, 5), 0.05);
        }
    }

    @Test
    void valueIterationOnThreeCellsByHand() {
        TabularWorld lake = FrozenLake.of(
                FrozenLake.Config.defaults().withMap("SFG").withSlippery(false).withMaxSteps(10));
        double[][] q = ValueIteration.solve(lake, 0.9, 1e-12, 100);
        assertArrayEquals(new double[] {0.81, 0.81, 0.9, 0.81}, q[0], 1e-12); // left, down, right, up
        assertArrayEquals(new double[] {0.81, 0.9, 1, 0.9}, q[1], 1e-12);
        assertArrayEquals(new int[] {2, 2}, Arrays.copyOf(ValueIteration.greedy(q), 2));
        assertThrows(IllegalStateException.class, () -> ValueIteration.solve(lake, 0.9, 1e-12, 2));
    }

    @Test
    void resumesBitForBit() {
        TabularQ first = new TabularQ(CONFIG, FrozenLake.fourByFour(true), 3);
        first.learn(777, Progress.none(), Control.none());
        byte[] saved = first.save();
        first.learn(2_000, Progress.none(), Control.none());
        TabularQ second = new TabularQ(CONFIG, FrozenLake.fourByFour(true), 4);
        second.restore(saved);
        second.learn(2_000, Progress.none(), Control.none());
        assertArrayEquals(first.save(), second.save());
    }

    @Test
    void badSettingsAreNamed() {
        assertEquals(
                "rate: 0.0 (expected: above 0, at most 1)",
                assertThrows(IllegalArgumentException.class, () -> CONFIG.withRate(0))
                        .getMessage());
    }

    private static TabularQ learned(TabularQ.Config config, TabularWorld world, long seed) {
        TabularQ learner = new TabularQ(config, world, seed);
        learner.learn(Long.MAX_VALUE, Progress.none(), Control.none());
        return learner;
    }

    private static Finite<Integer> deterministic(int action) {
        return Finite.uniform(List.of(action));
    }

    private static double meanReturn(TabularWorld world, Policy<Integer, Integer> policy, int episodes, long seed) {
        SeededRandom rng = SeededRandom.of(seed, "evaluation");
        double sum = 0;
        for (int episode = 0; episode < episodes; episode++) {
            int state = world.reset(rng.nextLong());
            for (int t = 0; t < 500; t++) {
                Step<Integer> step = world.step(policy.at(state).mode());
                sum += step.reward();
                state = step.observation();
                if (step.ending().over()) {
                    break;
                }
            }
        }
        return sum / episodes;
    }
}
