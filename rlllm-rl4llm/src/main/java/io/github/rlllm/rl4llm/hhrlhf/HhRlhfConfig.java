package io.github.rlllm.rl4llm.hhrlhf;

/**
 * The sizes of the study.
 *
 * @param pretrainSteps batches of 64 texts of the corpus, at least 1
 * @param sftSteps batches of 64 demonstrations, at least 1
 * @param unlabelled comparisons that nobody labelled, for preference-model pre-training, at least 17
 * @param labels comparisons in all, however many rounds collect them, at least 16 a round
 * @param rounds of the online loop, at least 1
 * @param epochs most passes of a preference model over its comparisons, at least 1
 * @param rollouts of 64 replies that make the last policy, at least 2; a policy of an earlier round takes half of them
 * @param beta weight of the KL term, at least 0
 */
public record HhRlhfConfig(
        int pretrainSteps,
        int sftSteps,
        int unlabelled,
        int labels,
        int rounds,
        int epochs,
        int rollouts,
        double beta) {
    private static final int LABELS_A_ROUND = 16;

    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public HhRlhfConfig {
        require("pretrainSteps", pretrainSteps, pretrainSteps >= 1, ">= 1");
        require("sftSteps", sftSteps, sftSteps >= 1, ">= 1");
        require("unlabelled", unlabelled, unlabelled > LABELS_A_ROUND, ">= 17");
        require("rounds", rounds, rounds >= 1, ">= 1");
        require("labels", labels, labels / rounds >= LABELS_A_ROUND, ">= " + LABELS_A_ROUND + " a round");
        require("epochs", epochs, epochs >= 1, ">= 1");
        require("rollouts", rollouts, rollouts >= 2, ">= 2");
        require("beta", beta, beta >= 0 && beta < Double.POSITIVE_INFINITY, ">= 0");
    }

    /**
     * The settings of the demonstration, chosen for its time on one core but for beta, which is the paper's.
     *
     * @return 200 and 500 steps, 6,000 comparisons without labels, 900 with in 3 rounds, 4 epochs, 12 rollouts, beta .001
     */
    public static HhRlhfConfig defaults() {
        return new HhRlhfConfig(200, 500, 6000, 900, 3, 4, 12, 0.001);
    }

    private static void require(String name, Number value, boolean good, String expected) {
        if (!good) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
