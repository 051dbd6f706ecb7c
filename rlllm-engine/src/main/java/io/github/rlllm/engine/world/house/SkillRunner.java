package io.github.rlllm.engine.world.house;

import io.github.rlllm.api.Control;
import java.util.random.RandomGenerator;

/**
 * Something that can carry out skills in a house: the learned skills, the oracle, a random walk. A planner needs no more.
 * Thread-safe unless it says otherwise, with one house a thread.
 */
public interface SkillRunner {
    /**
     * Carries out a skill from the house's present state, at most the house's step limit.
     *
     * @param house where; it is left in the state that was reached, also after a failure
     * @param goal what is to be reached
     * @param rng the source of randomness of a policy that draws its actions
     * @param control when to stop
     * @return whether the goal was reached
     */
    boolean execute(House house, SkillGoal goal, RandomGenerator rng, Control control);

    /**
     * The probability that {@link #execute} would reach the goal from here.
     *
     * @param house where; not changed
     * @param goal the goal
     * @return from 0 to 1
     */
    double affordance(House house, SkillGoal goal);

    /**
     * The shortest-path oracle, which sees the true state: an upper bound.
     *
     * @return a runner whose affordances are 0 or 1
     */
    static SkillRunner oracle() {
        return new OracleRunner();
    }

    /**
     * Uniformly random actions: a lower bound.
     *
     * @return a runner whose affordances are constant
     */
    static SkillRunner random() {
        return new RandomRunner();
    }
}
