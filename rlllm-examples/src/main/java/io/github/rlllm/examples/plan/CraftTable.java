package io.github.rlllm.examples.plan;

import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.world.craft.CraftGoal;
import io.github.rlllm.engine.world.craft.Resource;
import io.github.rlllm.rlplusllm.plan4mc.GraphSkill;
import io.github.rlllm.rlplusllm.plan4mc.Inventory;
import io.github.rlllm.rlplusllm.plan4mc.SkillSearch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What came of all episodes, as rows and aims. */
final class CraftTable {
    /** By how much the whole method must be ahead on long chains. */
    static final double AHEAD = .3;
    /** By how much it may be ahead on short ones, where little can fail. */
    static final double TIE = .2;
    /** By how much a plan without replanning must fall from short to long chains. */
    static final double DECAY = .4;
    /** What chance may reach. */
    static final double CHANCE = .05;

    private static final String SHARE = "share of episodes";
    private static final CraftTask.Chain[] CHAINS = CraftTask.Chain.values();

    private final List<CraftArm> arms;
    private final List<CraftTask> tasks;
    private final int seeds;
    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final List<Double> seconds = new ArrayList<>();

    CraftTable(List<CraftArm> arms, List<CraftTask> tasks, int seeds) {
        this.arms = arms;
        this.tasks = tasks;
        this.seeds = seeds;
        arms.forEach(arm -> rows.put(arm.name(), new Row(seeds)));
    }

    /** The episodes of an arm. */
    private static final class Row {
        private final int[][] episodes;
        private final int[][] successes;
        private final int[] planned;
        private final double[] steps;
        private final SkillRecord[] records;
        private int plans;

        Row(int seeds) {
            episodes = new int[CHAINS.length][seeds];
            successes = new int[CHAINS.length][seeds];
            planned = new int[seeds];
            steps = new double[seeds];
            records = new SkillRecord[seeds];
            Arrays.setAll(records, s -> new SkillRecord());
        }
    }

    /** Adds the time that learning took in the next seed. */
    void learned(double time) {
        seconds.add(time);
    }

    /** Adds an episode: success, steps, directives, and the numbers of its {@link SkillRecord}. */
    void add(CraftArm arm, int seed, CraftTask task, double[] episode) {
        Row row = row(arm.name());
        int chain = task.chain().ordinal();
        row.episodes[chain][seed - 1]++;
        row.successes[chain][seed - 1] += (int) episode[0];
        row.steps[seed - 1] += episode[1];
        row.records[seed - 1].add(Arrays.copyOfRange(episode, episode.length - SkillRecord.NUMBERS, episode.length));
    }

    /** Adds which tasks were planned, had every skill succeeded. */
    void planned(CraftArm arm, int seed, double[] success) {
        Row row = row(arm.name());
        row.plans = success.length;
        row.planned[seed - 1] = (int) Arrays.stream(success).sum();
    }

    List<Arm> arms() {
        List<Arm> all = new ArrayList<>();
        for (CraftArm arm : arms) {
            Row row = row(arm.name());
            Map<String, Metric> figures = new LinkedHashMap<>();
            figures.put("planning success", Metric.wilson("share of plans", row.plans, row.planned));
            for (CraftTask.Chain chain : CHAINS) {
                figures.put("success, " + chain.text() + " chains", success(row, chain));
            }
            int episodes = sums(row.episodes)[0];
            figures.put("success", Metric.wilson(SHARE, episodes, sums(row.successes)));
            double[] steps = row.steps.clone();
            for (int s = 0; s < seeds; s++) {
                steps[s] /= episodes;
            }
            figures.put("steps of the world", Metric.of("steps an episode", steps));
            if (arm.name().equals(CraftArm.FULL)) {
                skills(row, figures);
            } else if (arm.name().equals(CraftArm.NO_REPLANNING)) {
                for (CraftTask.Chain chain : CHAINS) {
                    figures.put("if skills failed independently, " + chain.text(), independent(chain));
                }
            }
            all.add(new Arm(arm.name(), arm.model(), figures));
        }
        return all;
    }

    private static Metric success(Row row, CraftTask.Chain chain) {
        return Metric.wilson(SHARE, row.episodes[chain.ordinal()][0], row.successes[chain.ordinal()]);
    }

