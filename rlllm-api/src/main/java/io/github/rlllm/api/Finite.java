package io.github.rlllm.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A distribution over finitely many outcomes with an indexed support, and the algebra by which studies compose.
 *
 * <p>SayCan's choice is {@code prior.times(affordance)}; InstructRL's is the mode of
 * {@code Finite.softmax(actions, q).times(prior.tempered(lambda))}; the optimum of reinforcement learning from human
 * feedback is {@code reference.times(Finite.softmax(texts, reward / beta))}.
 *
 * <p>Conventions: {@code 0 * log 0 = 0}; weight 0 is the identity; a product that leaves no outcome is a
 * {@link NothingLeftException}. Immutable and thread-safe.
 *
 * @param <T> the type of an outcome; arrays are refused because their equality is identity
 */
public final class Finite<T> implements Distribution<T> {
    private final List<T> support;
    private final Map<T, Integer> index;
    private final double[] logProbs;

    private Finite(List<T> support, Map<T, Integer> index, double[] logProbs) {
        this.support = support;
        this.index = index;
        this.logProbs = logProbs;
    }

    /**
     * The distribution proportional to {@code exp(logits)}.
     *
     * @param <T> the type of an outcome
     * @param support distinct outcomes, at least one
     * @param logits one an outcome; negative infinity excludes it, NaN and positive infinity are refused
     * @return the normalised distribution
     * @throws IllegalArgumentException if sizes differ, outcomes repeat or are arrays, or a logit is NaN or +infinity
     * @throws NothingLeftException if every logit is negative infinity
     */
    public static <T> Finite<T> softmax(List<T> support, double... logits) {
        return normalised(support, "logits", logits.clone());
    }

    /** Checks the support and takes ownership of the logits, which came in under a name. */
    private static <T> Finite<T> normalised(List<T> support, String name, double[] logits) {
        List<T> outcomes = List.copyOf(support);
        if (outcomes.isEmpty()) {
            throw new IllegalArgumentException("support: empty (expected: at least one outcome)");
        }
        requireLength(logits.length, outcomes.size(), name);
        Map<T, Integer> index = new HashMap<>();
        for (int i = 0; i < logits.length; i++) {
            T outcome = outcomes.get(i);
            if (outcome.getClass().isArray()) {
                throw new IllegalArgumentException("support[" + i + "]: an array (expected: a type with equality)");
            }
            if (index.put(outcome, i) != null) {
                throw new IllegalArgumentException("support[" + i + "]: " + outcome + " (expected: distinct outcomes)");
            }
        }
        return normalised(outcomes, index, logits);
    }

    /**
     * The distribution proportional to non-negative weights.
     *
     * @param <T> the type of an outcome
     * @param support distinct outcomes, at least one
     * @param weights one an outcome, finite and at least 0; they need not sum to 1
     * @return the normalised distribution
     * @throws IllegalArgumentException if a weight is negative, NaN or infinite, or the support is not valid
     * @throws NothingLeftException if all weights are 0
     */
    public static <T> Finite<T> of(List<T> support, double... weights) {
        double[] logits = new double[weights.length];
        for (int i = 0; i < weights.length; i++) {
            logits[i] = Math.log(checkedWeight(weights[i], i));
        }
        return normalised(support, "weights", logits);
    }

    /**
     * The uniform distribution.
     *
     * @param <T> the type of an outcome
     * @param support distinct outcomes, at least one
     * @return the distribution
     */
    public static <T> Finite<T> uniform(List<T> support) {
        return normalised(support, "support", new double[support.size()]);
    }

    /**
     * The mixture {@code sum_k weights[k] * parts[k]}. All parts have the same support in the same order.
     *
     * @param <T> the type of an outcome
     * @param parts the distributions, at least one
     * @param weights one a part, finite and at least 0, normalised here
     * @return the mixture
     * @throws IllegalArgumentException if supports differ or a weight is not valid
     * @throws NothingLeftException if all weights are 0
     */
    public static <T> Finite<T> mixture(List<Finite<T>> parts, double... weights) {
        if (parts.isEmpty() || parts.size() != weights.length) {
            throw new IllegalArgumentException("weights: " + weights.length + " values (expected: " + parts.size()
                    + ", one a part, at least one)");
        }
        Finite<T> first = parts.get(0);
        double[] logWeights = new double[weights.length];
        double heaviest = 0;
        for (int k = 0; k < weights.length; k++) {
            first.requireSameSupport(parts.get(k), "parts[" + k + "]");
            logWeights[k] = Math.log(checkedWeight(weights[k], k));
            heaviest = Math.max(heaviest, weights[k]);
        }
        if (heaviest == 0) {
            throw new NothingLeftException("mixture: all weights are 0");
        }
        double[] mixed = new double[first.size()];
        double[] terms = new double[weights.length];
        for (int i = 0; i < mixed.length; i++) {
            for (int k = 0; k < terms.length; k++) {
                terms[k] = logWeights[k] + parts.get(k).logProbs[i];
            }
            mixed[i] = logSumExp(terms);
        }
        return normalised(first.support, first.index, mixed);
    }

