package io.github.rlllm.engine.world;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Environment;
import io.github.rlllm.testkit.EnvironmentContract;
import org.junit.jupiter.api.Test;

class ThreeLinkSwimmerTest extends EnvironmentContract<float[], float[]> {
    @Override
    protected Environment<float[], float[]> create() {
        return new ThreeLinkSwimmer();
    }

    /** A straight swimmer whose joints turn the same way at the same speed bends like a bow: no thrust along, no turn. */
    @Test
    void aSymmetricStrokeOfAStraightSwimmerGoesSidewaysOnly() {
        double[] velocity = ThreeLinkSwimmer.velocity(0, 0, 0, 1, 1);
        assertEquals(0, velocity[0], 1e-12);
        assertEquals(0, velocity[2], 1e-12);
        // both outer links' drag across, 2 * (1/2) of a link's speed, is shared by three links: (1/2 + 1/2) / 3
        assertEquals(-1.0 / 3, velocity[1], 1e-12);
    }

    @Test
    void theVelocityIsLinearInTheJointsAndTurnsWithTheHeading() {
        double[] once = ThreeLinkSwimmer.velocity(0, 0.4, -0.7, 1, -0.5);
        double[] twice = ThreeLinkSwimmer.velocity(0, 0.4, -0.7, 2, -1);
        double[] turned = ThreeLinkSwimmer.velocity(Math.PI / 2, 0.4, -0.7, 1, -0.5);
        assertArrayEquals(new double[] {2 * once[0], 2 * once[1], 2 * once[2]}, twice, 1e-12);
        assertArrayEquals(new double[] {-once[1], once[0], once[2]}, turned, 1e-12);
    }

    /** The scallop theorem: to and fro with one joint leads back. */
    @Test
    void oneJointToAndFroLeadsNowhere() {
        ThreeLinkSwimmer swimmer = new ThreeLinkSwimmer();
        swimmer.reset(1);
        for (int i = 0; i < 8; i++) {
            float rate = i % 4 < 2 ? 1 : -1; // ends where it began, at twice two strokes of 0.4 rad
            swimmer.step(new float[] {rate, 0});
        }
        assertEquals(0, swimmer.distance(), 1e-5);
    }

    @Test
    void bothJointsOutOfPhaseSwim() {
        double forward = gait(1);
        double backward = gait(-1);
        assertTrue(forward * backward < 0, forward + ", " + backward);
        assertTrue(Math.abs(forward) > 0.5, "came " + forward);
    }

    /** 200 steps of joints that move as waves a quarter apart. */
    private static double gait(int direction) {
        ThreeLinkSwimmer swimmer = new ThreeLinkSwimmer();
        swimmer.reset(2);
        for (int i = 0; i < 200; i++) {
            double phase = 2 * Math.PI * i / 30;
            swimmer.step(new float[] {
                (float) Math.cos(phase), (float) Math.cos(phase - direction * Math.PI / 2),
            });
        }
        return swimmer.distance();
    }
}
