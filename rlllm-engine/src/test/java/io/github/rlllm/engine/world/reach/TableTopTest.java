package io.github.rlllm.engine.world.reach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.world.EnvironmentChecker;
import io.github.rlllm.engine.world.reach.TableTop.Goal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TableTopTest {
    private static float[] towards(double x, double y) {
        return new float[] {(float) Math.max(-1, Math.min(1, 10 * x)), (float) Math.max(-1, Math.min(1, 10 * y))};
    }

    @ParameterizedTest
    @EnumSource(Goal.class)
    void theCheckerFindsNothing(Goal goal) {
        assertEquals(List.of(), EnvironmentChecker.check(() -> new TableTop(goal)));
    }

    @Test
    void aHandThatGoesToTheTargetReachesIt() {
        TableTop table = new TableTop(Goal.REACH);
        float[] seen = table.reset(3);
        double sum = 0;
        Step<float[]> step;
        do {
            step = table.step(towards(seen[4] - seen[0], seen[5] - seen[1]));
            seen = step.observation();
            sum += step.reward();
        } while (step.ending() == Ending.NONE);
        assertEquals(Ending.TRUNCATED, step.ending());
        assertEquals(1, step.reward());
        assertTrue(sum > 20, sum + " steps at the target");
    }

    /** Pushing from behind: towards the point on the far side of the puck, seen from the target. */
    @Test
    void aPuckThatIsPushedFromBehindGetsThere() {
        int reached = 0;
        for (int seed = 0; seed < 50; seed++) {
            TableTop table = new TableTop(Goal.PUSH);
            float[] s = table.reset(seed);
            double arrived = 0;
            Step<float[]> step;
            do {
                double length = Math.hypot(s[8], s[9]);
                double behindX = s[2] - 0.21 * s[8] / length;
                double behindY = s[3] - 0.21 * s[9] / length;
                boolean behind = Math.hypot(behindX - s[0], behindY - s[1]) < 0.08;
                double aimX = behind ? s[2] : behindX;
                double aimY = behind ? s[3] : behindY;
                step = table.step(towards(aimX - s[0], aimY - s[1]));
                s = step.observation();
                arrived = Math.max(arrived, step.reward());
            } while (step.ending() == Ending.NONE);
            reached += (int) arrived;
        }
        assertTrue(reached >= 48, reached + " of 50");
    }

    @Test
    void aPushKeepsTheCentresApart() {
        TableTop table = new TableTop(Goal.PUSH);
        float[] seen = table.reset(1);
        for (int i = 0; i < 30; i++) {
            seen = table.step(towards(seen[6], seen[7])).observation();
            boolean atAnEdge = Math.abs(seen[2]) > 0.999 || Math.abs(seen[3]) > 0.999;
            assertTrue(atAnEdge || Math.hypot(seen[6], seen[7]) > TableTop.TOUCH - 1e-6);
        }
    }

    @Test
    void refuses() {
        TableTop table = new TableTop(Goal.REACH);
        assertThrows(IllegalStateException.class, () -> table.step(new float[2]));
        table.reset(1);
        assertEquals(
                "TableTop.step: action [NaN, 0.0] (expected: two numbers from -1 to 1)",
                assertThrows(IllegalArgumentException.class, () -> table.step(new float[] {Float.NaN, 0}))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> table.step(new float[3]));
    }
}
