package io.github.rlllm.examples.reward;

import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.llm4rl.proxyreward.ProxyReward;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;

/** The figures of {@link ProxyRewardRun}, by family of games, part, labeler and seed. Thread-safe. */
final class AnswerTable {
    private static final String LABEL = "label accuracy";
    private static final String AGENT = "agent accuracy";
    private static final String READ = "answers that could be read";
    private static final String REJECTING = "ultimatum: always reject";
    private static final List<String> FAMILIES = List.of("ultimatum", "matrix", "matrix, scrambled", "negotiation");

    private final int seeds;
    private final Map<String, String> models = new TreeMap<>();
    /** Values of one seed, by arm, metric and seed; a family's figure is their mean. */
    private final Map<String, Map<String, List<List<Double>>>> values = new TreeMap<>();
    /** Arms in the order in which seed 1 met them, families together. */
    private final List<String> order = new ArrayList<>();

    AnswerTable(int seeds) {
        this.seeds = seeds;
    }

    private static String arm(String family, String name) {
        return family + ": " + name;
    }

    private synchronized void add(int seed, String arm, String metric, String unit, double value) {
        if (!order.contains(arm)) {
            order.add(arm);
        }
        List<List<Double>> bySeed = values.computeIfAbsent(arm, key -> new LinkedHashMap<>())
                .computeIfAbsent(metric + "|" + unit, key -> new ArrayList<>());
        while (bySeed.size() < seeds) {
            bySeed.add(new ArrayList<>());
        }
        bySeed.get(seed - 1).add(value);
    }

    private void add(int seed, String family, String part, String name, String metric, double value) {
        add(seed, arm(family, name), metric, "share", value);
        if (!part.isEmpty()) {
            add(seed, arm(family, name), metric + ", " + part, "share", value);
        }
    }

    void label(int seed, String family, String part, String name, String model, double accuracy) {
        synchronized (this) {
            models.put(arm(family, name), model);
        }
        add(seed, family, part, name, LABEL, accuracy);
    }

    void agent(int seed, String family, String part, String name, double accuracy) {
        add(seed, family, part, name, AGENT, accuracy);
    }

    void read(int seed, String family, String name, ProxyReward<?> reward) {
        long read = reward.answers().values().stream()
                .filter(answer -> answer.label().fold(value -> true, reason -> false))
                .count();
        add(
                seed,
                arm(family, name),
                READ,
                "share of prompts",
                (double) read / reward.answers().size());
    }

    void rejecting(int seed, String condition, double accuracy) {
        synchronized (this) {
            models.put(REJECTING, "none");
        }
        add(seed, REJECTING, AGENT + ", " + condition, "share", accuracy);
    }

    double rejecting(String condition) {
        return mean(REJECTING, AGENT + ", " + condition);
    }

    double label(String family, String name) {
        return mean(arm(family, name), LABEL);
    }

    double agent(String family, String name) {
        return mean(arm(family, name), AGENT);
    }

    private double mean(String arm, String metric) {
        return Arrays.stream(bySeed(arm, metric + "|share")).average().orElse(Double.NaN);
    }

    private Map<String, List<List<Double>>> figures(String arm) {
        return values.getOrDefault(arm, Map.of());
    }

    private double[] bySeed(String arm, String key) {
        return figures(arm).getOrDefault(key, List.of()).stream()
                .mapToDouble(seed ->
                        seed.stream().mapToDouble(value -> value).average().orElse(Double.NaN))
                .toArray();
    }

    /** Label and agent accuracy of every labeler in every part, or in the family where it has no parts; seeds averaged. */
    private List<double[]> points() {
        List<double[]> points = new ArrayList<>();
        for (String arm : order) {
            List<String> labels = figures(arm).keySet().stream()
                    .filter(key -> key.startsWith(LABEL))
                    .map(key -> key.substring(0, key.indexOf('|')))
                    .toList();
            for (String label : labels) {
                String agent = AGENT + label.substring(LABEL.length());
                boolean whole = label.equals(LABEL) && labels.size() > 1;
                if (!whole && figures(arm).containsKey(agent + "|share")) {
                    points.add(new double[] {mean(arm, label), mean(arm, agent)});
                }
            }
        }
        return points;
    }

    double correlation() {
        List<double[]> points = points();
        return new PearsonsCorrelation()
                .correlation(
                        points.stream().mapToDouble(p -> p[0]).toArray(),
                        points.stream().mapToDouble(p -> p[1]).toArray());
    }

    double distance() {
        return points().stream()
                .mapToDouble(p -> Math.abs(p[0] - p[1]))
                .average()
                .orElse(Double.NaN);
    }

    List<Arm> arms() {
        List<Arm> arms = new ArrayList<>();
        for (String family : FAMILIES) {
            for (String arm : order) {
                if (arm.startsWith(family + ":")) {
                    Map<String, Metric> metrics = new LinkedHashMap<>();
                    figures(arm).keySet().forEach(key -> {
                        String[] named = key.split("\\|");
                        metrics.put(named[0], Metric.of(named[1], bySeed(arm, key)));
                    });
                    arms.add(new Arm(arm, models.getOrDefault(arm, "none"), metrics));
                }
            }
        }
        return arms;
    }
}
