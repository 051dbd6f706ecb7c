package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.torch.GptWeights;
import java.util.List;

/**
 * What reinforcement learning made.
 *
 * @param weights the policy's
 * @param rollouts what it saw on the way, in order
 */
public record TunedPolicy(GptWeights weights, List<Rollout> rollouts) {
    /** Copies the list. */
    public TunedPolicy {
        rollouts = List.copyOf(rollouts);
    }
}
