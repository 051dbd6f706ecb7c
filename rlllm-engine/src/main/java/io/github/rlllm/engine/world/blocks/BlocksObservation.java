package io.github.rlllm.engine.world.blocks;

import java.util.Arrays;

/**
 * What a skill observes of the table, in {@value #SIZE} numbers from -1 to 1. Weights and what is possible are not among
 * them:
 *
 * <pre>
 *  0  gripper empty, holds the goal's block, holds another        3 numbers, one of them 1
 *  3  uppermost block under the gripper: none, the goal's, other  3 numbers, one of them 1
 *  6  gripper: column, row                                        from -1 to 1
 *  8  block of the goal: present, covered, size, slips            0 or 1; the last two from 0 to 1
 * 12  size of the block, unary                                    9 numbers: at least 1, ..., at least 9
 * 21  target: is a block, a bowl, a place; present, covered       0 or 1
 * 26  from the gripper to the block: {@value #OFFSET} numbers     left, right, away, towards; columns, rows
 * 32  from the gripper to the target: the same                    0 where it is not there
 * 38  row of the block, row of the target                         8 numbers each, one of them 1
 * </pre>
 */
public final class BlocksObservation {
    /** The length. */
    public static final int SIZE = 54;

    private static final int OFFSET = 6;
    private static final int MOST_SIZE = 9;

    private BlocksObservation() {}

    /**
     * Writes the observation.
     *
     * @param seen what {@link BlocksState} says can be seen
     * @param goal the goal
     * @param out {@link #SIZE} numbers
     */
    static void encode(byte[] seen, PickPlace goal, float[] out) {
        Arrays.fill(out, 0, SIZE, 0);
        int block = goal.block().ordinal();
        out[seen[2] < 0 ? 0 : seen[2] == block ? 1 : 2] = 1;
        int under = under(seen);
        out[under < 0 ? 3 : under == block ? 4 : 5] = 1;
        out[6] = scaled(seen[0], BlocksState.WIDTH);
        out[7] = scaled(seen[1], BlocksState.DEPTH);
        int blockCell = BlocksState.at(seen, goal.block());
        int size = seen[BlocksState.SIZE + block];
        out[8] = blockCell == BlocksState.ABSENT ? 0 : 1;
        out[9] = covered(seen, block) ? 1 : 0;
        out[10] = (float) size / MOST_SIZE;
        out[11] = (float) seen[BlocksState.SLIPS + block] / BlocksState.MOST_SLIPS;
        for (int k = 1; k <= MOST_SIZE; k++) {
            out[11 + k] = size >= k ? 1 : 0;
        }
        int targetCell = BlocksState.at(seen, goal.target());
        out[21 + goal.target().kind().ordinal()] = 1;
        out[24] = targetCell == BlocksState.ABSENT ? 0 : 1;
        out[25] = goal.target().kind() == TableThing.Kind.BLOCK
                        && covered(seen, goal.target().ordinal())
                ? 1
                : 0;
        offset(seen, blockCell, out, 26);
        offset(seen, targetCell, out, 26 + OFFSET);
        if (blockCell >= 0) {
            out[38 + blockCell / BlocksState.WIDTH] = 1;
        }
        if (targetCell >= 0) {
            out[38 + BlocksState.DEPTH + targetCell / BlocksState.WIDTH] = 1;
        }
    }

    private static void offset(byte[] seen, int cell, float[] out, int at) {
        if (cell < 0) {
            return;
        }
        int dx = cell % BlocksState.WIDTH - seen[0];
        int dy = cell / BlocksState.WIDTH - seen[1];
        out[at] = dx < 0 ? 1 : 0;
        out[at + 1] = dx > 0 ? 1 : 0;
        out[at + 2] = dy > 0 ? 1 : 0;
        out[at + 3] = dy < 0 ? 1 : 0;
        out[at + 4] = (float) dx / BlocksState.WIDTH;
        out[at + 5] = (float) dy / BlocksState.DEPTH;
    }

    private static boolean covered(byte[] seen, int block) {
        int cell = seen[BlocksState.CELL + block];
        for (int b = 0; cell >= 0 && b < BlocksState.BLOCKS; b++) {
            if (seen[BlocksState.CELL + b] == cell && seen[BlocksState.LEVEL + b] > seen[BlocksState.LEVEL + block]) {
                return true;
            }
        }
        return false;
    }

    private static int under(byte[] seen) {
        int cell = BlocksState.cell(seen[0], seen[1]);
        for (int b = 0; b < BlocksState.BLOCKS; b++) {
            if (seen[BlocksState.CELL + b] == cell && !covered(seen, b)) {
                return b;
            }
        }
        return -1;
    }

    private static float scaled(int value, int cells) {
        return 2f * value / (cells - 1) - 1;
    }
}
