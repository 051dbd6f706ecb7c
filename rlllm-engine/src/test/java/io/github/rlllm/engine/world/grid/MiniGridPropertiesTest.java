package io.github.rlllm.engine.world.grid;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Step;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class MiniGridPropertiesTest {
    private static final List<Level> LEVELS = List.of(
            Levels.empty(8),
            Levels.doorKey(5),
            Levels.doorKey(8),
            Levels.fourRooms(),
            Levels.goToObject(),
            Levels.goToLocal(),
            Levels.pickUpLocation());

    @Property(tries = 100)
    void equalSeedsAndActionsGiveEqualEpisodesAndSnapshotsContinue(
            @ForAll @IntRange(max = 6) int level,
            @ForAll long seed,
            @ForAll long choices,
            @ForAll @IntRange(max = 60) int cut) {
        MiniGrid one = new MiniGrid(LEVELS.get(level));
        Environment<float[], Integer> flat = MiniGrid.flat(LEVELS.get(level));
        MiniGrid three = new MiniGrid(Levels.empty(5));
        three.reset(1);
        assertArrayEquals(one.reset(seed).flat(), flat.reset(seed));
        SplittableRandom rng = new SplittableRandom(choices);
        Ending ending = Ending.NONE;
        for (int t = 0; ending == Ending.NONE; t++) {
            if (t == cut) {
                three.restore(one.save());
            }
            int action = rng.nextInt(7);
            Step<GridObservation> step = one.step(action);
            Step<float[]> same = flat.step(action);
            assertArrayEquals(step.observation().flat(), same.observation());
            assertEquals(step.reward(), same.reward());
            assertEquals(step.ending(), same.ending());
            if (t >= cut) {
                assertEquals(step, three.step(action));
                assertArrayEquals(one.grid(), three.grid());
            }
            assertTrue(one.observationSpace().contains(step.observation()));
            ending = step.ending();
        }
    }

    /** Changing what the agent cannot see never changes what it sees. */
    @Property(tries = 300)
    void viewsNeverLeakHiddenCells(@ForAll @IntRange(max = 6) int level, @ForAll long seed) {
        Layout layout = LEVELS.get(level).generate(new SplittableRandom(seed));
        GridObservation seen = new MiniGrid(rng -> layout).reset(0);
        Layout changed = LEVELS.get(level).generate(new SplittableRandom(seed));
        int[] dx = {1, 0, -1, 0};
        int[] dy = {0, 1, 0, -1};
        int ahead = layout.direction();
        int right = ahead + 1 & 3;
        Set<Integer> visible = new HashSet<>();
        for (int i = 0; i < 7; i++) {
            for (int j = 0; j < 7; j++) {
                if (seen.image()[3 * (7 * i + j)] != 0) {
                    int x = layout.agentX() + dx[ahead] * (6 - j) + dx[right] * (i - 3);
                    int y = layout.agentY() + dy[ahead] * (6 - j) + dy[right] * (i - 3);
                    visible.add(y * 1000 + x);
                }
            }
        }
        SplittableRandom rng = new SplittableRandom(seed + 1);
        int hidden = 0;
        for (int x = 0; x < layout.width(); x++) {
            for (int y = 0; y < layout.height(); y++) {
                if (!visible.contains(y * 1000 + x)) {
                    hidden++;
                    if (hidden % 2 == 0) {
                        changed.clear(x, y);
                    } else {
                        changed.put(x, y, ObjectKind.BALL, GridColor.values()[rng.nextInt(6)]);
                    }
                }
            }
        }
        assertTrue(hidden > 0);
        // The mission's targets may lie in hidden cells, so the changed world has none.
        changed.mission(Mission.reachGoal(seen.mission()));
        GridObservation after = new MiniGrid(any -> changed).reset(0);
        assertArrayEquals(seen.image(), after.image());
    }

    @Property(tries = 100)
    void imagesBelongToTheCaller(@ForAll @IntRange(max = 6) int level, @ForAll long seed) {
        MiniGrid world = new MiniGrid(LEVELS.get(level));
        byte[] first = world.reset(seed).image();
        byte[] kept = first.clone();
        world.step(0);
        assertArrayEquals(kept, first);
        Arrays.fill(first, (byte) 9);
        assertNotEquals(9, world.step(1).observation().image()[0]);
    }

    /** DoorKey: agent and key left of a wall with one locked door, the goal right of it, everything reachable. */
    @Property(tries = 300)
    void doorKeyCanBeSolved(@ForAll long seed, @ForAll @IntRange(min = 5, max = 12) int size) {
        Layout layout = Levels.doorKey(size).generate(new SplittableRandom(seed));
        int doors = 0;
        int split = 0;
        int keyX = 0;
        for (int x = 0; x < size; x++) {
            for (int y = 0; y < size; y++) {
                if (layout.kind(x, y) == ObjectKind.DOOR) {
                    doors++;
                    split = x;
                    assertEquals(GridColor.YELLOW, layout.color(x, y));
                    assertTrue(y >= 1 && y < size - 2);
                }
                if (layout.kind(x, y) == ObjectKind.KEY) {
                    keyX = x;
                }
            }
        }
        assertEquals(1, doors);
        assertTrue(keyX > 0 && keyX < split);
        assertTrue(layout.agentX() < split);
        assertEquals(ObjectKind.GOAL, layout.kind(size - 2, size - 2));
    }

    /** FourRooms: the goal can be walked to from the agent. */
    @Property(tries = 200)
    void fourRoomsAreConnected(@ForAll long seed) {
        Layout layout = Levels.fourRooms().generate(new SplittableRandom(seed));
        Deque<int[]> todo = new ArrayDeque<>();
        boolean[][] seen = new boolean[19][19];
        todo.add(new int[] {layout.agentX(), layout.agentY()});
        boolean goal = false;
        int floor = 0;
        while (!todo.isEmpty()) {
            int[] at = todo.remove();
            if (seen[at[0]][at[1]] || layout.kind(at[0], at[1]) == ObjectKind.WALL) {
                continue;
            }
            seen[at[0]][at[1]] = true;
            floor++;
            goal |= layout.kind(at[0], at[1]) == ObjectKind.GOAL;
            todo.add(new int[] {at[0] + 1, at[1]});
            todo.add(new int[] {at[0] - 1, at[1]});
            todo.add(new int[] {at[0], at[1] + 1});
            todo.add(new int[] {at[0], at[1] - 1});
        }
        assertTrue(goal);
        assertEquals(4 * 64 + 4, floor);
    }

    /** BabyAI rooms: the number of objects, none of them unreachable, and a mission that is not yet done. */
    @Property(tries = 200)
    void babyAiRooms(@ForAll @IntRange(min = 4, max = 6) int level, @ForAll long seed) {
        Layout layout = LEVELS.get(level).generate(new SplittableRandom(seed));
        int objects = 0;
        for (int x = 0; x < 8; x++) {
            for (int y = 0; y < 8; y++) {
                objects += layout.kind(x, y).portable() ? 1 : 0;
            }
        }
        assertEquals(level == 4 ? 1 : 8, objects);
        assertTrue(Levels.allReachable(layout));
        assertTrue(!layout.mission().targets().isEmpty());
        assertTrue(layout.mission().text().startsWith(level == 6 ? "pick up " : "go to "));
        MiniGrid world = new MiniGrid(rng -> layout);
        world.reset(0);
        assertEquals(Ending.NONE, world.step(6).ending());
    }
}
