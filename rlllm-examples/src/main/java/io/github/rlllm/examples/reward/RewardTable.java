package io.github.rlllm.examples.reward;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.llm4rl.design.CandidateRecord;
import io.github.rlllm.llm4rl.text2reward.Text2Reward.Round;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The figures and the rewards of {@link Text2RewardRun}, by arm and seed. Thread-safe. */
final class RewardTable {
    private final int seeds;
    private final int rounds;
    private final Map<String, String> models = new LinkedHashMap<>();
    /** Success by round and seed. */
    private final Map<String, double[][]> success = new TreeMap<>();
    /** Proposed and trained, by seed. */
    private final Map<String, int[][]> executed = new TreeMap<>();

    private final List<List<String>> lines = new ArrayList<>();

    RewardTable(int seeds, int rounds) {
        this.seeds = seeds;
        this.rounds = rounds;
        for (int seed = 0; seed < seeds; seed++) {
            lines.add(new ArrayList<>());
        }
    }

    synchronized void success(int seed, String arm, String model, List<Double> byRound) {
        models.put(arm, model);
        // NaN where a seed has no such arm, as where a person was asked about one seed.
        double[][] all = success.computeIfAbsent(arm, key -> {
            double[][] none = new double[rounds + 1][seeds];
            Arrays.stream(none).forEach(row -> Arrays.fill(row, Double.NaN));
            return none;
        });
        for (int round = 0; round <= rounds; round++) {
            all[round][seed - 1] = byRound.get(round);
        }
    }

    synchronized void keep(int seed, String arm, String model, int number, Round round, double judged) {
        for (CandidateRecord record : round.attempts()) {
            int[] counts = executed.computeIfAbsent(arm, key -> new int[seeds][2])[seed - 1];
            counts[0]++;
            counts[1] += record.trained() ? 1 : 0;
            ObjectNode line = new ObjectMapper().createObjectNode();
            line.put("seed", seed).put("arm", arm).put("model", model).put("round", number);
            line.put("feedback", round.feedback()).put("id", record.id());
            line.put("verdict", record.verdict().name()).put("reason", record.reason());
            if (record.trained()) {
                line.put("score", record.score()).put("success judged apart", judged);
            }
            lines.get(seed - 1).add(line.put("program", record.program()).toString());
        }
    }

    /** A reward whose second training, the one that judges, failed. */
    synchronized void broken(int seed, String id, String reason) {
        ObjectNode line = new ObjectMapper().createObjectNode();
        lines.get(seed - 1)
                .add(line.put("seed", seed).put("id", id).put("reason", reason).toString());
    }

    synchronized void write(Path file) throws IOException {
        List<String> all = new ArrayList<>();
        lines.forEach(all::addAll);
        Files.write(file, all);
    }

    synchronized double last(String arm) {
        return mean(figures(arm)[rounds]);
    }

    synchronized double rise(String arm) {
        return mean(figures(arm)[rounds]) - mean(figures(arm)[0]);
    }

    private double[][] figures(String arm) {
        double[][] figures = success.get(arm);
        if (figures == null) {
            throw new IllegalArgumentException("arm: " + arm + " (expected: one of " + success.keySet() + ")");
        }
        return figures;
    }

    private static double mean(double[] values) {
        return Arrays.stream(measured(values)).average().orElse(Double.NaN);
    }

    private static double[] measured(double[] values) {
        return Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
    }

    synchronized List<Arm> arms() {
        List<Arm> arms = new ArrayList<>();
        success.forEach((arm, byRound) -> {
            Map<String, Metric> metrics = new LinkedHashMap<>();
            int[][] counts = executed.get(arm);
            for (int round = 0; round <= rounds; round++) {
                if (counts != null || round == 0) {
                    String name = counts == null ? "success" : "success, round " + round;
                    metrics.put(name, Metric.of("share of 50 episodes", measured(byRound[round])));
                }
            }
            if (counts != null) {
                metrics.put(
                        "execute rate",
                        Metric.of(
                                "share of the rewards proposed",
                                Arrays.stream(counts)
                                        .filter(c -> c[0] > 0)
                                        .mapToDouble(c -> c[1] / (double) c[0])
                                        .toArray()));
            }
            arms.add(new Arm(arm, models.getOrDefault(arm, "none"), metrics));
        });
        return arms;
    }
}
