package io.github.rlllm.engine.world.grid;

import io.github.rlllm.api.Ending;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The mechanics: an episode's grid, what actions do to it, and what the agent sees of it. */
final class GridWorld {
    static final int ACTIONS = 7;
    static final int LEFT = 0;
    static final int RIGHT = 1;
    static final int FORWARD = 2;
    static final int PICK_UP = 3;
    static final int DROP = 4;
    static final int TOGGLE = 5;

    private static final int VIEW = GridObservation.VIEW;
    /** The grid lies in a margin of walls as wide as the view is deep, so that no view leaves the array. */
    private static final int MARGIN = VIEW - 1;

    private static final int MAGIC = 0x671D0001;
    private static final int NOTHING = 0;
    private static final char[] SPREAD = spread();
    private static final float[] TENTHS = tenths();

    private int width;
    private int height;
    private int stride;
    private int[] cells = {};
    private int[] contents = {};
    private int at;
    private int direction;
    private final int[] ahead = new int[4];
    private int carried = NOTHING;
    private int steps;
    private int maxSteps;
    private boolean seeThroughWalls;
    private boolean running;
    private double reward;
    private Mission mission = Mission.reachGoal("");
    private final boolean[] target = new boolean[Cells.MOST_OBJECTS + 1];
    private boolean[] targetPlace = {};
    private final int[] view = new int[VIEW * VIEW];

