package io.github.rlllm.engine.learner;

import io.github.rlllm.engine.world.TabularWorld;
import io.github.rlllm.engine.world.Transition;

/**
 * The optimal action values of a world whose table is known, by value iteration (Bellman 1957; Sutton and Barto,
 * "Reinforcement Learning", 2nd ed., section 4.4): what learned policies are compared with. Pure functions, thread-safe.
 */
public final class ValueIteration {
    private ValueIteration() {}

    /**
     * Iterates {@code Q(s, a) = sum p (r + gamma * max_a' Q(s', a'))} over all pairs, with no max term where a transition
     * terminates, until no value changes by more than a tolerance. Time limits are left out.
     *
     * @param world the table
     * @param gamma the discount, from 0 to 1; at 1 it ends only where every policy that matters terminates
     * @param tolerance the greatest change that still counts as none, above 0, in the unit of the rewards
     * @param sweeps the most sweeps, at least 1
     * @return {@code [states][actions]} in the unit of the rewards
     * @throws IllegalArgumentException if an argument is outside its range
     * @throws IllegalStateException if the values still change after the last sweep
     */
    public static double[][] solve(TabularWorld world, double gamma, double tolerance, int sweeps) {
        if (!(gamma >= 0 && gamma <= 1)) {
            throw new IllegalArgumentException("gamma: " + gamma + " (expected: from 0 to 1)");
        }
        if (!(tolerance > 0) || sweeps < 1) {
            throw new IllegalArgumentException(
                    "tolerance, sweeps: " + tolerance + ", " + sweeps + " (expected: > 0, >= 1)");
        }
        double[][] q = new double[world.states()][world.actions()];
        double[] best = new double[q.length];
        double change = 0;
        for (int sweep = 0; sweep < sweeps; sweep++) {
            change = 0;
            for (int s = 0; s < q.length; s++) {
                double max = Double.NEGATIVE_INFINITY;
                for (int a = 0; a < q[s].length; a++) {
                    double value = 0;
                    for (Transition t : world.transitions(s, a)) {
                        value += t.probability() * (t.reward() + (t.terminated() ? 0 : gamma * best[t.next()]));
                    }
                    change = Math.max(change, Math.abs(value - q[s][a]));
                    q[s][a] = value;
                    max = Math.max(max, value);
                }
                best[s] = max;
            }
            if (change <= tolerance) {
                return q;
            }
        }
        throw new IllegalStateException(
                "change: " + change + " after " + sweeps + " sweeps (expected: <= " + tolerance + ")");
    }

    /**
     * The greedy action of every state, the first of equals.
     *
     * @param q {@code [states][actions]} action values
     * @return {@code [states]} actions
     */
    public static int[] greedy(double[][] q) {
        int[] actions = new int[q.length];
        for (int s = 0; s < q.length; s++) {
            for (int a = 1; a < q[s].length; a++) {
                if (q[s][a] > q[s][actions[s]]) {
                    actions[s] = a;
                }
            }
        }
        return actions;
    }
}
