package io.github.rlllm.examples.plan;

import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The figures of {@link PlannerActorReporterRun}, by arm and seed. */
final class ReporterTable {
    /** The kinds of combinations, in the order in which they are judged. */
    static final List<String> COMBINATIONS = List.of("unseen combinations", "seen combinations");

    private static final String SUCCESS = "success, ";

    /**
     * A share.
     *
     * @param unit of what
     * @param trials of each seed
     * @param successes one a seed
     */
    private record Share(String unit, int trials, List<Integer> successes) {}

    private final Map<String, String> models = new LinkedHashMap<>();
    private final Map<String, Map<String, Share>> shares = new LinkedHashMap<>();
    private final Map<String, Map<String, List<Double>>> means = new LinkedHashMap<>();
    private final Map<String, String> units = new LinkedHashMap<>();

    /** Adds a seed's share of successes; the trials are as many in every seed. */
    void share(String arm, String model, String name, String unit, int trials, int successes) {
        models.put(arm, model);
        shares.computeIfAbsent(arm, key -> new LinkedHashMap<>())
                .computeIfAbsent(name, key -> new Share(unit, trials, new ArrayList<>()))
                .successes()
                .add(successes);
    }

    /** Adds a seed's success on a kind of combinations. */
    void success(String arm, String model, String combinations, int tasks, int right) {
        share(arm, model, SUCCESS + combinations, "share of tasks", tasks, right);
    }

    /** Adds a seed's figure that is no share of independent trials. */
    void mean(String arm, String name, String unit, double value) {
        means.computeIfAbsent(arm, key -> new LinkedHashMap<>())
                .computeIfAbsent(name, key -> new ArrayList<>())
                .add(value);
        units.put(name, unit);
    }

    /** An arm's success on unseen combinations over all seeds. */
    Metric unseen(String arm) {
        return metric(arm, SUCCESS + COMBINATIONS.get(0));
    }

    /** A share over all seeds. */
    Metric metric(String arm, String name) {
        Share share = shares.getOrDefault(arm, Map.of()).get(name);
        if (share == null) {
            throw new IllegalArgumentException("arm: " + arm + ", " + name + " (expected: one of " + shares + ")");
        }
        return Metric.wilson(
                share.unit(),
                share.trials(),
                share.successes().stream().mapToInt(Integer::intValue).toArray());
    }

    /** The standard errors between the successes of two arms on unseen combinations. */
    double apart(String one, String other) {
        Metric a = unseen(one);
        Metric b = unseen(other);
        double variance = a.mean() * (1 - a.mean()) / a.n() + b.mean() * (1 - b.mean()) / b.n();
        double distance = Math.abs(a.mean() - b.mean());
        return distance == 0 ? 0 : distance / Math.sqrt(variance);
    }

    /** The rows. */
    List<Arm> arms() {
        List<Arm> arms = new ArrayList<>();
        shares.forEach((arm, byName) -> {
            Map<String, Metric> metrics = new LinkedHashMap<>();
            byName.keySet().forEach(name -> metrics.put(name, metric(arm, name)));
            means.getOrDefault(arm, Map.of())
                    .forEach((name, values) -> metrics.put(
                            name,
                            Metric.of(
                                    units.getOrDefault(name, ""),
                                    values.stream()
                                            .mapToDouble(Double::doubleValue)
                                            .toArray())));
            arms.add(new Arm(arm, models.getOrDefault(arm, "none"), metrics));
        });
        return arms;
    }
}
