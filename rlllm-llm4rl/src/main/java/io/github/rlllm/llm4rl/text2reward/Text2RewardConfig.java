package io.github.rlllm.llm4rl.text2reward;

/**
 * Settings of {@link Text2Reward}.
 *
 * @param examples how many rewards of other tasks are shown, the nearest by the embedding of their sentences, at least 0
 * @param attempts how often a reward that cannot be used is asked for again, with the reason, at least 1
 * @param rounds how often a person may say something, at least 0
 */
public record Text2RewardConfig(int examples, int attempts, int rounds) {
    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a figure is outside its range
     */
    public Text2RewardConfig {
        require("examples", examples, 0);
        require("attempts", attempts, 1);
        require("rounds", rounds, 0);
    }

    private static void require(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
        }
    }

    /**
     * The paper's three examples; three attempts and three rounds, for which it gives no figures.
     *
     * @return examples 3, attempts 3, rounds 3
     */
    public static Text2RewardConfig defaults() {
        return new Text2RewardConfig(3, 3, 3);
    }

    /**
     * The same with another number of attempts.
     *
     * @param value at least 1
     * @return a changed copy
     */
    public Text2RewardConfig withAttempts(int value) {
        return new Text2RewardConfig(examples, value, rounds);
    }

    /**
     * The same with another number of rounds.
     *
     * @param value at least 0
     * @return a changed copy
     */
    public Text2RewardConfig withRounds(int value) {
        return new Text2RewardConfig(examples, attempts, value);
    }
}
