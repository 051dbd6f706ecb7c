package io.github.rlllm.api;

import java.util.List;

/**
 * A language model that gives exact log-probabilities of continuations. It does not sample and never estimates by
 * sampling. Thread-safe.
 */
public interface ScoringModel {
    /**
     * The log-probability of every continuation after a context, summed over its tokens.
     *
     * @param context the text before; may be empty
     * @param continuations the texts to score, none empty
     * @return {@code log p(continuation | context)} in nats, one each; the array belongs to the caller
     * @throws IllegalArgumentException if a continuation is empty
     */
    double[] logProbs(String context, List<String> continuations);

    /**
     * The number of tokens of a continuation, for those who choose to normalise by length.
     *
     * @param context the text before
     * @param continuation the text
     * @return at least 1
     */
    int tokens(String context, String continuation);

    /**
     * The model's identity, as it goes into provenance.
     *
     * @return a name
     */
    String model();
}
