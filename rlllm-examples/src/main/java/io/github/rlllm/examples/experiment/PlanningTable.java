package io.github.rlllm.examples.experiment;

import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What experiment 2 counts: the figures of its arms, the rows and the aims made of them. */
final class PlanningTable {
    private static final int LONGEST = 4;

    private final Map<String, Figures> arms = new LinkedHashMap<>();

    /** Figures of one arm: one row a seed, one column an instruction. */
    static final class Figures {
        final List<boolean[]> planned = new ArrayList<>();
        final List<boolean[]> executed = new ArrayList<>();
        final List<Double> underFloor = new ArrayList<>();
        int done;
        int rightlyDone;
        int possible;
        int falselyImpossible;
    }

    /** The figures of an arm, empty at first. */
    Figures of(String name) {
        return arms.computeIfAbsent(name, key -> new Figures());
    }

    /** The arms in the order in which they were run. */
    List<Arm> rows(List<Instruction> ours) {
        List<Arm> rows = new ArrayList<>();
        arms.forEach((name, figures) -> rows.add(row(name, figures, ours)));
        return rows;
    }

    private static Arm row(String name, Figures figures, List<Instruction> ours) {
        Map<String, Metric> metrics = new LinkedHashMap<>();
        int columns = figures.planned.get(0).length;
        boolean[] all = new boolean[columns];
        Arrays.fill(all, true);
        boolean onOurs = columns == ours.size() && !name.startsWith("others");
        boolean oracle = name.equals("oracle plan");
        boolean[] base = oracle ? possible(ours) : all;
        if (!oracle) {
            metrics.put("planning", metric(figures.planned, base));
        }
        metrics.put("execution", metric(figures.executed, base));
        for (int length = 1; onOurs && length <= LONGEST; length++) {
            boolean[] chosen = new boolean[columns];
            boolean any = false;
            for (int i = 0; i < columns; i++) {
                chosen[i] = base[i] && ours.get(i).length() == length;
                any |= chosen[i];
            }
            if (any && !oracle) {
                metrics.put(
                        "planning, " + length + (length == 1 ? " skill" : " skills"), metric(figures.planned, chosen));
            }
            if (any) {
                metrics.put(
                        "execution, " + length + (length == 1 ? " skill" : " skills"),
                        metric(figures.executed, chosen));
            }
        }
        if (onOurs) {
            boolean[] troubled = troubled(ours);
            if (!oracle) {
                metrics.put("execution, affordance matters", metric(figures.executed, troubled));
            }
        }
        if (!figures.underFloor.isEmpty()) {
            double[] seeds =
                    figures.underFloor.stream().mapToDouble(Double::doubleValue).toArray();
            metrics.put("affordance under the floor", Metric.of("share of steps", seeds));
        }
        if (figures.possible > 0) {
            metrics.put("false impossible", count(figures.falselyImpossible, figures.possible));
        }
        if (figures.done > 0) {
            metrics.put("precision of done", count(figures.rightlyDone, figures.done));
        }
        String model = name.contains("tf-idf")
                ? "tf-idf"
                : name.contains("random encoder")
                        ? "random encoder"
                        : name.endsWith(" plan") ? "none" : InstructionPlanning.MINILM + ", encoder scorer";
        return new Arm(name, model, metrics);
    }

    /**
     * The aims.
     *
     * @param ours our held-out instructions
     * @param others whether other people's were followed too
     */
    List<Aim> aims(List<Instruction> ours, boolean others) {
        Figures full = figures("saycan, MiniLM");
        boolean[] all = new boolean[ours.size()];
        Arrays.fill(all, true);
        double planning = mean(full.planned, all);
        List<Aim> aims = new ArrayList<>();
        aims.add(Aim.atLeast("planning on held-out wordings", planning, Bounds.PLANNING));
        aims.add(Aim.atLeast("execution on held-out wordings", mean(full.executed, all), Bounds.EXECUTION));
        aims.add(Aim.atLeast(
                "planning, MiniLM less tf-idf",
                planning - mean(figures("same head, tf-idf").planned, all),
                Bounds.ENCODER_OVER_TFIDF));
        boolean[] matters = troubled(ours);
        double gain = mean(full.executed, matters) - mean(figures("constant affordance").executed, matters);
        aims.add(new Aim(
                "execution where an affordance matters, learned less constant",
                gain,
                Bounds.AFFORDANCE_GAIN,
                gain > Bounds.AFFORDANCE_GAIN));
        if (others) {
            Figures theirs = figures("others' instructions, MiniLM");
            boolean[] each = new boolean[theirs.planned.get(0).length];
            Arrays.fill(each, true);
            double share = mean(theirs.planned, each);
            aims.add(Aim.atLeast("planning on others' instructions", share, Bounds.PLANNING_OTHERS));
            aims.add(Aim.atLeast(
                    "planning on others' instructions, MiniLM less tf-idf",
                    share - mean(figures("others' instructions, tf-idf").planned, each),
                    Bounds.ENCODER_OVER_TFIDF));
        }
        return aims;
    }

    private Figures figures(String name) {
        return Objects.requireNonNull(arms.get(name), name);
    }

    /** Which of the instructions can be followed to their end. */
    static boolean[] possible(List<Instruction> instructions) {
        boolean[] chosen = new boolean[instructions.size()];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = !instructions.get(i).impossible();
        }
        return chosen;
    }

    private static boolean[] troubled(List<Instruction> instructions) {
        boolean[] chosen = new boolean[instructions.size()];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = instructions.get(i).scene().trouble() != Instruction.Trouble.NONE;
        }
        return chosen;
    }

    /** The share over the chosen instructions, with an interval by bootstrap over them. */
    private static Metric metric(List<boolean[]> bySeed, boolean[] chosen) {
        int n = 0;
        for (boolean c : chosen) {
            n += c ? 1 : 0;
        }
        double[] units = new double[n];
        double[] seeds = new double[bySeed.size()];
        for (int s = 0; s < seeds.length; s++) {
            int next = 0;
            for (int i = 0; i < chosen.length; i++) {
                if (chosen[i]) {
                    double right = bySeed.get(s)[i] ? 1 : 0;
                    units[next++] += right / seeds.length;
                    seeds[s] += right / n;
                }
            }
        }
        return Metric.over("share of instructions", seeds, units);
    }

    private static Metric count(int part, int whole) {
        double[] units = new double[whole];
        Arrays.fill(units, 0, part, 1);
        return Metric.over("share", new double[] {(double) part / whole}, units);
    }

    private static double mean(List<boolean[]> bySeed, boolean[] chosen) {
        return metric(bySeed, chosen).mean();
    }

    static double share(boolean[] values) {
        boolean[] all = new boolean[values.length];
        Arrays.fill(all, true);
        return share(values, all);
    }

    static double share(boolean[] values, boolean[] chosen) {
        return mean(List.of(values), chosen);
    }
}
