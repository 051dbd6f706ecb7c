package io.github.rlllm.engine.world.grid;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The beginning of an episode: grid, agent, mission and limit. Columns x grow to the right, rows y downwards; directions
 * are 0 right, 1 down, 2 left, 3 up. Mutable while it is built, copied by the world that plays it, confined to one thread.
 */
public final class Layout {
    private final int width;
    private final int height;
    private final int[] cells;
    private final int[] contents = new int[Cells.MOST_OBJECTS + 1];
    private int objects;
    private int agentX = -1;
    private int agentY = -1;
    private int direction;
    private boolean seeThroughWalls;
    private int maxSteps = 100;
    private Mission mission = Mission.reachGoal("reach the goal");

    /**
     * An empty grid without walls.
     *
     * @param width columns, 3 to 100
     * @param height rows, 3 to 100
     * @throws IllegalArgumentException if a side is out of its range
     */
    public Layout(int width, int height) {
        if (width < 3 || width > 100 || height < 3 || height > 100) {
            throw new IllegalArgumentException("size: " + width + " x " + height + " (expected: 3 .. 100 each)");
        }
        this.width = width;
        this.height = height;
        this.cells = new int[width * height];
        Arrays.fill(cells, Cells.EMPTY);
    }

    /**
     * A grid from its encoding.
     *
     * @param width columns
     * @param height rows
     * @param encoding kind, colour and state of every cell, {@code [x][y][3]} in row-major order
     * @return a layout without agent and mission
     * @throws IllegalArgumentException if the length is not {@code 3 * width * height} or a number is no code
     */
    public static Layout decode(int width, int height, byte[] encoding) {
        Layout layout = new Layout(width, height);
        if (encoding.length != 3 * width * height) {
            throw new IllegalArgumentException(
                    "encoding: length " + encoding.length + " (expected: " + 3 * width * height + ")");
        }
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                int at = 3 * (x * height + y);
                int kind = encoding[at];
                int color = encoding[at + 1];
                int state = encoding[at + 2];
                if (kind < Cells.EMPTY
                        || kind > ObjectKind.LAVA_CODE
                        || color < 0
                        || color > 5
                        || state < 0
                        || state > 2) {
                    throw new IllegalArgumentException("encoding: cell " + x + ", " + y + " is " + kind + ", " + color
                            + ", " + state + " (expected: kind 1 .. 9, colour 0 .. 5, state 0 .. 2)");
                }
                layout.cells[y * width + x] = layout.object(kind, color, state);
            }
        }
        return layout;
    }

    private int object(int kind, int color, int state) {
        if (kind == Cells.EMPTY) {
            return Cells.EMPTY;
        }
        if (kind == ObjectKind.WALL_CODE) {
            return Cells.of(kind, color, state, 0);
        }
        if (objects == Cells.MOST_OBJECTS) {
            throw new IllegalStateException(
                    "objects: more than " + Cells.MOST_OBJECTS + " (expected: at most that many)");
        }
        return Cells.of(kind, color, state, ++objects);
    }

    /**
     * Puts an object into a cell, whatever was there.
     *
     * @param x the column
     * @param y the row
     * @param kind what; a door is closed
     * @param color its colour
     * @return this
     */
    public Layout put(int x, int y, ObjectKind kind, GridColor color) {
        int state = kind == ObjectKind.DOOR ? DoorState.CLOSED.ordinal() : 0;
        cells[index(x, y)] = object(kind.ordinal(), color.ordinal(), state);
        return this;
    }

    /**
     * Puts a door into a cell.
     *
     * @param x the column
     * @param y the row
     * @param color its colour
     * @param state open, closed or locked
     * @return this
     */
    public Layout door(int x, int y, GridColor color, DoorState state) {
        cells[index(x, y)] = object(ObjectKind.DOOR_CODE, color.ordinal(), state.ordinal());
        return this;
    }

    /**
     * Puts a box with something in it into a cell; toggling the box leaves what it holds in its place.
     *
     * @param x the column
     * @param y the row
     * @param color the box's colour
     * @param inside what it holds
     * @param insideColor the colour of what it holds
     * @return this
     */
    public Layout box(int x, int y, GridColor color, ObjectKind inside, GridColor insideColor) {
        put(x, y, ObjectKind.BOX, color);
        contents[Cells.identity(cells[index(x, y)])] = object(inside.ordinal(), insideColor.ordinal(), 0);
        return this;
    }

    /**
     * Empties a cell.
     *
     * @param x the column
     * @param y the row
     * @return this
     */
    public Layout clear(int x, int y) {
        cells[index(x, y)] = Cells.EMPTY;
        return this;
    }

    /**
     * Fills a rectangle with grey wall.
     *
     * @param x the left column
     * @param y the upper row
     * @param columns its width
     * @param rows its height
     * @return this
     */
    public Layout wall(int x, int y, int columns, int rows) {
        for (int j = y; j < y + rows; j++) {
            for (int i = x; i < x + columns; i++) {
                cells[index(i, j)] = Cells.WALL;
            }
        }
        return this;
    }

    /**
     * Builds grey walls along the grid's border.
     *
     * @return this
     */
    public Layout border() {
        return wall(0, 0, width, 1)
                .wall(0, height - 1, width, 1)
                .wall(0, 0, 1, height)
                .wall(width - 1, 0, 1, height);
    }

    /**
     * Puts the agent somewhere.
     *
     * @param x the column
     * @param y the row
     * @param facing 0 right, 1 down, 2 left, 3 up
     * @return this
     * @throws IllegalArgumentException if the agent could not stand there or the direction is none
     */
    public Layout agent(int x, int y, int facing) {
        if (!Cells.walkable(cells[index(x, y)])) {
            throw new IllegalArgumentException(
                    "agent: " + x + ", " + y + " holds a " + kind(x, y).word() + " (expected: a cell to stand on)");
        }
        if (facing < 0 || facing > 3) {
            throw new IllegalArgumentException("facing: " + facing + " (expected: 0 .. 3)");
        }
        agentX = x;
        agentY = y;
        direction = facing;
        return this;
    }

    /**
     * Gives the mission.
     *
     * @param task what is to be done
     * @return this
     */
    public Layout mission(Mission task) {
        mission = task;
        return this;
    }

    /**
     * Sets the time limit.
     *
     * @param steps the number of steps after which an episode is truncated, at least 1
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public Layout maxSteps(int steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("maxSteps: " + steps + " (expected: >= 1)");
        }
        maxSteps = steps;
        return this;
    }

    /**
     * Says whether walls and doors hide what is behind them.
     *
     * @param transparent true if nothing is hidden
     * @return this
     */
    public Layout seeThroughWalls(boolean transparent) {
        seeThroughWalls = transparent;
        return this;
    }

    /**
     * What a cell holds.
     *
     * @param x the column
     * @param y the row
     * @return the kind
     */
    public ObjectKind kind(int x, int y) {
        return ObjectKind.values()[Cells.kind(cells[index(x, y)])];
    }

    /**
     * The colour of what a cell holds.
     *
     * @param x the column
     * @param y the row
     * @return the colour, red for an empty cell
     */
    public GridColor color(int x, int y) {
        return GridColor.values()[Cells.color(cells[index(x, y)])];
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
        return height;
    }

    /**
     * The agent's column.
     *
     * @return x, or -1 before it was placed
     */
    public int agentX() {
        return agentX;
    }

    /**
     * The agent's row.
     *
     * @return y, or -1 before it was placed
     */
    public int agentY() {
        return agentY;
    }

    /**
     * The agent's direction.
     *
     * @return 0 right, 1 down, 2 left, 3 up
     */
    public int direction() {
        return direction;
    }

    /**
     * What is to be done.
     *
     * @return the mission
     */
    public Mission mission() {
        return mission;
    }

    /**
     * The time limit.
     *
     * @return the number of steps after which an episode is truncated
     */
    public int maxSteps() {
        return maxSteps;
    }

    /**
     * Whether walls and doors hide nothing.
     *
     * @return true if nothing is hidden
     */
    public boolean seeThroughWalls() {
        return seeThroughWalls;
    }

    int cell(int x, int y) {
        return cells[index(x, y)];
    }

    int[] contents() {
        return contents;
    }

    void removeAgent() {
        agentX = -1;
        agentY = -1;
    }

    /** Draws an empty cell without the agent in a rectangle; the caller makes sure that there is one. */
    int[] draw(RandomGenerator rng, int x, int y, int columns, int rows) {
        while (true) {
            int i = x + rng.nextInt(columns);
            int j = y + rng.nextInt(rows);
            if (cell(i, j) == Cells.EMPTY && !(i == agentX && j == agentY)) {
                return new int[] {i, j};
            }
        }
    }

    private int index(int x, int y) {
        if (x < 0 || x >= width || y < 0 || y >= height) {
            throw new IllegalArgumentException(
                    "cell: " + x + ", " + y + " (expected: within " + width + " x " + height + ")");
        }
        return y * width + x;
    }
}
