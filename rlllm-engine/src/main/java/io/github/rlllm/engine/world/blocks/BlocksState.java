package io.github.rlllm.engine.world.blocks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The true state of the table. Immutable.
 *
 * <p>The table has {@value #WIDTH} x {@value #DEPTH} cells; x counts to the right, y away from the arm. The gripper
 * reaches all but the farthest row, y = {@value #REACH}. The corners and the middle are those of what it reaches. Blocks
 * lie on each other in stacks; of a stack only the uppermost can be lifted, and none that is heavy. A block's size can be
 * seen, its weight cannot: large blocks are often heavy. That the gripper closed on a block and it did not come is
 * remembered until it does come.
 *
 * <p>What can be seen is kept as bytes, which is what a learner remembers: the gripper's x and y, the held block or -1,
 * then for each block its cell ({@code y * WIDTH + x}; {@value #ABSENT}: not on the table; {@value #HELD}: in the
 * gripper), its level in the stack, its size from 0 to 9 and how often it slipped, then for each bowl its cell.
 */
public final class BlocksState {
    /** Cells from left to right. */
    public static final int WIDTH = 7;
    /** Cells from the arm to the far edge. */
    public static final int DEPTH = 8;
    /** The first row that the gripper does not reach. */
    public static final int REACH = 7;

    static final int ABSENT = -1;
    static final int HELD = -2;
    /** Slips of a block that are told apart. */
    static final int MOST_SLIPS = 3;
    /** Length of what can be seen. */
    static final int SEEN = 3 + 5 * TableThing.COLOURS;

    static final int BLOCKS = TableThing.COLOURS;
    static final int CELL = 3;
    static final int LEVEL = CELL + BLOCKS;
    static final int SIZE = LEVEL + BLOCKS;
    static final int SLIPS = SIZE + BLOCKS;
    static final int BOWL = SLIPS + BLOCKS;
    private static final int[] PLACES = {cell(0, 6), cell(6, 6), cell(0, 0), cell(6, 0), cell(3, 3)};

    private final byte[] seen;
    private final int heavy;

    private BlocksState(byte[] seen, int heavy) {
        this.seen = seen;
        this.heavy = heavy;
    }

    /**
     * A state.
     *
     * @param seen as in the class, not copied
     * @param heavy a bit a block
     */
    static BlocksState of(byte[] seen, int heavy) {
        return new BlocksState(seen, heavy);
    }

    static int cell(int x, int y) {
        return y * WIDTH + x;
    }

    /**
     * The gripper's column.
     *
     * @return from 0
     */
    public int gripperX() {
        return seen[0];
    }

    /**
     * The gripper's row.
     *
     * @return from 0 to {@link #REACH} - 1
     */
    public int gripperY() {
        return seen[1];
    }

    /**
     * The block in the gripper.
     *
     * @return null where it is empty
     */
    public @Nullable TableThing held() {
        return seen[2] < 0 ? null : TableThing.values()[seen[2]];
    }

    /**
     * Whether a thing is on the table or in the gripper.
     *
     * @param thing any thing
     * @return true for every place
     */
    public boolean present(TableThing thing) {
        return at(seen, thing) != ABSENT;
    }

    /**
     * The column of a thing.
     *
     * @param thing a thing that is present; what is held is where the gripper is
     * @return from 0; -1 for what is absent
     */
    public int x(TableThing thing) {
        return at(seen, thing) == ABSENT ? -1 : where(thing) % WIDTH;
    }

    /**
     * The row of a thing.
     *
     * @param thing a thing that is present; what is held is where the gripper is
     * @return from 0; -1 for what is absent
     */
    public int y(TableThing thing) {
        return at(seen, thing) == ABSENT ? -1 : where(thing) / WIDTH;
    }

    /**
     * How many blocks lie below a block in its cell.
     *
     * @param block a block
     * @return from 0
     */
    public int level(TableThing block) {
        return seen[LEVEL + checked(block)];
    }

    /**
     * The seen size of a block.
     *
     * @param block a block
     * @return from 0 to 9
     */
    public int size(TableThing block) {
        return seen[SIZE + checked(block)];
    }

    /**
     * How often the gripper closed on a block in vain; at most {@value #MOST_SLIPS} are told apart.
     *
     * @param block a block
     * @return from 0 to 3
     */
    public int slips(TableThing block) {
        return seen[SLIPS + checked(block)];
    }

    /**
     * Whether a block is too heavy to be lifted, which cannot be seen.
     *
     * @param block a block
     * @return true if it never is lifted
     */
    public boolean heavy(TableThing block) {
        return (heavy >> checked(block) & 1) != 0;
    }

    /**
     * Whether a thing lies where the gripper does not reach.
     *
     * @param thing a thing
     * @return false for what is absent
     */
    public boolean outOfReach(TableThing thing) {
        return y(thing) >= REACH;
    }

    /**
     * Whether a block has another one on it.
     *
     * @param block a block
     * @return false for what is held or absent
     */
    public boolean buried(TableThing block) {
        return at(seen, block) >= 0 && level(block) < blocksAt(at(seen, block)) - 1;
    }

    /**
     * The blocks that lie directly or indirectly on a thing: in a bowl, at a place, or above a block in its stack.
     *
     * @param thing a thing
     * @return from the lowest to the uppermost
     */
    public List<TableThing> on(TableThing thing) {
        List<TableThing> above = new ArrayList<>();
        int from = thing.kind() == TableThing.Kind.BLOCK ? level(thing) + 1 : 0;
        int cell = at(seen, thing);
        for (int level = from; cell >= 0 && level < BLOCKS; level++) {
            for (TableThing block : TableThing.blocks()) {
                if (at(seen, block) == cell && level(block) == level) {
                    above.add(block);
                }
            }
        }
        return above;
    }

    /**
     * Whether a goal is reached: the block has been let go and lies in the bowl or at the place, at any level, or directly
     * on the other block.
     *
     * @param goal the goal
     * @return true if it is
     */
    public boolean achieved(PickPlace goal) {
        int cell = at(seen, goal.block());
        if (cell < 0 || goal.block() == goal.target() || cell != at(seen, goal.target())) {
            return false;
        }
        return goal.target().kind() != TableThing.Kind.BLOCK || level(goal.block()) == level(goal.target()) + 1;
    }

    /**
     * Whether an attempt at a goal has a sense: block and target are there and are not the same, and the gripper holds no
     * other block. A skill lifts nothing but its own block: an attempt that lifts another one has failed.
     *
     * @param goal the goal
     * @return false where an attempt has failed
     */
    public boolean admits(PickPlace goal) {
        return present(goal.block())
                && present(goal.target())
                && goal.block() != goal.target()
                && (seen[2] < 0 || seen[2] == goal.block().ordinal());
    }

    /**
     * Whether a goal that is not reached can be reached by moving its block alone, the truth about weights included and
     * noise left out.
     *
     * @param goal the goal
     * @return false for what is heavy, buried, out of reach, absent, or to be put on itself or on a buried block
     */
    public boolean possible(PickPlace goal) {
        return possibleIfLight(goal) && !heavy(goal.block());
    }

    /** The same, all blocks taken to be light. */
    boolean possibleIfLight(PickPlace goal) {
        if (!admits(goal) || outOfReach(goal.block()) || outOfReach(goal.target())) {
            return false;
        }
        boolean free = goal.target().kind() != TableThing.Kind.BLOCK || !buried(goal.target());
        return free && !buried(goal.block());
    }

    /**
     * The state after an action.
     *
     * @param action what the gripper does
     * @param noise whether this time a block slips when the gripper closes, or falls when the gripper moves
     * @return the next state; at the edges of its reach the gripper stays
     */
    public BlocksState after(BlocksAction action, boolean noise) {
        byte[] next = seen.clone();
        if (action.moves()) {
            if (noise && next[2] >= 0) {
                release(next);
            }
            next[0] = (byte) Math.max(0, Math.min(WIDTH - 1, next[0] + action.dx()));
            next[1] = (byte) Math.max(0, Math.min(REACH - 1, next[1] + action.dy()));
        } else if (action == BlocksAction.OPEN && next[2] >= 0) {
            release(next);
        } else if (action == BlocksAction.CLOSE && next[2] < 0) {
            int top = top(cell(next[0], next[1]));
            if (top >= 0 && (noise || (heavy >> top & 1) != 0)) {
                next[SLIPS + top] = (byte) Math.min(MOST_SLIPS, next[SLIPS + top] + 1);
            } else if (top >= 0) {
                next[2] = (byte) top;
                next[CELL + top] = HELD;
                next[LEVEL + top] = 0;
                next[SLIPS + top] = 0;
            }
        }
        return new BlocksState(next, heavy);
    }

    /**
     * The state after somebody moved a block.
     *
     * @param block a block that lies free
     * @param x the column that it is put to
     * @param y its row
     * @return the next state
     * @throws IllegalArgumentException if the block is absent, held or buried, or the cell is not on the table
     */
    public BlocksState moved(TableThing block, int x, int y) {
        if (at(seen, block) < 0 || buried(block)) {
            throw new IllegalArgumentException("block: " + block + " (expected: one that lies free)");
        }
        if (x < 0 || x >= WIDTH || y < 0 || y >= DEPTH) {
            throw new IllegalArgumentException(
                    "x, y: " + x + ", " + y + " (expected: below " + WIDTH + ", " + DEPTH + ")");
        }
        byte[] next = seen.clone();
        next[CELL + block.ordinal()] = HELD;
        int level = new BlocksState(next, heavy).blocksAt(cell(x, y));
        next[CELL + block.ordinal()] = (byte) cell(x, y);
        next[LEVEL + block.ordinal()] = (byte) level;
        return new BlocksState(next, heavy);
    }

    /** What can be seen, as in the class. */
    void see(byte[] out) {
        System.arraycopy(seen, 0, out, 0, SEEN);
    }

    /** What can be seen of a thing's cell: {@link #ABSENT}, {@link #HELD} or its number. */
    static int at(byte[] seen, TableThing thing) {
        return switch (thing.kind()) {
            case BLOCK -> seen[CELL + thing.ordinal()];
            case BOWL -> seen[BOWL + thing.colour()];
            case PLACE -> PLACES[thing.ordinal() - TableThing.TOP_LEFT_CORNER.ordinal()];
        };
    }

    /** How many blocks lie in a cell. */
    int blocksAt(int cell) {
        int blocks = 0;
        for (int b = 0; b < BLOCKS; b++) {
            blocks += seen[CELL + b] == cell ? 1 : 0;
        }
        return blocks;
    }

    /** Whether a cell of the table is neither a place nor holds anything. */
    boolean free(int cell) {
        for (TableThing thing : TableThing.values()) {
            if (at(seen, thing) == cell) {
                return false;
            }
        }
        return true;
    }

    private int where(TableThing thing) {
        int cell = at(seen, thing);
        return cell == HELD ? cell(seen[0], seen[1]) : cell;
    }

    /** The uppermost block of a cell, -1 where there is none. */
    private int top(int cell) {
        int top = -1;
        for (int b = 0; b < BLOCKS; b++) {
            if (seen[CELL + b] == cell && (top < 0 || seen[LEVEL + b] > seen[LEVEL + top])) {
                top = b;
            }
        }
        return top;
    }

    private void release(byte[] next) {
        int block = next[2];
        int cell = cell(next[0], next[1]);
        next[2] = -1;
        next[LEVEL + block] = (byte) blocksAt(cell);
        next[CELL + block] = (byte) cell;
    }

    private static int checked(TableThing block) {
        if (block.kind() != TableThing.Kind.BLOCK) {
            throw new IllegalArgumentException("block: " + block + " (expected: one of " + TableThing.blocks() + ")");
        }
        return block.ordinal();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BlocksState that && heavy == that.heavy && Arrays.equals(seen, that.seen);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(seen) + heavy;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("gripper (" + seen[0] + ", " + seen[1] + ")");
        for (TableThing thing : TableThing.values()) {
            if (thing.kind() != TableThing.Kind.PLACE && present(thing)) {
                text.append(", ").append(thing);
                text.append(at(seen, thing) == HELD ? " held" : " (" + x(thing) + ", " + y(thing) + ")");
            }
        }
        return text.toString();
    }
}
