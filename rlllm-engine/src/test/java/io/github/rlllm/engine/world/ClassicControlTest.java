package io.github.rlllm.engine.world;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.api.Step;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ClassicControlTest {
    private static final List<Supplier<Environment<float[], Integer>>> WORLDS =
            List.of(CartPole::new, MountainCar::new, Acrobot::new);

    @Test
    void aPushOfTheUprightPole() {
        CartPole world = new CartPole();
        assertArrayEquals(new float[4], world.resetTo(0, 0, 0, 0));
        Step<float[]> step = world.step(1);
        // push = 10 / 1.1; turning = -push / (0.5 (4/3 - 0.1 / 1.1)); acceleration = push - 0.05 turning / 1.1
        double push = 10 / 1.1;
        double turning = -push / (0.5 * (4.0 / 3 - 0.1 / 1.1));
        double acceleration = push - 0.05 * turning / 1.1;
        assertArrayEquals(new double[] {0, 0.02 * acceleration, 0, 0.02 * turning}, world.state(), 1e-15);
        assertEquals(0.195122, world.state()[1], 1e-6);
        assertEquals(-0.292683, world.state()[3], 1e-6);
        assertEquals(1, step.reward());
        assertEquals(Ending.NONE, step.ending());
    }

    @Test
    void theSmallAngleSeriesAreTheFunctions() {
        for (double a = -CartPole.ANGLE_LIMIT; a <= CartPole.ANGLE_LIMIT; a += 1e-4) {
            assertEquals(Math.sin(a), CartPole.smallSin(a), 2 * Math.ulp(Math.sin(a)), "sin " + a);
            assertEquals(Math.cos(a), CartPole.smallCos(a), 2 * Math.ulp(1.0), "cos " + a);
        }
    }

    @Test
    void cartPoleEndsAtItsLimits() {
        CartPole world = new CartPole();
        world.resetTo(2.39, 1, 0, 0);
        assertEquals(Ending.TERMINATED, world.step(0).ending());
        assertThrows(IllegalStateException.class, () -> world.step(0));
        world.resetTo(0, 0, -0.2094, -1);
        assertEquals(Ending.TERMINATED, world.step(0).ending());
        world.resetTo(0, 0, -0.2094, 1);
        assertEquals(Ending.NONE, world.step(0).ending());
    }

    /** A controller that keeps the pole up for ever meets the time limit, and only that. */
    @Test
    void cartPoleIsTruncatedAfter500Steps() {
        CartPole world = new CartPole();
        float[] seen = world.reset(3);
        for (int t = 1; ; t++) {
            Step<float[]> step = world.step(seen[2] + 0.3 * seen[3] + 0.02 * seen[0] + 0.04 * seen[1] > 0 ? 1 : 0);
            seen = step.observation();
            if (step.ending() != Ending.NONE) {
                assertEquals(500, t);
                assertEquals(Ending.TRUNCATED, step.ending());
                return;
            }
        }
    }

    @Test
    void mountainCarWallGoalAndLimit() {
        MountainCar world = new MountainCar();
        world.resetTo(-1.19, -0.05);
        Step<float[]> step = world.step(0);
        assertArrayEquals(new float[] {-1.2f, 0}, step.observation());
        world.resetTo(0.49, 0.05);
        step = world.step(2);
        assertEquals(Ending.TERMINATED, step.ending());
        assertEquals(-1, step.reward());
        world.reset(1);
        for (int t = 1; t < 200; t++) {
            assertEquals(Ending.NONE, world.step(1).ending());
        }
        assertEquals(Ending.TRUNCATED, world.step(1).ending());
        assertThrows(IllegalArgumentException.class, () -> world.resetTo(0.7, 0));
    }

    @Test
    void acrobotHangsStillAndEndsAbove() {
        Acrobot world = new Acrobot();
        world.resetTo(0, 0, 0, 0);
        Step<float[]> step = world.step(1);
        assertArrayEquals(new double[4], world.state(), 1e-15);
        assertArrayEquals(new float[] {1, 0, 1, 0, 0, 0}, step.observation(), 1e-7f);
        assertEquals(-1, step.reward());
        world.resetTo(Math.PI, 0, 0, 0);
        step = world.step(1);
        assertEquals(Ending.TERMINATED, step.ending());
        assertEquals(0, step.reward());
        world.reset(1);
        for (int t = 1; t < 500; t++) {
            assertEquals(Ending.NONE, world.step(1).ending());
        }
        assertEquals(Ending.TRUNCATED, world.step(1).ending());
    }

    /** Without torque the energy of the links stays what it was, up to the error of so coarse an integration. */
    @Test
    void acrobotKeepsItsEnergy() {
        Acrobot world = new Acrobot();
        world.resetTo(0.5, -0.3, 0, 0);
        double before = energy(world.state());
        for (int t = 0; t < 20; t++) {
            world.step(1);
            assertEquals(before, energy(world.state()), 0.1);
        }
    }

    private static double energy(double[] s) {
        double d11 = 0.25 + 1 + 0.25 + Math.cos(s[1]) + 2;
        double d12 = 0.25 + 0.5 * Math.cos(s[1]) + 1;
        double kinetic = 0.5 * d11 * s[2] * s[2] + d12 * s[2] * s[3] + 0.5 * 1.25 * s[3] * s[3];
        double potential = -9.8 * (1.5 * Math.cos(s[0]) + 0.5 * Math.cos(s[0] + s[1]));
        return kinetic + potential;
    }

    @Test
    void refusesWhatIsWrongAtTheDoor() {
        for (Supplier<Environment<float[], Integer>> make : WORLDS) {
            Environment<float[], Integer> world = make.get();
            assertThrows(IllegalStateException.class, () -> world.step(0));
            world.reset(1);
            assertThrows(IllegalArgumentException.class, () -> world.step(-1));
            assertThrows(IllegalArgumentException.class, () -> world.step(3));
            assertThrows(IllegalArgumentException.class, () -> ((Snapshot) world).restore(new byte[7]));
        }
        assertEquals(
                "CartPole.resetTo: NaN (expected: a finite number)",
                assertThrows(IllegalArgumentException.class, () -> new CartPole().resetTo(0, Double.NaN, 0, 0))
                        .getMessage());
    }

    @Property(tries = 60)
    void equalSeedsAndActionsGiveEqualEpisodesAndSnapshotsContinue(
            @ForAll @IntRange(max = 2) int which,
            @ForAll long seed,
            @ForAll long choices,
            @ForAll @IntRange(max = 12) int cut) {
        Environment<float[], Integer> one = WORLDS.get(which).get();
        Environment<float[], Integer> two = WORLDS.get(which).get();
        Environment<float[], Integer> three = WORLDS.get(which).get();
        float[] first = one.reset(seed);
        assertArrayEquals(first, two.reset(seed));
        assertTrue(one.observationSpace().contains(first));
        SplittableRandom rng = new SplittableRandom(choices);
        Ending ending = Ending.NONE;
        for (int t = 0; ending == Ending.NONE; t++) {
            if (t == cut) {
                ((Snapshot) three).restore(((Snapshot) one).save());
            }
            int action = one.actionSpace().sample(rng);
            Step<float[]> step = one.step(action);
            assertEqual(step, two.step(action));
            if (t >= cut) {
                assertEqual(step, three.step(action));
            }
            assertTrue(one.observationSpace().contains(step.observation()));
            ending = step.ending();
        }
    }

    private static void assertEqual(Step<float[]> expected, Step<float[]> actual) {
        assertArrayEquals(expected.observation(), actual.observation());
        assertEquals(expected.reward(), actual.reward());
        assertEquals(expected.ending(), actual.ending());
    }
}
