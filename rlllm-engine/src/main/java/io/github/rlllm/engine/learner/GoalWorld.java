package io.github.rlllm.engine.learner;

import java.util.random.RandomGenerator;

/**
 * A world with many goals, as hindsight needs it: what the agent knows at a moment is kept once, as bytes without a
 * goal, and can be turned into the observation under any goal afterwards. Confined to one thread.
 */
public interface GoalWorld {
    /**
     * The length of an observation.
     *
     * @return at least 1
     */
    int observationSize();

    /**
     * The number of actions, numbered from 0.
     *
     * @return at least 1
     */
    int actions();

    /**
     * The number of goals, numbered from 0.
     *
     * @return from 1 to 128
     */
    int goals();

    /**
     * The length of what the agent knows.
     *
     * @return bytes, at least 1
     */
    int memorySize();

    /**
     * Begins in a new place.
     *
     * @param rng the source of the place
     */
    void begin(RandomGenerator rng);

    /**
     * Draws a goal that makes sense here and is not reached.
     *
     * @param rng the source of randomness
     * @return its number, or -1 where there is none
     */
    int drawGoal(RandomGenerator rng);

    /**
     * Draws a goal of this place for relabelling, whether it makes sense at the moment or not.
     *
     * @param rng the source of randomness
     * @param place what {@link #place} gave
     * @return its number
     */
    int anyGoal(RandomGenerator rng, long place);

    /**
     * What is in this place, as far as relabelling needs it.
     *
     * @return a number that {@link #anyGoal} understands
     */
    long place();

    /**
     * Takes an action.
     *
     * @param action from 0
     */
    void step(int action);

    /**
     * Writes what the agent knows.
     *
     * @param out {@link #memorySize} bytes
     */
    void remember(byte[] out);

    /**
     * Whether a goal is reached at the moment.
     *
     * @param goal its number
     * @return true if it is
     */
    boolean achieved(int goal);

    /**
     * Whether a goal has no sense at the moment: what it needs is not there, or was lost.
     *
     * @param goal its number
     * @return true if an attempt at it has failed
     */
    boolean lost(int goal);

    /**
     * The observation of what was known under a goal.
     *
     * @param memory what {@link #remember} wrote
     * @param goal the goal's number
     * @param out {@link #observationSize} numbers
     */
    void observe(byte[] memory, int goal, float[] out);
}
