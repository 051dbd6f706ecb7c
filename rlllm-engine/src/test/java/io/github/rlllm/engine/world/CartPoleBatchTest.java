package io.github.rlllm.engine.world;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Step;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CartPoleBatchTest {
    private static final int COUNT = 37; // no multiple of a vector's width

    @Test
    void equalsSinglesBitForBitOverManyEpisodes() {
        CartPoleBatch batch = new CartPoleBatch(COUNT);
        CartPole[] singles = new CartPole[COUNT];
        long[] episodes = new long[COUNT];
        float[] observations = new float[4 * COUNT];
        float[] last = new float[4 * COUNT];
        int[] actions = new int[COUNT];
        Ending[] endings = new Ending[COUNT];
        batch.reset(11, observations);
        for (int i = 0; i < COUNT; i++) {
            singles[i] = new CartPole();
            assertArrayEquals(singles[i].reset(batch.episodeSeed(i, 0)), row(observations, i));
        }
        SplittableRandom rng = new SplittableRandom(3);
        int terminated = 0;
        int truncated = 0;
        for (int t = 0; t < 1200; t++) {
            for (int i = 0; i < COUNT; i++) {
                // Half of them balance by the angle and its velocity, up to the time limit.
                boolean balance = i % 2 == 0;
                float lean = observations[4 * i + 2] + 0.3f * observations[4 * i + 3] + 0.02f * observations[4 * i];
                actions[i] = balance ? (lean > 0 ? 1 : 0) : rng.nextInt(2);
            }
            batch.step(actions, observations, endings, last);
            for (int i = 0; i < COUNT; i++) {
                Step<float[]> step = singles[i].step(actions[i]);
                assertEquals(step.ending(), endings[i]);
                if (step.ending() == Ending.NONE) {
                    assertArrayEquals(step.observation(), row(observations, i));
                } else {
                    assertArrayEquals(step.observation(), row(last, i));
                    float[] next = singles[i].reset(batch.episodeSeed(i, ++episodes[i]));
                    assertArrayEquals(next, row(observations, i));
                    terminated += step.ending() == Ending.TERMINATED ? 1 : 0;
                    truncated += step.ending() == Ending.TRUNCATED ? 1 : 0;
                }
            }
        }
        assertTrue(terminated > 500, "terminated: " + terminated);
        assertTrue(truncated > 10, "truncated: " + truncated);
    }

    @Test
    void snapshotContinuesEqually() {
        CartPoleBatch one = new CartPoleBatch(5);
        float[] seen = new float[20];
        float[] last = new float[20];
        Ending[] endings = new Ending[5];
        one.reset(4, seen);
        int[] actions = {0, 1, 0, 1, 1};
        for (int t = 0; t < 30; t++) {
            one.step(actions, seen, endings, last);
        }
        CartPoleBatch two = new CartPoleBatch(5);
        two.restore(one.save());
        float[] other = new float[20];
        for (int t = 0; t < 30; t++) {
            one.step(actions, seen, endings, last);
            two.step(actions, other, new Ending[5], last);
            assertArrayEquals(seen, other);
        }
    }

    @Test
    void refusesWrongActionsBeforeAnythingHappens() {
        CartPoleBatch batch = new CartPoleBatch(2);
        float[] seen = new float[8];
        Ending[] endings = new Ending[2];
        assertThrows(IllegalStateException.class, () -> batch.step(new int[2], seen, endings, new float[8]));
        batch.reset(1, seen);
        byte[] before = batch.save();
        String message = assertThrows(
                        IllegalArgumentException.class, () -> batch.step(new int[] {1, 2}, seen, endings, new float[8]))
                .getMessage();
        assertEquals("CartPoleBatch.step: action 2 of environment 1 (expected: 0 .. 1)", message);
        assertArrayEquals(before, batch.save());
        assertThrows(IllegalArgumentException.class, () -> new CartPoleBatch(0));
    }

    private static float[] row(float[] observations, int i) {
        return Arrays.copyOfRange(observations, 4 * i, 4 * i + 4);
    }
}
