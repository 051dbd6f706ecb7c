package io.github.rlllm.engine.returns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.rlllm.api.Ending;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Literal numbers and the laws of the estimators. */
class ReturnsTest {
    private static final double NEAR = 1e-9;

    @Test
    void truncationBootstrapsAndTerminationDoesNot() {
        double[] rewards = {1, 1, 1};
        double[] values = {2, 4, 8};
        double[] finals = {0, 100, 0};
        Trajectory cut =
                new Trajectory(rewards, values, new Ending[] {Ending.NONE, Ending.TRUNCATED, Ending.NONE}, finals, 16);
        // delta = 1 + .5*4 - 2, 1 + .5*100 - 4, 1 + .5*16 - 8
        assertArrayEquals(new double[] {1 + 0.25 * 47, 47, 1}, Returns.gae(cut, 0.5, 0.5), NEAR);
        assertArrayEquals(new double[] {1 + 0.5 * 51, 51, 9}, Returns.discounted(cut, 0.5), NEAR);

        Trajectory ended =
                new Trajectory(rewards, values, new Ending[] {Ending.NONE, Ending.TERMINATED, Ending.NONE}, finals, 16);
        assertArrayEquals(new double[] {1 + 0.25 * -3, -3, 1}, Returns.gae(ended, 0.5, 0.5), NEAR);
        assertArrayEquals(new double[] {1.5, 1, 9}, Returns.discounted(ended, 0.5), NEAR);
        assertArrayEquals(new double[] {1.5, 1, 9}, Returns.nStep(ended, 2, 0.5, 1), NEAR);
        assertArrayEquals(new double[] {1 + 0.5 * 51, 51, 9}, Returns.nStep(cut, 2, 0.5, 1), NEAR);
    }

    @Property(tries = 200)
    void lambdaZeroIsTheTdError(@ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int steps) {
        Trajectory trajectory = random(seed, steps, 1);
        double[] advantages = Returns.gae(trajectory, 0.9, 0);
        for (int t = 0; t < steps; t++) {
            double td = trajectory.reward(t) + 0.9 * trajectory.nextValue(t) - trajectory.value(t);
            assertEquals(td, advantages[t], NEAR);
        }
    }

    @Property(tries = 200)
    void lambdaOneIsTheReturnLessTheValue(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 30) int steps,
            @ForAll @DoubleRange(min = 0, max = 1) double gamma) {
        Trajectory trajectory = random(seed, steps, 1);
        double[] expected = Returns.discounted(trajectory, gamma);
        Arrays.setAll(expected, t -> expected[t] - trajectory.value(t));
        assertArrayEquals(expected, Returns.gae(trajectory, gamma, 1), NEAR);
    }

    @Property(tries = 200)
    void allEstimatesScaleWithRewardsAndValues(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 30) int steps,
            @ForAll @DoubleRange(min = -5, max = 5) double scale) {
        Trajectory one = random(seed, steps, 1);
        Trajectory scaled = random(seed, steps, scale);
        double[] expected = Returns.gae(one, 0.97, 0.9);
        Arrays.setAll(expected, t -> scale * expected[t]);
        assertArrayEquals(expected, Returns.gae(scaled, 0.97, 0.9), NEAR);
        double[] nStep = Returns.nStep(one, 3, 0.97, 0.5);
        Arrays.setAll(nStep, t -> scale * nStep[t]);
        assertArrayEquals(nStep, Returns.nStep(scaled, 3, 0.97, 0.5), NEAR);
    }

    @Property(tries = 200)
    void longHorizonIsTheDiscountedReturnAndOneStepTheTdTarget(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int steps) {
        Trajectory trajectory = random(seed, steps, 1);
        assertArrayEquals(
                Returns.discounted(trajectory, 0.95), Returns.nStep(trajectory, Integer.MAX_VALUE, 0.95, 1), NEAR);
        double[] target = Returns.gae(trajectory, 0.95, 0);
        Arrays.setAll(target, t -> target[t] + trajectory.value(t));
        assertArrayEquals(target, Returns.nStep(trajectory, 1, 0.95, 1), NEAR);
        assertArrayEquals(target, Returns.nStep(trajectory, 5, 0.95, 0), NEAR);
    }

    @Property(tries = 200)
    void onPolicyVTraceIsTheReturn(@ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int steps) {
        Trajectory trajectory = random(seed, steps, 1);
        double[] onPolicy = new double[steps];
        double[] targets = Returns.vTraceTargets(trajectory, onPolicy, 0.95, 1, 1);
        assertArrayEquals(Returns.discounted(trajectory, 0.95), targets, NEAR);
        assertArrayEquals(
                Returns.gae(trajectory, 0.95, 1),
                Returns.vTraceAdvantages(trajectory, onPolicy, targets, 0.95, 1, 1),
                NEAR);
    }

    @Property(tries = 200)
    void nothingFlowsAcrossAnEnd(@ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int steps) {
        double[] rewards = new SplittableRandom(seed).doubles(2L * steps, -1, 1).toArray();
        Ending[] endings = new Ending[2 * steps];
        Arrays.fill(endings, Ending.NONE);
        endings[steps - 1] = Ending.TERMINATED;
        double[] values = new double[2 * steps];
        double[] before = Returns.gae(new Trajectory(rewards, values, endings, values, 1), 0.9, 0.8);
        for (int t = steps; t < rewards.length; t++) {
            rewards[t] += 7;
        }
        double[] after = Returns.gae(new Trajectory(rewards, values, endings, values, -5), 0.9, 0.8);
        assertArrayEquals(Arrays.copyOf(before, steps), Arrays.copyOf(after, steps), 0);
    }

    @Test
    void badArgumentsAreNamed() {
        Trajectory one = random(1, 3, 1);
        assertEquals(
                "lambda: 1.5 (expected: from 0 to 1)",
                assertThrows(IllegalArgumentException.class, () -> Returns.gae(one, 0.9, 1.5))
                        .getMessage());
        assertEquals(
                "gamma: NaN (expected: from 0 to 1)",
                assertThrows(IllegalArgumentException.class, () -> Returns.discounted(one, Double.NaN))
                        .getMessage());
        assertEquals(
                "rewards[1]: Infinity (expected: a finite number)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new Trajectory(
                                        new double[] {0, Double.POSITIVE_INFINITY},
                                        new double[2],
                                        new Ending[] {Ending.NONE, Ending.TERMINATED},
                                        new double[2],
                                        0))
                        .getMessage());
    }

    private static Trajectory random(long seed, int steps, double scale) {
        SplittableRandom rng = new SplittableRandom(seed);
        double[] rewards = new double[steps];
        double[] values = new double[steps];
        double[] finals = new double[steps];
        Ending[] endings = new Ending[steps];
        for (int t = 0; t < steps; t++) {
            rewards[t] = scale * rng.nextDouble(-1, 1);
            values[t] = scale * rng.nextDouble(-1, 1);
            finals[t] = scale * rng.nextDouble(-1, 1);
            endings[t] = Ending.values()[Math.max(0, rng.nextInt(6) - 3)];
        }
        return new Trajectory(rewards, values, endings, finals, scale * rng.nextDouble(-1, 1));
    }
}
