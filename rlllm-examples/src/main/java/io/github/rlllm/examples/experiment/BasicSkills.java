package io.github.rlllm.examples.experiment;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.engine.learner.HindsightConfig;
import io.github.rlllm.engine.learner.HindsightDqn;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.run.Aim;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.KeptList;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.engine.world.house.House;
import io.github.rlllm.engine.world.house.HouseConfig;
import io.github.rlllm.engine.world.house.HouseLayout;
import io.github.rlllm.engine.world.house.HouseSkills;
import io.github.rlllm.engine.world.house.HouseTask;
import io.github.rlllm.engine.world.house.SkillGoal;
import io.github.rlllm.engine.world.house.SkillRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Experiment 1: one goal-conditioned Q-network learns go to, pick up, open and put down next to in {@value
 * HouseLayout#TRAINED} houses, and is tried in 500 that it never saw, one goal of each kind in each. Beside it: the same
 * on houses that it learned in, the same learner with an observation of the present view alone (for half the updates, to
 * keep the time), random actions, and the shortest path on the true state. Learning and trials are kept: broken off at
 * any moment, they go on where they were.
 */
public final class BasicSkills implements Experiment {
    /** Houses of the evaluation. */
    public static final int LAYOUTS = 500;

    private static final long FIRST_UNSEEN = HouseLayout.UNSEEN + (1L << 20);
    /** Updates between two looks at the time and at whether to stop. */
    private static final int CHUNK = 20;
    /** Instead of the steps of a trial that did not succeed. */
    private static final double FAILED = -1;

    private static final Logger LOG = LoggerFactory.getLogger(BasicSkills.class);
    private static final int BROKEN_UPDATES = 5_000;
    private static final SkillGoal.Kind[] KINDS = SkillGoal.Kind.values();
    private static final double[] BOUNDS = {Bounds.GO_TO, Bounds.PICK_UP, Bounds.OPEN, Bounds.PUT_NEXT_TO};

    private final Shared shared;
    private final HindsightConfig config;
    private final int layouts;
    private final LongSupplier nanos;

    /**
     * The experiment of {@code rlllm experiments}.
     *
     * @param shared where the learned skills are left for experiment 2
     */
    public BasicSkills(Shared shared) {
        this(shared, HindsightConfig.defaults(), LAYOUTS, System::nanoTime);
    }

    /**
     * The experiment with other figures.
     *
     * @param shared where the learned skills are left for experiment 2
     * @param config how the skills are learned
     * @param layouts houses of the evaluation, at least 1
     * @param nanos a nanosecond clock, for the time that is reported
     * @throws IllegalArgumentException if there is no layout
     */
    public BasicSkills(Shared shared, HindsightConfig config, int layouts, LongSupplier nanos) {
        if (layouts < 1) {
            throw new IllegalArgumentException("layouts: " + layouts + " (expected: >= 1)");
        }
        this.shared = shared;
        this.config = config;
        this.layouts = layouts;
        this.nanos = nanos;
    }

    /**
     * The skills of a seed: learned at the first call, the same afterwards. With the fault {@code skills} they are
     * learned in single rooms without doors, and for a tenth of the time: too narrow for a house.
     *
     * @param shared where they are kept
     * @param request the fault, progress and control
     * @param seed decides everything
     * @return the skills
     */
    public static HouseSkills learned(Shared shared, ExperimentRequest request, long seed) {
        return learned(shared, request, HindsightConfig.defaults(), seed, System::nanoTime)
                .skills();
    }

    /** Gives a seed the skills of another, for runs that differ in all else. */
    static void lend(Shared shared, ExperimentRequest request, long lender, long seed) {
        Learned learned = learned(shared, request, HindsightConfig.defaults(), lender, System::nanoTime);
        shared.get(Learned.class, seed, s -> learned);
    }

    /** What was learned, and how long it took, over all sittings. */
    record Learned(HouseSkills skills, double seconds) {}

    static Learned learned(
            Shared shared, ExperimentRequest request, HindsightConfig config, long seed, LongSupplier nanos) {
        return shared.get(Learned.class, seed, s -> {
            try {
                Map<String, String> settings = Map.of("config", config.toString(), "kernels", kernels());
                Stages kept = request.kept("skills, seed " + seed, settings, seed, nanos);
                return learn(request, config, true, seed, kept);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Learned learn(
            ExperimentRequest request, HindsightConfig config, boolean remembers, long seed, Stages kept)
            throws IOException {
        boolean broken = request.broken().equals("skills");
        HindsightConfig used = broken ? config.withUpdates(Math.min(config.updates(), BROKEN_UPDATES)) : config;
        HouseConfig houses = broken ? HouseConfig.singleRoom() : HouseConfig.defaults();
        HindsightDqn dqn = HouseSkills.learner(used, houses, remembers, seed);
        double seconds;
        try (KeptRun run = kept.open("learning", Map.of("dqn", dqn))) {
            while (dqn.updates() < used.updates()) {
                request.proceed(run, "basic skills");
                dqn.learn(CHUNK, request.run().progress(), Control.none());
                run.updated(dqn.updates());
            }
            run.finish(dqn.updates());
            seconds = run.seconds();
        }
        byte[] skills = kept.onceBytes(
                "calibration",
                () -> HouseSkills.calibrated(dqn.net(), remembers, seed).save());
        return new Learned(HouseSkills.restore(skills), seconds);
    }

    private static String kernels() {
        return Kernels.fastest().name();
    }

    @Override
    public Result run(ExperimentRequest request) throws IOException {
        long start = nanos.getAsLong();
        int seeds = request.run().seeds();
        List<HouseTask> unseen = tasks(FIRST_UNSEEN);
        List<HouseTask> trained = tasks(0);
        List<HouseTask> attempts = attempts();
        Table learned = new Table(seeds);
        Table onTrained = new Table(seeds);
        Table memoryless = new Table(seeds);
        Table random = new Table(seeds);
        Table oracle = new Table(seeds);
        double[] seconds = new double[seeds];
        double[][] calibration = new double[2][seeds];
        for (int s = 0; s < seeds; s++) {
            Map<String, String> settings =
                    Map.of("config", config.toString(), "kernels", kernels(), "layouts", "" + layouts);
            Learned own = learned(shared, request, config, s + 1, nanos);
            HouseSkills skills = own.skills();
            seconds[s] = own.seconds();
            Stages kept = request.kept("basic skills, seed " + (s + 1), settings, s + 1, nanos);
            HindsightConfig half = config.withUpdates(Math.max(1, config.updates() / 2));
            HouseSkills forgetful =
                    learn(request, half, false, s + 1, kept.of("memoryless")).skills();
            SeededRandom rng = SeededRandom.of(s + 1, "basic skills");
            Progress progress = request.run().progress();
            Trials trials = new Trials(request, s, kept, rng);
            trials.fill(learned, "learned", unseen, skills, true);
            progress.update("trying skills, seed " + (s + 1), 1, 5);
            trials.fill(onTrained, "learned, trained layouts", trained, skills, true);
            progress.update("trying skills, seed " + (s + 1), 2, 5);
            trials.fill(memoryless, "memoryless", unseen, forgetful, false);
            progress.update("trying skills, seed " + (s + 1), 3, 5);
            trials.fill(random, "random", unseen, SkillRunner.random(), true);
            progress.update("trying skills, seed " + (s + 1), 4, 5);
            trials.fill(oracle, "oracle", unseen, SkillRunner.oracle(), true);
            progress.update("trying skills, seed " + (s + 1), 5, 5);
            double[] brier = kept.once("affordances", () -> brier(attempts, skills, rng.split("attempts")));
            LOG.info("checkpoints of seed {}: {} of the time after learning", s + 1, kept.cost());
            calibration[0][s] = brier[0];
            calibration[1][s] = brier[1];
        }

        String engine = "MLP " + config.width() + "-" + config.width() + ", " + kernels();
        Map<String, Metric> figures = learned.metrics();
        figures.put("gap of training layouts", Metric.of("share", difference(onTrained.means(), learned.means())));
        figures.put("affordance, Brier score", Metric.of("squared error", calibration[0]));
        figures.put("constant affordance, Brier score", Metric.of("squared error", calibration[1]));
        figures.put("learning", Metric.of("s", seconds));
        List<Arm> arms = List.of(
                new Arm("learned", engine, figures),
                new Arm("learned, training layouts", engine, onTrained.metrics()),
                new Arm("memoryless, half the updates", engine, memoryless.metrics()),
                new Arm("random", "none", random.metrics()),
                new Arm("shortest-path oracle", "none", oracle.metrics()));
        List<Aim> aims = new ArrayList<>();
        for (SkillGoal.Kind kind : KINDS) {
            double success = learned.success(kind).mean();
            aims.add(Aim.atLeast(name(kind) + " on unseen layouts", success, BOUNDS[kind.ordinal()]));
        }
        double time = (nanos.getAsLong() - start) / 1e9;
        return new Result("basic-skills", seeds, time, Provenance.thisMachine(), arms, aims);
    }

    private static String name(SkillGoal.Kind kind) {
        return kind.text() + ", success";
    }

    /** One task of each kind in each layout, the kinds of a layout next to each other. */
    private List<HouseTask> tasks(long first) {
        List<HouseTask> tasks = new ArrayList<>();
        for (int i = 0; i < layouts; i++) {
            for (SkillGoal.Kind kind : KINDS) {
                tasks.add(HouseTask.sample(first + i, HouseConfig.defaults(), kind));
            }
        }
        return tasks;
    }

    /** Goals that may be impossible, in other layouts. */
    private List<HouseTask> attempts() {
        List<HouseTask> attempts = new ArrayList<>();
        for (int i = 0; i < layouts; i++) {
            attempts.add(HouseTask.any(FIRST_UNSEEN + layouts + i, HouseConfig.defaults(), KINDS[i % KINDS.length]));
        }
        return attempts;
    }

    /** The mean squared error of the affordances over attempts, and that of the share of successes for all. */
    private static double[] brier(List<HouseTask> attempts, HouseSkills skills, RandomGenerator rng) {
        House house = new House();
        double[] affordance = new double[attempts.size()];
        double[] outcome = new double[attempts.size()];
        double mean = 0;
        for (int i = 0; i < affordance.length; i++) {
            HouseTask task = attempts.get(i);
            house.begin(task.start());
            affordance[i] = skills.affordance(house, task.goal());
            outcome[i] = skills.execute(house, task.goal(), rng, Control.none()) ? 1 : 0;
            mean += outcome[i] / affordance.length;
        }
        double[] brier = new double[2];
        for (int i = 0; i < affordance.length; i++) {
            brier[0] += Math.pow(affordance[i] - outcome[i], 2) / affordance.length;
            brier[1] += Math.pow(mean - outcome[i], 2) / affordance.length;
        }
        return brier;
    }

    private static double[] difference(double[] a, double[] b) {
        double[] difference = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            difference[i] = a[i] - b[i];
        }
        return difference;
    }

    /** The trials of one seed: each fills a table and is kept. */
    private record Trials(ExperimentRequest request, int seed, Stages kept, SeededRandom rng) {
        void fill(Table table, String arm, List<HouseTask> tasks, SkillRunner runner, boolean remembers)
                throws IOException {
            House house = new House(HouseConfig.defaults(), remembers, House.LIMIT);
            SeededRandom drawn = rng.split(arm);
            KeptList<Double> steps = KeptList.ofDoubles();
            try (KeptRun run = kept.of("trials").open(arm, Map.of("rng", drawn, "steps", steps))) {
                for (int i = (int) run.step(); i < tasks.size(); i++) {
                    request.proceed(run, "basic skills");
                    house.begin(tasks.get(i).start());
                    boolean done = runner.execute(house, tasks.get(i).goal(), drawn, Control.none());
                    steps.add(done ? (double) house.steps() : FAILED);
                    run.updated(i + 1);
                }
                run.finish(tasks.size());
            }
            for (int i = 0; i < tasks.size(); i++) {
                if (steps.elements().get(i) != FAILED) {
                    table.count(seed, i, tasks.get(i), steps.elements().get(i));
                }
            }
        }
    }

    /** Successes by seed, layout and kind, and steps by seed. */
    private final class Table {
        private final double[][][] success;
        private final double[] steps;
        private final double[] shortest;

        Table(int seeds) {
            success = new double[KINDS.length][seeds][layouts];
            steps = new double[seeds];
            shortest = new double[seeds];
        }

        void count(int seed, int task, HouseTask of, double stepsTaken) {
            success[of.goal().kind().ordinal()][seed][task / KINDS.length] = 1;
            steps[seed] += stepsTaken;
            shortest[seed] += of.steps();
        }

        Metric success(SkillGoal.Kind kind) {
            double[][] bySeed = success[kind.ordinal()];
            double[] seeds = new double[bySeed.length];
            double[] units = new double[layouts];
            for (int s = 0; s < seeds.length; s++) {
                for (int i = 0; i < layouts; i++) {
                    seeds[s] += bySeed[s][i] / layouts;
                    units[i] += bySeed[s][i] / seeds.length;
                }
            }
            return Metric.over("share of layouts", seeds, units);
        }

        /** The success of each seed over all kinds. */
        double[] means() {
            double[] means = new double[steps.length];
            for (SkillGoal.Kind kind : KINDS) {
                List<Double> values = success(kind).values();
                for (int s = 0; s < means.length; s++) {
                    means[s] += values.get(s) / KINDS.length;
                }
            }
            return means;
        }

        Map<String, Metric> metrics() {
            Map<String, Metric> metrics = new LinkedHashMap<>();
            for (SkillGoal.Kind kind : KINDS) {
                metrics.put(name(kind), success(kind));
            }
            double[] ratios = new double[steps.length];
            for (int s = 0; s < ratios.length; s++) {
                ratios[s] = shortest[s] == 0 ? 0 : steps[s] / shortest[s];
            }
            metrics.put("steps where it succeeds", Metric.of("x the oracle's", ratios));
            return metrics;
        }
    }
}
