package io.github.rlllm.rl4llm.instructgpt;

/**
 * The sizes of the stages before PPO.
 *
 * @param pretrainSteps batches of 64 texts of the corpus, at least 1
 * @param sftSteps batches of 64 demonstrations, at least 1
 * @param pairs preferences collected, at least 16
 * @param rewardEpochs most passes of the reward model over them, at least 1
 * @param ppo the reinforcement learning
 */
public record InstructGptConfig(int pretrainSteps, int sftSteps, int pairs, int rewardEpochs, Ppo ppo) {
    /**
     * The settings of PPO; clip .2 and GAE with gamma 1, lambda .95 are fixed.
     *
     * @param iterations rollouts, at least 1
     * @param batch replies a rollout, at least 2
     * @param epochs passes over a rollout, at least 1
     * @param minibatch replies a step, which divides {@code batch}
     * @param beta weight of the KL term, at least 0; 0 switches it off
     * @param rate learning rate of policy and value at the start, falling to a tenth, above 0
     * @param pretraining weight of the likelihood of a token of the corpus, at least 0; 0 leaves it out (PPO), above it is
     *     PPO-ptx
     */
    public record Ppo(
            int iterations, int batch, int epochs, int minibatch, double beta, double rate, double pretraining) {
        /**
         * Checks the record.
         *
         * @throws IllegalArgumentException if a part is out of its range
         */
        public Ppo {
            atLeast("iterations", iterations, 1);
            atLeast("batch", batch, 2);
            atLeast("epochs", epochs, 1);
            atLeast("minibatch", minibatch, 1);
            if (batch % minibatch != 0) {
                throw new IllegalArgumentException(
                        "minibatch: " + minibatch + " (expected: a divisor of batch = " + batch + ")");
            }
            if (!(beta >= 0 && beta < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("beta: " + beta + " (expected: >= 0)");
            }
            if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("rate: " + rate + " (expected: > 0)");
            }
            if (!(pretraining >= 0 && pretraining < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("pretraining: " + pretraining + " (expected: >= 0)");
            }
        }

        /**
         * The same with another weight of the KL term.
         *
         * @param other at least 0
         * @return a changed copy
         */
        public Ppo withBeta(double other) {
            return new Ppo(iterations, batch, epochs, minibatch, other, rate, pretraining);
        }

        /**
         * The same with another number of rollouts.
         *
         * @param other at least 1
         * @return a changed copy
         */
        public Ppo withIterations(int other) {
            return new Ppo(other, batch, epochs, minibatch, beta, rate, pretraining);
        }

        /**
         * The same with another weight of the corpus.
         *
         * @param other at least 0
         * @return a changed copy
         */
        public Ppo withPretraining(double other) {
            return new Ppo(iterations, batch, epochs, minibatch, beta, rate, other);
        }
    }

    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if a part is out of its range
     */
    public InstructGptConfig {
        atLeast("pretrainSteps", pretrainSteps, 1);
        atLeast("sftSteps", sftSteps, 1);
        atLeast("pairs", pairs, 16);
        atLeast("rewardEpochs", rewardEpochs, 1);
    }

    /**
     * The settings of the experiment, chosen for its time on one core; the paper's are in the package's description.
     *
     * @return 300 and 600 steps, 3,000 pairs, 3 epochs, 50 rollouts of 64 replies
     */
    public static InstructGptConfig defaults() {
        return new InstructGptConfig(300, 600, 3000, 3, new Ppo(50, 64, 2, 32, 0.1, 5e-4, 0));
    }

    /**
     * The same with another PPO.
     *
     * @param other the settings
     * @return a changed copy
     */
    public InstructGptConfig withPpo(Ppo other) {
        return new InstructGptConfig(pretrainSteps, sftSteps, pairs, rewardEpochs, other);
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
        }
    }
}