    private static int[] sums(int[][] counts) {
        int[] sums = new int[counts[0].length];
        for (int[] each : counts) {
            for (int s = 0; s < sums.length; s++) {
                sums[s] += each[s];
            }
        }
        return sums;
    }

    private void skills(Row row, Map<String, Metric> figures) {
        put(figures, "finding, success", row, record -> record.rate(CraftGoal.Kind.FIND));
        put(figures, "collecting, success", row, record -> record.rate(CraftGoal.Kind.COLLECT));
        put(figures, "failure after a failure of the same skill", row, SkillRecord::failedAgain);
        put(figures, "the same, were failures independent", row, SkillRecord::failedAgainIfIndependent);
        figures.put(
                "learning",
                Metric.of("s", seconds.stream().mapToDouble(Double::doubleValue).toArray()));
    }

    private static void put(
            Map<String, Metric> figures,
            String name,
            Row row,
            java.util.function.ToDoubleFunction<SkillRecord> figure) {
        double[] values = Arrays.stream(row.records).mapToDouble(figure).toArray();
        if (Arrays.stream(values).allMatch(Double::isFinite)) {
            figures.put(name, Metric.of("share of tries", values));
        }
    }

    /** The product of the learned skills' own rates in the row without replanning, along its plans. */
    private Metric independent(CraftTask.Chain chain) {
        SkillSearch search = new SkillSearch(arms.get(0).graph(), 1_000);
        double[] products = new double[seeds];
        List<CraftTask> of =
                tasks.stream().filter(task -> task.chain() == chain).toList();
        for (CraftTask task : of) {
            List<GraphSkill> plan =
                    search.plan(Inventory.empty(), task.target(), 1).steps();
            for (int s = 0; s < seeds; s++) {
                double product = 1;
                for (GraphSkill skill : plan) {
                    for (Resource resource : Resource.values()) {
                        boolean found = skill.name().equals(resource.nearby());
                        if (found || skill.name().equals(resource.item())) {
                            CraftGoal.Kind kind = found ? CraftGoal.Kind.FIND : CraftGoal.Kind.COLLECT;
                            product *= row(CraftArm.NO_REPLANNING).records[s].rate(new CraftGoal(kind, resource));
                        }
                    }
                }
                products[s] += product / of.size();
            }
        }
        return Metric.of("product of rates", products);
    }

    /** What is to be shown, decided on other seeds. */
    List<Aim> aims() {
        double ahead = mean(CraftArm.FULL, CraftTask.Chain.LONG);
        Row full = row(CraftArm.FULL);
        double again = Arrays.stream(full.records)
                .mapToDouble(record -> record.failedAgain() - record.failedAgainIfIndependent())
                .filter(Double::isFinite)
                .average()
                .orElse(0);
        return List.of(
                Aim.atLeast(
                        "long chains: full less no replanning",
                        ahead - mean(CraftArm.NO_REPLANNING, CraftTask.Chain.LONG),
                        AHEAD),
                Aim.atLeast(
                        "long chains: full less no find skills",
                        ahead - mean(CraftArm.NO_FINDING, CraftTask.Chain.LONG),
                        AHEAD),
                Aim.atMost(
                        "short chains: full less no replanning",
                        mean(CraftArm.FULL, CraftTask.Chain.SHORT)
                                - mean(CraftArm.NO_REPLANNING, CraftTask.Chain.SHORT),
                        TIE),
                Aim.atLeast(
                        "no replanning: short less long chains",
                        mean(CraftArm.NO_REPLANNING, CraftTask.Chain.SHORT)
                                - mean(CraftArm.NO_REPLANNING, CraftTask.Chain.LONG),
                        DECAY),
                Aim.atMost("random on middle chains", mean(CraftArm.RANDOM, CraftTask.Chain.MIDDLE), CHANCE),
                new Aim("failures after a failure, less what independence gives", again, 0, again > 0));
    }

    private double mean(String arm, CraftTask.Chain chain) {
        return success(row(arm), chain).mean();
    }

    private Row row(String arm) {
        return java.util.Objects.requireNonNull(rows.get(arm), arm);
    }
}
