package io.github.rlllm.examples.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.api.Encoder;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.engine.lm.EncoderHead;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Kitchen instructions and recorded plans, which a person gives: what a planner would do next is compared with what was
 * recorded. That is called agreement, as other plans may be right too; nothing is carried out. Heads are fitted on plans of
 * other instructions, in five parts.
 *
 * @param instructions family and wording
 * @param plans wording and steps, of which the last is done
 */
record KitchenPlans(List<Asked> instructions, List<Recorded> plans) {
    private static final int FOLDS = 5;
    private static final EncoderHead.Config FIT = new EncoderHead.Config(2e-4, 60);
    private static final int MOST_STEPS = 16;
    private static final double TEMPERATURE = 0.05;
    private static final String DONE = "done";
    private static final Set<String> IDLE =
            Set.of("how", "would", "you", "can", "could", "please", "the", "a", "an", "me", "i", "to", "your");

    /** An instruction of a family. */
    record Asked(String family, String text) {}

    /** A recorded plan. */
    record Recorded(String instruction, List<String> steps) {}

    /** What says the next step after an instruction and some steps. */
    interface Next {
        String after(String instruction, List<String> steps);
    }

    /**
     * Reads {@code saycan_instructions.jsonl} (an object a line: family, instruction) and {@code saycan_plans.jsonl}
     * (instruction, steps).
     *
     * @param folder where both are
     * @return what they hold
     * @throws IOException if one cannot be read
     * @throws IllegalArgumentException if a line lacks a field
     */
    static KitchenPlans read(Path folder) throws IOException {
        List<Asked> asked = new ArrayList<>();
        for (JsonNode line : lines(folder.resolve("saycan_instructions.jsonl"), "family", "instruction")) {
            asked.add(new Asked(
                    line.get("family").asText(), line.get("instruction").asText()));
        }
        List<Recorded> recorded = new ArrayList<>();
        for (JsonNode line : lines(folder.resolve("saycan_plans.jsonl"), "instruction", "steps")) {
            List<String> steps = new ArrayList<>();
            line.get("steps").forEach(step -> steps.add(step.asText()));
            recorded.add(new Recorded(line.get("instruction").asText(), List.copyOf(steps)));
        }
        return new KitchenPlans(List.copyOf(asked), List.copyOf(recorded));
    }

