package io.github.rlllm.api;

import java.util.List;
import java.util.function.Function;

/**
 * A distribution over options given a context in words: SayCan's prior, GLAM's actor. Thread-safe.
 *
 * @param <T> the type of an option
 */
@FunctionalInterface
public interface OptionScorer<T> {
    /**
     * The distribution over the options.
     *
     * @param context what is known, in words
     * @param options distinct options, at least one
     * @return a distribution whose support is the options in their order
     */
    Finite<T> score(String context, List<T> options);

    /**
     * Options weighed by a language model's exact likelihood, {@code p(option) ~ p(text(option) | context)}, summed over
     * tokens and not normalised by length.
     *
     * @param <T> the type of an option
     * @param model gives the log-probabilities
     * @param text writes an option as the continuation
     * @return the scorer
     */
    static <T> OptionScorer<T> likelihood(ScoringModel model, Function<? super T, String> text) {
        return (context, options) -> Finite.softmax(
                options,
                model.logProbs(context, options.stream().<String>map(text).toList()));
    }

    /**
     * Options weighed by similarity, {@code p(option) ~ exp(cosine / temperature)}. A cosine is not a likelihood, and
     * figures made with it must say so.
     *
     * @param <T> the type of an option
     * @param encoder gives the vectors
     * @param text writes an option
     * @param temperature above 0; cosines lie in [-1, 1], so about .05 is needed to tell options apart
     * @return the scorer
     * @throws IllegalArgumentException if the temperature is not finite and above 0
     */
    static <T> OptionScorer<T> cosine(Encoder encoder, Function<? super T, String> text, double temperature) {
        if (!(temperature > 0) || temperature == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("temperature: " + temperature + " (expected: finite and > 0)");
        }
        return (context, options) -> {
            float[] query = encoder.encode(context);
            List<float[]> vectors =
                    encoder.encodeAll(options.stream().<String>map(text).toList());
            double[] logits = new double[vectors.size()];
            for (int i = 0; i < logits.length; i++) {
                float[] vector = vectors.get(i);
                if (vector.length != query.length) {
                    throw new IllegalStateException("encodeAll[" + i + "]: length " + vector.length + " (expected: "
                            + query.length + ", as the context's)");
                }
                double cosine = 0;
                for (int d = 0; d < query.length; d++) {
                    cosine += (double) query[d] * vector[d];
                }
                logits[i] = cosine / temperature;
            }
            return Finite.softmax(options, logits);
        };
    }
}
