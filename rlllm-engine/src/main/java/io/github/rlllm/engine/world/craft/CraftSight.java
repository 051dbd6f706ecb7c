package io.github.rlllm.engine.world.craft;

import java.util.Arrays;

/**
 * What the agent has seen, and how it is shown to a policy. Everything comes from its own past views of the cells around it;
 * no path and nothing of the true map.
 *
 * <p>Kept without a goal, as bytes: the 7 x 7 cells around the agent, its heading and tool, its last action, where it last
 * saw each resource nearest, and where the nearest cell is that it never saw. An observation under a goal is, in order:
 *
 * <ul>
 *   <li>three planes of the 7 x 7 cells: the target; nobody walks there; the tool at hand would clear it;
 *   <li>to find or to collect (2), whether the target walks about (1), the heading (4), whether the target is in front (1),
 *       the last action (5) and whether it changed nothing (1);
 *   <li>to find alone: the offset of the target where it was last seen and of the nearest unseen cell (known, and x and y
 *       each at two scales: 2 x 5), and how much is unseen in the eight directions. Collecting is by sight: these are 0.
 * </ul>
 */
final class CraftSight {
    static final int RADIUS = 3;
    static final int WINDOW = (2 * RADIUS + 1) * (2 * RADIUS + 1);
    /** The code of the first animal in a window: one above those of blocks. */
    static final int ANIMALS = 16;

    static final int OBSERVATION = 3 * WINDOW + 14 + 10 + 8;

    private static final int GIVEN_UP = 64;
    private static final int KINDS = Resource.VALUES.length;
    private static final int HEADING = WINDOW;
    private static final int TIER = HEADING + 1;
    private static final int LAST = TIER + 1;
    private static final int IDLE = LAST + 1;
    private static final int SEEN = IDLE + 1;
    private static final int UNSEEN = SEEN + 2 * KINDS;
    private static final int OCTANTS = UNSEEN + 2;
    /** The length of what is kept. */
    static final int MEMORY = OCTANTS + 8;

    private static final byte NOWHERE = Byte.MAX_VALUE;
    private static final byte UNKNOWN = -1;
    private static final byte WATER = (byte) Block.WATER.ordinal();
    /** How far unseen cells count towards the eight directions. */
    private static final int FAR = 12;

    private final int size;
    /** Block numbers as last seen; {@link #UNKNOWN} where nothing was. */
    private final byte[] known;
    /** Cells whose resource the agent does not count any more. */
    private final boolean[] givenUp;

    private final int[] lastX;
    private final int[] lastY;

    CraftSight(int size, int animals) {
        this.size = size;
        known = new byte[size * size];
        givenUp = new boolean[known.length];
        lastX = new int[animals];
        lastY = new int[animals];
        forget();
    }

    void forget() {
        Arrays.fill(known, UNKNOWN);
        Arrays.fill(givenUp, false);
        Arrays.fill(lastX, -1);
    }

    void look(CraftWorld world) {
        for (int y = Math.max(0, world.y - RADIUS); y <= Math.min(size - 1, world.y + RADIUS); y++) {
            for (int x = Math.max(0, world.x - RADIUS); x <= Math.min(size - 1, world.x + RADIUS); x++) {
                known[y * size + x] = world.cells[y * size + x];
            }
        }
        for (int i = 0; i < lastX.length; i++) {
            if (world.alive[i] && within(world, world.animalX[i], world.animalY[i], RADIUS)) {
                lastX[i] = world.animalX[i];
                lastY[i] = world.animalY[i];
            } else if (lastX[i] >= 0 && within(world, lastX[i], lastY[i], RADIUS)) {
                lastX[i] = -1;
            }
        }
    }

    private static boolean within(CraftWorld world, int x, int y, int radius) {
        return Math.abs(x - world.x) <= radius && Math.abs(y - world.y) <= radius;
    }

    /** From now on the resources of a kind that are near do not count. */
    void giveUp(CraftWorld world, int block, int reach) {
        for (int y = Math.max(0, world.y - reach); y <= Math.min(size - 1, world.y + reach); y++) {
            for (int x = Math.max(0, world.x - reach); x <= Math.min(size - 1, world.x + reach); x++) {
                givenUp[y * size + x] |= world.cells[y * size + x] == block;
            }
        }
    }

    boolean givenUp(int cell) {
        return givenUp[cell];
    }

