package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.engine.lm.ModelUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a run did.
 *
 * @param ending how it ended
 * @param reason why, in words
 * @param failure what went wrong; empty for {@link PlanEnding#DONE}, {@link PlanEnding#GOAL} and {@link PlanEnding#GAVE_UP}
 * @param history what the planner was told, oldest first; then a {@link PlannerFailed} where it failed
 * @param directives how often the planner was asked
 * @param spent what the models have used, by {@link Recording#meter}
 */
public record PlanReport(
        PlanEnding ending,
        String reason,
        Optional<PlanFailure> failure,
        List<PlanEvent> history,
        int directives,
        ModelUsage spent) {
    /** Checks and copies. */
    public PlanReport {
        Objects.requireNonNull(ending, "ending");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(failure, "failure");
        Objects.requireNonNull(spent, "spent");
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
