package io.github.rlllm.engine.world.craft;

import java.util.SplittableRandom;

/**
 * Draws maps. Blobs of rock hold tunnels, coal, iron and, in few places, gems; forests are loose; lakes are in the way. From
 * the start enough of everything can be reached by somebody with the tools for it.
 */
final class CraftMap {
    static final int SIZE = 32;
    static final int SHEEP = 4;
    static final int COWS = 4;
    /** A character for each block. */
    private static final String SIGNS = ".~TRcigtf";

    private static final int[] LEAST = {24, 40, 6, 5, 2};

    final byte[] cells = new byte[SIZE * SIZE];
    final int[] animalX = new int[SHEEP + COWS];
    final int[] animalY = new int[SHEEP + COWS];
    int x;
    int y;

    private CraftMap() {}

    /** The map of a seed: equal seeds give equal maps. */
    static CraftMap generate(long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        while (true) {
            CraftMap map = new CraftMap();
            map.draw(rng);
            if (map.rich()) {
                return map;
            }
        }
    }

    private void draw(SplittableRandom rng) {
        for (int i = 0; i < 6; i++) {
            blob(rng, 3 + rng.nextInt(3), Block.TREE, .4);
        }
        for (int i = 0; i < 12; i++) {
            set(rng.nextInt(SIZE), rng.nextInt(SIZE), Block.TREE);
        }
        for (int i = 0; i < 3; i++) {
            blob(rng, 4 + rng.nextInt(3), Block.ROCK, 1);
        }
        for (int i = 0; i < 4; i++) {
            blob(rng, 1 + rng.nextInt(3), Block.WATER, .95);
        }
        ores(rng);
        for (int i = 0; i < 3; i++) {
            tunnel(rng);
        }
        do {
            x = 4 + rng.nextInt(SIZE - 8);
            y = 4 + rng.nextInt(SIZE - 8);
        } while (at(x, y) != Block.GRASS);
        for (int i = 0; i < animalX.length; i++) {
            do {
                animalX[i] = rng.nextInt(SIZE);
                animalY[i] = rng.nextInt(SIZE);
            } while (at(animalX[i], animalY[i]) != Block.GRASS || animalX[i] == x && animalY[i] == y || taken(i));
        }
    }

    private boolean taken(int animal) {
        for (int i = 0; i < animal; i++) {
            if (animalX[i] == animalX[animal] && animalY[i] == animalY[animal]) {
                return true;
            }
        }
        return false;
    }

    /** An uneven disc. */
    private void blob(SplittableRandom rng, int radius, Block block, double density) {
        int cx = rng.nextInt(SIZE);
        int cy = rng.nextInt(SIZE);
        double stretch = .7 + .6 * rng.nextDouble();
        for (int j = -radius - 1; j <= radius + 1; j++) {
            for (int i = -2 * radius; i <= 2 * radius; i++) {
                double distance = Math.hypot(i * stretch, j / stretch) + 1.2 * rng.nextDouble();
                if (distance <= radius && rng.nextDouble() < density) {
                    set(cx + i, cy + j, block);
                }
            }
        }
    }

    private void ores(SplittableRandom rng) {
        for (int c = 0; c < cells.length; c++) {
            if (cells[c] == Block.ROCK.ordinal()) {
                double u = rng.nextDouble();
                Block ore = u < .07 ? Block.COAL : u < .12 ? Block.IRON : u < .14 ? Block.GEM : Block.ROCK;
                cells[c] = (byte) ore.ordinal();
            }
        }
    }

    /** A walk that leaves grass where there was rock. */
    private void tunnel(SplittableRandom rng) {
        int cx = rng.nextInt(SIZE);
        int cy = rng.nextInt(SIZE);
        int heading = rng.nextInt(4);
        for (int i = 0; i < 24; i++) {
            if (inside(cx, cy) && at(cx, cy) == Block.ROCK) {
                set(cx, cy, Block.GRASS);
            }
            heading = rng.nextDouble() < .3 ? rng.nextInt(4) : heading;
            cx += CraftWorld.DX[heading];
            cy += CraftWorld.DY[heading];
        }
    }

    /** Whether enough of everything is reached from the start without crossing water. */
    private boolean rich() {
        int[] count = new int[Resource.VALUES.length];
        boolean[] seen = new boolean[cells.length];
        int[] queue = new int[cells.length];
        int filled = 1;
        queue[0] = y * SIZE + x;
        seen[queue[0]] = true;
        for (int head = 0; head < filled; head++) {
            int c = queue[head];
            Resource resource = Resource.of(cells[c]);
            if (resource != null) {
                count[resource.ordinal()]++;
            }
            for (int d = 0; d < 4; d++) {
                int nx = c % SIZE + CraftWorld.DX[d];
                int ny = c / SIZE + CraftWorld.DY[d];
                int next = ny * SIZE + nx;
                if (inside(nx, ny) && !seen[next] && cells[next] != Block.WATER.ordinal()) {
                    seen[next] = true;
                    queue[filled++] = next;
                }
            }
        }
        for (int i = 0; i < animalX.length; i++) {
            if (!seen[animalY[i] * SIZE + animalX[i]]) {
                return false;
            }
        }
        for (int i = 0; i < LEAST.length; i++) {
            if (count[i] < LEAST[i]) {
                return false;
            }
        }
        return true;
    }

    static boolean inside(int x, int y) {
        return x >= 0 && y >= 0 && x < SIZE && y < SIZE;
    }

    private Block at(int x, int y) {
        return Block.VALUES[cells[y * SIZE + x]];
    }

    private void set(int x, int y, Block block) {
        if (inside(x, y)) {
            cells[y * SIZE + x] = (byte) block.ordinal();
        }
    }

    /** A map as text, as {@link CraftWorld#map} says. */
    static String text(CraftWorld world) {
        StringBuilder map = new StringBuilder();
        for (int cell = 0; cell < world.cells.length; cell++) {
            map.append(SIGNS.charAt(world.cells[cell]));
            if (cell % SIZE == SIZE - 1) {
                map.append('\n');
            }
        }
        for (int i = 0; i < world.alive.length; i++) {
            if (world.alive[i]) {
                char sign = world.animal(i) == Resource.SHEEP ? 's' : 'w';
                map.setCharAt(world.animalY[i] * (SIZE + 1) + world.animalX[i], sign);
            }
        }
        map.setCharAt(world.y * (SIZE + 1) + world.x, '@');
        return map.toString();
    }
}
