package io.github.rlllm.engine.world.grid;

import static io.github.rlllm.engine.world.grid.GridColor.GREEN;
import static io.github.rlllm.engine.world.grid.GridColor.YELLOW;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** The levels of MiniGrid and BabyAI that this library has, by the distributions of MiniGrid 3.2. */
public final class Levels {
    private static final ObjectKind[] PORTABLE = {ObjectKind.KEY, ObjectKind.BALL, ObjectKind.BOX};
    private static final int[] DX = {1, 0, -1, 0};
    private static final int[] DY = {0, 1, 0, -1};
    private static final int ROOM = 8;
    private static final int DISTRACTORS = 8;

    private Levels() {}

    /**
     * MiniGrid-Empty: one room, the agent upper left, the goal lower right, walls hide nothing; {@code 4 * size * size}
     * steps.
     *
     * @param size the side with walls, at least 4
     * @return the level
     */
    public static Level empty(int size) {
        check(size, 4);
        return rng -> new Layout(size, size)
                .border()
                .put(size - 2, size - 2, ObjectKind.GOAL, GREEN)
                .agent(1, 1, 0)
                .seeThroughWalls(true)
                .maxSteps(4 * size * size)
                .mission(Mission.reachGoal("get to the green goal square"));
    }

    /**
     * MiniGrid-DoorKey: a locked door in a wall between the agent, with the key on its side, and the goal;
     * {@code 10 * size * size} steps.
     *
     * @param size the side with walls, at least 5
     * @return the level
     */
    public static Level doorKey(int size) {
        check(size, 5);
        return rng -> {
            Layout layout = new Layout(size, size).border().put(size - 2, size - 2, ObjectKind.GOAL, GREEN);
            int split = rng.nextInt(2, size - 2);
            layout.wall(split, 0, 1, size);
            int[] agent = layout.draw(rng, 0, 0, split, size);
            layout.agent(agent[0], agent[1], rng.nextInt(4));
            layout.door(split, rng.nextInt(1, size - 2), YELLOW, DoorState.LOCKED);
            int[] key = layout.draw(rng, 0, 0, split, size);
            return layout.put(key[0], key[1], ObjectKind.KEY, YELLOW)
                    .maxSteps(10 * size * size)
                    .mission(Mission.reachGoal("use the key to open the door and then get to the goal"));
        };
    }

    /**
     * MiniGrid-FourRooms: 19 x 19 cells, four rooms with a gap in each wall, agent and goal anywhere; 100 steps.
     *
     * @return the level
     */
    public static Level fourRooms() {
        return rng -> {
            int size = 19;
            int middle = size / 2;
            Layout layout =
                    new Layout(size, size).border().wall(middle, 0, 1, size - 1).wall(0, middle, size - 1, 1);
            layout.clear(middle, rng.nextInt(1, middle));
            layout.clear(rng.nextInt(1, middle), middle);
            layout.clear(rng.nextInt(middle + 1, 2 * middle), middle);
            layout.clear(middle, rng.nextInt(middle + 1, 2 * middle));
            int[] agent = layout.draw(rng, 0, 0, size, size);
            layout.agent(agent[0], agent[1], rng.nextInt(4));
            int[] goal = layout.draw(rng, 0, 0, size, size);
            return layout.put(goal[0], goal[1], ObjectKind.GOAL, GREEN).maxSteps(100);
        };
    }

    /**
     * BabyAI-GoToObj: go to the only object in a room of 6 x 6 cells; 64 steps.
     *
     * @return the level
     */
    public static Level goToObject() {
        return rng -> {
            Layout layout = room();
            placeAgent(layout, rng);
            int[] object = scatter(layout, rng, 1).get(0);
            return layout.mission(Mission.goTo(layout, describe(layout, object)));
        };
    }

    /**
     * BabyAI-GoToLocal: go to one of eight objects in a room of 6 x 6 cells; 64 steps. Every object can be reached.
     *
     * @return the level
     */
    public static Level goToLocal() {
        return rng -> {
            while (true) {
                Layout layout = room();
                placeAgent(layout, rng);
                List<int[]> objects = scatter(layout, rng, DISTRACTORS);
                if (allReachable(layout)) {
                    int[] object = objects.get(rng.nextInt(objects.size()));
                    return layout.mission(Mission.goTo(layout, describe(layout, object)));
                }
            }
        };
    }

