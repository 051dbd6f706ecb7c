package io.github.rlllm.rlplusllm.plan4mc;

import java.util.List;
import java.util.Map;

/**
 * What the search found.
 *
 * @param steps skills in the order in which they are run; as many as are needed where nothing is missing
 * @param missing what cannot be made, item to how many more are needed; empty where the plan reaches its target
 */
public record SkillPlan(List<GraphSkill> steps, Map<String, Integer> missing) {
    /** Copies. */
    public SkillPlan {
        steps = List.copyOf(steps);
        missing = Map.copyOf(missing);
    }

    /**
     * Whether the plan reaches its target.
     *
     * @return true where nothing is missing
     */
    public boolean complete() {
        return missing.isEmpty();
    }
}
