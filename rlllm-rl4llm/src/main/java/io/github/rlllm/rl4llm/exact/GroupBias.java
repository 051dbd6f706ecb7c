package io.github.rlllm.rl4llm.exact;

import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The two biases of GRPO (Liu et al. 2025, "Understanding R1-Zero-Like Training", section 3.1) as numbers, on a problem whose
 * completions are right (reward 1) or wrong (reward 0) and whose prompts are unequally hard. At the optimum {@code ref *
 * exp(r / beta) / Z} the log-odds of being right have risen by {@code 1 / beta} at every prompt, and the right among
 * themselves, as the wrong, are as under the reference. So exactly known are:
 *
 * @param pull {@code [prompts]} beta times the rise of the log-odds of being right; 1 at the optimum. Division by the
 *     group's standard deviation makes it larger where nearly all or nearly none are right
 * @param wrongTokens by how many tokens the expected length of a wrong completion has changed; 0 at the optimum. A mean
 *     over each completion's tokens blames a long one less for each
 */
@SuppressWarnings("ArrayRecordComponent") // a result, never compared
public record GroupBias(double[] pull, double wrongTokens) {
    /** The share of right completions under the reference, one a prompt, at most. */
    static final double[] SHARES = {0.05, 0.2, 0.5, 0.8};

    /**
     * A problem whose prompts have right completions with probability of up to .05, .2, .5 and .8 under the reference.
     *
     * @param beta above 0
     * @param rng the source of randomness
     * @return the problem
     */
    public static ExactProblem problem(double beta, RandomGenerator rng) {
        EnumeratedModel reference = new EnumeratedModel(SHARES.length, 2, 5).perturbed(0.5, rng);
        double[][] rewards = new double[SHARES.length][reference.size()];
        for (int prompt = 0; prompt < SHARES.length; prompt++) {
            double right = 0;
            // Each completion once, in a random order, where it does not exceed the share.
            for (int c : shuffled(reference.size(), rng)) {
                double p = reference.probability(prompt, c);
                if (right + p <= SHARES[prompt]) {
                    rewards[prompt][c] = 1;
                    right += p;
                }
            }
        }
        return new ExactProblem(reference, rewards, beta);
    }

    private static int[] shuffled(int n, RandomGenerator rng) {
        int[] order = IntStream.range(0, n).toArray();
        for (int i = n - 1; i > 0; i--) {
            int j = rng.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
        return order;
    }

    /**
     * The figures of a policy.
     *
     * @param problem of {@link #problem}
     * @param policy of its shape
     * @return the figures
     */
    public static GroupBias of(ExactProblem problem, EnumeratedModel policy) {
        EnumeratedModel reference = problem.reference();
        double[] pull = new double[policy.prompts()];
        double longer = 0;
        for (int prompt = 0; prompt < pull.length; prompt++) {
            pull[prompt] = problem.beta() * (logOdds(problem, policy, prompt) - logOdds(problem, reference, prompt));
            longer += (wrongTokens(problem, policy, prompt) - wrongTokens(problem, reference, prompt)) / pull.length;
        }
        return new GroupBias(pull, longer);
    }

    private static double logOdds(ExactProblem problem, EnumeratedModel model, int prompt) {
        double right = 0;
        for (int c = 0; c < model.size(); c++) {
            right += problem.reward(prompt, c) * model.probability(prompt, c);
        }
        return Math.log(right / (1 - right));
    }

    private static double wrongTokens(ExactProblem problem, EnumeratedModel model, int prompt) {
        double wrong = 0;
        double tokens = 0;
        for (int c = 0; c < model.size(); c++) {
            double p = (1 - problem.reward(prompt, c)) * model.probability(prompt, c);
            wrong += p;
            tokens += p * model.completion(c).length;
        }
        return tokens / wrong;
    }
}
