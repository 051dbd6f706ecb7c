package io.github.rlllm.llm4rl.design;

import io.github.rlllm.api.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a proposer is asked: the conversation, for those who read it, and the same facts as data, for those who do not.
 *
 * @param id the id of the candidate that is asked for
 * @param task what may be known of the task
 * @param conversation what a language model is sent, at least one message
 * @param parent the candidate to improve on, with its traces; null where there is none yet
 * @param seed decides what is random in the proposal
 */
public record ProposalRequest(
        String id,
        RewardBrief task,
        List<Message> conversation,
        @Nullable CandidateRecord parent,
        long seed) {
    /** Copies. */
    public ProposalRequest {
        conversation = List.copyOf(conversation);
    }
}
