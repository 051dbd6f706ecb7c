package io.github.rlllm.engine.world.house;

import java.util.Arrays;

/**
 * Encodes what an agent knows, and its goal, as numbers in [-1, 1]. Everything is computed from the agent's own map of
 * past partial views and from its count of moves; nothing from the true state, and no path or next step of one.
 *
 * <p>All positions are egocentric: {@code f} cells ahead, {@code r} to the right. In order:
 *
 * <ul>
 *   <li>five planes of the 7 x 7 cells around the agent: blocked; a shut door that it can open; unknown; the target; any
 *       door. Row-major from three ahead to three behind;
 *   <li>the kind of goal (4), what is carried (anything, a key, the target), the target's last-seen offset (known,
 *       f, r, both again clipped to 2, whether it is beside the agent) and, of a door, its state (4);
 *   <li>the two inner walls: known, offset, side, and whether the target is beyond (2 x 4). That a house has one wall
 *       each way near its middle is prior knowledge; where it is must be seen;
 *   <li>the arms of the inner walls, ahead, right, behind and left of their crossing: whether a door is known there,
 *       whether it can be opened, is locked, its offset as above, and whether the whole arm is known to have none (4 x 8);
 *   <li>exploration: the unknown share of the four rooms (4), and the offset of the nearest unknown cell of the agent's
 *       own room by straight counting (5).
 * </ul>
 */
public final class HouseObservation {
    private static final int RADIUS = 3;
    private static final int WINDOW = (2 * RADIUS + 1) * (2 * RADIUS + 1);

    /** The number of elements. */
    public static final int SIZE = 5 * WINDOW + 4 + 3 + 6 + 4 + 8 + 32 + 9;

    private HouseObservation() {}

    /** Writes the observation under a goal of what is known: the first width x height bytes of {@code map}. */
    static void encode(
            byte[] map, int width, int height, int x, int y, int heading, int carried, SkillGoal goal, float[] out) {
        new Frame(map, width, height, x, y, heading, carried).write(goal, out);
    }

    /** One look at a map from a pose. */
    private static final class Frame {
        final byte[] map;
        final int width;
        final int height;
        final int x;
        final int y;
        final int heading;
        final int carried;
        final int fx;
        final int fy;

        Frame(byte[] map, int width, int height, int x, int y, int heading, int carried) {
            this.map = map;
            this.width = width;
            this.height = height;
            this.x = x;
            this.y = y;
            this.heading = heading;
            this.carried = carried;
            fx = HouseState.DX[heading];
            fy = HouseState.DY[heading];
        }

        int ahead(int px, int py) {
            return (px - x) * fx + (py - y) * fy;
        }

        int right(int px, int py) {
            return -(px - x) * fy + (py - y) * fx;
        }

        void write(SkillGoal goal, float[] out) {
            int wanted = goal.target().index();
            int target = -1;
            for (int i = 0; i < width * height; i++) {
                if (map[i] > Cell.WALL && Cell.thingIndex(map[i]) == wanted) {
                    target = i;
                    break;
                }
            }
            Arrays.fill(out, 0);
            planes(target, out);
            int at = 5 * WINDOW;
            out[at + goal.kind().ordinal()] = 1;
            at += 4;
            out[at++] = carried != Cell.FLOOR ? 1 : 0;
            out[at++] = carried >= Cell.keyOf(Cell.door(Colour.RED, DoorState.OPEN)) ? 1 : 0;
            out[at++] = carried != Cell.FLOOR && Cell.thingIndex(carried) == wanted ? 1 : 0;
            if (target >= 0) {
                out[at] = 1;
                offset(target % width, target / width, out, at + 1);
                int f = ahead(target % width, target / width);
                int r = right(target % width, target / width);
                out[at + 5] = Math.abs(f) + Math.abs(r) == 1 ? 1 : 0;
                if (Cell.isDoor(map[target])) {
                    DoorState state = Cell.state(map[target]);
                    out[
                            at
                                    + 6
                                    + (state == DoorState.LOCKED && carried == Cell.keyOf(map[target])
                                            ? 3
                                            : state.ordinal())] = 1;
                }
            }
            rooms(target, out, at + 10);
        }

        void planes(int target, float[] out) {
            int rx = -fy;
            int ry = fx;
            int plane = 0;
            for (int f = RADIUS; f >= -RADIUS; f--) {
                for (int r = -RADIUS; r <= RADIUS; r++, plane++) {
                    int px = x + f * fx + r * rx;
                    int py = y + f * fy + r * ry;
                    if (px < 0 || py < 0 || px >= width || py >= height) {
                        out[plane] = 1;
                        continue;
                    }
                    int cell = map[py * width + px];
                    if (cell == Cell.UNKNOWN) {
                        out[plane + 2 * WINDOW] = 1;
                    } else if (cell != Cell.FLOOR) {
                        boolean openable = openable(cell);
                        out[plane] = openable || Cell.walkable(cell) ? 0 : 1;
                        out[plane + WINDOW] = openable ? 1 : 0;
                        out[plane + 3 * WINDOW] = py * width + px == target ? 1 : 0;
                        out[plane + 4 * WINDOW] = Cell.isDoor(cell) ? 1 : 0;
                    }
                }
            }
        }

