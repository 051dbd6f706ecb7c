package io.github.rlllm.rlplusllm.monologue;

import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import java.util.Objects;

/**
 * A skill that ran to its end, as a success detector sees it.
 *
 * @param <S> the type of the state
 * @param call what was invoked
 * @param own what the skill itself says
 * @param before the state in which it began
 * @param after the state in which it ended
 */
public record Attempt<S>(SkillCall call, SkillResult own, S before, S after) {
    /** Checks the record. */
    public Attempt {
        Objects.requireNonNull(call, "call");
        Objects.requireNonNull(own, "own");
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(after, "after");
    }
}
