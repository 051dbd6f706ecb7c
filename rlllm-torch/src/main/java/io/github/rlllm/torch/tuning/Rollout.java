package io.github.rlllm.torch.tuning;

import io.github.rlllm.engine.alignment.Aggregation;
import io.github.rlllm.engine.decoding.SampledLogProbs;
import io.github.rlllm.torch.BatchSampler;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CompletionBatch;
import io.github.rlllm.torch.Sampled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Completions that were drawn together, and their parts. */
final class Rollout {
    /** How far a sampler's log-probabilities may be from the trainer's, in nats. */
    private static final double CLOSE = 1e-4;

    private final int[][] prompts;
    private final int[][] completions;
    private final boolean[] ended;
    private final double[][] sampled;

    private Rollout(int[][] prompts, int[][] completions, boolean[] ended, double[][] sampled) {
        this.prompts = prompts;
        this.completions = completions;
        this.ended = ended;
        this.sampled = sampled;
    }

    static Rollout draw(BatchSampler sampler, int[][] prompts, Generation generation, RandomGenerator rng) {
        Sampled drawn = sampler.sample(prompts, generation.sampling(), generation.newTokens(), rng);
        return new Rollout(drawn.prompts(), drawn.completions(), drawn.ended().clone(), drawn.logProbs());
    }

    int size() {
        return completions.length;
    }

    List<TokenCompletion> completions() {
        List<TokenCompletion> all = new ArrayList<>();
        for (int i = 0; i < size(); i++) {
            all.add(new TokenCompletion(prompts[i], completions[i], ended[i]));
        }
        return all;
    }

    int[] lengths() {
        return Arrays.stream(completions).mapToInt(tokens -> tokens.length).toArray();
    }

    boolean[] ended() {
        return ended;
    }

    /** The share of completions that stopped by themselves. */
    double endedShare() {
        int n = 0;
        for (boolean one : ended) {
            n += one ? 1 : 0;
        }
        return (double) n / ended.length;
    }

    double meanLength() {
        return Arrays.stream(lengths()).average().orElseThrow();
    }

    CompletionBatch batch(int[] part) {
        return new CompletionBatch(pick(prompts, part), pick(completions, part));
    }

    /** Log-probabilities of every completion, so many a forward pass. */
    double[][] logProbs(Reference model, int microBatch, double temperature) {
        return each(microBatch, batch -> model.logProbs(batch, temperature));
    }

    /** A model's scalars before every token of the completions. */
    double[][] values(CausalLm model, int microBatch) {
        return each(microBatch, model::scalars);
    }

    private double[][] each(int microBatch, Function<CompletionBatch, double[][]> pass) {
        double[][] all = new double[size()][];
        for (int[] part : parts(indices(size()), microBatch)) {
            double[][] found = pass.apply(batch(part));
            for (int i = 0; i < part.length; i++) {
                all[part[i]] = found[i];
            }
        }
        return all;
    }

    /**
     * The greatest difference between the sampler's log-probabilities and the trainer's.
     *
     * @param part of the completions
     * @param trained one row each
     * @param asserted whether a difference over 1e-4 is an error
     */
    double difference(int[] part, double[][] trained, boolean asserted) {
        return SampledLogProbs.requireClose(pick(sampled, part), trained, asserted ? CLOSE : Double.MAX_VALUE);
    }

    /** The size of some completions, as losses need it. */
    Aggregation.Batch whole(int[] some, int longest) {
        long tokens = Arrays.stream(some).mapToLong(i -> completions[i].length).sum();
        return new Aggregation.Batch(some.length, tokens, longest);
    }

    /** All completions, shuffled if there are several parts, in parts that differ by one at most. */
    int[][] minibatches(int n, RandomGenerator rng) {
        Require.that("minibatches", n, n <= size(), "<= completions = " + size());
        int[] order = indices(size());
        for (int i = order.length - 1; n > 1 && i > 0; i--) {
            int j = rng.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        int[][] minibatches = new int[n][];
        for (int k = 0; k < n; k++) {
            minibatches[k] = Arrays.copyOfRange(order, k * size() / n, (k + 1) * size() / n);
        }
        return minibatches;
    }

    /** The mean of {@code log pi - log ref}, summed over a completion, in nats. */
    static double kl(double[][] policy, double[][] reference) {
        double sum = 0;
        for (int i = 0; i < policy.length; i++) {
            for (int t = 0; t < policy[i].length; t++) {
                sum += policy[i][t] - reference[i][t];
            }
        }
        return sum / policy.length;
    }

    static void scale(double[][] rows, double factor) {
        for (double[] row : rows) {
            for (int t = 0; t < row.length && factor != 1; t++) {
                row[t] *= factor;
            }
        }
    }

    static int[] indices(int n) {
        int[] indices = new int[n];
        Arrays.setAll(indices, i -> i);
        return indices;
    }

    static List<int[]> parts(int[] some, int size) {
        List<int[]> parts = new ArrayList<>();
        for (int from = 0; from < some.length; from += size) {
            parts.add(Arrays.copyOfRange(some, from, Math.min(some.length, from + size)));
        }
        return parts;
    }

    static double[][] pick(double[][] rows, int[] part) {
        return Arrays.stream(part).mapToObj(i -> rows[i]).toArray(double[][]::new);
    }

    static double[] pick(double[] numbers, int[] part) {
        return Arrays.stream(part).mapToDouble(i -> numbers[i]).toArray();
    }

    private static int[][] pick(int[][] rows, int[] part) {
        return Arrays.stream(part).mapToObj(i -> rows[i]).toArray(int[][]::new);
    }
}
