package io.github.rlllm.rl4llm.offline;

import io.github.rlllm.engine.run.KeptList;
import io.github.rlllm.rl4llm.replies.Reply;

/**
 * A reply with what a reward model says of it.
 *
 * @param reply the reply
 * @param score finite
 */
public record ScoredReply(Reply reply, double score) {
    /** A list that is kept with a run. */
    static KeptList<ScoredReply> list() {
        return new KeptList<>(
                (out, scored) -> {
                    Reply.write(out, scored.reply);
                    out.writeDouble(scored.score);
                },
                in -> new ScoredReply(Reply.read(in), in.readDouble()));
    }
}
