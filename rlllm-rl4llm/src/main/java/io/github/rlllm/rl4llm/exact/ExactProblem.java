package io.github.rlllm.rl4llm.exact;

import io.github.rlllm.api.Finite;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * A reference, a reward and the price of leaving the reference, with the optimum of {@code E[r] - beta KL(pi || ref)}. For
 * every policy {@code J(optimum) - J(pi) = beta KL(pi || optimum)}: that divergence is the one distance that counts.
 * Thread-safe as long as the reference is not changed.
 */
public final class ExactProblem {
    private final EnumeratedModel reference;
    private final double[][] rewards;
    private final double beta;
    private final List<Finite<Integer>> references = new ArrayList<>();
    private final List<Finite<Integer>> optima = new ArrayList<>();

    /**
     * Where a policy stands, as means over prompts.
     *
     * @param klToOptimum KL(pi || optimum) in nats
     * @param reward the expected reward
     * @param klToReference KL(pi || ref) in nats
     * @param objective the expected reward less beta times that
     */
    public record Standing(double klToOptimum, double reward, double klToReference, double objective) {}

    /**
     * A problem.
     *
     * @param reference the model to be tuned; copied
     * @param rewards {@code [prompts][completions]} finite
     * @param beta above 0
     * @throws IllegalArgumentException if shapes differ or a part is out of its range
     */
    public ExactProblem(EnumeratedModel reference, double[][] rewards, double beta) {
        if (!(beta > 0 && beta < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("beta: " + beta + " (expected: > 0)");
        }
        if (rewards.length != reference.prompts()) {
            throw new IllegalArgumentException(
                    "rewards: " + rewards.length + " rows (expected: " + reference.prompts() + ", one a prompt)");
        }
        this.reference = reference.copy();
        this.beta = beta;
        this.rewards = new double[rewards.length][];
        for (int prompt = 0; prompt < rewards.length; prompt++) {
            this.rewards[prompt] = rewards[prompt].clone();
            Finite<Integer> ref = reference.distribution(prompt);
            double[] scaled = new double[rewards[prompt].length];
            for (int c = 0; c < scaled.length; c++) {
                if (!Double.isFinite(rewards[prompt][c])) {
                    throw new IllegalArgumentException("rewards[" + prompt + "][" + c + "]: " + rewards[prompt][c]
                            + " (expected: a finite number)");
                }
                scaled[c] = rewards[prompt][c] / beta;
            }
            references.add(ref);
            optima.add(ref.times(Finite.softmax(ref.support(), scaled)));
        }
    }

    /**
     * A problem of 4 prompts with 63 completions each, whose rewards are drawn from the standard normal distribution.
     *
     * @param beta above 0
     * @param rng the source of randomness
     * @return the problem
     */
    public static ExactProblem draw(double beta, RandomGenerator rng) {
        EnumeratedModel reference = new EnumeratedModel(4, 2, 5).perturbed(0.5, rng);
        double[][] rewards = new double[reference.prompts()][reference.size()];
        for (double[] row : rewards) {
            for (int c = 0; c < row.length; c++) {
                row[c] = rng.nextGaussian();
            }
        }
        return new ExactProblem(reference, rewards, beta);
    }

    /**
     * The same reference and reward at another price.
     *
     * @param other above 0
     * @return another problem
     */
    public ExactProblem withBeta(double other) {
        return new ExactProblem(reference, rewards, other);
    }

    /**
     * The model to be tuned.
     *
     * @return a copy
     */
    public EnumeratedModel reference() {
        return reference.copy();
    }

    /**
     * The reward of a completion.
     *
     * @param prompt its index
     * @param c the completion's
     * @return a finite number
     */
    public double reward(int prompt, int c) {
        return rewards[prompt][c];
    }

    /**
     * The price of a nat.
     *
     * @return above 0
     */
    public double beta() {
        return beta;
    }

    /**
     * The optimum, {@code ref * exp(r / beta) / Z}.
     *
     * @return one distribution a prompt
     */
    public List<Finite<Integer>> optima() {
        return List.copyOf(optima);
    }

    /**
     * The distributions of a model.
     *
     * @param model of the reference's shape
     * @return one a prompt
     */
    public List<Finite<Integer>> distributions(EnumeratedModel model) {
        return IntStream.range(0, model.prompts()).mapToObj(model::distribution).toList();
    }

    /**
     * The distribution of the best of n samples of the reference (Nakano et al. 2021; its divergence is at most {@code
     * log n - (n - 1) / n}, Beirami et al. 2024). Rewards are taken to differ.
     *
     * @param n at least 1
     * @return one distribution a prompt
     */
    public List<Finite<Integer>> bestOf(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("n: " + n + " (expected: >= 1)");
        }
        List<Finite<Integer>> best = new ArrayList<>();
        for (int prompt = 0; prompt < rewards.length; prompt++) {
            Finite<Integer> ref = references.get(prompt);
            double[] scores = rewards[prompt];
            int[] worstFirst = IntStream.range(0, scores.length)
                    .boxed()
                    .sorted((a, b) -> Double.compare(scores[a], scores[b]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            double[] weights = new double[scores.length];
            double below = 0;
            for (int c : worstFirst) {
                double through = below + ref.probability(c);
                weights[c] = Math.max(0, Math.pow(through, n) - Math.pow(below, n));
                below = through;
            }
            best.add(Finite.of(ref.support(), weights));
        }
        return best;
    }

    /**
     * Where a policy stands.
     *
     * @param policy one distribution a prompt
     * @return its figures
     */
    public Standing standing(List<Finite<Integer>> policy) {
        double klToOptimum = 0;
        double reward = 0;
        double klToReference = 0;
        int n = rewards.length;
        for (int prompt = 0; prompt < n; prompt++) {
            Finite<Integer> pi = policy.get(prompt);
            klToOptimum += pi.kl(optima.get(prompt)) / n;
            klToReference += pi.kl(references.get(prompt)) / n;
            for (int c = 0; c < rewards[prompt].length; c++) {
                reward += pi.probability(c) * rewards[prompt][c] / n;
            }
        }
        return new Standing(klToOptimum, reward, klToReference, reward - beta * klToReference);
    }
}
