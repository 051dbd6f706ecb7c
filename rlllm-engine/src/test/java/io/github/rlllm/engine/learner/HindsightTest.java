package io.github.rlllm.engine.learner;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.nn.Mlp;
import io.github.rlllm.engine.run.Progress;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class HindsightTest {
    /** Cells 0 to 7 in a row; action 0 goes left, 1 right; goal g is cell g, but goal 7 is lost everywhere. */
    private static final class Row implements GoalWorld {
        private int at;

        @Override
        public int observationSize() {
            return 16;
        }

        @Override
        public int actions() {
            return 2;
        }

        @Override
        public int goals() {
            return 8;
        }

        @Override
        public int memorySize() {
            return 1;
        }

        @Override
        public void begin(RandomGenerator rng) {
            at = rng.nextInt(7);
        }

        @Override
        public int drawGoal(RandomGenerator rng) {
            int goal = rng.nextInt(7);
            return goal == at ? (goal + 1) % 7 : goal;
        }

        @Override
        public int anyGoal(RandomGenerator rng, long place) {
            return rng.nextInt(8);
        }

        @Override
        public long place() {
            return 0;
        }

        @Override
        public void step(int action) {
            at = Math.max(0, Math.min(7, at + 2 * action - 1));
        }

        @Override
        public void remember(byte[] out) {
            out[0] = (byte) at;
        }

        @Override
        public boolean achieved(int goal) {
            return at == goal && goal != 7;
        }

        @Override
        public boolean lost(int goal) {
            return goal == 7;
        }

        @Override
        public void observe(byte[] memory, int goal, float[] out) {
            java.util.Arrays.fill(out, 0);
            out[memory[0]] = 1;
            out[8 + goal] = 1;
        }
    }

    private static final HindsightConfig SMALL = new HindsightConfig(32, .9, 3e-3, 64, 2500, 4, 4000, .5);

    private static Mlp train(long seed, int updates) {
        return HindsightDqn.train(SMALL.withUpdates(updates), Row::new, seed, Progress.none(), Control.none());
    }

    @Test
    void valuesAreTheDiscountToTheStepsThatAreLeft() {
        Mlp net = train(1, 2500);
        Row row = new Row();
        float[] observation = new float[16];
        for (int at = 0; at < 7; at++) {
            for (int goal = 0; goal < 7; goal++) {
                if (goal != at) {
                    row.observe(new byte[] {(byte) at}, goal, observation);
                    float[] q = net.forward(observation);
                    double expected = Math.pow(.9, Math.abs(goal - at) - 1);
                    assertEquals(expected, Math.max(q[0], q[1]), .06, at + " to " + goal);
                    assertTrue(q[goal > at ? 1 : 0] > q[goal > at ? 0 : 1], at + " to " + goal);
                }
            }
            row.observe(new byte[] {(byte) at}, 7, observation);
            assertEquals(0, net.forward(observation)[1], .06, "a goal that is lost");
        }
    }

    @Test
    void equalSeedsGiveEqualBitsAndOthersDoNot() {
        float[] one = train(5, 60).parameters();
        assertArrayEquals(one, train(5, 60).parameters());
        assertFalse(java.util.Arrays.equals(one, train(6, 60).parameters()));
    }

    @Test
    void aSavedLearnerGoesOnAsTheUnbrokenOneAlsoAfterTheReplayMemoryWentRound() {
        HindsightConfig round = new HindsightConfig(16, .9, 3e-3, 16, 300, 4, 400, .5);
        HindsightDqn unbroken = new HindsightDqn(round, Row::new, 7);
        unbroken.learn(300, Progress.none(), Control.none());
        for (int saved : new int[] {0, 1, 10, 150, 299, 300}) {
            HindsightDqn first = new HindsightDqn(round, Row::new, 7);
            first.learn(saved, Progress.none(), Control.none());
            HindsightDqn second = new HindsightDqn(round, Row::new, 7);
            second.restore(first.save());
            assertArrayEquals(first.save(), second.save());
            assertEquals(300, second.learn(300, Progress.none(), Control.none()));
            assertArrayEquals(unbroken.save(), second.save(), "saved at " + saved);
        }
        byte[] state = unbroken.save();
        HindsightDqn other = new HindsightDqn(round.withUpdates(400), Row::new, 8);
        assertThrows(IllegalArgumentException.class, () -> other.restore(state), "worlds of another seed");
    }

    @Test
    void hindsightTakesGoalsReachedLaterInTheSamePlaceAndNoOthers() {
        Row row = new Row();
        HindsightReplay replay = new HindsightReplay(1, 100, 1);
        // 2 3 4 3 | then, after a move to a new place, 6 5.
        int[] cells = {2, 3, 4, 3, 6, 5};
        int[] actions = {1, 1, 0, -1, 0, -1};
        for (int i = 0; i < cells.length; i++) {
            row.at = cells[i];
            replay.add(0, row, 6, actions[i]);
            replay.advance();
        }
        SplittableRandom rng = new SplittableRandom(1);
        Set<Integer> from2 = new TreeSet<>();
        Set<Integer> from3 = new TreeSet<>();
        Set<Integer> soon = new TreeSet<>();
        for (int i = 0; i < 200; i++) {
            from2.add(replay.reachedLater(0, 40, rng));
            from3.add(replay.reachedLater(1, 40, rng));
            soon.add(replay.reachedLater(0, 1, rng));
        }
        assertEquals(Set.of(3, 4), from2);
        assertEquals(Set.of(4), from3, "3 is reached already");
        assertEquals(Set.of(3), soon);
        assertEquals(-1, replay.reachedLater(3, 40, rng));
        Set<Integer> drawn = new TreeSet<>();
        for (int i = 0; i < 200; i++) {
            drawn.add(replay.draw(rng));
        }
        assertEquals(Set.of(0, 1, 2, 4), drawn, "only moments with an action");
        assertTrue(replay.achieved(1, 3));
        assertFalse(replay.achieved(1, 4));
        assertTrue(replay.lost(1, 7));
    }

    @Test
    void configurationsAreCheckedAtTheDoor() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> new HindsightConfig(32, 1, 1e-3, 64, 10, 4, 4000, .5));
        assertEquals("gamma: 1.0 (expected: in (0, 1))", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> SMALL.withUpdates(0));
        assertThrows(IllegalArgumentException.class, () -> SMALL.withHindsight(1.5));
    }
}
