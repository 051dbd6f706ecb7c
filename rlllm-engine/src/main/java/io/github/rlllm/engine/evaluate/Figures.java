package io.github.rlllm.engine.evaluate;

import io.github.rlllm.engine.run.Checks;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What was measured of a candidate. Immutable, finite, and equal where every bit is; in the order of the names.
 *
 * @param metrics single figures by name, such as {@code success}
 * @param traces series by name, such as a component of the reward over the training
 * @param texts words by name, such as an explanation
 */
public record Figures(Map<String, Double> metrics, Map<String, List<Double>> traces, Map<String, String> texts) {
    /**
     * Checks and copies.
     *
     * @throws io.github.rlllm.engine.run.NotFiniteException naming a figure that is NaN or infinite, at step 0
     */
    public Figures {
        metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
        metrics.forEach((name, value) -> Checks.finite(name, value, 0));
        Map<String, List<Double>> copies = new TreeMap<>();
        traces.forEach((name, values) -> {
            values.forEach(value -> Checks.finite(name, value, 0));
            copies.put(name, List.copyOf(values));
        });
        traces = Collections.unmodifiableMap(copies);
        texts = Collections.unmodifiableMap(new TreeMap<>(texts));
        texts.forEach((name, text) -> Objects.requireNonNull(text, name));
    }

    /**
     * Single figures alone.
     *
     * @param metrics by name
     * @return the figures
     */
    public static Figures of(Map<String, Double> metrics) {
        return new Figures(metrics, Map.of(), Map.of());
    }

    /**
     * One of the single figures.
     *
     * @param name its name
     * @return its value
     * @throws IllegalArgumentException if there is none of that name; lists the known ones
     */
    public double metric(String name) {
        Double value = metrics.get(name);
        if (value == null) {
            throw new IllegalArgumentException("metric: '" + name + "' (expected: one of " + metrics.keySet() + ")");
        }
        return value;
    }
}