        boolean openable(int cell) {
            return Cell.isDoor(cell)
                    && !Cell.isOpenDoor(cell)
                    && (Cell.state(cell) == DoorState.CLOSED || carried == Cell.keyOf(cell));
        }

        void offset(int px, int py, float[] out, int at) {
            int f = ahead(px, py);
            int r = right(px, py);
            out[at] = f / 10f;
            out[at + 1] = r / 10f;
            out[at + 2] = Math.max(-2, Math.min(2, f)) / 2f;
            out[at + 3] = Math.max(-2, Math.min(2, r)) / 2f;
        }

        void rooms(int target, float[] out, int start) {
            int column = innerWall(width, height, 1, width);
            int row = innerWall(height, width, width, 1);
            int cx = Math.abs(column);
            int cy = Math.abs(row);
            int at = start;
            boolean alongX = fy == 0;
            at = wall(alongX ? column : row, alongX ? fx : fy, alongX, target, out, at);
            at = wall(alongX ? row : column, alongX ? fx : -fy, !alongX, target, out, at);
            for (int arm = 0; arm < 4; arm++, at += 8) {
                int direction = (heading + arm) & 3;
                arm(cx, cy, HouseState.DX[direction], HouseState.DY[direction], out, at);
            }
            exploration(cx, cy, out, at);
        }

        /**
         * Where the inner wall lies: the candidate next to the middle on which a wall was seen away from the crossing;
         * the negative middle where none was.
         */
        int innerWall(int size, int across, int step, int stride) {
            int middle = size / 2;
            for (int line = middle - 1; line <= middle + 1; line++) {
                for (int k = 1; k < across - 1; k++) {
                    if (Math.abs(k - across / 2) > 1 && map[line * step + k * stride] == Cell.WALL) {
                        return line;
                    }
                }
            }
            return -middle;
        }

        int wall(int line, int sign, boolean alongX, int target, float[] out, int at) {
            int here = alongX ? x : y;
            int offset = sign * (Math.abs(line) - here);
            out[at] = line > 0 ? 1 : 0;
            out[at + 1] = offset / 10f;
            out[at + 2] = Integer.signum(offset);
            if (target >= 0) {
                int there = alongX ? target % width : target / width;
                out[at + 3] = (there - Math.abs(line)) * (here - Math.abs(line)) < 0 ? 1 : 0;
            }
            return at + 4;
        }

        void arm(int cx, int cy, int dx, int dy, float[] out, int at) {
            boolean allKnown = true;
            for (int px = cx + dx, py = cy + dy; px > 0 && py > 0 && px < width - 1 && py < height - 1; ) {
                int cell = map[py * width + px];
                allKnown &= cell != Cell.UNKNOWN;
                if (Cell.isDoor(cell)) {
                    out[at] = 1;
                    out[at + 1] = openable(cell) ? 1 : 0;
                    out[at + 2] = Cell.state(cell) == DoorState.LOCKED ? 1 : 0;
                    offset(px, py, out, at + 3);
                    return;
                }
                px += dx;
                py += dy;
            }
            out[at + 7] = allKnown ? 1 : 0;
        }

        void exploration(int cx, int cy, float[] out, int at) {
            int[] cells = new int[4];
            int[] unknown = new int[4];
            int nearest = Integer.MAX_VALUE;
            int nearestAt = -1;
            for (int py = 1; py < height - 1; py++) {
                for (int px = 1; px < width - 1; px++) {
                    if (px == cx || py == cy) {
                        continue;
                    }
                    // Rooms clockwise from north-east, turned so that the first is ahead to the right of the crossing.
                    int room = px > cx ? (py < cy ? 0 : 1) : (py < cy ? 3 : 2);
                    room = (room - heading + 3) & 3;
                    cells[room]++;
                    if (map[py * width + px] == Cell.UNKNOWN) {
                        unknown[room]++;
                        int distance = Math.abs(px - x) + Math.abs(py - y);
                        if (distance < nearest && px > cx == x > cx && py > cy == y > cy) {
                            nearest = distance;
                            nearestAt = py * width + px;
                        }
                    }
                }
            }
            for (int room = 0; room < 4; room++) {
                out[at + room] = cells[room] == 0 ? 0 : (float) unknown[room] / cells[room];
            }
            if (nearestAt >= 0) {
                out[at + 4] = 1;
                offset(nearestAt % width, nearestAt / width, out, at + 5);
            }
        }
    }
}
