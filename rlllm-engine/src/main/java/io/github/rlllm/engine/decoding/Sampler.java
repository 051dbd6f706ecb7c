package io.github.rlllm.engine.decoding;

import io.github.rlllm.api.Completion.Finish;
import io.github.rlllm.api.NothingLeftException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Draws tokens from logits. Sums are in double precision; equal logits are told apart by the smaller token. Immutable and
 * thread-safe.
 */
public final class Sampler {
    private static final double NONE = Double.NEGATIVE_INFINITY;

    private final SamplingConfig config;

    /** A language model, one token at a time. */
    @FunctionalInterface
    public interface NextLogits {
        /**
         * The logits of the token after some tokens.
         *
         * @param tokens the prompt and what was drawn; the array belongs to the callee
         * @return one number a token of the vocabulary
         */
        float[] after(int[] tokens);
    }

    /**
     * A sampler.
     *
     * @param config how tokens are drawn
     */
    public Sampler(SamplingConfig config) {
        this.config = config;
    }

    /**
     * The distribution that the next token is drawn from.
     *
     * @param logits one number a token, finite or minus infinity
     * @param previous the tokens before, the prompt's included
     * @return one probability a token, 0 for those that were left out
     * @throws ArithmeticException if a logit is NaN or infinite, or none is finite
     * @throws NothingLeftException if no token is left
     */
    public double[] probabilities(float[] logits, int[] previous) {
        return distribution(logits, previous, null, "");
    }

    /**
     * {@link #probabilities(float[], int[])} over some tokens alone; the others count as impossible from the start.
     *
     * @param logits one number a token, finite or minus infinity
     * @param previous the tokens before, the prompt's included
     * @param allowed tokens, at least one
     * @return one probability a token, 0 for those that were left out
     * @throws ArithmeticException if a logit is NaN or infinite, or none is finite
     * @throws NothingLeftException if no token is left
     */
    public double[] probabilities(float[] logits, int[] previous, int[] allowed) {
        return distribution(logits, previous, allowed, "the tokens allowed");
    }

    private double[] distribution(float[] logits, int[] previous, int @Nullable [] allowed, String only) {
        double[] s = new double[logits.length];
        for (int v = 0; v < s.length; v++) {
            if (Float.isNaN(logits[v]) || logits[v] == Float.POSITIVE_INFINITY) {
                throw new ArithmeticException("logit " + v + ": " + logits[v] + " (expected: a finite number)");
            }
            s[v] = logits[v];
        }
        if (greatest(s) == NONE) {
            throw new ArithmeticException("logits: none of " + s.length + " is finite (expected: at least one)");
        }
        for (int token : previous) {
            requireToken("previous", token, s.length);
        }
        if (allowed != null) {
            restrict(s, allowed);
        }
        penalise(s, previous);
        forbidRepeats(s, previous);
        if (greatest(s) == NONE) {
            throw new NothingLeftException("tokens: none left" + (allowed == null ? "" : " under " + only)
                    + " (expected: at least one that is allowed and possible)");
        }
        if (config.temperature() == 0) {
            double[] one = new double[s.length];
            one[best(s)] = 1;
            return one;
        }
        double top = greatest(s);
        for (int v = 0; v < s.length; v++) {
            // Less the greatest first, so that a temperature near 0 cannot overflow.
            s[v] = (s[v] - top) / config.temperature();
        }
        topK(s);
        topP(s);
        minP(s);
        typical(s);
        return softmax(s);
    }

    /**
     * Draws by probabilities.
     *
     * @param probabilities at least 0, of sum 1 but for rounding
     * @param rng the source of randomness; one number is taken
     * @return a token whose probability is above 0
     */
    public static int draw(double[] probabilities, RandomGenerator rng) {
        double left = rng.nextDouble();
        int last = -1;
        for (int v = 0; v < probabilities.length; v++) {
            if (probabilities[v] > 0) {
                last = v;
                left -= probabilities[v];
                if (left < 0) {
                    return v;
                }
            }
        }
        if (last < 0) {
            throw new NothingLeftException("probabilities: none above 0 (expected: at least one)");
        }
        return last;
    }

