package io.github.rlllm.torch;

import java.util.Arrays;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Samples from the weights of a {@link TinyGpt} in plain Java, with a cache of keys and values: at this size an engine's
 * cost per operation is many times that of the arithmetic. Its log-probabilities differ from the engine's by rounding
 * alone (at most 1e-4 in the tests); training takes the engine's. The weights are copied when it is made. Confined to one
 * thread.
 */
public final class GptDecoder {
    private static final double NORM_EPSILON = 1e-5;

    private final GptConfig config;
    private final float[][] tokens;
    private final float[][] positions;
    private final Layer[] layers;
    private final float[] lastGain;
    private final float[] lastBias;
    private final float[][] projection;

    private final float[][][] keys;
    private final float[][][] values;
    private final float[] x;
    private final float[] y;
    private final float[] qkv;
    private final float[] mixed;
    private final float[] up;
    private final float[] scores;
    private final float[] logits;

    /**
     * What was sampled.
     *
     * @param tokens the tokens after the prompt, with the stop token where it was drawn
     * @param logProbs their log-probabilities at the sampled temperature, in nats
     */
    public record Sample(int[] tokens, float[] logProbs) {
        /** Checks the record; the arrays are not copied. */
        public Sample {
            Objects.requireNonNull(tokens, "tokens");
            Objects.requireNonNull(logProbs, "logProbs");
        }
    }

    /** One block: linear maps by input row, so that the inner loop runs over the outputs. */
    private static final class Layer {
        private final float[] gain1;
        private final float[] bias1;
        private final float[][] in;
        private final float[] inBias;
        private final float[][] out;
        private final float[] outBias;
        private final float[] gain2;
        private final float[] bias2;
        private final float[][] up;
        private final float[] upBias;
        private final float[][] down;
        private final float[] downBias;

        Layer(float[][] t, int p, int d) {
            gain1 = t[p].clone();
            bias1 = t[p + 1].clone();
            in = transposed(t[p + 2], 3 * d, d);
            inBias = t[p + 3].clone();
            out = transposed(t[p + 4], d, d);
            outBias = t[p + 5].clone();
            gain2 = t[p + 6].clone();
            bias2 = t[p + 7].clone();
            up = transposed(t[p + 8], 4 * d, d);
            upBias = t[p + 9].clone();
            down = transposed(t[p + 10], d, 4 * d);
            downBias = t[p + 11].clone();
        }
    }

    /**
     * A decoder of these weights.
     *
     * @param weights copied
     */
    public GptDecoder(GptWeights weights) {
        config = weights.config();
        float[][] t = weights.tensors();
        int d = config.width();
        tokens = rows(t[0], config.vocabulary(), d);
        positions = rows(t[1], config.context(), d);
        projection = transposed(t[0], config.vocabulary(), d);
        layers = new Layer[config.layers()];
        for (int layer = 0; layer < layers.length; layer++) {
            layers[layer] = new Layer(t, GptWeights.FIRST_LAYER + layer * GptWeights.PER_LAYER, d);
        }
        lastGain = t[t.length - 4].clone();
        lastBias = t[t.length - 3].clone();
        keys = new float[layers.length][config.context()][d];
        values = new float[layers.length][config.context()][d];
        x = new float[d];
        y = new float[d];
        qkv = new float[3 * d];
        mixed = new float[d];
        up = new float[4 * d];
        scores = new float[config.context()];
        logits = new float[config.vocabulary()];
    }

    /**
     * Draws a continuation.
     *
     * @param prompt at least one token; prompt and continuation fit the context
     * @param longest the greatest number of tokens to draw, at least 1
     * @param stop the token that ends it
     * @param temperature above 0; 1 samples the model as it is
     * @param rng the source of randomness, one number a token
     * @return the sample
     */
    public Sample sample(int[] prompt, int longest, int stop, double temperature, RandomGenerator rng) {
        if (prompt.length < 1 || longest < 1 || prompt.length + longest - 1 > config.context()) {
            throw new IllegalArgumentException("prompt, longest: " + prompt.length + ", " + longest
                    + " tokens (expected: each >= 1, together at most " + (config.context() + 1) + ")");
        }
        if (!(temperature > 0)) {
            throw new IllegalArgumentException("temperature: " + temperature + " (expected: > 0)");
        }
        for (int i = 0; i < prompt.length; i++) {
            step(prompt[i], i, i == prompt.length - 1);
        }
        int[] drawn = new int[longest];
        float[] logProbs = new float[longest];
        for (int n = 0; ; n++) {
            drawn[n] = draw(temperature, rng, logProbs, n);
            if (drawn[n] == stop || n == longest - 1) {
                return new Sample(Arrays.copyOf(drawn, n + 1), Arrays.copyOf(logProbs, n + 1));
            }
            step(drawn[n], prompt.length + n, true);
        }
    }