    /**
     * The normalised product {@code p * q / Z} over the same support.
     *
     * @param other a distribution over the same outcomes in the same order
     * @return the product
     * @throws IllegalArgumentException if the supports differ
     * @throws NothingLeftException if no outcome is possible under both
     */
    public Finite<T> times(Finite<T> other) {
        requireSameSupport(other, "other");
        double[] product = new double[logProbs.length];
        for (int i = 0; i < product.length; i++) {
            product[i] = logProbs[i] + other.logProbs[i];
        }
        return normalised(support, index, product);
    }

    /**
     * The normalised product with weights that are not a distribution, such as affordances.
     *
     * @param weights one an outcome, finite and at least 0
     * @return {@code p * weights / Z}
     * @throws IllegalArgumentException if the number of weights differs or one is negative, NaN or infinite
     * @throws NothingLeftException if no possible outcome has a positive weight
     */
    public Finite<T> times(double... weights) {
        requireLength(weights.length, logProbs.length, "weights");
        double[] product = new double[logProbs.length];
        for (int i = 0; i < product.length; i++) {
            product[i] = logProbs[i] + Math.log(checkedWeight(weights[i], i));
        }
        return normalised(support, index, product);
    }

    /**
     * The normalised power {@code p^exponent / Z}: below 1 flattens, above 1 sharpens. Impossible outcomes stay
     * impossible at positive exponents; exponent 0 is the identity of {@link #times}, that is the uniform distribution
     * over the whole support.
     *
     * @param exponent finite and at least 0
     * @return the tempered distribution
     * @throws IllegalArgumentException if the exponent is negative, NaN or infinite
     */
    public Finite<T> tempered(double exponent) {
        if (!(exponent >= 0) || exponent == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("exponent: " + exponent + " (expected: finite and >= 0)");
        }
        double greatest = Arrays.stream(logProbs).max().orElseThrow();
        double[] power = new double[logProbs.length];
        for (int i = 0; i < power.length && exponent > 0; i++) {
            // Relative to the mode, which so stays possible at every exponent.
            power[i] = exponent * (logProbs[i] - greatest);
        }
        return normalised(support, index, power);
    }

    /**
     * Excludes outcomes.
     *
     * @param allowed one an outcome; false excludes it
     * @return the renormalised distribution over the same support
     * @throws IllegalArgumentException if the number of flags differs
     * @throws NothingLeftException if no possible outcome is allowed
     */
    public Finite<T> mask(boolean... allowed) {
        requireLength(allowed.length, logProbs.length, "allowed");
        double[] masked = logProbs.clone();
        for (int i = 0; i < masked.length; i++) {
            if (!allowed[i]) {
                masked[i] = Double.NEGATIVE_INFINITY;
            }
        }
        return normalised(support, index, masked);
    }

    /**
     * The outcomes in order.
     *
     * @return an immutable list
     */
    public List<T> support() {
        return support;
    }

    /**
     * The number of outcomes, impossible ones included.
     *
     * @return at least 1
     */
    public int size() {
        return logProbs.length;
    }

    /**
     * The log-probability of an outcome by its index.
     *
     * @param i an index into {@link #support()}
     * @return log p in nats, negative infinity for an impossible outcome
     * @throws IndexOutOfBoundsException if there is no such index
     */
    public double logProbAt(int i) {
        return logProbs[i];
    }

    /**
     * All log-probabilities.
     *
     * @return a copy, in nats
     */
    public double[] logProbs() {
        return logProbs.clone();
    }

    /**
     * The probability of an outcome.
     *
     * @param outcome an outcome
     * @return p, 0 for what is outside the support
     */
    public double probability(T outcome) {
        return Math.exp(logProb(outcome));
    }