    private static List<JsonNode> lines(Path file, String... fields) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> lines = new ArrayList<>();
        for (String text : Files.readAllLines(file)) {
            JsonNode line = mapper.readTree(text);
            for (String field : fields) {
                if (!line.hasNonNull(field)) {
                    throw new IllegalArgumentException(file.getFileName() + ":" + (lines.size() + 1) + ": no " + field
                            + " (expected: " + field + ")");
                }
            }
            lines.add(line);
        }
        if (lines.isEmpty()) {
            throw new IllegalArgumentException(file.getFileName() + ": empty (expected: an object a line)");
        }
        return lines;
    }

    /** Every step of a recorded plan. */
    List<String> options() {
        Set<String> options = new TreeSet<>();
        plans.forEach(plan -> options.addAll(plan.steps));
        return List.copyOf(options);
    }

    /** A planner by the options' cosines with the instruction and the last step. */
    Function<List<Recorded>, Next> cosine(Encoder encoder) {
        List<String> options = options();
        OptionScorer<String> scorer = OptionScorer.cosine(encoder, option -> option, TEMPERATURE);
        return fitted -> (instruction, steps) ->
                scorer.score(context(instruction, steps), options).mode();
    }

    /** A planner by a head on the vectors of the instruction and of the last two steps, and how many there were. */
    Function<List<Recorded>, Next> head(Encoder encoder) {
        List<String> options = options();
        return fitted -> {
            List<float[]> rows = new ArrayList<>();
            List<Integer> labels = new ArrayList<>();
            for (Recorded plan : fitted) {
                for (int k = 0; k < plan.steps.size(); k++) {
                    rows.add(features(encoder, plan.instruction, plan.steps.subList(0, k)));
                    labels.add(options.indexOf(plan.steps.get(k)));
                }
            }
            EncoderHead head = EncoderHead.fit(
                    rows.toArray(new float[0][]),
                    labels.stream().mapToInt(Integer::intValue).toArray(),
                    options.size(),
                    FIT);
            return (instruction, steps) -> {
                double[] logProbs = head.logProbs(features(encoder, instruction, steps));
                int best = 0;
                for (int i = 1; i < logProbs.length; i++) {
                    best = logProbs[i] > logProbs[best] ? i : best;
                }
                return options.get(best);
            };
        };
    }

    private static String context(String instruction, List<String> steps) {
        return steps.isEmpty() ? instruction : instruction + "\n" + back(steps, 1);
    }

    /** The nth step from the end. */
    private static String back(List<String> steps, int nth) {
        return steps.size() < nth ? "start" : steps.get(steps.size() - nth);
    }

    private static float[] features(Encoder encoder, String instruction, List<String> steps) {
        float[][] parts = {encoder.encode(instruction), encoder.encode(back(steps, 1)), encoder.encode(back(steps, 2))};
        int size = encoder.dimension();
        float[] row = new float[parts.length * size + 1];
        for (int p = 0; p < parts.length; p++) {
            System.arraycopy(parts[p], 0, row, p * size, size);
        }
        row[parts.length * size] = 0.2f * steps.size();
        return row;
    }

    /**
     * The figures of a planner.
     *
     * @param name of the arm
     * @param model what chooses the steps
     * @param planner from the plans that may be known to what says the next step
     */
    Arm arm(String name, String model, Function<List<Recorded>, Next> planner) {
        List<Set<String>> wordings = List.copyOf(plans.stream()
                .map(plan -> words(plan.instruction))
                .collect(Collectors.toCollection(LinkedHashSet::new)));
        List<Next> folds = new ArrayList<>();
        for (int fold = 0; fold < FOLDS; fold++) {
            List<Recorded> known = new ArrayList<>();
            for (Recorded plan : plans) {
                if (wordings.indexOf(words(plan.instruction)) % FOLDS != fold) {
                    known.add(plan);
                }
            }
            folds.add(planner.apply(known));
        }
        double[][] agreement = new double[3][wordings.size()];
        for (int w = 0; w < wordings.size(); w++) {
            List<Recorded> own = of(wordings.get(w));
            for (Recorded plan : own) {
                add(agreement, w, plan, folds.get(w % FOLDS), 1.0 / own.size());
            }
        }
        Map<String, Metric> metrics = new LinkedHashMap<>();
        metrics.put("first skill, agreement", share(agreement[0]));
        metrics.put("next skill after the recorded ones, agreement", share(agreement[1]));
        metrics.put("whole plan, agreement", share(agreement[2]));
        families(metrics, wordings, folds);
        return new Arm(name, model, metrics);
    }

    private static void add(double[][] agreement, int w, Recorded plan, Next next, double weight) {
        int n = plan.steps.size();
        for (int k = 0; k < n; k++) {
            boolean same =
                    next.after(plan.instruction, plan.steps.subList(0, k)).equals(plan.steps.get(k));
            agreement[0][w] += k == 0 && same ? weight : 0;
            agreement[1][w] += same ? weight / n : 0;
        }
        agreement[2][w] += planned(next, plan.instruction).equals(plan.steps) ? weight : 0;
    }

    /** The plan that is made step after step, to its done or to the longest. */
    private static List<String> planned(Next next, String instruction) {
        List<String> steps = new ArrayList<>();
        while (steps.size() < MOST_STEPS
                && (steps.isEmpty() || !steps.get(steps.size() - 1).equals(DONE))) {
            steps.add(next.after(instruction, List.copyOf(steps)));
        }
        return steps;
    }

    /**
     * By family of the instructions: how many plans come to their done, and, of the few whose words a recorded plan has, the
     * agreement with it, that plan not known to the head.
     */
    private void families(Map<String, Metric> metrics, List<Set<String>> wordings, List<Next> folds) {
        Map<String, List<Double>> ended = new LinkedHashMap<>();
        Map<String, List<Double>> agreed = new LinkedHashMap<>();
        for (Asked asked : instructions) {
            List<Recorded> same = of(words(asked.text));
            Next next = folds.get(Math.max(0, wordings.indexOf(words(asked.text))) % FOLDS);
            List<String> steps = planned(next, asked.text);
            boolean done = steps.get(steps.size() - 1).equals(DONE);
            ended.computeIfAbsent(asked.family, family -> new ArrayList<>()).add(done ? 1.0 : 0);
            if (!same.isEmpty()) {
                boolean agrees = same.stream().anyMatch(plan -> plan.steps.equals(steps));
                agreed.computeIfAbsent(asked.family, family -> new ArrayList<>())
                        .add(agrees ? 1.0 : 0);
            }
        }
        ended.forEach((family, values) -> metrics.put(family + ": comes to done", share(array(values))));
        agreed.forEach((family, values) -> metrics.put(family + ": whole plan, agreement", share(array(values))));
    }

    /** The plans of an instruction, by its words but for those that say nothing. */
    private List<Recorded> of(Set<String> words) {
        return plans.stream()
                .filter(plan -> words(plan.instruction).equals(words))
                .toList();
    }

    private static Set<String> words(String text) {
        Set<String> words =
                new TreeSet<>(Arrays.asList(text.toLowerCase(Locale.ROOT).split("[^a-z0-9']+")));
        words.removeAll(IDLE);
        words.remove("");
        return words;
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static Metric share(double[] units) {
        double mean = Arrays.stream(units).average().orElse(0);
        return Metric.over("share of instructions", new double[] {mean}, units);
    }
}
