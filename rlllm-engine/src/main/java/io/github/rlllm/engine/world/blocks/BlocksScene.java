package io.github.rlllm.engine.world.blocks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Draws tables. */
public final class BlocksScene {
    private static final double BLOCK_ABSENT = 0.1;
    private static final double BLOCK_OUT_OF_REACH = 0.1;
    private static final double BLOCK_HEAVY = 0.2;
    private static final double BLOCK_BURIED = 0.15;
    private static final double BOWL_ABSENT = 0.1;
    private static final double BOWL_OUT_OF_REACH = 0.1;
    /** Heavy blocks have sizes from here to 9, light ones from 0 to one above: some sizes leave it open. */
    private static final int HEAVY_FROM = 5;

    private static final int SIZES = 10;

    private BlocksScene() {}

    /** What keeps a thing from being used. */
    public enum Trouble {
        /** Nothing. */
        NONE,
        /** A block that cannot be lifted; probably, but not surely, large. */
        HEAVY,
        /** A block under another one that lies free. */
        BURIED,
        /** A block or a bowl in the row that the gripper does not reach. */
        OUT_OF_REACH,
        /** A block or a bowl that is not there. */
        ABSENT
    }

    /**
     * Draws a table on which nothing lies in a bowl, in a corner or in the middle. Of what is not told a tenth is absent, a
     * tenth out of reach, and of the blocks a fifth heavy and about a seventh buried.
     *
     * @param rng the source of randomness
     * @param told what certain blocks and bowls are to be like; the rest is drawn
     * @return the state
     * @throws IllegalArgumentException if a place or a bowl is told a trouble that it cannot have, or no block is left to bury
     *     another
     */
    public static BlocksState draw(RandomGenerator rng, Map<TableThing, Trouble> told) {
        Map<TableThing, Trouble> trouble = new EnumMap<>(TableThing.class);
        for (TableThing block : TableThing.blocks()) {
            trouble.put(block, told.containsKey(block) ? told.get(block) : blockTrouble(rng.nextDouble()));
        }
        for (TableThing bowl : TableThing.bowls()) {
            trouble.put(bowl, told.containsKey(bowl) ? told.get(bowl) : bowlTrouble(rng.nextDouble()));
        }
        told.forEach(BlocksScene::check);
        byte[] seen = new byte[BlocksState.SEEN];
        seen[0] = (byte) rng.nextInt(BlocksState.WIDTH);
        seen[1] = (byte) rng.nextInt(BlocksState.REACH);
        seen[2] = -1;
        Arrays.fill(seen, BlocksState.CELL, BlocksState.CELL + BlocksState.BLOCKS, (byte) BlocksState.ABSENT);
        Arrays.fill(seen, BlocksState.BOWL, BlocksState.SEEN, (byte) BlocksState.ABSENT);
        int heavy = 0;
        for (Map.Entry<TableThing, Trouble> entry : trouble.entrySet()) {
            TableThing thing = entry.getKey();
            boolean block = thing.kind() == TableThing.Kind.BLOCK;
            if (entry.getValue() != Trouble.ABSENT) {
                int y = entry.getValue() == Trouble.OUT_OF_REACH ? BlocksState.REACH : -1;
                int at = block ? BlocksState.CELL + thing.ordinal() : BlocksState.BOWL + thing.colour();
                seen[at] = (byte) freeCell(BlocksState.of(seen, 0), y, rng);
            }
            if (block) {
                boolean isHeavy = entry.getValue() == Trouble.HEAVY;
                heavy |= isHeavy ? 1 << thing.ordinal() : 0;
                seen[BlocksState.SIZE + thing.ordinal()] =
                        (byte) (isHeavy ? HEAVY_FROM + rng.nextInt(SIZES - HEAVY_FROM) : rng.nextInt(HEAVY_FROM + 2));
            }
        }
        bury(seen, trouble, told, rng);
        return BlocksState.of(seen, heavy);
    }

    /** Puts a block that lies free on each that is to be buried, one that is not told before one that is. */
    private static void bury(
            byte[] seen, Map<TableThing, Trouble> trouble, Map<TableThing, Trouble> told, RandomGenerator rng) {
        List<TableThing> free = new ArrayList<>();
        for (TableThing block : TableThing.blocks()) {
            if (trouble.get(block) == Trouble.NONE) {
                free.add(rng.nextInt(free.size() + 1), block);
            }
        }
        free.sort((a, b) -> Boolean.compare(told.containsKey(a), told.containsKey(b)));
        List<TableThing> toldFirst = new ArrayList<>(TableThing.blocks());
        toldFirst.sort((a, b) -> Boolean.compare(told.containsKey(b), told.containsKey(a)));
        for (TableThing block : toldFirst) {
            if (trouble.get(block) == Trouble.BURIED && !free.isEmpty()) {
                TableThing above = free.remove(0);
                seen[BlocksState.CELL + above.ordinal()] = seen[BlocksState.CELL + block.ordinal()];
                seen[BlocksState.LEVEL + above.ordinal()] = 1;
            } else if (told.get(block) == Trouble.BURIED) {
                throw new IllegalArgumentException(
                        "told: " + told + " (expected: a block that lies free for each that is buried)");
            }
        }
    }

    /** A cell that is free; in row y, or for -1 anywhere within reach. */
    static int freeCell(BlocksState state, int y, RandomGenerator rng) {
        while (true) {
            int row = y < 0 ? rng.nextInt(BlocksState.REACH) : y;
            int cell = BlocksState.cell(rng.nextInt(BlocksState.WIDTH), row);
            if (state.free(cell)) {
                return cell;
            }
        }
    }

    private static Trouble blockTrouble(double u) {
        if (u < BLOCK_ABSENT) {
            return Trouble.ABSENT;
        }
        if (u < BLOCK_ABSENT + BLOCK_OUT_OF_REACH) {
            return Trouble.OUT_OF_REACH;
        }
        if (u < BLOCK_ABSENT + BLOCK_OUT_OF_REACH + BLOCK_HEAVY) {
            return Trouble.HEAVY;
        }
        return u < BLOCK_ABSENT + BLOCK_OUT_OF_REACH + BLOCK_HEAVY + BLOCK_BURIED ? Trouble.BURIED : Trouble.NONE;
    }

    private static Trouble bowlTrouble(double u) {
        return u < BOWL_ABSENT
                ? Trouble.ABSENT
                : u < BOWL_ABSENT + BOWL_OUT_OF_REACH ? Trouble.OUT_OF_REACH : Trouble.NONE;
    }

    private static void check(TableThing thing, Trouble trouble) {
        boolean suits = thing.kind() == TableThing.Kind.BLOCK
                || thing.kind() == TableThing.Kind.BOWL && trouble != Trouble.HEAVY && trouble != Trouble.BURIED;
        if (!suits) {
            throw new IllegalArgumentException("told: " + thing + " " + trouble
                    + " (expected: blocks of any kind, and bowls out of reach or absent)");
        }
    }
}
