package io.github.rlllm.engine.world.house;

import java.util.Arrays;

/**
 * What an agent knows: a map of last-seen cells, filled from partial views alone, with the agent's own pose and what it
 * carries. The agent keeps count of its own moves, so that its pose in the map is known to it.
 *
 * <p>The view is 7 x 7 cells: from the agent's row to 6 ahead, 3 to each side. Walls and shut doors hide what is behind
 * them: a cell is seen if cells that are neither join it to the agent's cell by their sides within the view, or if it is
 * a wall or a shut door that touches such a cell by a side or a corner.
 */
final class HouseMemory {
    static final int DEPTH = 7;
    static final int SIDE = 3;
    private static final int WIDTH = 2 * SIDE + 1;

    final int width;
    final byte[] map;
    int x;
    int y;
    int heading;
    int carried;

    private final boolean[] air = new boolean[DEPTH * WIDTH];
    private final int[] queue = new int[DEPTH * WIDTH];

    HouseMemory(int width, int height) {
        this.width = width;
        map = new byte[width * height];
        forget();
    }

    void forget() {
        Arrays.fill(map, Cell.UNKNOWN);
    }

    /** Looks around once and writes what is seen into the map. */
    void look(HouseState state) {
        x = state.x();
        y = state.y();
        heading = state.heading();
        carried = state.carriedCell();
        Arrays.fill(air, false);
        int tail = 0;
        queue[tail++] = SIDE;
        air[SIDE] = true;
        for (int head = 0; head < tail; head++) {
            int f = queue[head] / WIDTH;
            int r = queue[head] % WIDTH - SIDE;
            for (int df = -1; df <= 1; df++) {
                for (int dr = -1; dr <= 1; dr++) {
                    int at = position(f + df, r + dr);
                    if (at < 0) {
                        continue;
                    }
                    int cell = state.cell(at);
                    int next = (f + df) * WIDTH + r + dr + SIDE;
                    if (!Cell.transparent(cell)) {
                        map[at] = (byte) cell;
                    } else if (!air[next] && (df == 0 || dr == 0)) {
                        air[next] = true;
                        queue[tail++] = next;
                    }
                }
            }
            int at = position(f, r);
            map[at] = (byte) state.cell(at);
        }
    }

    /** Index in the map of the cell {@code f} ahead and {@code r} to the right, or -1 outside the view or the house. */
    private int position(int f, int r) {
        if (f < 0 || f >= DEPTH || r < -SIDE || r > SIDE) {
            return -1;
        }
        int right = (heading + 1) & 3;
        int px = x + f * HouseState.DX[heading] + r * HouseState.DX[right];
        int py = y + f * HouseState.DY[heading] + r * HouseState.DY[right];
        return px < 0 || py < 0 || px >= width || py >= map.length / width ? -1 : py * width + px;
    }
}
