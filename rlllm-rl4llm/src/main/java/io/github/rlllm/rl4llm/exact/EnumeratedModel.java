package io.github.rlllm.rl4llm.exact;

import io.github.rlllm.api.Finite;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * An autoregressive language model in a table: one softmax over {@code words + 1} tokens, the last of which ends the
 * completion, for every prompt and every prefix. A completion ends with that token, or is cut after {@code longest} words;
 * with 2 words and at most 5 of them there are 63. Confined to one thread.
 */
public final class EnumeratedModel {
    private final int prompts;
    private final int words;
    private final int longest;
    private final int prefixes;
    private final List<int[]> completions = new ArrayList<>();
    /** The prefix before each token of a completion. */
    private final List<int[]> paths = new ArrayList<>();

    /** What follows a prefix and a token: a prefix, or the complement of a completion's index. */
    private final int[][] next;

    private final double[][] logits;
    private final double[][] logSoftmax;

    /**
     * A model whose next token is uniform.
     *
     * @param prompts at least 1
     * @param words at least 1, without the end
     * @param longest the greatest number of words, at least 1; there are at most 4,096 completions
     * @throws IllegalArgumentException if a part is out of its range
     */
    public EnumeratedModel(int prompts, int words, int longest) {
        require("prompts", prompts, prompts >= 1, ">= 1");
        require("words", words, words >= 1, ">= 1");
        require("longest", longest, longest >= 1, ">= 1");
        double all = 0;
        for (int n = 0; n <= longest; n++) {
            all += Math.pow(words, n);
        }
        require("completions", (long) all, all <= 4096, "<= 4096");
        this.prompts = prompts;
        this.words = words;
        this.longest = longest;
        this.prefixes = (int) all - (int) Math.pow(words, longest);
        this.next = new int[prefixes][words + 1];
        enumerate(0, new int[0], new int[0]);
        this.logits = new double[prompts * prefixes][words + 1];
        this.logSoftmax = new double[prompts * prefixes][words + 1];
        changed();
    }

    private static void require(String name, long value, boolean good, String expected) {
        if (!good) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }

    /** Prefix n is followed by prefix {@code n * words + 1 + word}, as in a heap. */
    private void enumerate(int prefix, int[] tokens, int[] path) {
        int[] through = append(path, prefix);
        next[prefix][words] = ~completions.size();
        completions.add(append(tokens, words));
        paths.add(through);
        for (int word = 0; word < words; word++) {
            int[] longer = append(tokens, word);
            if (longer.length < longest) {
                next[prefix][word] = prefix * words + 1 + word;
                enumerate(prefix * words + 1 + word, longer, through);
            } else {
                next[prefix][word] = ~completions.size();
                completions.add(longer);
                paths.add(through);
            }
        }
    }

    private static int[] append(int[] array, int last) {
        int[] longer = Arrays.copyOf(array, array.length + 1);
        longer[array.length] = last;
        return longer;
    }

    /**
     * A copy with logits drawn from a normal distribution around these.
     *
     * @param deviation its standard deviation, at least 0
     * @param rng the source of randomness
     * @return another model
     */
    public EnumeratedModel perturbed(double deviation, RandomGenerator rng) {
        EnumeratedModel other = copy();
        for (double[] row : other.logits) {
            for (int token = 0; token < row.length; token++) {
                row[token] += deviation * rng.nextGaussian();
            }
        }
        other.changed();
        return other;
    }

    /**
     * A model of the same shape with given distributions over completions.
     *
     * @param distributions one a prompt, over the indices of completions, each possible
     * @return another model
     * @throws IllegalArgumentException if there is not one a prompt, or a prefix is impossible
     */
    public EnumeratedModel with(List<Finite<Integer>> distributions) {
        require("distributions", distributions.size(), distributions.size() == prompts, prompts + ", one a prompt");
        EnumeratedModel other = new EnumeratedModel(prompts, words, longest);
        for (double[] row : other.logits) {
            Arrays.fill(row, 0);
        }
        for (int prompt = 0; prompt < prompts; prompt++) {
            for (int c = 0; c < size(); c++) {
                double p = distributions.get(prompt).probability(c);
                for (int t = 0; t < paths.get(c).length; t++) {
                    other.logits[row(prompt, c, t)][completions.get(c)[t]] += p;
                }
            }
        }
        for (double[] row : other.logits) {
            for (int token = 0; token < row.length; token++) {
                if (!(row[token] > 0)) {
                    throw new IllegalArgumentException("distributions: a completion of probability 0 (expected: > 0)");
                }
                row[token] = Math.log(row[token]);
            }
        }
        other.changed();
        return other;
    }

