package io.github.rlllm.engine.world.house;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Step;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class HouseLawsTest {
    @Property(tries = 200)
    void equalSeedsAndActionsGiveEqualSteps(
            @ForAll long seed, @ForAll @Size(max = 60) List<@IntRange(max = 5) Integer> actions) {
        House one = new House();
        House other = new House();
        assertArrayEquals(one.reset(seed), other.reset(seed));
        for (int action : actions) {
            if (one.over()) {
                break;
            }
            Step<float[]> a = one.step(action);
            Step<float[]> b = other.step(action);
            assertArrayEquals(a.observation(), b.observation());
            assertEquals(a.reward(), b.reward());
            assertEquals(a.ending(), b.ending());
        }
    }

    @Property(tries = 200)
    void thingsAreNeitherLostNorMade(
            @ForAll long seed, @ForAll @Size(max = 100) List<@IntRange(max = 5) Integer> actions) {
        HouseState state = HouseLayout.generate(seed, HouseConfig.defaults());
        Set<Thing> things = state.things();
        for (int action : actions) {
            state = state.after(HouseAction.of(action));
            assertEquals(things, state.things());
        }
    }

    /** Whatever stands on cells that were never seen, the agent observes the same. */
    @Property(tries = 200)
    void nothingLeaksFromCellsThatWereNotSeen(
            @ForAll long seed,
            @ForAll @Size(max = 30) List<@IntRange(max = 2) Integer> moves,
            @ForAll @IntRange(max = 65) int goal) {
        House house = new House();
        house.begin(HouseLayout.generate(seed, HouseConfig.defaults()));
        HouseState start = house.state();
        house.pursue(SkillGoal.all().get(goal));
        int taken = 0;
        while (taken < moves.size() && !house.over()) {
            house.step(moves.get(taken++));
        }
        byte[] other = start.cells();
        byte[] seen = house.memory().map;
        for (int i = 0; i < other.length; i++) {
            if (seen[i] == Cell.UNKNOWN && other[i] != Cell.WALL && !Cell.isOpenDoor(other[i])) {
                other[i] = other[i] == Cell.FLOOR
                        ? Cell.portable(Thing.all().get(i % 18))
                        : Cell.isDoor(other[i]) ? Cell.WALL : Cell.FLOOR;
            }
        }
        House changed = new House();
        HouseState now = new HouseState(start.width(), other, start.x(), start.y(), start.heading(), Cell.FLOOR, -1);
        changed.begin(now);
        HouseMemory memory = changed.memory();
        for (int move : moves.subList(0, taken)) {
            now = now.after(HouseAction.of(move));
            memory.look(now);
        }
        assertArrayEquals(seen, memory.map);
        assertArrayEquals(
                house.observation(SkillGoal.all().get(goal)),
                changed.observation(SkillGoal.all().get(goal)));
    }

    @Property(tries = 200)
    void onlyCellsInTheViewBecomeKnown(@ForAll long seed) {
        HouseState state = HouseLayout.generate(seed, HouseConfig.defaults());
        HouseMemory memory = new HouseMemory(state.width(), state.height());
        memory.look(state);
        int known = 0;
        for (int i = 0; i < memory.map.length; i++) {
            if (memory.map[i] != Cell.UNKNOWN) {
                known++;
                assertEquals(state.cell(i), memory.map[i]);
                int dx = i % state.width() - state.x();
                int dy = i / state.width() - state.y();
                int f = dx * HouseState.DX[state.heading()] + dy * HouseState.DY[state.heading()];
                int r = dy * HouseState.DX[state.heading()] - dx * HouseState.DY[state.heading()];
                assertTrue(f >= 0 && f < HouseMemory.DEPTH && Math.abs(r) <= HouseMemory.SIDE, f + " " + r);
            }
        }
        assertTrue(known >= 2);
    }

    /** Turning the whole house by a quarter turns nothing in an egocentric observation. */
    @Property(tries = 200)
    void observationsAreEgocentric(@ForAll long seed, @ForAll @IntRange(max = 65) int goal) {
        HouseState state = HouseLayout.generate(seed, HouseConfig.defaults());
        int n = state.width();
        byte[] turned = new byte[n * n];
        for (int i = 0; i < turned.length; i++) {
            turned[(i % n) * n + n - 1 - i / n] = (byte) state.cell(i);
        }
        HouseState quarter =
                new HouseState(n, turned, n - 1 - state.y(), state.x(), (state.heading() + 1) & 3, Cell.FLOOR, -1);
        House one = new House();
        House other = new House();
        one.begin(state);
        other.begin(quarter);
        float[] a = one.observation(SkillGoal.all().get(goal));
        float[] b = other.observation(SkillGoal.all().get(goal));
        // Of several nearest unknown cells the first in reading order counts, which a turn changes.
        assertArrayEquals(Arrays.copyOf(a, a.length - 5), Arrays.copyOf(b, b.length - 5));
    }
}