    /**
     * Draws a continuation, token by token. Under a constraint every token is drawn from what this sampler gives once the
     * tokens that are not allowed count as impossible; the stop tokens of the limits are allowed where the constraint is
     * complete. It ends where a stop token was drawn or nothing may follow. A length that runs out cuts it: {@code LENGTH}.
     *
     * @param model gives the logits
     * @param prompt the tokens before it
     * @param limits where it ends and what it may be
     * @param rng the source of randomness, one number a token
     * @return the sample
     * @throws NothingLeftException if no token is left; under a constraint the message names it
     * @throws IllegalStateException if the constraint is complete, more may follow, and the limits have no stop token
     */
    public TokenSample sample(NextLogits model, int[] prompt, SampleLimits limits, RandomGenerator rng) {
        int[] all = Arrays.copyOf(prompt, prompt.length + limits.longest());
        double[] logProbs = new double[limits.longest()];
        Constraint only = limits.only();
        int state = only == null ? 0 : only.start();
        int n = 0;
        int stop = 0;
        boolean done = false;
        while (!done && n < limits.longest()) {
            int[] allowed = only == null ? null : allowed(only, state, limits.ends());
            if (allowed != null && allowed.length == 0) {
                break;
            }
            int[] before = Arrays.copyOf(all, prompt.length + n);
            float[] logits = model.after(before.clone());
            int token = draw(distribution(logits, before, allowed, String.valueOf(only)), rng);
            all[prompt.length + n] = token;
            logProbs[n] = logProb(logits, token);
            n++;
            boolean whole = true;
            if (only != null) {
                int after = only.after(state, token);
                done = after < 0;
                state = done ? state : after;
                whole = only.complete(state);
            }
            stop = whole ? limits.stopped(Arrays.copyOfRange(all, prompt.length, prompt.length + n), n) : 0;
            done |= stop > 0;
        }
        boolean end = done || only != null && only.allowed(state).length == 0;
        return new TokenSample(
                Arrays.copyOfRange(all, prompt.length, prompt.length + n),
                Arrays.copyOf(logProbs, n),
                stop,
                end ? Finish.STOP : Finish.LENGTH);
    }

    /** What may come next; none where the sample is done. */
    private static int[] allowed(Constraint only, int state, int[] ends) {
        int[] next = only.allowed(state);
        if (!only.complete(state) || next.length == 0) {
            return next;
        }
        if (ends.length == 0) {
            throw new IllegalStateException("constraint " + only + ": complete, and more may follow (expected: a token"
                    + " that ends a text among the stop sequences)");
        }
        return IntStream.concat(IntStream.of(next), IntStream.of(ends))
                .sorted()
                .distinct()
                .toArray();
    }

    /**
     * The model's own distribution over a set of sequences: {@code p(sequence) / sum of p}, by the chain rule. Drawing from it
     * is not what {@link #sample} does under a {@link TokenTrie}, which divides anew at every token and so prefers sequences
     * that begin likely.
     *
     * @param model gives the logits; asked once for every token that something follows
     * @param prompt the tokens before
     * @param set the sequences, none the beginning of another
     * @return one probability a sequence, of sum 1; one that stands there twice counts twice
     * @throws NothingLeftException if the model holds all of them for impossible
     */
    public static double[] among(NextLogits model, int[] prompt, TokenTrie set) {
        if (!set.prefixFree()) {
            throw new IllegalArgumentException(
                    "set: one sequence begins another (expected: none does; let each end with the token that ends a text)");
        }
        double[] logProbs = new double[set.size()];
        int[][] texts = new int[set.size()][];
        float[][] logits = new float[set.size()][];
        texts[TokenTrie.ROOT] = prompt.clone();
        for (int node = 1; node < texts.length; node++) {
            int parent = set.parent(node);
            float[] after = logits[parent];
            if (after == null) {
                after = model.after(texts[parent].clone());
                logits[parent] = after;
            }
            texts[node] = Arrays.copyOf(texts[parent], texts[parent].length + 1);
            texts[node][texts[parent].length] = set.token(node);
            requireToken("set", set.token(node), after.length);
            logProbs[node] = logProbs[parent] + logProb(after, set.token(node));
        }
        double[] each = new double[set.sequences()];
        Arrays.setAll(each, i -> logProbs[set.end(i)]);
        if (greatest(each) == NONE) {
            throw new NothingLeftException(set + ": each impossible (expected: at least one that the model allows)");
        }
        return softmax(each);
    }

    private static double logProb(float[] logits, int token) {
        double top = NONE;
        for (float logit : logits) {
            top = Math.max(top, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - top);
        }
        return logits[token] - top - Math.log(sum);
    }

    private static void restrict(double[] s, int[] allowed) {
        boolean[] may = new boolean[s.length];
        for (int token : allowed) {
            requireToken("allowed", token, s.length);
            may[token] = true;
        }
        for (int v = 0; v < s.length; v++) {
            s[v] = may[v] ? s[v] : NONE;
        }
    }

