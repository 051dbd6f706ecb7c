package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a run did.
 *
 * @param ending how it ended
 * @param reason why, in words
 * @param history what the planner was told, oldest first; then a {@link PlannerFailed} where it failed
 * @param directives how often the planner was asked
 */
public record PlanReport(PlanEnding ending, String reason, List<PlanEvent> history, int directives) {
    /** Checks and copies. */
    public PlanReport {
        Objects.requireNonNull(ending, "ending");
        Objects.requireNonNull(reason, "reason");
        history = List.copyOf(history);
    }

    /**
     * The calls that were executed with success.
     *
     * @return in their order
     */
    public List<SkillCall> succeeded() {
        List<SkillCall> calls = new ArrayList<>();
        for (PlanEvent event : history) {
            SkillCall call = event.call();
            SkillResult result = event.result();
            if (call != null && result != null && result.success()) {
                calls.add(call);
            }
        }
        return calls;
    }

    /**
     * The calls that were executed, failures included.
     *
     * @return in their order
     */
    public List<SkillCall> executed() {
        List<SkillCall> calls = new ArrayList<>();
        for (PlanEvent event : history) {
            SkillCall call = event.call();
            if (call != null) {
                calls.add(call);
            }
        }
        return calls;
    }
}
