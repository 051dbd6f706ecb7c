package io.github.rlllm.torch.tuning;

import io.github.rlllm.api.RewardModel;
import io.github.rlllm.torch.AdamW;
import io.github.rlllm.torch.BatchSampler;
import io.github.rlllm.torch.CausalLm;
import io.github.rlllm.torch.CompletionBatch;
import io.github.rlllm.torch.Sampled;
import io.github.rlllm.torch.TorchRuntime;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import io.github.rlllm.torch.checkpoint.ModelConfig.Sizes;
import io.github.rlllm.torch.checkpoint.ModelConfig.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/** A tiny GPT-2 of 16 tokens, of which the last four earn a reward; token 0 ends a completion. */
final class TinyTask {
    static final int VOCABULARY = 16;
    static final int END = 0;
    static final int FIRST_GOOD = 12;

    private TinyTask() {}

    static CausalLm draw(TorchRuntime runtime, RandomGenerator rng) {
        ModelConfig config = ModelConfig.gpt2(
                new Sizes(VOCABULARY, 16, 2, 16, 32),
                2,
                new Tokens(OptionalInt.empty(), List.of(END), OptionalInt.empty()));
        return CausalLm.draw(runtime, config, rng);
    }

    /** The share of good tokens in the completion. */
    static RewardModel<TokenCompletion> shareOfGood() {
        return completion ->
                Arrays.stream(completion.tokens()).filter(t -> t >= FIRST_GOOD).count() / (double) completion.length();
    }

    /** Epsilon 1, so that a step is about the rate times the gradient and shows its size; nothing is clipped. */
    static Optimisation descent(double rate, int microBatch) {
        return new Optimisation(
                microBatch, LearningRate.constant(rate), new AdamW.Config(0.9, 0.999, 1, 0, Double.POSITIVE_INFINITY));
    }

    static Optimisation adam(double rate) {
        return Optimisation.of(LearningRate.constant(rate)).withMicroBatch(64);
    }

    /** A sampler that always gives the same completions, with the model's log-probabilities moved by an error. */
    static BatchSampler scripted(CausalLm model, int[][] completions, double error) {
        return (prompts, config, newTokens, rng) -> {
            CompletionBatch batch = new CompletionBatch(prompts, completions);
            double[][] logProbs = model.logProbs(batch, config.temperature());
            logProbs[0][0] += error;
            boolean[] ended = new boolean[completions.length];
            for (int i = 0; i < ended.length; i++) {
                ended[i] = completions[i][completions[i].length - 1] == END;
            }
            int[] lengths = Arrays.stream(completions).mapToInt(c -> c.length).toArray();
            return new Sampled(batch.rows(), lengths, ended, logProbs);
        };
    }

    static int[][] prompts(int n, RandomGenerator rng) {
        int[][] prompts = new int[n][3];
        for (int[] prompt : prompts) {
            for (int t = 0; t < prompt.length; t++) {
                prompt[t] = 1 + rng.nextInt(VOCABULARY - 1);
            }
        }
        return prompts;
    }

    /** The greatest difference of any weight. */
    static double apart(CausalLm a, CausalLm b) {
        double most = 0;
        for (String name : a.config().tensors().keySet()) {
            float[] x = a.weight(name);
            float[] y = b.weight(name);
            for (int i = 0; i < x.length; i++) {
                most = Math.max(most, Math.abs(x[i] - y[i]));
            }
        }
        return most;
    }
}
