package io.github.rlllm.engine.world.house;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The complete, true state of a house: for planners that are given it, oracles, success predicates and tests. A learner
 * never sees it. Immutable and thread-safe; {@link #after} answers the next state.
 *
 * <p>Coordinates: x grows to the east, y to the south, (0, 0) is the north-west corner; heading 0 is east, 1 south, 2
 * west, 3 north.
 */
public final class HouseState {
    static final int[] DX = {1, 0, -1, 0};
    static final int[] DY = {0, 1, 0, -1};

    private final int width;
    private final byte[] cells;
    private final int x;
    private final int y;
    private final int heading;
    private final byte carried;
    private final int justPut;
    private final int[] places;

    HouseState(int width, byte[] cells, int x, int y, int heading, byte carried, int justPut) {
        this(width, cells, x, y, heading, carried, justPut, places(cells));
    }

    private HouseState(int width, byte[] cells, int x, int y, int heading, byte carried, int justPut, int[] places) {
        this.width = width;
        this.cells = cells;
        this.x = x;
        this.y = y;
        this.heading = heading;
        this.carried = carried;
        this.justPut = justPut;
        this.places = places;
    }

    /** Index of the cell of each thing, or -1. */
    private static int[] places(byte[] cells) {
        int[] places = new int[Thing.all().size()];
        Arrays.fill(places, -1);
        for (int i = 0; i < cells.length; i++) {
            int thing = Cell.thingIndex(cells[i]);
            if (thing >= 0) {
                places[thing] = i;
            }
        }
        return places;
    }

    /**
     * The state after a primitive action. An action that cannot be done changes nothing.
     *
     * @param action what is done
     * @return the next state
     */
    public HouseState after(HouseAction action) {
        int front = front();
        int ahead = cells[front];
        return switch (action) {
            case LEFT -> new HouseState(width, cells, x, y, (heading + 3) & 3, carried, -1, places);
            case RIGHT -> new HouseState(width, cells, x, y, (heading + 1) & 3, carried, -1, places);
            case FORWARD ->
                Cell.walkable(ahead)
                        ? new HouseState(width, cells, x + DX[heading], y + DY[heading], heading, carried, -1, places)
                        : settled();
            case PICK_UP ->
                carried == Cell.FLOOR && Cell.isPortable(ahead) ? with(front, Cell.FLOOR, (byte) ahead, -1) : settled();
            case DROP ->
                carried != Cell.FLOOR && ahead == Cell.FLOOR && !doorstep(front)
                        ? with(front, carried, Cell.FLOOR, front)
                        : settled();
            case TOGGLE -> Cell.isDoor(ahead) ? with(front, Cell.toggled(ahead, carried), carried, -1) : settled();
        };
    }

    private HouseState settled() {
        return justPut < 0 ? this : new HouseState(width, cells, x, y, heading, carried, -1, places);
    }

    private HouseState with(int cell, byte content, byte nowCarried, int put) {
        byte[] changed = cells.clone();
        changed[cell] = content;
        return new HouseState(width, changed, x, y, heading, nowCarried, put);
    }

    /**
     * Whether a goal is reached in this state.
     *
     * @param goal the goal
     * @return go to: the cell in front holds the target; pick up: it is carried; open: the door is open; put down next
     *     to: the last action put something on a cell that touches the target's by a side
     */
    public boolean achieved(SkillGoal goal) {
        Thing target = goal.target();
        return switch (goal.kind()) {
            case GO_TO -> target.equals(Cell.thing(cells[front()]));
            case PICK_UP -> carried == Cell.portable(target);
            case OPEN -> door(target.colour()) == DoorState.OPEN;
            case PUT_NEXT_TO -> justPut >= 0 && adjacent(justPut, find(target));
        };
    }

    /**
     * Whether a goal makes sense in this state: the target is in the house, and go to: it is not in hand; pick up: the
     * hands are empty or hold it; open: the door is not locked or its key is in hand; put down next to: something else
     * than the target is in hand (or was put there this very moment). Says nothing about a way to it.
     *
     * @param goal the goal
     * @return true if its precondition holds
     */
    public boolean admits(SkillGoal goal) {
        Thing target = goal.target();
        int at = find(target);
        return switch (goal.kind()) {
            case GO_TO -> at >= 0;
            case PICK_UP -> achieved(goal) || (at >= 0 && carried == Cell.FLOOR);
            case OPEN -> at >= 0 && (Cell.state(cells[at]) != DoorState.LOCKED || carried == Cell.keyOf(cells[at]));
            case PUT_NEXT_TO -> achieved(goal) || (at >= 0 && carried != Cell.FLOOR);
        };
    }

    /**
     * What is carried.
     *
     * @return the thing, or null with empty hands
     */
    public @Nullable Thing carrying() {
        return Cell.thing(carried);
    }

    /**
     * What is in the house, doors and the carried thing included.
     *
     * @return the things in reading order, the carried one last; the set belongs to the caller
     */
    public Set<Thing> things() {
        Set<Thing> things = new LinkedHashSet<>();
        for (byte cell : cells) {
            Thing thing = Cell.thing(cell);
            if (thing != null) {
                things.add(thing);
            }
        }
        Thing held = carrying();
        if (held != null) {
            things.add(held);
        }
        return things;
    }

    /**
     * How the door of a colour stands.
     *
     * @param colour the colour
     * @return its state, or null where there is no such door
     */
    public @Nullable DoorState door(Colour colour) {
        int at = find(new Thing(Thing.Kind.DOOR, colour));
        return at < 0 ? null : Cell.state(cells[at]);
    }

    /**
     * The colours of the locked doors.
     *
     * @return a set that belongs to the caller
     */
    public Set<Colour> lockedDoors() {
        Set<Colour> locked = EnumSet.noneOf(Colour.class);
        for (Colour colour : Colour.values()) {
            if (door(colour) == DoorState.LOCKED) {
                locked.add(colour);
            }
        }
        return locked;
    }

    /**
     * Whether two things stand side by side, not diagonally.
     *
     * @param one a thing
     * @param other another
     * @return false where one is carried or not in the house
     */
    public boolean nextTo(Thing one, Thing other) {
        int a = find(one);
        return a >= 0 && adjacent(a, find(other));
    }

    /**
     * The agent's column.
     *
     * @return x
     */
    public int x() {
        return x;
    }

    /**
     * The agent's row.
     *
     * @return y
     */
    public int y() {
        return y;
    }

    /**
     * The agent's heading.
     *
     * @return 0 east, 1 south, 2 west, 3 north
     */
    public int heading() {
        return heading;
    }

    /**
     * The number of columns.
     *
     * @return the width
     */
    public int width() {
        return width;
    }

    /**
     * The number of rows.
     *
     * @return the height
     */
    public int height() {
        return cells.length / width;
    }

    int cell(int index) {
        return cells[index];
    }

    int justPut() {
        return justPut;
    }

    int carriedCell() {
        return carried;
    }

    int front() {
        return (y + DY[heading]) * width + x + DX[heading];
    }

    /** Index of the cell that holds the thing, or -1. */
    int find(Thing thing) {
        return places[thing.index()];
    }

    /** Whether a cell touches a door by a side: nothing may lie there, so that no door is ever blocked. */
    boolean doorstep(int cell) {
        return Cell.isDoor(cells[cell - 1])
                || Cell.isDoor(cells[cell + 1])
                || Cell.isDoor(cells[cell - width])
                || Cell.isDoor(cells[cell + width]);
    }

    private boolean adjacent(int a, int b) {
        return b >= 0 && Math.abs(a % width - b % width) + Math.abs(a / width - b / width) == 1;
    }

    byte[] cells() {
        return cells.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HouseState state
                && width == state.width
                && x == state.x
                && y == state.y
                && heading == state.heading
                && carried == state.carried
                && justPut == state.justPut
                && Arrays.equals(cells, state.cells);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(cells) + (y * width + x) * 4 + heading) + carried;
    }

    /** The floor plan as {@link HouseLayout#parse} reads it; the agent hides the open door that it stands in. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            if (i > 0 && i % width == 0) {
                text.append('\n');
            }
            text.append(i % width == 0 ? "" : " ").append(symbol(i));
        }
        return carried == Cell.FLOOR ? text.toString() : text + "\ncarrying " + carrying();
    }

    private String symbol(int i) {
        if (i == y * width + x) {
            return ">v<^".charAt(heading) + " ";
        }
        int cell = cells[i];
        if (cell == Cell.FLOOR || cell == Cell.WALL) {
            return cell == Cell.FLOOR ? ". " : "# ";
        }
        Thing thing = Thing.all().get(Cell.thingIndex(cell));
        return Cell.isDoor(cell)
                ? doorSymbol(cell)
                : colourLetter(thing.colour()) + "oxk".charAt(thing.kind().ordinal());
    }

    private static String doorSymbol(int cell) {
        Thing thing = Thing.all().get(Cell.thingIndex(cell));
        return colourLetter(thing.colour()) + "_+!".charAt(Cell.state(cell).ordinal());
    }

    private static String colourLetter(Colour colour) {
        return colour == Colour.GREY ? "a" : colour.name().substring(0, 1).toLowerCase(Locale.ROOT);
    }
}