    /** Begins an episode. */
    void load(Layout layout) {
        if (layout.agentX() < 0) {
            throw new IllegalArgumentException("layout: no agent (expected: an agent in the grid)");
        }
        shape(layout.width(), layout.height());
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                cells[index(x, y)] = layout.cell(x, y);
            }
        }
        contents = layout.contents().clone();
        at = index(layout.agentX(), layout.agentY());
        direction = layout.direction();
        carried = NOTHING;
        steps = 0;
        maxSteps = layout.maxSteps();
        seeThroughWalls = layout.seeThroughWalls();
        running = true;
        mission = layout.mission();
        Arrays.fill(target, false);
        for (int place : mission.targets()) {
            target[Cells.identity(cells[index(place % width, place / width)])] = true;
        }
        target[0] = false;
        findTargets();
    }

    private void shape(int columns, int rows) {
        int size = (columns + 2 * MARGIN) * (rows + 2 * MARGIN);
        if (columns != width || rows != height) {
            width = columns;
            height = rows;
            stride = columns + 2 * MARGIN;
            cells = new int[size];
            targetPlace = new boolean[size];
            ahead[0] = 1;
            ahead[1] = stride;
            ahead[2] = -1;
            ahead[3] = -stride;
        }
        Arrays.fill(cells, Cells.WALL);
    }

    private int index(int x, int y) {
        return (y + MARGIN) * stride + x + MARGIN;
    }

    private void findTargets() {
        Arrays.fill(targetPlace, false);
        if (mission.task() == Mission.Task.GO_TO) {
            for (int k = 0; k < cells.length; k++) {
                targetPlace[k] = target[Cells.identity(cells[k])];
            }
        }
    }

    /** Takes one action; {@link #reward()} tells what it earned. */
    Ending step(int action) {
        if (action < 0 || action >= ACTIONS) {
            throw new IllegalArgumentException("MiniGrid.step: action " + action + " (expected: 0 .. 6)");
        }
        if (!running) {
            throw new IllegalStateException("MiniGrid.step: no episode is running (expected: reset first)");
        }
        steps++;
        int front = at + ahead[direction];
        int cell = cells[front];
        boolean success = false;
        boolean burnt = false;
        switch (action) {
            case LEFT -> direction = direction + 3 & 3;
            case RIGHT -> direction = direction + 1 & 3;
            case FORWARD -> {
                if (Cells.walkable(cell)) {
                    at = front;
                    success = Cells.kind(cell) == ObjectKind.GOAL_CODE;
                    burnt = Cells.kind(cell) == ObjectKind.LAVA_CODE;
                }
            }
            case PICK_UP -> {
                if (carried == NOTHING && Cells.portable(cell)) {
                    carried = cell;
                    cells[front] = Cells.EMPTY;
                    success = mission.task() == Mission.Task.PICK_UP && target[Cells.identity(cell)];
                }
            }
            case DROP -> {
                if (carried != NOTHING && cell == Cells.EMPTY) {
                    cells[front] = carried;
                    carried = NOTHING;
                }
                findTargets();
            }
            case TOGGLE -> cells[front] = toggled(cell);
            default -> {} // "done" does nothing
        }
        success |= mission.task() == Mission.Task.GO_TO && targetPlace[at + ahead[direction]];
        reward = success ? 1 - 0.9 * ((double) steps / maxSteps) : 0;
        running = !success && !burnt && steps < maxSteps;
        if (success || burnt) {
            return Ending.TERMINATED;
        }
        return running ? Ending.NONE : Ending.TRUNCATED;
    }

    private int toggled(int cell) {
        if (Cells.kind(cell) == ObjectKind.BOX_CODE) {
            int inside = contents[Cells.identity(cell)];
            return inside == NOTHING ? Cells.EMPTY : inside;
        }
        if (Cells.kind(cell) != ObjectKind.DOOR_CODE) {
            return cell;
        }
        int state = Cells.state(cell);
        boolean key = Cells.kind(carried) == ObjectKind.KEY_CODE && Cells.color(carried) == Cells.color(cell);
        if (state == DoorState.LOCKED.ordinal() && !key) {
            return cell;
        }
        int next = state == DoorState.OPEN.ordinal() ? DoorState.CLOSED.ordinal() : DoorState.OPEN.ordinal();
        return Cells.of(ObjectKind.DOOR_CODE, Cells.color(cell), next, Cells.identity(cell));
    }

    double reward() {
        return reward;
    }

    int direction() {
        return direction;
    }

    int x() {
        return at % stride - MARGIN;
    }

    int y() {
        return at / stride - MARGIN;
    }

    /** The packed object in hand, 0 for none. */
    int carried() {
        return carried;
    }

    Mission mission() {
        return mission;
    }

    /** The whole grid's encoding, {@code [x][y][3]}. */
    byte[] encode() {
        byte[] encoding = new byte[3 * width * height];
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                int cell = cells[index(x, y)];
                int to = 3 * (x * height + y);
                encoding[to] = (byte) Cells.kind(cell);
                encoding[to + 1] = (byte) Cells.color(cell);
                encoding[to + 2] = (byte) Cells.state(cell);
            }
        }
        return encoding;
    }

    /** The view as bytes, {@code [i][j][3]}. */
    byte[] image() {
        look();
        byte[] image = new byte[GridObservation.IMAGE];
        for (int k = 0; k < view.length; k++) {
            int cell = view[k];
            image[3 * k] = (byte) cell;
            image[3 * k + 1] = (byte) (cell >> 8);
            image[3 * k + 2] = (byte) (cell >> 16);
        }
        return image;
    }

    /** The view as floats divided by 10, {@code [i][j][3]}. */
    float[] flat() {
        look();
        float[] flat = new float[GridObservation.IMAGE];
        for (int k = 0; k < view.length; k++) {
            int cell = view[k];
            flat[3 * k] = TENTHS[cell & 15];
            flat[3 * k + 1] = TENTHS[cell >> 8 & 15];
            flat[3 * k + 2] = TENTHS[cell >> 16 & 15];
        }
        return flat;
    }

    /**
     * Fills the view with packed cells, 0 where hidden. Light starts at the agent and passes row by row from near to far:
     * a lit transparent cell lights its neighbours in the row, the cell beyond, and those beside the cell beyond, in one
     * sweep to the right and one to the left. A lit opaque cell passes nothing on.
     */
    private void look() {
        int forward = ahead[direction];
        int right = ahead[direction + 1 & 3];
        int lit = 1 << VIEW / 2;
        int row = at - right * (VIEW / 2);
        for (int j = VIEW - 1; j >= 0; j--, row += forward) {
            int clear = 0;
            for (int i = 0; i < VIEW; i++) {
                int cell = cells[row + i * right];
                view[i * VIEW + j] = cell;
                clear |= Cells.opaque(cell) ? 0 : 1 << i;
            }
            if (seeThroughWalls) {
                continue;
            }
            int spread = SPREAD[lit << VIEW | clear];
            lit = spread & 127;
            for (int i = 0; i < VIEW; i++) {
                view[i * VIEW + j] &= -(lit >> i & 1);
            }
            lit = spread >> VIEW;
        }
        view[VIEW / 2 * VIEW + VIEW - 1] = carried == NOTHING ? Cells.EMPTY : carried;
    }

    /** For every row of lit cells (upper 7 bits of the index) and of clear cells: the lit cells after, and those beyond. */
    private static char[] spread() {
        char[] table = new char[1 << 2 * VIEW];
        for (int index = 0; index < table.length; index++) {
            int lit = index >> VIEW;
            int beyond = 0;
            for (int i = 0; i < VIEW - 1; i++) {
                if ((lit & index & 1 << i) != 0) {
                    lit |= 1 << i + 1;
                    beyond |= 3 << i;
                }
            }
            for (int i = VIEW - 1; i > 0; i--) {
                if ((lit & index & 1 << i) != 0) {
                    lit |= 1 << i - 1;
                    beyond |= 3 << i - 1;
                }
            }
            table[index] = (char) (beyond << VIEW | lit);
        }
        return table;
    }

    private static float[] tenths() {
        float[] tenths = new float[16];
        for (int k = 0; k < tenths.length; k++) {
            tenths[k] = k * 0.1f;
        }
        return tenths;
    }

    byte[] save() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeInt(width);
            out.writeInt(height);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    out.writeInt(cells[index(x, y)]);
                    out.writeBoolean(targetPlace[index(x, y)]);
                }
            }
            for (int k = 0; k <= Cells.MOST_OBJECTS; k++) {
                out.writeInt(contents.length == 0 ? NOTHING : contents[k]);
                out.writeBoolean(target[k]);
            }
            out.writeInt(at);
            out.writeInt(direction);
            out.writeInt(carried);
            out.writeInt(steps);
            out.writeInt(maxSteps);
            out.writeBoolean(seeThroughWalls);
            out.writeBoolean(running);
            out.writeUTF(mission.text());
            out.writeUTF(mission.task().name());
            out.writeInt(mission.targets().size());
            for (int place : mission.targets()) {
                out.writeInt(place);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // an array takes every write
        }
        return bytes.toByteArray();
    }

    void restore(byte[] saved) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(saved))) {
            if (in.readInt() != MAGIC) {
                throw new IOException("another mark");
            }
            shape(in.readInt(), in.readInt());
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    cells[index(x, y)] = in.readInt();
                    targetPlace[index(x, y)] = in.readBoolean();
                }
            }
            contents = new int[Cells.MOST_OBJECTS + 1];
            for (int k = 0; k <= Cells.MOST_OBJECTS; k++) {
                contents[k] = in.readInt();
                target[k] = in.readBoolean();
            }
            at = in.readInt();
            direction = in.readInt();
            carried = in.readInt();
            steps = in.readInt();
            maxSteps = in.readInt();
            seeThroughWalls = in.readBoolean();
            running = in.readBoolean();
            String text = in.readUTF();
            Mission.Task task = Mission.Task.valueOf(in.readUTF());
            List<Integer> places = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                places.add(in.readInt());
            }
            mission = new Mission(text, task, places);
            if (in.available() > 0) {
                throw new IOException(in.available() + " bytes too many");
            }
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "MiniGrid.restore: " + saved.length + " bytes (expected: bytes that save() gave)", e);
        }
    }
}
