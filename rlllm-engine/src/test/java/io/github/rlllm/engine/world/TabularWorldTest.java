package io.github.rlllm.engine.world;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TabularWorldTest {
    @Test
    void theShortWayOverTheFrozenLake() {
        TabularWorld lake = FrozenLake.fourByFour(false);
        assertEquals(0, lake.reset(5));
        int[] actions = {1, 1, 2, 2, 1, 2};
        int[] cells = {4, 8, 9, 10, 14, 15};
        for (int t = 0; t < actions.length; t++) {
            boolean end = t == actions.length - 1;
            assertEquals(
                    new Step<>(cells[t], end ? 1 : 0, end ? Ending.TERMINATED : Ending.NONE), lake.step(actions[t]));
        }
        String message =
                assertThrows(IllegalStateException.class, () -> lake.step(0)).getMessage();
        assertEquals("FrozenLake.step: no episode is running (expected: reset first)", message);
    }

    @Test
    void slipperyTransitionsAsideAndAhead() {
        // From the corner, left: up and left stay, down moves.
        List<Transition> answers = FrozenLake.fourByFour(true).transitions(0, 0);
        double aside = (1 - 1.0 / 3.0) / 2;
        assertEquals(
                List.of(
                        new Transition(aside, 0, 0, false),
                        new Transition(1.0 / 3.0, 0, 0, false),
                        new Transition(aside, 4, 0, false)),
                answers);
    }

    @Test
    void uniformDrawsChooseByCumulativeProbability() {
        TabularWorld lake = FrozenLake.fourByFour(true);
        lake.begin(14); // right: down stays at 14, right is the goal, up is 10
        assertEquals(14, lake.step(2, 0.3).observation());
        lake.begin(14);
        assertEquals(new Step<>(15, 1.0, Ending.TERMINATED), lake.step(2, 0.5));
        lake.begin(14);
        assertEquals(10, lake.step(2, 0.9).observation());
    }

    @Test
    void slipsAsOftenAsTheTableSays() {
        TabularWorld lake = FrozenLake.eightByEight(true);
        int[] counts = new int[lake.states()];
        lake.reset(2);
        for (int n = 0; n < 30_000; n++) {
            lake.begin(9);
            counts[lake.step(1).observation()]++; // down: left 8, down 17, right 10
        }
        // 10,000 each; the standard deviation is 82.
        assertEquals(10_000, counts[8], 400);
        assertEquals(10_000, counts[17], 400);
        assertEquals(10_000, counts[10], 400);
    }

    @Test
    void limitsTruncateAndTerminationWins() {
        assertEquals(100, length(FrozenLake.fourByFour(false), 3));
        assertEquals(200, length(FrozenLake.eightByEight(false), 3));
        assertEquals(200, length(Taxi.create(), 0));
        TabularWorld short6 =
                FrozenLake.of(FrozenLake.Config.defaults().withSlippery(false).withMaxSteps(6));
        short6.reset(1);
        Ending last = Ending.NONE;
        for (int action : new int[] {1, 1, 2, 2, 1, 2}) {
            last = short6.step(action).ending();
        }
        assertEquals(Ending.TERMINATED, last);
    }

    private static int length(TabularWorld world, int action) {
        world.reset(1);
        for (int t = 1; ; t++) {
            Ending ending = world.step(action).ending();
            if (ending != Ending.NONE) {
                assertEquals(Ending.TRUNCATED, ending);
                return t;
            }
        }
    }

    @Test
    void cliffThrowsBackWithoutAnEnd() {
        TabularWorld cliff = CliffWalking.create();
        assertEquals(36, cliff.reset(9));
        assertEquals(new Step<>(36, -100.0, Ending.NONE), cliff.step(1));
        assertEquals(new Step<>(24, -1.0, Ending.NONE), cliff.step(0));
        for (int t = 0; t < 11; t++) {
            cliff.step(1);
        }
        assertEquals(new Step<>(47, -1.0, Ending.TERMINATED), cliff.step(2));
    }

    @Test
    void aTaxiRide() {
        TabularWorld taxi = Taxi.create();
        // Row 0, column 1; the passenger at R (0, 0), going to Y (4, 0).
        int start = (1 * 5) * 4 + 2;
        assertArrayEquals(new boolean[] {true, false, false, true, false, false}, Taxi.actionMask(start));
        taxi.begin(start);
        assertEquals(-10, taxi.step(4).reward());
        taxi.step(3);
        assertEquals(4 * 4 + 2, taxi.step(4).observation());
        for (int t = 0; t < 4; t++) {
            assertEquals(-1, taxi.step(0).reward());
        }
        assertEquals(new Step<>(((4 * 5) * 5 + 2) * 4 + 2, 20.0, Ending.TERMINATED), taxi.step(5));
    }

    @Test
    void taxiBeginsWithAPassengerWhoWantsToGoElsewhere() {
        TabularWorld taxi = Taxi.create();
        double sum = 0;
        for (double p : taxi.startDistribution()) {
            sum += p;
        }
        assertEquals(1, sum, 1e-12);
        for (long seed = 0; seed < 500; seed++) {
            int state = taxi.reset(seed);
            assertTrue(state / 4 % 5 < 4 && state / 4 % 5 != state % 4, "state " + state);
        }
    }

    @Test
    void oneHotShowsTheState() {
        OneHot<Integer> lake = new OneHot<>(FrozenLake.fourByFour(false));
        assertEquals(Space.box(0, 1, 16), lake.observationSpace());
        float[] expected = new float[16];
        expected[0] = 1;
        assertArrayEquals(expected, lake.reset(1));
        expected[0] = 0;
        expected[4] = 1;
        assertArrayEquals(expected, lake.step(1).observation());
        byte[] saved = lake.save();
        lake.step(1);
        lake.restore(saved);
        assertEquals(1f, lake.step(1).observation()[8]);
    }

    @Test
    void refusesWhatIsWrongAtTheDoor() {
        TabularWorld lake = FrozenLake.fourByFour(true);
        lake.reset(1);
        assertEquals(
                "FrozenLake.step: action 4 (expected: 0 .. 3)",
                assertThrows(IllegalArgumentException.class, () -> lake.step(4)).getMessage());
        FrozenLake.Config config = FrozenLake.Config.defaults();
        assertThrows(IllegalArgumentException.class, () -> config.withMap("SF", "F"));
        assertThrows(IllegalArgumentException.class, () -> config.withMap("FF", "FG"));
        assertThrows(IllegalArgumentException.class, () -> config.withMap("SX"));
        assertThrows(IllegalArgumentException.class, () -> config.withSuccessRate(0));
        assertThrows(IllegalArgumentException.class, () -> config.withMaxSteps(0));
        Transition[][][] leaky = {{{new Transition(0.5, 0, 0, false)}}};
        assertEquals(
                "table[0][0]: probabilities sum to 0.5 (expected: 1)",
                assertThrows(IllegalArgumentException.class, () -> new TabularWorld("t", leaky, new double[] {1}, 1))
                        .getMessage());
        Transition[][][] outside = {{{new Transition(1, 1, 0, false)}}};
        assertThrows(IllegalArgumentException.class, () -> new TabularWorld("t", outside, new double[] {1}, 1));
        assertThrows(IllegalArgumentException.class, () -> lake.restore(new byte[3]));
    }

    @Property(tries = 100)
    void equalSeedsAndActionsGiveEqualEpisodesAndSnapshotsContinue(
            @ForAll long seed, @ForAll long choices, @ForAll @IntRange(max = 40) int cut) {
        TabularWorld one = FrozenLake.eightByEight(true);
        TabularWorld two = FrozenLake.eightByEight(true);
        TabularWorld three = FrozenLake.eightByEight(true);
        assertEquals(one.reset(seed), two.reset(seed));
        SplittableRandom rng = new SplittableRandom(choices);
        List<Integer> after = new ArrayList<>();
        boolean running = true;
        for (int t = 0; running; t++) {
            if (t == cut) {
                three.restore(one.save());
            }
            int action = rng.nextInt(4);
            Step<Integer> step = one.step(action);
            assertEquals(step, two.step(action));
            if (t >= cut) {
                after.add(action);
                assertEquals(step, three.step(action), "step " + t + " after " + after);
            }
            running = step.ending() == Ending.NONE;
        }
        assertThrows(IllegalStateException.class, () -> two.step(0));
        assertFalse(running);
    }
}
