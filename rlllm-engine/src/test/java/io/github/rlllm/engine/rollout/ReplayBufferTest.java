package io.github.rlllm.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.rlllm.api.Ending;
import io.github.rlllm.engine.run.SeededRandom;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ReplayBufferTest {
    @Test
    void returnsRunAcrossTheSeamOfTheRing() {
        ReplayBuffer buffer = new ReplayBuffer(4);
        for (int t = 0; t < 6; t++) {
            buffer.add(new float[] {t}, t, Math.pow(10, t), new float[] {t + 1}, Ending.NONE);
        }
        assertEquals(4, buffer.size());
        Transitions batch = new Transitions(1);
        buffer.gather(1, 3, 0.5, batch, 0); // step 3, the last slot, then 4 and 5 in the first slots
        assertArrayEquals(new float[] {3}, batch.observations()[0]);
        assertEquals(1_000 + 0.5 * 10_000 + 0.25 * 100_000, batch.rewards()[0]);
        assertEquals(0.125, batch.discounts()[0]);
        assertArrayEquals(new float[] {6}, batch.nextObservations()[0]);
        buffer.gather(3, 3, 0.5, batch, 0); // the newest: nothing follows it
        assertEquals(100_000, batch.rewards()[0]);
        assertEquals(0.5, batch.discounts()[0]);
    }

    @Test
    void onlyATerminationStopsTheBootstrap() {
        ReplayBuffer buffer = new ReplayBuffer(8);
        buffer.add(new float[] {0}, 0, 1, new float[] {1}, Ending.NONE);
        buffer.add(new float[] {1}, 0, 2, new float[] {2}, Ending.TRUNCATED);
        buffer.add(new float[] {10}, 0, 4, new float[] {11}, Ending.NONE);
        buffer.add(new float[] {11}, 0, 8, new float[] {12}, Ending.TERMINATED);
        buffer.add(new float[] {20}, 0, 16, new float[] {21}, Ending.NONE);
        Transitions batch = new Transitions(5);
        for (int t = 0; t < 5; t++) {
            buffer.gather(t, 3, 0.5, batch, t);
        }
        assertArrayEquals(new double[] {2, 2, 8, 8, 16}, batch.rewards());
        assertArrayEquals(new double[] {0.25, 0.5, 0, 0, 0.5}, batch.discounts());
        double[] next = new double[5];
        Arrays.setAll(next, t -> batch.nextObservations()[t][0]);
        assertArrayEquals(new double[] {2, 2, 12, 12, 21}, next);
    }

    @Test
    void everyStepIsDrawnEquallyOften() {
        ReplayBuffer buffer = new ReplayBuffer(5);
        for (int t = 0; t < 7; t++) {
            buffer.add(new float[] {t}, t, 0, new float[] {t + 1}, Ending.NONE);
        }
        int[] counts = new int[7];
        Transitions batch = new Transitions(100);
        SeededRandom rng = SeededRandom.of(1, "test");
        for (int k = 0; k < 500; k++) {
            buffer.sample(rng, 1, 0.9, batch);
            for (int action : batch.actions()) {
                counts[action]++;
            }
        }
        assertEquals(0, counts[0] + counts[1]);
        for (int t = 2; t < 7; t++) {
            assertEquals(10_000, counts[t], 500);
        }
    }

    @Property(tries = 100)
    void whatIsSavedIsRestored(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 9) int capacity,
            @ForAll @IntRange(min = 0, max = 30) int steps) {
        SeededRandom rng = SeededRandom.of(seed, "steps");
        ReplayBuffer buffer = new ReplayBuffer(capacity);
        float[] observation = {0, 0};
        for (int t = 0; t < steps; t++) {
            float[] next = {rng.nextInt(3), rng.nextInt(2)};
            buffer.add(observation, rng.nextInt(4), rng.nextDouble(), next, Ending.values()[rng.nextInt(3)]);
            observation = rng.nextBoolean() ? next : new float[] {5, rng.nextFloat()};
        }
        ReplayBuffer copy = new ReplayBuffer(capacity);
        copy.restore(buffer.save());
        assertEquals(buffer.size(), copy.size());
        Transitions one = new Transitions(1);
        Transitions other = new Transitions(1);
        for (int age = 0; age < buffer.size(); age++) {
            buffer.gather(age, 3, 0.9, one, 0);
            copy.gather(age, 3, 0.9, other, 0);
            assertArrayEquals(one.observations()[0], other.observations()[0]);
            assertArrayEquals(one.nextObservations()[0], other.nextObservations()[0]);
            assertArrayEquals(one.actions(), other.actions());
            assertArrayEquals(one.rewards(), other.rewards());
            assertArrayEquals(one.discounts(), other.discounts());
        }
        assertArrayEquals(buffer.save(), copy.save());
    }

    @Test
    void badStatesAndArgumentsAreNamed() {
        ReplayBuffer buffer = new ReplayBuffer(3);
        Transitions batch = new Transitions(1);
        assertThrows(IllegalStateException.class, () -> buffer.sample(SeededRandom.of(1, "test"), 1, 0.9, batch));
        buffer.add(new float[1], 0, 0, new float[1], Ending.NONE);
        byte[] saved = buffer.save();
        assertEquals(
                "replay: capacity 3, size 1 (expected: capacity 4, from save)",
                assertThrows(IllegalArgumentException.class, () -> new ReplayBuffer(4).restore(saved))
                        .getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> new ReplayBuffer(3).restore(Arrays.copyOf(saved, saved.length - 1)));
    }
}
