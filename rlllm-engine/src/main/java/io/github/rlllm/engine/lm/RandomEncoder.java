package io.github.rlllm.engine.lm;

import io.github.rlllm.api.Encoder;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * An encoder that has a network's form and no training: the control for what pre-training brings. Each word has a
 * Gaussian vector drawn from a hash of the word and the seed; a recurrent layer with random weights,
 * {@code h = tanh(W h' + e)}, reads them in order; the text's vector is the mean of the states, brought to length 1.
 * Immutable and thread-safe.
 */
public final class RandomEncoder implements Encoder {
    /** Spectral scale of the recurrent weights: the state forgets, as an untrained recurrent network's does. */
    private static final double MEMORY = 0.5;

    private final long seed;
    private final float[][] recurrent;

    /**
     * Draws the weights.
     *
     * @param dimension the length of the vectors, at least 1
     * @param seed decides every weight
     */
    public RandomEncoder(int dimension, long seed) {
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension: " + dimension + " (expected: >= 1)");
        }
        this.seed = seed;
        this.recurrent = new float[dimension][dimension];
        RandomGenerator rng = new SplittableRandom(seed);
        double scale = MEMORY / Math.sqrt(dimension);
        for (float[] row : recurrent) {
            for (int j = 0; j < dimension; j++) {
                row[j] = (float) (scale * rng.nextGaussian());
            }
        }
    }

    @Override
    public float[] encode(String text) {
        int n = recurrent.length;
        float[] state = new float[n];
        float[] sum = new float[n];
        for (String word : Words.of(text)) {
            RandomGenerator rng = new SplittableRandom(hash(word));
            float[] next = new float[n];
            for (int i = 0; i < n; i++) {
                float[] row = recurrent[i];
                float in = (float) rng.nextGaussian();
                for (int j = 0; j < n; j++) {
                    in += row[j] * state[j];
                }
                next[i] = (float) Math.tanh(in);
                sum[i] += next[i];
            }
            state = next;
        }
        if (n > 0 && Words.of(text).isEmpty()) {
            sum[0] = 1;
        }
        return EmbeddingEncoder.unit(sum);
    }

    /** FNV-1a over the UTF-16 units, so that the vector of a word does not hang on the JVM's own hash. */
    private long hash(String word) {
        long hash = 0xcbf29ce484222325L ^ seed;
        for (int i = 0; i < word.length(); i++) {
            hash = (hash ^ word.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    @Override
    public int dimension() {
        return recurrent.length;
    }

    @Override
    public String model() {
        return "random encoder";
    }
}
