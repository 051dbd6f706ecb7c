package io.github.rlllm.rlplusllm.plan.export;

import io.github.rlllm.api.SkillCall;
import java.util.List;

/** The workshop for tests elsewhere. */
public final class ExportedWorkshop {
    private ExportedWorkshop() {}

    public static PlanningTask task() {
        return PlanningTask.of("workshop", Workshop.library(), Workshop.START, Workshop.GOAL);
    }

    public static List<SkillCall> plan() {
        return Workshop.PLAN;
    }

    public static List<BehaviorTree.Step> steps() {
        return BehaviorTree.steps(Workshop.library(), Workshop.PLAN);
    }
}
