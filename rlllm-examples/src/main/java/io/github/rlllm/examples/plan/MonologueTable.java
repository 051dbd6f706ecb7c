package io.github.rlllm.examples.plan;

import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.examples.plan.MonologueEpisode.Outcome;
import io.github.rlllm.examples.plan.TableTask.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Counts of all episodes, by row, kind of task and seed, and what is read off them. Confined to one thread. */
final class MonologueTable {
    /** What is counted. */
    enum Count {
        EPISODES,
        PLANNED,
        EXECUTED,
        CLAIMED,
        WRONGLY_CLAIMED,
        SKILLS,
        REACHED,
        QUESTIONS
    }

    /** The tasks of four blocks, which hardly ever go well in open loop once something can go wrong. */
    static final List<Kind> BOWLS = List.of(Kind.MATCHING, Kind.MISMATCHED);

    private static final double SMALL_GAP = 0.15;
    private static final double NEAR_ZERO = 0.1;
    private static final double GAIN = 0.5;
    private static final double GAIN_OF_ONE = 0.2;
    private static final double GAIN_THAT_IS_LEFT = 0.5;
    private static final double NO_GAIN = 0.05;
    private static final double ASKING = 0.5;
    private static final double GAIN_OF_HEAD = 0.2;
    private static final String SHARE = "share of episodes";

    /** A row. */
    private record Row(String model, boolean disturbed, Map<Kind, int[][]> counts) {}

    private final int seeds;
    private final Map<String, Row> rows = new LinkedHashMap<>();

    MonologueTable(int seeds) {
        this.seeds = seeds;
    }

    /** The name of an arm's row. */
    static String name(MonologueArm arm, boolean disturbed) {
        return arm.name() + (disturbed ? ", disturbed" : ", undisturbed");
    }

    /** What an outcome adds to the counts. */
    static void count(Outcome outcome, double[] counts) {
        counts[Count.EPISODES.ordinal()]++;
        counts[Count.PLANNED.ordinal()] += outcome.planned() ? 1 : 0;
        counts[Count.EXECUTED.ordinal()] += outcome.executed() ? 1 : 0;
        counts[Count.CLAIMED.ordinal()] += outcome.claimed() ? 1 : 0;
        counts[Count.WRONGLY_CLAIMED.ordinal()] += outcome.claimed() && !outcome.executed() ? 1 : 0;
        counts[Count.SKILLS.ordinal()] += outcome.skills();
        counts[Count.REACHED.ordinal()] += outcome.reached();
        counts[Count.QUESTIONS.ordinal()] += outcome.questions();
    }

    /** Adds the counts of one seed, row and kind. */
    void add(int seed, MonologueArm arm, String model, boolean disturbed, Kind kind, double[] counts) {
        Row row =
                rows.computeIfAbsent(name(arm, disturbed), any -> new Row(model, disturbed, new EnumMap<>(Kind.class)));
        int[][] all = row.counts().computeIfAbsent(kind, any -> new int[seeds][Count.values().length]);
        for (int c = 0; c < counts.length; c++) {
            all[seed - 1][c] += (int) counts[c];
        }
    }

    /** The share of episodes of some kinds in which something was so; an interval of Wilson's over episodes. */
    private Metric share(Row row, Count what, List<Kind> kinds) {
        int[] successes = new int[seeds];
        int trials = 0;
        for (Kind kind : kinds) {
            int[][] counts = Objects.requireNonNull(row.counts().get(kind), kind.words());
            trials += counts[0][Count.EPISODES.ordinal()];
            for (int s = 0; s < seeds; s++) {
                successes[s] += counts[s][what.ordinal()];
            }
        }
        return Metric.wilson(SHARE, trials, successes);
    }

    /** A sum over a sum, by seed. */
    private Metric ratio(Row row, String unit, Count above, Count below) {
        double[] values = new double[seeds];
        for (int s = 0; s < seeds; s++) {
            double numerator = 0;
            double denominator = 0;
            for (int[][] counts : row.counts().values()) {
                numerator += counts[s][above.ordinal()];
                denominator += counts[s][below.ordinal()];
            }
            values[s] = denominator == 0 ? 0 : numerator / denominator;
        }
        return Metric.of(unit, values);
    }

