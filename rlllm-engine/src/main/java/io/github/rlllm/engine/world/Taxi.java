package io.github.rlllm.engine.world;

import java.util.List;

/**
 * A taxi that fetches a passenger and brings them to a landmark (Dietterich 2000), with the figures of Gymnasium's Taxi-v3
 * and the dry Taxi-v4. An observation is {@code ((row * 5 + column) * 5 + passenger) * 4 + destination}, passenger and
 * destination numbering the landmarks R, G, Y, B, and passenger 4 sitting in the taxi. Actions: 0 south, 1 north, 2 east, 3
 * west, 4 pick up, 5 drop off. A step earns -1, a useless pick-up or drop-off -10, bringing the passenger home 20 and
 * the end. Episodes are truncated after 200 steps.
 */
public final class Taxi {
    private static final int SIZE = 5;
    private static final int STATES = 500;
    private static final int ACTIONS = 6;
    private static final int MAX_STEPS = 200;
    private static final int IN_TAXI = 4;
    private static final int[][] LANDMARKS = {{0, 0}, {0, 4}, {4, 0}, {4, 3}};
    /** A colon between two cells lets the taxi pass, a bar does not. */
    private static final List<String> MAP =
            List.of("|R: | : :G|", "| : | : : |", "| : : : : |", "| | : | : |", "|Y| : |B: |");

    private Taxi() {}

    /**
     * The world.
     *
     * @return a new one
     */
    public static TabularWorld create() {
        Transition[][][] table = new Transition[STATES][ACTIONS][];
        double[] start = new double[STATES];
        for (int state = 0; state < STATES; state++) {
            for (int action = 0; action < ACTIONS; action++) {
                table[state][action] = new Transition[] {move(state, action)};
            }
            boolean possible = passenger(state) != IN_TAXI && passenger(state) != destination(state);
            start[state] = possible ? 1.0 / 300 : 0; // 25 cells x 4 places x 3 other destinations
        }
        return new TabularWorld("Taxi", table, start, MAX_STEPS);
    }

    /**
     * The actions that change the state.
     *
     * @param state a state, in 0 .. 499
     * @return one flag an action
     * @throws IllegalArgumentException if there is no such state
     */
    public static boolean[] actionMask(int state) {
        if (state < 0 || state >= STATES) {
            throw new IllegalArgumentException("state: " + state + " (expected: 0 .. 499)");
        }
        boolean[] mask = new boolean[ACTIONS];
        for (int action = 0; action < ACTIONS; action++) {
            mask[action] = move(state, action).next() != state;
        }
        // Dropping off at the destination moves nobody else but ends the ride.
        mask[5] |= move(state, 5).terminated();
        return mask;
    }

    private static Transition move(int state, int action) {
        int row = state / (SIZE * 20);
        int column = state / 20 % SIZE;
        int passenger = passenger(state);
        int destination = destination(state);
        int here = landmark(row, column);
        double reward = -1;
        boolean terminated = false;
        switch (action) {
            case 0 -> row = Math.min(row + 1, SIZE - 1);
            case 1 -> row = Math.max(row - 1, 0);
            case 2 -> column += MAP.get(row).charAt(2 * column + 2) == ':' ? 1 : 0;
            case 3 -> column -= MAP.get(row).charAt(2 * column) == ':' ? 1 : 0;
            case 4 -> {
                if (passenger < IN_TAXI && here == passenger) {
                    passenger = IN_TAXI;
                } else {
                    reward = -10;
                }
            }
            default -> {
                if (passenger == IN_TAXI && here == destination) {
                    passenger = destination;
                    reward = 20;
                    terminated = true;
                } else if (passenger == IN_TAXI && here >= 0) {
                    passenger = here;
                } else {
                    reward = -10;
                }
            }
        }
        return new Transition(1, ((row * SIZE + column) * 5 + passenger) * 4 + destination, reward, terminated);
    }

    private static int passenger(int state) {
        return state / 4 % 5;
    }

    private static int destination(int state) {
        return state % 4;
    }

    /** The landmark at a cell, or -1. */
    private static int landmark(int row, int column) {
        for (int i = 0; i < LANDMARKS.length; i++) {
            if (LANDMARKS[i][0] == row && LANDMARKS[i][1] == column) {
                return i;
            }
        }
        return -1;
    }
}
