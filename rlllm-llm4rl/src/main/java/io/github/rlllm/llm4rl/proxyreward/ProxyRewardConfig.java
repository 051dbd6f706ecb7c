package io.github.rlllm.llm4rl.proxyreward;

import io.github.rlllm.engine.learner.DqnConfig;
import io.github.rlllm.engine.learner.Reinforce;
import io.github.rlllm.engine.nn.AdamConfig;
import java.util.Objects;

/**
 * Settings of {@link ProxyReward} and of the agents that it rewards.
 *
 * @param attempts how often a question is put until its answer can be read, at least 1
 * @param unreadable what happens where none of the answers can be read
 * @param dqn the agent of the games of one decision; its schedule's steps are its episodes
 * @param matrixEpisodes the episodes of a matrix game, whose agent has four choices and nothing to see, at least 1
 * @param reinforce the agent of the negotiation
 * @param dialogues the episodes of the negotiation, at least 1
 */
public record ProxyRewardConfig(
        int attempts,
        Unreadable unreadable,
        DqnConfig dqn,
        int matrixEpisodes,
        Reinforce.Config reinforce,
        int dialogues) {
    /** What becomes of an episode for which there is no readable answer. */
    public enum Unreadable {
        /** Nothing is learned from it. */
        SKIP,
        /** Training stops with an {@link UnreadableAnswerException}. */
        STOP
    }

    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a figure is outside its range
     */
    public ProxyRewardConfig {
        require("attempts", attempts);
        Objects.requireNonNull(unreadable, "unreadable");
        Objects.requireNonNull(dqn, "dqn");
        require("matrixEpisodes", matrixEpisodes);
        Objects.requireNonNull(reinforce, "reinforce");
        require("dialogues", dialogues);
    }

    private static void require(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }

    /**
     * The paper's figures where it gives them: DQN with 10,000 steps at a rate of 1e-4, REINFORCE with gamma .95. Ours: two
     * attempts and then skip, an update of 32 every second step, 1,000 episodes of a matrix game at a rate of .01 (it
     * gives none), 1,500 dialogues.
     *
     * @return the configuration
     */
    public static ProxyRewardConfig defaults() {
        DqnConfig dqn = DqnConfig.defaults()
                .withSchedule(new DqnConfig.Schedule(10_000, 100, 2, 500, 32, 10_000))
                .withAdam(AdamConfig.defaults().withLearningRate(1e-4));
        return new ProxyRewardConfig(2, Unreadable.SKIP, dqn, 1_000, Reinforce.Config.defaults(), 1_500);
    }

    /**
     * The same with another policy for answers that cannot be read.
     *
     * @param tries how often a question is put, at least 1
     * @param then what happens where none of the answers can be read
     * @return a changed copy
     */
    public ProxyRewardConfig withUnreadable(int tries, Unreadable then) {
        return new ProxyRewardConfig(tries, then, dqn, matrixEpisodes, reinforce, dialogues);
    }

    /**
     * The same with other lengths.
     *
     * @param steps episodes of the Ultimatum game, at least 1
     * @param matrix episodes of a matrix game, at least 1
     * @param negotiations episodes of the negotiation, at least 1
     * @return a changed copy
     */
    public ProxyRewardConfig withEpisodes(int steps, int matrix, int negotiations) {
        DqnConfig.Schedule s = dqn.schedule();
        return new ProxyRewardConfig(
                attempts,
                unreadable,
                dqn.withSchedule(new DqnConfig.Schedule(
                        steps, s.learningStarts(), s.trainEvery(), s.targetEvery(), s.batch(), s.replay())),
                matrix,
                reinforce,
                negotiations);
    }
}
