package io.github.rlllm.examples.design;

import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Figures by arm, metric and seed, in the order in which they came. Confined to one thread. */
final class ArmTable {
    private final Map<String, String> models = new LinkedHashMap<>();
    private final Map<String, Map<String, List<Double>>> values = new LinkedHashMap<>();
    private final Map<String, String> units = new LinkedHashMap<>();

    /** Adds the figure of the next seed. */
    void add(String arm, String model, String metric, String unit, double value) {
        models.put(arm, model);
        units.put(metric, unit);
        values.computeIfAbsent(arm, key -> new LinkedHashMap<>())
                .computeIfAbsent(metric, key -> new ArrayList<>())
                .add(value);
    }

    /** Adds the figure of the next seed to an arm that is there. */
    void add(String arm, String metric, String unit, double value) {
        add(arm, models.getOrDefault(arm, "none"), metric, unit, value);
    }

    List<String> names() {
        return List.copyOf(values.keySet());
    }

    boolean has(String arm) {
        return values.containsKey(arm);
    }

    /** NaN where there is no such figure. */
    double mean(String arm, String metric) {
        return Arrays.stream(values(arm, metric)).average().orElse(Double.NaN);
    }

    double[] values(String arm, String metric) {
        return values.getOrDefault(arm, Map.of()).getOrDefault(metric, List.of()).stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    List<Arm> arms() {
        List<Arm> arms = new ArrayList<>();
        values.forEach((arm, metrics) -> {
            Map<String, Metric> figures = new LinkedHashMap<>();
            metrics.keySet()
                    .forEach(metric ->
                            figures.put(metric, Metric.of(units.getOrDefault(metric, ""), values(arm, metric))));
            arms.add(new Arm(arm, models.getOrDefault(arm, "none"), figures));
        });
        return arms;
    }
}