    /**
     * A copy that changes on its own.
     *
     * @return another model
     */
    public EnumeratedModel copy() {
        EnumeratedModel other = new EnumeratedModel(prompts, words, longest);
        for (int i = 0; i < logits.length; i++) {
            other.logits[i] = logits[i].clone();
        }
        other.changed();
        return other;
    }

    /**
     * The number of prompts.
     *
     * @return at least 1
     */
    public int prompts() {
        return prompts;
    }

    /**
     * The number of completions of a prompt.
     *
     * @return at least 2
     */
    public int size() {
        return completions.size();
    }

    /**
     * The greatest number of tokens of a completion.
     *
     * @return at least 1
     */
    public int longest() {
        return longest;
    }

    /**
     * The tokens of a completion.
     *
     * @param c its index
     * @return words from 0, the last token the number of words where it ended by itself
     */
    public int[] completion(int c) {
        return completions.get(c).clone();
    }

    /**
     * The log-probability of each token of a completion.
     *
     * @param prompt its index
     * @param c the completion's
     * @return a new row, in nats
     */
    public double[] logProbs(int prompt, int c) {
        double[] row = new double[completions.get(c).length];
        for (int t = 0; t < row.length; t++) {
            row[t] = logSoftmax[row(prompt, c, t)][completions.get(c)[t]];
        }
        return row;
    }

    /**
     * The distribution over completions, by index.
     *
     * @param prompt its index
     * @return a distribution
     */
    public Finite<Integer> distribution(int prompt) {
        return Finite.softmax(
                IntStream.range(0, size()).boxed().toList(),
                IntStream.range(0, size())
                        .mapToDouble(c -> Arrays.stream(logProbs(prompt, c)).sum())
                        .toArray());
    }

    /**
     * Draws a completion.
     *
     * @param prompt its index
     * @param rng the source of randomness
     * @return the completion's index
     */
    int sample(int prompt, RandomGenerator rng) {
        int at = 0;
        while (at >= 0) {
            double[] logP = logSoftmax[prompt * prefixes + at];
            double u = rng.nextDouble();
            int token = 0;
            while (token < words && u >= Math.exp(logP[token])) {
                u -= Math.exp(logP[token]);
                token++;
            }
            at = next[at][token];
        }
        return ~at;
    }

    /** The probability of a completion. */
    double probability(int prompt, int c) {
        return Math.exp(Arrays.stream(logProbs(prompt, c)).sum());
    }

    /** The row of the table before token t of a completion, which also numbers the states of a value table. */
    int row(int prompt, int c, int t) {
        return prompt * prefixes + paths.get(c)[t];
    }

    /** Zeros of the table's shape. */
    double[][] zeros() {
        return new double[logits.length][words + 1];
    }

    /** Adds {@code sum over t of slopes[t] * d logProb_t / d logits}, the exact gradient of a softmax. */
    void addGradient(int prompt, int c, double[] slopes, double[][] gradient) {
        for (int t = 0; t < slopes.length; t++) {
            double[] target = gradient[row(prompt, c, t)];
            double[] logP = logSoftmax[row(prompt, c, t)];
            for (int token = 0; token < target.length; token++) {
                target[token] -= slopes[t] * Math.exp(logP[token]);
            }
            target[completions.get(c)[t]] += slopes[t];
        }
    }

    double[][] logits() {
        return logits;
    }

    /** To be called after the logits were changed. */
    void changed() {
        for (int i = 0; i < logits.length; i++) {
            double max = Arrays.stream(logits[i]).max().orElseThrow();
            double sum = 0;
            for (double logit : logits[i]) {
                sum += Math.exp(logit - max);
            }
            for (int token = 0; token < logits[i].length; token++) {
                logSoftmax[i][token] = logits[i][token] - max - Math.log(sum);
            }
        }
    }
}
