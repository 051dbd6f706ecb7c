package io.github.rlllm.examples.experiment;

import java.util.ArrayList;
import java.util.List;

/**
 * The orders in which steps may be meant whose mentions stand in a text one after another. An inversion is a place where
 * what is written next is done earlier. Which of the orders with the same inversions is meant is said by a prior: nearly
 * always what follows an inversion is done before all that stands before it ("go there, but first get this and open
 * that"), and a door that stands just before its key changes places with it alone.
 */
final class StepOrders {
    /** Prior that only a part of what stands before an inversion is done after what follows it. */
    private static final double PART = 0.1;

    /** The longest sequence of which every order is tried; of longer ones only rotations are. */
    private static final int LONGEST = 5;

    private static final List<List<int[]>> ALL = all();

    private StepOrders() {}

    /** The orders of n steps: arrays of indices. */
    static List<int[]> of(int n) {
        if (n <= LONGEST) {
            return ALL.get(n);
        }
        List<int[]> rotations = new ArrayList<>();
        for (int turn = 0; turn < n; turn++) {
            int[] order = new int[n];
            for (int i = 0; i < n; i++) {
                order[i] = (i + turn) % n;
            }
            rotations.add(order);
        }
        return rotations;
    }

    /** Whether in an order the step that is written after the kth is done before it. */
    static boolean inverted(int[] order, int k) {
        for (int step : order) {
            if (step == k || step == k + 1) {
                return step == k + 1;
            }
        }
        throw new IllegalArgumentException("k: " + k + " (expected: 0 to " + (order.length - 2) + ")");
    }

    /**
     * The prior of an order among those with the same inversions.
     *
     * @param order of steps
     * @param doorThenKey one a step: whether it is about a door and the next about its key
     */
    static double prior(int[] order, boolean[] doorThenKey) {
        List<Integer> blocks = new ArrayList<>();
        for (int i = 0; i < order.length; i++) {
            blocks.add(order[i]);
            boolean pair = i + 1 < order.length && order[i] == order[i + 1] + 1 && doorThenKey[order[i + 1]];
            if (pair) {
                blocks.set(blocks.size() - 1, order[i + 1]);
                i++;
            }
        }
        int turns = 0;
        for (int b = 0; b + 1 < blocks.size(); b++) {
            turns += blocks.get(b) > blocks.get(b + 1) ? 1 : 0;
        }
        if (turns == 0 || blocks.size() == 2) {
            return 1;
        }
        boolean rotation = turns == 1 && blocks.get(0) > blocks.get(blocks.size() - 1);
        return rotation ? 1 - PART : Math.pow(PART, turns);
    }

    private static List<List<int[]>> all() {
        List<List<int[]>> all = new ArrayList<>();
        for (int n = 0; n <= LONGEST; n++) {
            List<int[]> orders = new ArrayList<>();
            permute(new int[n], 0, new boolean[n], orders);
            all.add(List.copyOf(orders));
        }
        return all;
    }

    private static void permute(int[] order, int at, boolean[] used, List<int[]> into) {
        if (at == order.length) {
            into.add(order.clone());
            return;
        }
        for (int i = 0; i < order.length; i++) {
            if (!used[i]) {
                used[i] = true;
                order[at] = i;
                permute(order, at + 1, used, into);
                used[i] = false;
            }
        }
    }
}
