package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.SkillCall;
import java.util.Set;

/** What came of a {@link PlanRun#cancel}. Closed. */
public sealed interface Stop {
    /**
     * The running skill has acknowledged the stop, or none was running; the run is over.
     *
     * @param report what it did; its ending is another than {@link PlanEnding#CANCELLED} where the run ended by itself
     */
    record Stopped(PlanReport report) implements Stop {}

    /**
     * A skill has not acknowledged within its stop time-out and may still act. Until {@link PlanRunner#clear} nothing is
     * invoked on its resources.
     *
     * @param call what may still act
     * @param resources what it moves or holds
     */
    record NotStopped(SkillCall call, Set<String> resources) implements Stop {}
}
