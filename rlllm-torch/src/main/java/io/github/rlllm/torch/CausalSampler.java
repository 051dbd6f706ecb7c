package io.github.rlllm.torch;

import io.github.rlllm.engine.decoding.Sampler;
import io.github.rlllm.engine.decoding.SamplingConfig;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Draws batches from a {@link CausalLm}. */
public final class CausalSampler implements BatchSampler {
    private final CausalLm model;
    private final List<Integer> end;

    /**
     * A sampler whose samples end where the model's configuration says.
     *
     * @param model with logits
     */
    public CausalSampler(CausalLm model) {
        this(model, model.config().tokens().end());
    }

    /**
     * A sampler.
     *
     * @param model with logits
     * @param end tokens that end a text; none for completions of one length
     */
    public CausalSampler(CausalLm model, List<Integer> end) {
        this.model = model;
        this.end = List.copyOf(end);
    }

    @Override
    public Sampled sample(int[][] prompts, SamplingConfig config, int newTokens, RandomGenerator rng) {
        Sampler sampler = new Sampler(config);
        double temperature = config.temperature() == 0 ? 1 : config.temperature();
        int n = prompts.length;
        int[][] rows = new int[n][];
        boolean[] ended = new boolean[n];
        int[] lengths = new int[n];
        double[][] logProbs = new double[n][newTokens];
        for (int i = 0; i < n; i++) {
            RandomGenerator own = new SplittableRandom(rng.nextLong());
            rows[i] = prompts[i];
            for (int t = 0; t < newTokens && !ended[i]; t++) {
                float[] logits = model.logits(new int[][] {rows[i]}, Padding.RIGHT)[0][rows[i].length - 1];
                int token = Sampler.draw(sampler.probabilities(logits, rows[i]), own);
                logProbs[i][t] = logProb(logits, token, temperature);
                rows[i] = Arrays.copyOf(rows[i], rows[i].length + 1);
                rows[i][rows[i].length - 1] = token;
                lengths[i]++;
                ended[i] = end.contains(token);
            }
            logProbs[i] = Arrays.copyOf(logProbs[i], lengths[i]);
        }
        return new Sampled(rows, lengths, ended, logProbs);
    }

    private static double logProb(float[] logits, int token, double temperature) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            greatest = Math.max(greatest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp((logit - greatest) / temperature);
        }
        return (logits[token] - greatest) / temperature - Math.log(sum);
    }
}