    private void penalise(double[] s, int[] previous) {
        double penalty = config.repetitionPenalty();
        if (penalty == 1) {
            return;
        }
        boolean[] done = new boolean[s.length];
        for (int token : previous) {
            if (!done[token]) {
                done[token] = true;
                s[token] = s[token] > 0 ? s[token] / penalty : s[token] * penalty;
            }
        }
    }

    private void forbidRepeats(double[] s, int[] previous) {
        int n = config.noRepeat();
        int tail = previous.length - (n - 1);
        if (n == 0 || tail < 0) {
            return;
        }
        for (int from = 0; from < tail; from++) {
            if (Arrays.equals(previous, from, from + n - 1, previous, tail, previous.length)) {
                s[previous[from + n - 1]] = NONE;
            }
        }
    }

    private void topK(double[] s) {
        if (config.topK() > 0) {
            double[] sorted = sortedLeft(s);
            int k = Math.min(sorted.length, Math.max(config.topK(), config.keep()));
            double least = sorted[sorted.length - k];
            for (int v = 0; v < s.length; v++) {
                s[v] = s[v] < least ? NONE : s[v];
            }
        }
    }

    /** A token goes where the mass of those less probable than it, its own included, is at most 1 - p. */
    private void topP(double[] s) {
        if (config.topP() < 1) {
            double[] sorted = sortedLeft(softmax(s, false));
            int most = Math.max(0, sorted.length - config.keep());
            double mass = 0;
            int fewer = 0;
            while (fewer < most && (mass += sorted[fewer]) <= 1 - config.topP()) {
                fewer++;
            }
            dropLeast(s, fewer);
        }
    }

    private void minP(double[] s) {
        if (config.minP() > 0) {
            double least = greatest(s) + Math.log(config.minP());
            int fewer = 0;
            for (double value : s) {
                fewer += value != NONE && value < least ? 1 : 0;
            }
            dropLeast(s, Math.min(fewer, Math.max(0, sortedLeft(s).length - config.keep())));
        }
    }

    private void typical(double[] s) {
        if (config.typicalP() == 1) {
            return;
        }
        double[] p = softmax(s);
        double entropy = 0;
        for (double each : p) {
            entropy -= each > 0 ? each * Math.log(each) : 0;
        }
        double h = entropy;
        int[] order = IntStream.range(0, s.length)
                .filter(v -> p[v] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble(v -> Math.abs(-Math.log(p[v]) - h)))
                .mapToInt(v -> v)
                .toArray();
        double mass = 0;
        int kept = 0;
        while (kept < order.length && (kept < config.keep() || mass < config.typicalP())) {
            mass += p[order[kept++]];
        }
        double[] left = s.clone();
        Arrays.fill(s, NONE);
        for (int i = 0; i < kept; i++) {
            s[order[i]] = left[order[i]];
        }
    }

    /** Leaves out the least of those that are left; of equal ones the greater tokens first. */
    private static void dropLeast(double[] s, int number) {
        if (number == 0) {
            return;
        }
        double bound = sortedLeft(s)[number - 1];
        int dropped = 0;
        for (int v = 0; v < s.length; v++) {
            if (s[v] != NONE && s[v] < bound) {
                s[v] = NONE;
                dropped++;
            }
        }
        for (int v = s.length - 1; v >= 0 && dropped < number; v--) {
            if (s[v] == bound) {
                s[v] = NONE;
                dropped++;
            }
        }
    }

    private static double[] sortedLeft(double[] s) {
        return Arrays.stream(s).filter(value -> value != NONE).sorted().toArray();
    }

    private static int best(double[] s) {
        int best = 0;
        for (int v = 1; v < s.length; v++) {
            best = s[v] > s[best] ? v : best;
        }
        return best;
    }

    private static double greatest(double[] s) {
        double greatest = NONE;
        for (double value : s) {
            greatest = Math.max(greatest, value);
        }
        return greatest;
    }

    private static double[] softmax(double[] s) {
        return softmax(s, true);
    }

    /** Tokens left out get 0, or stay minus infinity. */
    private static double[] softmax(double[] s, boolean zero) {
        double top = greatest(s);
        double sum = 0;
        for (double value : s) {
            sum += Math.exp(value - top);
        }
        double[] p = new double[s.length];
        for (int v = 0; v < s.length; v++) {
            p[v] = s[v] == NONE && !zero ? NONE : Math.exp(s[v] - top) / sum;
        }
        return p;
    }

    private static void requireToken(String name, int token, int size) {
        if (token < 0 || token >= size) {
            throw new IllegalArgumentException(
                    name + ": token " + token + " (expected: 0 to " + (size - 1) + ", as there are logits)");
        }
    }
}