    /** Writes {@link #MEMORY} bytes. */
    void remember(CraftWorld world, byte[] out) {
        int at = 0;
        for (int y = world.y - RADIUS; y <= world.y + RADIUS; y++) {
            for (int x = world.x - RADIUS; x <= world.x + RADIUS; x++) {
                boolean inside = CraftMap.inside(x, y);
                int cell = inside ? y * size + x : 0;
                int code = inside ? world.cells[cell] : Block.WATER.ordinal();
                out[at++] = (byte) (inside && givenUp[cell] ? code | GIVEN_UP : code);
            }
        }
        for (int i = 0; i < world.animalX.length; i++) {
            if (world.alive[i] && within(world, world.animalX[i], world.animalY[i], RADIUS)) {
                out[(world.animalY[i] - world.y + RADIUS) * (2 * RADIUS + 1) + world.animalX[i] - world.x + RADIUS] =
                        (byte) world.animal(i).code();
            }
        }
        out[HEADING] = (byte) world.heading;
        out[TIER] = (byte) world.tier();
        out[LAST] = (byte) world.lastAction;
        out[IDLE] = (byte) (world.idle ? 1 : 0);
        offsets(world, out);
    }

    private void offsets(CraftWorld world, byte[] out) {
        Arrays.fill(out, SEEN, OCTANTS, NOWHERE);
        int[] nearest = new int[KINDS + 1];
        int[] unseen = new int[8];
        Arrays.fill(nearest, Integer.MAX_VALUE);
        int cell = 0;
        for (int dy = -world.y; dy < size - world.y; dy++) {
            for (int dx = -world.x; dx < size - world.x; dx++) {
                byte block = known[cell];
                if (block == UNKNOWN) {
                    nearer(out, nearest, KINDS, dx, dy);
                    if (Math.abs(dx) <= FAR && Math.abs(dy) <= FAR) {
                        unseen[octant(dx, dy)]++;
                    }
                } else if (block > WATER && !givenUp[cell]) {
                    Resource resource = Resource.of(block);
                    if (resource != null) {
                        nearer(out, nearest, resource.ordinal(), dx, dy);
                    }
                }
                cell++;
            }
        }
        for (int i = 0; i < lastX.length; i++) {
            if (lastX[i] >= 0) {
                nearer(out, nearest, world.animal(i).ordinal(), lastX[i] - world.x, lastY[i] - world.y);
            }
        }
        for (int d = 0; d < 8; d++) {
            out[OCTANTS + d] = (byte) Math.min(Byte.MAX_VALUE, unseen[d]);
        }
    }

    private static void nearer(byte[] out, int[] nearest, int kind, int dx, int dy) {
        int distance = Math.abs(dx) + Math.abs(dy);
        if (distance < nearest[kind]) {
            nearest[kind] = distance;
            out[SEEN + 2 * kind] = (byte) dx;
            out[SEEN + 2 * kind + 1] = (byte) dy;
        }
    }

    /** Of eight equal sectors, by signs and by which offset is greater. */
    private static int octant(int dx, int dy) {
        return (dx > 0 ? 1 : 0) + (dy > 0 ? 2 : 0) + (Math.abs(dx) > Math.abs(dy) ? 4 : 0);
    }

    /** The observation under a goal of what {@link #remember} wrote. */
    static void observe(byte[] memory, CraftGoal goal, float[] out) {
        Arrays.fill(out, 0, OBSERVATION, 0);
        int target = goal.resource().code();
        int tier = memory[TIER];
        for (int c = 0; c < WINDOW; c++) {
            int code = memory[c];
            out[c] = code == target ? 1 : 0;
            int block = code & ~GIVEN_UP;
            out[WINDOW + c] = block == Block.GRASS.ordinal() ? 0 : 1;
            Resource resource = block >= ANIMALS ? null : Resource.of(block);
            out[2 * WINDOW + c] = resource != null && resource.tier() <= tier ? 1 : 0;
        }
        int at = 3 * WINDOW;
        boolean find = goal.kind() == CraftGoal.Kind.FIND;
        out[at] = find ? 1 : 0;
        out[at + 1] = find ? 0 : 1;
        out[at + 2] = goal.resource().block() == null ? 1 : 0;
        int heading = memory[HEADING];
        out[at + 3 + heading] = 1;
        int front = (RADIUS + CraftWorld.DY[heading]) * (2 * RADIUS + 1) + RADIUS + CraftWorld.DX[heading];
        out[at + 7] = memory[front] == target ? 1 : 0;
        if (memory[LAST] >= 0) {
            out[at + 8 + memory[LAST]] = 1;
        }
        out[at + 13] = memory[IDLE];
        if (find) {
            offset(memory, SEEN + 2 * goal.resource().ordinal(), out, at + 14);
            offset(memory, UNSEEN, out, at + 19);
            for (int d = 0; d < 8; d++) {
                out[at + 24 + d] = memory[OCTANTS + d] / 80f;
            }
        }
    }

    private static void offset(byte[] memory, int from, float[] out, int to) {
        if (memory[from] != NOWHERE) {
            out[to] = 1;
            for (int i = 0; i < 2; i++) {
                out[to + 1 + 2 * i] = Math.max(-1, Math.min(1, memory[from + i] / 3f));
                out[to + 2 + 2 * i] = Math.max(-1, Math.min(1, memory[from + i] / 16f));
            }
        }
    }
}
