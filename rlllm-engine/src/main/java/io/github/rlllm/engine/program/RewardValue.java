package io.github.rlllm.engine.program;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a reward program gives: the total and its named components, all finite.
 *
 * @param total the reward
 * @param components by name, in the order in which the program names them first; 0 where this evaluation did not record one
 */
public record RewardValue(double total, Map<String, Double> components) {
    /** Copies the components. */
    public RewardValue {
        components = Collections.unmodifiableMap(new LinkedHashMap<>(components));
    }

    static RewardValue of(double total, List<String> names, double[] values) {
        Map<String, Double> components = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            components.put(names.get(i), values[i]);
        }
        return new RewardValue(total, components);
    }
}
