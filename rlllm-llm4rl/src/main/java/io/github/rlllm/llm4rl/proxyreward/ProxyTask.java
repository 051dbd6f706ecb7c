package io.github.rlllm.llm4rl.proxyreward;

import io.github.rlllm.api.Parsed;
import java.util.List;

/**
 * What a user wants in a game: the question about an episode, the agent that plays it, and the truth, which is for scripted
 * labelers, the oracle and the evaluation alone. Immutable; its learners are not.
 *
 * @param <E> what came of an episode
 */
public interface ProxyTask<E> {
    /**
     * The game and the objective.
     *
     * @return a name, the same for every seed
     */
    String name();

    /**
     * The question about an episode.
     *
     * @param episode what came of it
     * @return the question with the objective
     */
    Question question(E episode);

    /**
     * The truth.
     *
     * @param episode what came of it
     * @return whether it is what the user wants
     */
    boolean meets(E episode);

    /**
     * Episodes, held out from training, on which answers are judged.
     *
     * @return at least one
     */
    List<E> held();

    /**
     * An agent that has learned nothing.
     *
     * @param config its settings
     * @param seed decides weights, exploration and episodes
     * @return the agent
     */
    EpisodeLearner<E> learner(ProxyRewardConfig config, long seed);

    /**
     * How many episodes the agent learns.
     *
     * @param config the settings
     * @return at least 1
     */
    long episodes(ProxyRewardConfig config);

    /**
     * How many test episodes the agent shows.
     *
     * @return at least 1
     */
    int tests();

    /**
     * How often the commoner answer of the examples is right about the held-out episodes: the majority baseline.
     *
     * @return from 0 to 1
     */
    double majority();

    /**
     * The share of held-out episodes about which a reward is right. An answer that cannot be read is not.
     *
     * @param reward who answers
     * @return from 0 to 1
     */
    default double labelAccuracy(ProxyReward<E> reward) {
        int right = 0;
        for (E episode : held()) {
            Parsed<Boolean> label = reward.label(episode);
            right += label.fold(met -> met == meets(episode), reason -> false) ? 1 : 0;
        }
        return (double) right / held().size();
    }

    /**
     * The share of test episodes in which an agent does what the user wants.
     *
     * @param learner the agent
     * @return from 0 to 1
     */
    default double agentAccuracy(EpisodeLearner<E> learner) {
        int met = 0;
        for (int test = 0; test < tests(); test++) {
            met += meets(learner.show(test)) ? 1 : 0;
        }
        return (double) met / tests();
    }
}
