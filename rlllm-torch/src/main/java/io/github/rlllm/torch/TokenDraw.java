package io.github.rlllm.torch;

import io.github.rlllm.engine.decoding.Sampler;
import io.github.rlllm.engine.decoding.SamplingConfig;
import io.github.rlllm.engine.nn.Kernels;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Draws tokens from logits and tells their log-probability at the temperature. Where nothing is left out it does so on the
 * kernels, else as {@link Sampler} does.
 */
final class TokenDraw {
    private final Kernels kernels;
    private final Sampler sampler;
    private final boolean plain;
    private final double scale;
    private final int vocabulary;
    private double logProb;

    TokenDraw(Kernels kernels, SamplingConfig config, int vocabulary) {
        this.kernels = kernels;
        this.sampler = new Sampler(config);
        double temperature = config.temperature();
        this.plain = temperature > 0 && config.equals(SamplingConfig.defaults().withTemperature(temperature));
        this.scale = temperature == 0 ? 1 : 1 / temperature;
        this.vocabulary = vocabulary;
    }

    /**
     * Draws a token.
     *
     * @param logits of a padded length; overwritten
     * @param tokens begins with those before it
     * @param length how many there are before it
     * @param rng the source of randomness; one number is taken
     * @return the token
     */
    int next(float[] logits, int[] tokens, int length, RandomGenerator rng) {
        int n = Kernels.padded(vocabulary);
        Arrays.fill(logits, vocabulary, n, Float.NEGATIVE_INFINITY);
        float greatest = kernels.greatest(logits, n);
        if (!Float.isFinite(greatest)) {
            throw new ArithmeticException("greatest logit of token " + length + ": " + greatest
                    + " (expected: a finite number; the weights or the configuration are out of range)");
        }
        if (plain) {
            double sum = kernels.exponentials(logits, vocabulary, (float) scale, greatest);
            int token = draw(logits, rng.nextDouble() * sum);
            logProb = Math.log(logits[token] / sum);
            return token;
        }
        float[] all = Arrays.copyOf(logits, vocabulary);
        int token = Sampler.draw(sampler.probabilities(all, Arrays.copyOf(tokens, length)), rng);
        double sum = kernels.exponentials(logits, vocabulary, (float) scale, greatest);
        logProb = (all[token] - greatest) * scale - Math.log(sum);
        return token;
    }

    /** The log-probability of the token that was drawn last, in nats. */
    double logProb() {
        return logProb;
    }

    private int draw(float[] weights, double of) {
        double left = of;
        int last = 0;
        for (int v = 0; v < vocabulary; v++) {
            left -= weights[v];
            if (left < 0) {
                return v;
            }
            last = weights[v] > 0 ? v : last;
        }
        return last;
    }
}