    private int draw(double temperature, RandomGenerator rng, float[] logProbs, int at) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            greatest = Math.max(greatest, logit / temperature);
        }
        if (!Double.isFinite(greatest)) {
            throw new ArithmeticException("logits: greatest " + greatest + " (expected: a finite number)");
        }
        double sum = 0;
        double[] weights = new double[logits.length];
        for (int v = 0; v < weights.length; v++) {
            weights[v] = Math.exp(logits[v] / temperature - greatest);
            sum += weights[v];
        }
        double left = rng.nextDouble() * sum;
        int token = 0;
        while (token < weights.length - 1 && left >= weights[token]) {
            left -= weights[token++];
        }
        logProbs[at] = (float) Math.log(weights[token] / sum);
        return token;
    }

    /** Reads one token at a position; leaves the logits of the next where asked. */
    private void step(int token, int position, boolean wanted) {
        int d = config.width();
        float[] e = tokens[token];
        float[] p = positions[position];
        for (int i = 0; i < d; i++) {
            x[i] = e[i] + p[i];
        }
        for (int l = 0; l < layers.length; l++) {
            Layer layer = layers[l];
            norm(layer.gain1, layer.bias1);
            linear(y, layer.in, layer.inBias, qkv);
            System.arraycopy(qkv, d, keys[l][position], 0, d);
            System.arraycopy(qkv, 2 * d, values[l][position], 0, d);
            attend(keys[l], values[l], position);
            linear(mixed, layer.out, layer.outBias, y);
            add();
            norm(layer.gain2, layer.bias2);
            linear(y, layer.up, layer.upBias, up);
            for (int i = 0; i < up.length; i++) {
                up[i] = Math.max(0, up[i]);
            }
            linear(up, layer.down, layer.downBias, y);
            add();
        }
        if (wanted) {
            norm(lastGain, lastBias);
            Arrays.fill(logits, 0);
            accumulate(y, projection, logits);
        }
    }

    private void attend(float[][] k, float[][] v, int position) {
        int size = config.width() / config.heads();
        float scale = (float) (1 / Math.sqrt(size));
        Arrays.fill(mixed, 0);
        for (int from = 0; from < config.width(); from += size) {
            float greatest = Float.NEGATIVE_INFINITY;
            for (int t = 0; t <= position; t++) {
                float[] key = k[t];
                float dot = 0;
                for (int i = from; i < from + size; i++) {
                    dot += qkv[i] * key[i];
                }
                scores[t] = dot * scale;
                greatest = Math.max(greatest, scores[t]);
            }
            double sum = 0;
            for (int t = 0; t <= position; t++) {
                scores[t] = (float) Math.exp(scores[t] - greatest);
                sum += scores[t];
            }
            for (int t = 0; t <= position; t++) {
                float weight = (float) (scores[t] / sum);
                float[] value = v[t];
                for (int i = from; i < from + size; i++) {
                    mixed[i] += weight * value[i];
                }
            }
        }
    }

    private void norm(float[] gain, float[] bias) {
        double mean = 0;
        for (float value : x) {
            mean += value;
        }
        mean /= x.length;
        double variance = 0;
        for (float value : x) {
            variance += (value - mean) * (value - mean);
        }
        double scale = 1 / Math.sqrt(variance / x.length + NORM_EPSILON);
        for (int i = 0; i < x.length; i++) {
            y[i] = (float) ((x[i] - mean) * scale) * gain[i] + bias[i];
        }
    }

    private void add() {
        for (int i = 0; i < x.length; i++) {
            x[i] += y[i];
        }
    }

    private static void linear(float[] input, float[][] byInput, float[] bias, float[] output) {
        System.arraycopy(bias, 0, output, 0, bias.length);
        accumulate(input, byInput, output);
    }

    /** output += input * matrix, four rows at once, so that the output is loaded and stored a quarter as often. */
    private static void accumulate(float[] input, float[][] byInput, float[] output) {
        int i = 0;
        for (; i + 3 < input.length; i += 4) {
            float a = input[i];
            float b = input[i + 1];
            float c = input[i + 2];
            float e = input[i + 3];
            float[] ra = byInput[i];
            float[] rb = byInput[i + 1];
            float[] rc = byInput[i + 2];
            float[] re = byInput[i + 3];
            for (int j = 0; j < output.length; j++) {
                output[j] += a * ra[j] + b * rb[j] + c * rc[j] + e * re[j];
            }
        }
        for (; i < input.length; i++) {
            float a = input[i];
            float[] row = byInput[i];
            for (int j = 0; j < output.length; j++) {
                output[j] += a * row[j];
            }
        }
    }

    private static float[][] rows(float[] flat, int n, int width) {
        float[][] rows = new float[n][];
        for (int i = 0; i < n; i++) {
            rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
        }
        return rows;
    }

    private static float[][] transposed(float[] flat, int out, int in) {
        float[][] byInput = new float[in][out];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                byInput[i][o] = flat[o * in + i];
            }
        }
        return byInput;
    }
}