    /**
     * BabyAI-PickupLoc: pick up one of eight objects, described by kind and perhaps colour and side; 64 steps.
     *
     * @return the level
     */
    public static Level pickUpLocation() {
        return rng -> {
            while (true) {
                // Objects keep clear of the room's middle, where the agent is thought to be until it is placed.
                Layout layout = room().agent(ROOM / 2, ROOM / 2, 0);
                scatter(layout, rng, DISTRACTORS);
                placeAgent(layout, rng);
                if (!allReachable(layout)) {
                    continue;
                }
                for (int tries = 0; tries <= 100; tries++) {
                    ObjectDescription which = drawDescription(rng);
                    if (!which.matches(layout).isEmpty()) {
                        return layout.mission(Mission.pickUp(layout, which));
                    }
                }
            }
        };
    }

    private static void check(int size, int least) {
        if (size < least || size > 100) {
            throw new IllegalArgumentException("size: " + size + " (expected: " + least + " .. 100)");
        }
    }

    private static Layout room() {
        return new Layout(ROOM, ROOM).border().maxSteps(ROOM * ROOM);
    }

    /** Places the agent in any empty cell, facing any direction in which no object is right before it. */
    private static void placeAgent(Layout layout, RandomGenerator rng) {
        while (true) {
            layout.removeAgent();
            int[] at = layout.draw(rng, 0, 0, layout.width(), layout.height());
            int direction = rng.nextInt(4);
            ObjectKind front = layout.kind(at[0] + DX[direction], at[1] + DY[direction]);
            if (front == ObjectKind.EMPTY || front == ObjectKind.WALL) {
                layout.agent(at[0], at[1], direction);
                return;
            }
        }
    }

    /** Scatters objects of random kind and colour, none of them beside the agent. */
    private static List<int[]> scatter(Layout layout, RandomGenerator rng, int count) {
        List<int[]> objects = new ArrayList<>();
        while (objects.size() < count) {
            GridColor color = GridColor.values()[rng.nextInt(6)];
            ObjectKind kind = PORTABLE[rng.nextInt(PORTABLE.length)];
            int[] at;
            do {
                at = layout.draw(rng, 0, 0, layout.width(), layout.height());
            } while (Math.abs(at[0] - layout.agentX()) + Math.abs(at[1] - layout.agentY()) < 2);
            layout.put(at[0], at[1], kind, color);
            objects.add(at);
        }
        return objects;
    }

    private static ObjectDescription describe(Layout layout, int[] at) {
        return new ObjectDescription(layout.kind(at[0], at[1]), layout.color(at[0], at[1]), null);
    }

    private static ObjectDescription drawDescription(RandomGenerator rng) {
        int color = rng.nextInt(7);
        ObjectKind kind = PORTABLE[rng.nextInt(PORTABLE.length)];
        ObjectDescription.Side side = rng.nextInt(2) == 0 ? ObjectDescription.Side.values()[rng.nextInt(4)] : null;
        return new ObjectDescription(kind, color == 6 ? null : GridColor.values()[color], side);
    }

    /** Whether every object has a cell beside it to which the agent can walk without moving anything. */
    static boolean allReachable(Layout layout) {
        boolean[][] seen = new boolean[layout.width()][layout.height()];
        List<int[]> stack = new ArrayList<>();
        stack.add(new int[] {layout.agentX(), layout.agentY()});
        while (!stack.isEmpty()) {
            int[] at = stack.remove(stack.size() - 1);
            if (at[0] < 0 || at[0] >= layout.width() || at[1] < 0 || at[1] >= layout.height() || seen[at[0]][at[1]]) {
                continue;
            }
            seen[at[0]][at[1]] = true;
            ObjectKind kind = layout.kind(at[0], at[1]);
            if (kind == ObjectKind.EMPTY || kind == ObjectKind.DOOR) {
                for (int direction = 0; direction < 4; direction++) {
                    stack.add(new int[] {at[0] + DX[direction], at[1] + DY[direction]});
                }
            }
        }
        for (int x = 0; x < layout.width(); x++) {
            for (int y = 0; y < layout.height(); y++) {
                ObjectKind kind = layout.kind(x, y);
                if (kind != ObjectKind.EMPTY && kind != ObjectKind.WALL && !seen[x][y]) {
                    return false;
                }
            }
        }
        return true;
    }
}
