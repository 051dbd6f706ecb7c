package io.github.rlllm.engine.world;

/**
 * A walk along a cliff (Sutton and Barto, example 6.6), with the figures of Gymnasium's CliffWalking-v1: 4 rows of 12
 * cells, from the lower left to the lower right; observations are cell numbers row by row; actions 0 up, 1 right, 2 down, 3
 * left. Every step earns -1; stepping into the cliff earns -100 and leads back to the start without an end. Episodes are
 * never truncated.
 */
public final class CliffWalking {
    private static final int ROWS = 4;
    private static final int COLUMNS = 12;
    private static final int START = (ROWS - 1) * COLUMNS;
    private static final int GOAL = ROWS * COLUMNS - 1;
    private static final int[] ROW_STEP = {-1, 0, 1, 0};
    private static final int[] COLUMN_STEP = {0, 1, 0, -1};

    private CliffWalking() {}

    /**
     * The world.
     *
     * @return a new one
     */
    public static TabularWorld create() {
        Transition[][][] table = new Transition[ROWS * COLUMNS][4][];
        for (int cell = 0; cell < table.length; cell++) {
            for (int action = 0; action < 4; action++) {
                int row = Math.max(0, Math.min(ROWS - 1, cell / COLUMNS + ROW_STEP[action]));
                int column = Math.max(0, Math.min(COLUMNS - 1, cell % COLUMNS + COLUMN_STEP[action]));
                int next = row * COLUMNS + column;
                boolean cliff = next > START && next < GOAL;
                table[cell][action] = new Transition[] {
                    cliff ? new Transition(1, START, -100, false) : new Transition(1, next, -1, next == GOAL)
                };
            }
        }
        double[] start = new double[table.length];
        start[START] = 1;
        return new TabularWorld("CliffWalking", table, start, TabularWorld.UNLIMITED);
    }
}
