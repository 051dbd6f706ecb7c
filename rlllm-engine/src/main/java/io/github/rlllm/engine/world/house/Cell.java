package io.github.rlllm.engine.world.house;

import org.jspecify.annotations.Nullable;

/** What a cell holds, as a byte: -1 unknown, 0 floor, 1 wall, 2 .. 19 portable things, 20 .. 37 doors by state. */
final class Cell {
    static final byte UNKNOWN = -1;
    static final byte FLOOR = 0;
    static final byte WALL = 1;
    private static final int THINGS = 2;
    private static final int COLOURS = Colour.values().length;
    private static final int DOORS = THINGS + 3 * COLOURS;
    private static final int CLOSED = DOORS + COLOURS;
    private static final DoorState[] STATES = DoorState.values();

    private Cell() {}

    static byte portable(Thing thing) {
        return (byte) (THINGS + thing.index());
    }

    static byte door(Colour colour, DoorState state) {
        return (byte) (DOORS + COLOURS * state.ordinal() + colour.ordinal());
    }

    static boolean isPortable(int cell) {
        return cell >= THINGS && cell < DOORS;
    }

    static boolean isDoor(int cell) {
        return cell >= DOORS;
    }

    static boolean isOpenDoor(int cell) {
        return cell >= DOORS && cell < CLOSED;
    }

    /** Whether one can step onto it. */
    static boolean walkable(int cell) {
        return cell == FLOOR || isOpenDoor(cell);
    }

    /** Whether one sees what lies behind it: all but walls and shut doors. */
    static boolean transparent(int cell) {
        return cell != WALL && cell < CLOSED;
    }

    static DoorState state(int door) {
        return STATES[(door - DOORS) / COLOURS];
    }

    /** The cell after a toggle by somebody who carries {@code carried} (a cell, or floor for nothing). */
    static byte toggled(int cell, int carried) {
        int colour = (cell - DOORS) % COLOURS;
        return switch (state(cell)) {
            case OPEN -> (byte) (CLOSED + colour);
            case CLOSED -> (byte) (DOORS + colour);
            case LOCKED -> (byte) (carried == keyOf(cell) ? DOORS + colour : cell);
        };
    }

    /** The cell of the key that fits a door. */
    static int keyOf(int door) {
        return THINGS + 2 * COLOURS + (door - DOORS) % COLOURS;
    }

    /** Index of the thing in {@link Thing#all}, or -1 where there is none. */
    static int thingIndex(int cell) {
        return cell < THINGS ? -1 : cell < DOORS ? cell - THINGS : 3 * COLOURS + (cell - DOORS) % COLOURS;
    }

    static @Nullable Thing thing(int cell) {
        int index = thingIndex(cell);
        return index < 0 ? null : Thing.all().get(index);
    }
}
