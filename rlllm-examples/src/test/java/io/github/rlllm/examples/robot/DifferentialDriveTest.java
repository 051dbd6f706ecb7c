package io.github.rlllm.examples.robot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class DifferentialDriveTest {
    @Test
    void equalWheelsDriveStraight() {
        DifferentialDrive drive = new DifferentialDrive(0, 0, Math.PI / 2);
        drive.drive(0.1, 0.1, 0.05);
        assertEquals(0, drive.x(), 1e-12);
        assertEquals(0.005, drive.y(), 1e-12);
        drive.drive(0.8, 0.8, 0.05); // 2 m/s^2: 0.1 m/s more in a step
        assertEquals(0.015, drive.y(), 1e-12);
    }

    @Test
    void unequalWheelsDriveACircle() {
        DifferentialDrive drive = new DifferentialDrive(0, 0, 0);
        // 0.05 and 0.1 m/s: a circle of radius 0.4 / 2 * 0.15 / 0.05 = 0.6 m to the left, 0.125 rad/s.
        for (int i = 0; i < 100; i++) {
            drive.drive(0.05, 0.1, 0.05);
        }
        double angle = 0.125 * 5;
        assertEquals(angle, drive.heading(), 1e-9);
        assertEquals(0.6 * Math.sin(angle), drive.x(), 1e-9);
        assertEquals(0.6 * (1 - Math.cos(angle)), drive.y(), 1e-9);
    }

    @Test
    void brakingFromFullSpeedTakesATenthOfASecond() {
        DifferentialDrive drive = new DifferentialDrive(0, 0, 0);
        for (int i = 0; i < 20; i++) {
            drive.drive(0.8, 0.8, 0.05);
        }
        drive.brake(0.05);
        drive.brake(0.05);
        assertTrue(drive.still());
    }

    @Property(tries = 200)
    void everyPointIsReached(
            @ForAll @DoubleRange(min = -3, max = 3) double x,
            @ForAll @DoubleRange(min = -3, max = 3) double y,
            @ForAll @DoubleRange(min = -3, max = 3) double heading) {
        DifferentialDrive drive = new DifferentialDrive(0, 0, heading);
        int steps = 0;
        while (drive.distance(x, y) > 0.03 && steps < 2_000) {
            drive.approach(x, y, 0.05);
            steps++;
        }
        assertTrue(steps < 2_000, "not at " + x + ", " + y);
    }
}