    /** The mean execution success of a row over some kinds. */
    double executed(MonologueArm arm, boolean disturbed, List<Kind> kinds) {
        Row row = Objects.requireNonNull(rows.get(name(arm, disturbed)), arm.name());
        return share(row, Count.EXECUTED, kinds).mean();
    }

    /** The skills an episode of a row. */
    private double skills(MonologueArm arm) {
        Row row = Objects.requireNonNull(rows.get(name(arm, true)), arm.name());
        return ratio(row, "skills", Count.SKILLS, Count.EPISODES).mean();
    }

    /** Every row, in the order in which they were added. */
    List<Arm> arms() {
        List<Arm> arms = new ArrayList<>();
        rows.forEach((name, row) -> {
            Map<String, Metric> figures = new LinkedHashMap<>();
            for (Kind kind : row.counts().keySet()) {
                figures.put(kind.words() + ", execution", share(row, Count.EXECUTED, List.of(kind)));
                figures.put(kind.words() + ", planning", share(row, Count.PLANNED, List.of(kind)));
            }
            figures.put(
                    "done said wrongly",
                    share(row, Count.WRONGLY_CLAIMED, List.copyOf(row.counts().keySet())));
            figures.put("skills an episode", ratio(row, "skills", Count.SKILLS, Count.EPISODES));
            figures.put("questions an episode", ratio(row, "questions", Count.QUESTIONS, Count.EPISODES));
            figures.put("one skill, success", ratio(row, "share of skills", Count.REACHED, Count.SKILLS));
            arms.add(new Arm(name, row.model(), figures));
        });
        return arms;
    }

    /** What the study is to show. The bounds were set before the seeds that count were run. */
    List<Aim> aims(MonologueArm blindest, MonologueArm sharpest) {
        List<Kind> clear = List.of(Kind.PICK_AND_PLACE, Kind.MATCHING, Kind.MISMATCHED, Kind.STACKING);
        double open = executed(MonologueArm.OPEN, true, BOWLS);
        double gain = executed(sharpest, true, BOWLS) - open;
        List<Aim> aims = new ArrayList<>();
        aims.add(Aim.atMost(
                "undisturbed, clear instructions: all feedback less open loop",
                executed(MonologueArm.FULL, false, clear) - executed(MonologueArm.OPEN, false, clear),
                SMALL_GAP));
        aims.add(Aim.atMost("disturbed, bowls: open loop", open, NEAR_ZERO));
        aims.add(Aim.atLeast(
                "disturbed, bowls: all feedback less open loop",
                executed(MonologueArm.FULL, true, BOWLS) - open,
                GAIN));
        for (MonologueArm arm : List.of(MonologueArm.SUCCESS, MonologueArm.SCENE, MonologueArm.ASKED)) {
            aims.add(Aim.atLeast(
                    "disturbed, bowls: " + arm.name() + " alone less open loop",
                    executed(arm, true, BOWLS) - open,
                    GAIN_OF_ONE));
        }
        aims.add(Aim.atMost(
                "disturbed, bowls: gain of a detector that misses half of the failures over that of a perfect one",
                gain == 0 ? 1 : (executed(blindest, true, BOWLS) - open) / gain,
                GAIN_THAT_IS_LEFT));
        aims.add(Aim.atMost(
                "disturbed, bowls: always-true detector less open loop",
                Math.abs(executed(MonologueArm.ALWAYS, true, BOWLS) - open),
                NO_GAIN));
        aims.add(Aim.atMost(
                "disturbed: skills an episode, always-true detector less open loop",
                Math.abs(skills(MonologueArm.ALWAYS) - skills(MonologueArm.OPEN)),
                NO_GAIN));
        aims.add(Aim.atLeast(
                "undisturbed, unclear instruction: asked person less success",
                executed(MonologueArm.ASKED, false, List.of(Kind.UNCLEAR))
                        - executed(MonologueArm.SUCCESS, false, List.of(Kind.UNCLEAR)),
                ASKING));
        List<MonologueArm> head = MonologueArm.under(MonologueArm.Reader.HEAD, MonologueArm.FITTED);
        aims.add(Aim.atLeast(
                "disturbed, held-out wordings: fitted head with all feedback less the same in open loop",
                executed(head.get(2), true, List.of(Kind.WORDINGS))
                        - executed(head.get(0), true, List.of(Kind.WORDINGS)),
                GAIN_OF_HEAD));
        return aims;
    }
}
