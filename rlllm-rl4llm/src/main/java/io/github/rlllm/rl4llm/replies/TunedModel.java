package io.github.rlllm.rl4llm.replies;

import io.github.rlllm.torch.CausalLm;
import java.util.List;

/**
 * What reinforcement learning made.
 *
 * @param model the policy, frozen
 * @param rollouts what it saw on the way, in order
 */
public record TunedModel(CausalLm model, List<Rollout> rollouts) {
    /** Copies the list. */
    public TunedModel {
        rollouts = List.copyOf(rollouts);
    }
}