    /**
     * The exact entropy {@code -sum p log p}, with {@code 0 * log 0 = 0}.
     *
     * @return nats, from 0 to log(size)
     */
    public double entropy() {
        double entropy = 0;
        for (double logProb : logProbs) {
            if (logProb > Double.NEGATIVE_INFINITY) {
                entropy -= Math.exp(logProb) * logProb;
            }
        }
        return Math.max(0, entropy);
    }

    /**
     * The divergence {@code KL(this || other) = sum p (log p - log q)}.
     *
     * @param other a distribution over the same support
     * @return nats, at least 0; infinity where this allows what the other excludes
     * @throws IllegalArgumentException if the supports differ
     */
    public double kl(Finite<T> other) {
        requireSameSupport(other, "other");
        double kl = 0;
        for (int i = 0; i < logProbs.length; i++) {
            if (logProbs[i] > Double.NEGATIVE_INFINITY) {
                if (other.logProbs[i] == Double.NEGATIVE_INFINITY) {
                    return Double.POSITIVE_INFINITY;
                }
                kl += Math.exp(logProbs[i]) * (logProbs[i] - other.logProbs[i]);
            }
        }
        return Math.max(0, kl);
    }

    @Override
    public T sample(RandomGenerator rng) {
        double u = rng.nextDouble();
        int last = 0;
        for (int i = 0; i < logProbs.length; i++) {
            if (logProbs[i] > Double.NEGATIVE_INFINITY) {
                last = i;
                u -= Math.exp(logProbs[i]);
                if (u < 0) {
                    break;
                }
            }
        }
        return support.get(last);
    }

    @Override
    public T mode() {
        int best = 0;
        for (int i = 1; i < logProbs.length; i++) {
            if (logProbs[i] > logProbs[best]) {
                best = i;
            }
        }
        return support.get(best);
    }

    @Override
    public double logProb(T outcome) {
        Integer i = index.get(outcome);
        return i == null ? Double.NEGATIVE_INFINITY : logProbs[i];
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < logProbs.length; i++) {
            parts.add(support.get(i) + "=" + Math.exp(logProbs[i]));
        }
        return "Finite" + parts;
    }

    /** Takes ownership of the logits. */
    private static <T> Finite<T> normalised(List<T> support, Map<T, Integer> index, double[] logits) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < logits.length; i++) {
            if (Double.isNaN(logits[i]) || logits[i] == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException(
                        "logits[" + i + "]: " + logits[i] + " (expected: finite or negative infinity)");
            }
            max = Math.max(max, logits[i]);
        }
        if (max == Double.NEGATIVE_INFINITY) {
            throw new NothingLeftException("no outcome of " + abbreviated(support) + " has a positive probability");
        }
        // The greatest is subtracted first and apart: added to log Z it would swallow it where logits are huge.
        for (int i = 0; i < logits.length; i++) {
            logits[i] -= max;
        }
        double logZ = logSumExp(logits);
        for (int i = 0; i < logits.length; i++) {
            logits[i] -= logZ;
        }
        return new Finite<>(support, index, logits);
    }

    /** {@code log sum exp(terms)}; negative infinity where all are. */
    private static double logSumExp(double[] terms) {
        double max = Double.NEGATIVE_INFINITY;
        for (double term : terms) {
            max = Math.max(max, term);
        }
        if (max == Double.NEGATIVE_INFINITY) {
            return max;
        }
        double sum = 0;
        for (double term : terms) {
            sum += Math.exp(term - max);
        }
        return max + Math.log(sum);
    }

    private static String abbreviated(List<?> support) {
        return support.size() <= 5 ? support.toString() : support.subList(0, 5) + " and " + (support.size() - 5);
    }

    private static double checkedWeight(double weight, int i) {
        if (!(weight >= 0) || weight == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("weights[" + i + "]: " + weight + " (expected: finite and >= 0)");
        }
        return weight;
    }

    private static void requireLength(int length, int expected, String name) {
        if (length != expected) {
            throw new IllegalArgumentException(
                    name + ": " + length + " values (expected: " + expected + ", one an outcome)");
        }
    }

    private void requireSameSupport(Finite<T> other, String name) {
        if (!support.equals(other.support)) {
            throw new IllegalArgumentException(name + ": support " + abbreviated(other.support) + " (expected: "
                    + abbreviated(support) + " in the same order)");
        }
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof Finite<?> finite
                && support.equals(finite.support)
                && Arrays.equals(logProbs, finite.logProbs);
    }

    @Override
    public int hashCode() {
        return 31 * support.hashCode() + Arrays.hashCode(logProbs);
    }
}
