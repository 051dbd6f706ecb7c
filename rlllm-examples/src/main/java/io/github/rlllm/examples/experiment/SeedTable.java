package io.github.rlllm.examples.experiment;

import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The figures of the rows, one value a seed, in the order in which they came. */
public final class SeedTable {
    private final Map<String, Map<String, List<Double>>> rows = new LinkedHashMap<>();
    private final Map<String, String> units = new LinkedHashMap<>();

    /**
     * Adds a value.
     *
     * @param row the arm
     * @param figure the metric
     * @param unit what is counted
     * @param value of the next seed
     */
    public void add(String row, String figure, String unit, double value) {
        rows.computeIfAbsent(row, key -> new LinkedHashMap<>())
                .computeIfAbsent(figure, key -> new ArrayList<>())
                .add(value);
        units.put(figure, unit);
    }

    /**
     * The figures of a row.
     *
     * @param row the arm
     * @return their names, in the order in which they came
     */
    public List<String> figures(String row) {
        return List.copyOf(rows.getOrDefault(row, Map.of()).keySet());
    }

    /**
     * The values of a figure.
     *
     * @param row the arm
     * @param figure the metric
     * @return one a seed; empty where there is none
     */
    public double[] values(String row, String figure) {
        return rows.getOrDefault(row, Map.of()).getOrDefault(figure, List.of()).stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    /**
     * The mean of a figure.
     *
     * @param row the arm
     * @param figure the metric
     * @return the mean over the seeds; NaN where there is none
     */
    public double mean(String row, String figure) {
        return Arrays.stream(values(row, figure)).average().orElse(Double.NaN);
    }

    /**
     * All rows with their intervals.
     *
     * @param model the language model behind them
     * @return the arms
     */
    public List<Arm> arms(String model) {
        List<Arm> arms = new ArrayList<>();
        rows.forEach((row, figures) -> {
            Map<String, Metric> metrics = new LinkedHashMap<>();
            figures.forEach((figure, values) -> metrics.put(
                    figure,
                    Metric.of(
                            units.getOrDefault(figure, ""),
                            values.stream().mapToDouble(Double::doubleValue).toArray())));
            arms.add(new Arm(row, model, metrics));
        });
        return arms;
    }
}
