package io.github.rlllm.examples.plan;

import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * What the saycan demonstration counts: by arm, seed and instruction whether the plan was right and whether it was carried
 * out. Intervals are by bootstrap over instructions, whose episodes share their wording; the aims were set before the first
 * run on the seeds that are reported.
 */
final class TableFigures {
    static final String FULL = "saycan";
    static final String CONSTANT = "no value function";
    static final String PROJECTED = "generative projection";
    static final String ORACLE = "oracle affordance";
    static final String SHUFFLED = "shuffled affordance";
    static final String RANDOM = "random plan";
    static final String TFIDF = "same head, tf-idf";
    static final String COSINE = "zero-shot cosine";

    static final double PLANNING = 0.7;
    static final double EXECUTION = 0.6;
    static final double BRIER_RATIO = 0.5;
    static final double ECE = 0.05;

    private static final String EPISODES = "share of episodes";
    private static final String EMBODIMENT = "embodiment";

    private final List<String> families;
    private final Map<String, Row> arms = new LinkedHashMap<>();

    /**
     * Figures of no arm yet.
     *
     * @param families the family of each instruction
     */
    TableFigures(List<String> families) {
        this.families = List.copyOf(families);
    }

    /** One arm: a row a seed, a column an instruction. */
    private record Row(String model, List<boolean[]> planned, List<boolean[]> executed, List<int[]> skills) {}

    /**
     * Adds a seed to an arm.
     *
     * @param arm its name
     * @param model what scores the options
     * @param planned by instruction
     * @param executed by instruction
     * @param skills by instruction, how many were started in the execution
     */
    void add(String arm, String model, boolean[] planned, boolean[] executed, int[] skills) {
        Row row = arms.computeIfAbsent(
                arm, name -> new Row(model, new ArrayList<>(), new ArrayList<>(), new ArrayList<>()));
        row.planned.add(planned);
        row.executed.add(executed);
        row.skills.add(skills);
    }

    /** The arms in the order in which they were added. */
    List<Arm> rows() {
        List<Arm> rows = new ArrayList<>();
        arms.forEach((name, row) -> {
            Map<String, Metric> metrics = new LinkedHashMap<>();
            metrics.put("planning", share(row.planned, family -> true));
            metrics.put("execution", share(row.executed, family -> true));
            for (String family : TableInstruction.FAMILIES) {
                if (families.contains(family)) {
                    metrics.put("planning, " + family, share(row.planned, family::equals));
                    metrics.put("execution, " + family, share(row.executed, family::equals));
                }
            }
            double[] skills = row.skills.stream()
                    .mapToDouble(seed -> Arrays.stream(seed).average().orElse(0))
                    .toArray();
            metrics.put("skills started", Metric.of("skills an episode", skills));
            rows.add(new Arm(name, row.model, metrics));
        });
        return rows;
    }

    /** Paired differences to the full planner, instruction by instruction. */
    Arm differences() {
        Map<String, Metric> metrics = new LinkedHashMap<>();
        for (String arm : List.of(CONSTANT, SHUFFLED, TFIDF)) {
            if (arms.containsKey(arm)) {
                metrics.put("planning, all, less " + arm, difference(arm, true, family -> true));
                metrics.put("execution, all, less " + arm, difference(arm, false, family -> true));
                metrics.put("execution, embodiment, less " + arm, difference(arm, false, EMBODIMENT::equals));
                metrics.put("execution, the rest, less " + arm, difference(arm, false, this::elsewhere));
            }
        }
        return new Arm("saycan, differences", "paired by instruction", metrics);
    }

    /**
     * What was meant to be shown.
     *
     * @param brier of the affordances
     * @param constant of their mean for all
     * @param ece of the affordances
     */
    List<Aim> aims(double brier, double constant, double ece) {
        Row full = row(FULL);
        double planning = share(full.planned, family -> true).mean();
        double execution = share(full.executed, family -> true).mean();
        List<Aim> aims = new ArrayList<>();
        aims.add(Aim.atLeast("planning on held-out wordings", planning, PLANNING));
        aims.add(Aim.atLeast("execution on held-out wordings", execution, EXECUTION));
        aims.add(Aim.atMost("execution less planning", execution - planning, 0));
        aims.add(above(
                "execution, embodiment: less no value function, lower end",
                difference(CONSTANT, false, EMBODIMENT::equals).low()));
        aims.add(above(
                "the same, less that of the other families",
                difference(CONSTANT, false, EMBODIMENT::equals).mean()
                        - difference(CONSTANT, false, this::elsewhere).mean()));
        aims.add(above(
                "execution: less shuffled affordance, lower end",
                difference(SHUFFLED, false, family -> true).low()));
        aims.add(above(
                "planning: MiniLM less tf-idf, lower end",
                difference(TFIDF, true, family -> true).low()));
        aims.add(Aim.atMost("affordance, Brier score over that of a constant", brier / constant, BRIER_RATIO));
        aims.add(Aim.atMost("affordance, expected calibration error", ece, ECE));
        return aims;
    }

    private boolean elsewhere(String family) {
        return !family.equals(EMBODIMENT);
    }

    private static Aim above(String name, double value) {
        return new Aim(name, value, 0, value > 0);
    }

    private Row row(String arm) {
        return Objects.requireNonNull(arms.get(arm), arm);
    }

    private Metric difference(String arm, boolean planning, Predicate<String> chosen) {
        Row full = row(FULL);
        Row other = row(arm);
        List<boolean[]> ones = planning ? full.planned : full.executed;
        List<boolean[]> others = planning ? other.planned : other.executed;
        List<double[]> differences = new ArrayList<>();
        for (int s = 0; s < ones.size(); s++) {
            double[] difference = new double[families.size()];
            for (int i = 0; i < difference.length; i++) {
                difference[i] = (ones.get(s)[i] ? 1 : 0) - (others.get(s)[i] ? 1 : 0);
            }
            differences.add(difference);
        }
        return mean("difference of shares", differences, chosen);
    }

    private Metric share(List<boolean[]> seeds, Predicate<String> chosen) {
        List<double[]> numbers = new ArrayList<>();
        for (boolean[] seed : seeds) {
            double[] number = new double[seed.length];
            for (int i = 0; i < number.length; i++) {
                number[i] = seed[i] ? 1 : 0;
            }
            numbers.add(number);
        }
        return mean(EPISODES, numbers, chosen);
    }

    /** The mean over the chosen instructions, its interval by bootstrap over them. */
    private Metric mean(String unit, List<double[]> seeds, Predicate<String> chosen) {
        int n = (int) families.stream().filter(chosen).count();
        double[] units = new double[n];
        double[] bySeed = new double[seeds.size()];
        for (int s = 0; s < bySeed.length; s++) {
            int next = 0;
            for (int i = 0; i < families.size(); i++) {
                if (chosen.test(families.get(i))) {
                    units[next++] += seeds.get(s)[i] / bySeed.length;
                    bySeed[s] += seeds.get(s)[i] / n;
                }
            }
        }
        return Metric.over(unit, bySeed, units);
    }
}
