package io.github.rlllm.torch.tuning;

import io.github.rlllm.torch.CompletionBatch;

/**
 * The policy that a training is held to: {@code model.copy()::logProbs}, made before it begins, or {@code
 * model::baseLogProbs} where an adapter learns.
 */
@FunctionalInterface
public interface Reference {
    /**
     * Its log-probabilities.
     *
     * @param batch prompts and completions
     * @param temperature by which the scores are divided, above 0
     * @return one row a completion, one number a token, in nats
     */
    double[][] logProbs(CompletionBatch batch, double temperature);
}
