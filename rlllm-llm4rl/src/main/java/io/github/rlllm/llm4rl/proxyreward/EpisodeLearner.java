package io.github.rlllm.llm4rl.proxyreward;

/**
 * An agent that plays an episode and is told afterwards what it was worth: the side of reinforcement learning. Confined to
 * one thread.
 *
 * @param <E> what came of an episode
 */
public interface EpisodeLearner<E> {
    /**
     * Plays an episode, exploring.
     *
     * @return what came of it
     */
    E play();

    /**
     * Learns from the episode that was played last. An episode for which this is not called teaches nothing.
     *
     * @param reward its one reward
     */
    void learn(double reward);

    /**
     * Plays an episode as well as it has learned to, which teaches nothing.
     *
     * @param test the number of the test episode, from 0
     * @return what came of it
     */
    E show(int test);
}
