package io.github.rlllm.engine.world.blocks;

import io.github.rlllm.api.Control;
import java.util.random.RandomGenerator;

/**
 * Something that can carry out pick and place on a table: the learned skills, the oracle, random actions. Thread-safe, with
 * one table a thread.
 */
public interface BlocksRunner {
    /**
     * Carries out a skill from the table's present state, at most the table's step limit. Where it ends without success and
     * something is held, that is let go.
     *
     * @param table where; it is left in the state that was reached, also after a failure
     * @param goal what is to be reached
     * @param rng the source of randomness of a policy that draws its actions
     * @param control when to stop
     * @return whether the goal was reached
     */
    boolean execute(Blocks table, PickPlace goal, RandomGenerator rng, Control control);

    /**
     * The probability that {@link #execute} would reach the goal from here.
     *
     * @param table where; not changed
     * @param goal the goal
     * @return from 0 to 1
     */
    double affordance(Blocks table, PickPlace goal);

    /**
     * The shortest way on the true state, weights included: an upper bound.
     *
     * @return a runner whose affordances are 0 or 1
     */
    static BlocksRunner oracle() {
        return BlocksOracle.INSTANCE;
    }
}
