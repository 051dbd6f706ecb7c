package io.github.rlllm.engine.world.house;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Draws and reads houses. Seeds below {@link #TRAINED} are the layouts that skills are learned in, seeds with the bit
 * {@link #UNSEEN} are for evaluation, and those between are for calibration and choices, so that the three never meet.
 */
public final class HouseLayout {
    /** The number of layouts that skills are learned in: those of the seeds below it. */
    public static final int TRAINED = 2000;

    /** The bit that marks the seeds of the layouts that no learner trains on: {@code UNSEEN + i} is the i-th of them. */
    public static final long UNSEEN = 1L << 40;

    private static final int SIZE = 11;

    private HouseLayout() {}

    /**
     * Draws a house: equal seeds and configurations give equal houses. Every thing can be reached by walking and opening
     * doors, the locked one with its key; the key lies where one gets without it.
     *
     * @param seed decides everything
     * @param config what houses are drawn
     * @return the first state, with empty hands
     */
    public static HouseState generate(long seed, HouseConfig config) {
        SplittableRandom rng = new SplittableRandom(seed);
        while (true) {
            HouseState house = draw(rng, config);
            if (wellPlaced(house)) {
                return house;
            }
        }
    }

    private static HouseState draw(RandomGenerator rng, HouseConfig config) {
        byte[] cells = new byte[SIZE * SIZE];
        int cx = 4 + rng.nextInt(3);
        int cy = 4 + rng.nextInt(3);
        for (int i = 0; i < SIZE; i++) {
            for (int wall :
                    new int[] {i, (SIZE - 1) * SIZE + i, i * SIZE, i * SIZE + SIZE - 1, cy * SIZE + i, i * SIZE + cx}) {
                cells[wall] = Cell.WALL;
            }
        }
        List<Integer> room = new ArrayList<>();
        int lockedColour = -1;
        if (config.rooms() == 4) {
            lockedColour = drawDoors(rng, config, cells, cx, cy);
        }
        boolean west = rng.nextBoolean();
        boolean north = rng.nextBoolean();
        for (int i = 0; i < cells.length; i++) {
            boolean inRoom = config.rooms() == 4 || (i % SIZE < cx == west && i / SIZE < cy == north);
            if (cells[i] == Cell.FLOOR && inRoom && !besideDoor(cells, i)) {
                room.add(i);
            }
        }
        shuffle(room, rng);
        int next = 0;
        int agent = room.get(next++);
        List<Integer> portable = new ArrayList<>();
        for (int i = 0; i < 18; i++) {
            portable.add(i);
        }
        shuffle(portable, rng);
        int key = Thing.Kind.KEY.ordinal() * 6 + lockedColour;
        boolean keyless = lockedColour >= 0 && rng.nextDouble() < config.keyless();
        portable.remove(Integer.valueOf(key));
        if (lockedColour >= 0 && !keyless) {
            portable.add(0, key);
        } else if (lockedColour < 0) {
            portable.add(key < 12 ? 0 : key);
        }
        int things = config.minThings() + rng.nextInt(config.maxThings() - config.minThings() + 1);
        for (int i = 0; i < things; i++) {
            cells[room.get(next++)] = Cell.portable(Thing.all().get(portable.get(i)));
        }
        return new HouseState(SIZE, cells, agent % SIZE, agent / SIZE, rng.nextInt(4), Cell.FLOOR, -1);
    }

    /** Three or four doors, one in each arm of the inner walls; answers the colour of the locked one or -1. */
    private static int drawDoors(RandomGenerator rng, HouseConfig config, byte[] cells, int cx, int cy) {
        int[] places = {
            (1 + rng.nextInt(cy - 1)) * SIZE + cx,
            (cy + 1 + rng.nextInt(SIZE - 2 - cy)) * SIZE + cx,
            cy * SIZE + 1 + rng.nextInt(cx - 1),
            cy * SIZE + cx + 1 + rng.nextInt(SIZE - 2 - cx)
        };
        List<Integer> colours = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5));
        shuffle(colours, rng);
        int without = rng.nextInt(8);
        int locked = rng.nextDouble() < config.locked() ? (without + 1 + rng.nextInt(3)) & 3 : -1;
        for (int arm = 0; arm < 4; arm++) {
            if (arm != without) {
                DoorState state = arm == locked
                        ? DoorState.LOCKED
                        : rng.nextDouble() < config.open() ? DoorState.OPEN : DoorState.CLOSED;
                cells[places[arm]] = Cell.door(Colour.values()[colours.get(arm)], state);
            }
        }
        return locked < 0 ? -1 : colours.get(locked);
    }

    private static boolean besideDoor(byte[] cells, int i) {
        return Cell.isDoor(cells[i - 1])
                || Cell.isDoor(cells[i + 1])
                || Cell.isDoor(cells[i - SIZE])
                || Cell.isDoor(cells[i + SIZE]);
    }

    /** Every thing can be reached, and the key of the locked door without passing it. */
    private static boolean wellPlaced(HouseState house) {
        boolean[] unlocked = reached(house, false);
        boolean[] all = reached(house, true);
        for (Thing thing : house.things()) {
            int at = house.find(thing);
            boolean needed = thing.kind() == Thing.Kind.KEY && house.door(thing.colour()) == DoorState.LOCKED;
            if (!beside(needed ? unlocked : all, at)) {
                return false;
            }
        }
        return true;
    }

    private static boolean beside(boolean[] reached, int at) {
        return reached[at - 1] || reached[at + 1] || reached[at - SIZE] || reached[at + SIZE];
    }

    private static boolean[] reached(HouseState house, boolean throughLocked) {
        boolean[] reached = new boolean[house.width() * house.height()];
        int[] queue = new int[reached.length];
        int tail = 0;
        queue[tail++] = house.y() * house.width() + house.x();
        reached[queue[0]] = true;
        for (int head = 0; head < tail; head++) {
            for (int d = 0; d < 4; d++) {
                int next = queue[head] + HouseState.DY[d] * house.width() + HouseState.DX[d];
                int cell = house.cell(next);
                boolean passable = cell == Cell.FLOOR
                        || (Cell.isDoor(cell) && (throughLocked || Cell.state(cell) != DoorState.LOCKED));
                if (passable && !reached[next]) {
                    reached[next] = true;
                    queue[tail++] = next;
                }
            }
        }
        return reached;
    }

    private static void shuffle(List<Integer> list, RandomGenerator rng) {
        for (int i = list.size() - 1; i > 0; i--) {
            Collections.swap(list, i, rng.nextInt(i + 1));
        }
    }

    /**
     * Reads a floor plan: one string a row, two characters a cell, one blank between the cells.
     *
     * @param rows the rows, equally long, walled all around. A cell is {@code "# "} wall, {@code ". "} floor, one of
     *     {@code "> " "v " "< " "^ "} the agent, or a colour letter (r, g, b, p, y, a for grey) followed by {@code o}
     *     ball, {@code x} box, {@code k} key, {@code _} open door, {@code +} closed door or {@code !} locked door
     * @return the state, with empty hands
     * @throws IllegalArgumentException if a cell is none of these, a wall is missing, a thing occurs twice or there is
     *     not exactly one agent
     */
    public static HouseState parse(String... rows) {
        int width = (rows[0].strip().length() + 2) / 3;
        byte[] cells = new byte[width * rows.length];
        boolean[] seen = new boolean[Thing.all().size()];
        int agent = -1;
        int heading = 0;
        for (int y = 0; y < rows.length; y++) {
            String[] row = rows[y].strip().split(" +");
            require(row.length == width, "row " + y, rows[y], width + " cells");
            for (int x = 0; x < width; x++) {
                int i = y * width + x;
                int direction = ">v<^".indexOf(row[x]);
                if (direction >= 0) {
                    require(agent < 0, "cell", row[x], "one agent");
                    agent = i;
                    heading = direction;
                } else {
                    cells[i] = cell(row[x]);
                }
                int thing = Cell.thingIndex(cells[i]);
                require(thing < 0 || !seen[thing], "cell", row[x], "every thing once");
                if (thing >= 0) {
                    seen[thing] = true;
                }
                boolean border = x == 0 || y == 0 || x == width - 1 || y == rows.length - 1;
                require(!border || cells[i] == Cell.WALL, "cell " + x + ", " + y, row[x], "a wall all around");
            }
        }
        require(agent >= 0, "rows", Arrays.toString(rows), "one agent");
        return new HouseState(width, cells, agent % width, agent / width, heading, Cell.FLOOR, -1);
    }

    private static byte cell(String text) {
        if (text.equals("#") || text.equals(".")) {
            return text.equals("#") ? Cell.WALL : Cell.FLOOR;
        }
        int colour = text.length() == 2 ? "rgbpya".indexOf(text.charAt(0)) : -1;
        int kind = text.length() == 2 ? "oxk".indexOf(text.charAt(1)) : -1;
        int door = text.length() == 2 ? "_+!".indexOf(text.charAt(1)) : -1;
        require(colour >= 0 && (kind >= 0 || door >= 0), "cell", text, "#, ., >, v, <, ^ or a colour and a kind");
        Colour named = Colour.values()[colour];
        return kind >= 0
                ? Cell.portable(new Thing(Thing.Kind.values()[kind], named))
                : Cell.door(named, DoorState.values()[door]);
    }

    private static void require(boolean condition, String name, String value, String expected) {
        if (!condition) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "%s: '%s' (expected: %s)", name, value, expected));
        }
    }
}
