package io.github.rlllm.examples.plan;

import io.github.rlllm.api.Planner;
import io.github.rlllm.api.Policy;
import io.github.rlllm.engine.learner.Ppo;
import io.github.rlllm.engine.run.KeptList;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.MetricsLog;
import io.github.rlllm.engine.run.Progress;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.engine.world.secret.SecretRoom;
import io.github.rlllm.engine.world.secret.SecretTask;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.model.ChosenModel;
import io.github.rlllm.rlplusllm.reporter.ModelPlanner;
import io.github.rlllm.rlplusllm.reporter.PlannerActorReporter;
import io.github.rlllm.rlplusllm.reporter.PlannerActorReporter.Played;
import io.github.rlllm.rlplusllm.reporter.Reporter;
import io.github.rlllm.rlplusllm.reporter.ReporterConfig;
import io.github.rlllm.rlplusllm.reporter.ScriptedPlanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/**
 * One seed of {@link PlannerActorReporterRun}: the Actor is trained, then the Reporter with that Actor, then the policies that do
 * everything with as many environment steps as both took, and all are judged on the same tasks.
 */
final class ReporterSeed {
    private static final int CHUNKS = 16;
    /** Figures that are kept of a task. */
    private static final int FIGURES = 5;

    private final int seed;
    private final RunRequest request;
    private final ReporterConfig config;
    private final PlannerActorReporterRun.Tasks tasks;
    private final ReporterTable table;
    private final Stages kept;
    private final LongSupplier nanos;
    private final List<Long> taskSeeds = new ArrayList<>();
    private final List<Long> curveSeeds = new ArrayList<>();

    ReporterSeed(
            int seed,
            RunRequest request,
            ReporterConfig config,
            PlannerActorReporterRun.Tasks tasks,
            ReporterTable table,
            Stages kept,
            LongSupplier nanos) {
        this.seed = seed;
        this.request = request;
        this.config = config;
        this.tasks = tasks;
        this.table = table;
        this.kept = kept;
        this.nanos = nanos;
        SeededRandom judging = SeededRandom.of(seed, "tasks that judge");
        SeededRandom watching = SeededRandom.of(seed, "tasks of the curve");
        for (int i = 0; i < tasks.count(); i++) {
            taskSeeds.add(judging.nextLong());
        }
        for (int i = 0; i < tasks.curve(); i++) {
            curveSeeds.add(watching.nextLong());
        }
    }

    void run() throws IOException {
        Planner<float[]> scripted = ScriptedPlanner.examining();
        try (Ppo<Integer> acting = PlannerActorReporter.actor(config, seed)) {
            learn("actor", acting, config.actor().rollout().budget(), Ppo::recentReturn, new AtomicLong());
            Policy<float[], Integer> actor = acting.policy();
            obeyed(actor);
            AtomicLong reported = new AtomicLong();
            try (Ppo<Integer> saying =
                    PlannerActorReporter.reporter(config, scripted, actor, seed, reported::addAndGet)) {
                Reporter untrained = Reporter.of(saying.policy());
                learn(
                        "reporter",
                        saying,
                        config.reporter().rollout().budget(),
                        learner -> successOnCurve(actor, Reporter.of(learner.policy())),
                        reported);
                Reporter trained = Reporter.of(saying.policy());
                judge(actor, untrained, trained);
                if (seed == 1) {
                    pictures(actor, untrained, trained);
                }
            }
            long steps = acting.steps() + reported.get();
            flat(PlannerActorReporterRun.FLAT_MATCHES, true, steps);
            flat(PlannerActorReporterRun.FLAT_WORDS, false, steps);
        }
    }

    /**
     * Learns in chunks, each with a point of the curve. What a cancel breaks off is learned again, so that nothing is counted
     * twice.
     *
     * @param besides environment steps that are not the learner's own; those of an earlier process are put back
     */
    private void learn(
            String what, Ppo<Integer> learner, long budget, ToDoubleFunction<Ppo<Integer>> figure, AtomicLong besides)
            throws IOException {
        KeptList<Double> curve = KeptList.ofDoubles();
        try (KeptRun run = kept.open(what, Map.of("learner", learner, "curve", curve))) {
            if (run.step() == 0) {
                point(curve, learner, figure, besides);
            }
            besides.set(curve.elements().get(curve.elements().size() - 1).longValue());
            for (long chunk = run.step(); chunk < CHUNKS; chunk++) {
                proceed(what);
                long until = (chunk + 1) * budget / CHUNKS;
                learner.learn(Math.max(0, until - learner.steps()), Progress.none(), request.control());
                proceed(what);
                point(curve, learner, figure, besides);
                run.updated(chunk + 1);
            }
            run.finish(CHUNKS);
        }
        write(what, curve.elements());
    }

    private static void point(
            KeptList<Double> curve, Ppo<Integer> learner, ToDoubleFunction<Ppo<Integer>> figure, AtomicLong besides) {
        curve.add((double) learner.steps());
        curve.add(figure.applyAsDouble(learner));
        curve.add((double) besides.get());
    }

    private void write(String what, List<Double> curve) throws IOException {
        Path file = request.folder().resolve("metrics-" + what + ".jsonl");
        try (MetricsLog log = MetricsLog.open(file, Files.exists(file) ? Files.size(file) : 0)) {
            for (int i = 0; i < curve.size(); i += 3) {
                Map<String, Double> figures = new LinkedHashMap<>();
                figures.put("seed", (double) seed);
                figures.put(
                        what.equals("reporter") ? "success on unseen combinations" : "success of the last 100 episodes",
                        curve.get(i + 1));
                log.append(curve.get(i).longValue(), figures);
            }
        }
    }

    private double successOnCurve(Policy<float[], Integer> actor, Reporter reporter) {
        PlannerActorReporter three = three(ScriptedPlanner.examining(), actor, reporter);
        return curveSeeds.stream()
                .mapToDouble(task -> three.play(true, task).success() ? 1 : 0)
                .average()
                .orElseThrow();
    }

    private PlannerActorReporter three(Planner<float[]> planner, Policy<float[], Integer> actor, Reporter reporter) {
        return new PlannerActorReporter(planner, actor, reporter, config.instructionSteps(), nanos);
    }

    private void obeyed(Policy<float[], Integer> actor) {
        for (String combinations : ReporterTable.COMBINATIONS) {
            boolean heldOut = combinations.equals(ReporterTable.COMBINATIONS.get(0));
            int done = (int) taskSeeds.stream()
                    .filter(task -> PlannerActorReporter.obeys(config, actor, heldOut, task))
                    .count();
            table.share(
                    PlannerActorReporterRun.ACTOR,
                    "none",
                    "instructions done, " + combinations,
                    "share of instructions",
                    tasks.count(),
                    done);
        }
    }

    private void judge(Policy<float[], Integer> actor, Reporter untrained, Reporter trained) throws IOException {
        Planner<float[]> scripted = ScriptedPlanner.examining();
        Map<String, Reporter> reporters = new LinkedHashMap<>();
        reporters.put(PlannerActorReporterRun.TRUTHFUL, Reporter.truthful());
        reporters.put(PlannerActorReporterRun.NOISY_10, Reporter.noisy(0.1));
        reporters.put(PlannerActorReporterRun.NOISY_30, Reporter.noisy(0.3));
        reporters.put(PlannerActorReporterRun.TRAINED, trained);
        reporters.put(PlannerActorReporterRun.UNTRAINED, untrained);
        reporters.put(PlannerActorReporterRun.CONSTANT, Reporter.constant(Reporter.Sentence.GOOD));
        for (Map.Entry<String, Reporter> arm : reporters.entrySet()) {
            judge(arm.getKey(), ScriptedPlanner.NAME, three(scripted, actor, arm.getValue()), tasks.count(), 2);
        }
        PlannerActorReporter guessing = three(ScriptedPlanner.guessing(), actor, Reporter.truthful());
        judge(PlannerActorReporterRun.GUESSING, ScriptedPlanner.NAME, guessing, tasks.count(), 2);
        ChosenModel model = request.model();
        if (model != null) {
            Planner<float[]> chosen = new ModelPlanner(model);
            int asked = tasks.asked();
            String name = model.name();
            judge(PlannerActorReporterRun.CHOSEN_TRUTHFUL, name, three(chosen, actor, Reporter.truthful()), asked, 1);
            judge(PlannerActorReporterRun.CHOSEN_TRAINED, name, three(chosen, actor, trained), asked, 1);
            Reporter constant = Reporter.constant(Reporter.Sentence.GOOD);
            judge(PlannerActorReporterRun.CHOSEN_CONSTANT, name, three(chosen, actor, constant), asked, 1);
        }
    }

    /** Plays the first tasks of the seed, with unseen combinations and, where there are two kinds, with seen ones. */
    private void judge(String arm, String model, PlannerActorReporter three, int count, int kinds) throws IOException {
        KeptList<Double> played = KeptList.ofDoubles();
        try (KeptRun run =
                kept.open("judged " + arm.replaceAll("[^A-Za-z0-9]+", " ").strip(), Map.of("played", played))) {
            for (long i = run.step(); i < (long) kinds * count; i++) {
                proceed(arm);
                Played one = three.play(i < count, taskSeeds.get((int) (i % count)));
                played.add(one.success() ? 1.0 : 0);
                played.add(one.planned() ? 1.0 : 0);
                played.add((double) one.steps());
                played.add((double) one.reports());
                played.add((double) one.truths());
                run.updated(i + 1);
            }
            run.finish((long) kinds * count);
        }
        for (int kind = 0; kind < kinds; kind++) {
            String combinations = ReporterTable.COMBINATIONS.get(kind);
            double[] sums = new double[FIGURES];
            for (int i = kind * count * FIGURES; i < (kind + 1) * count * FIGURES; i++) {
                sums[i % FIGURES] += played.elements().get(i);
            }
            table.success(arm, model, combinations, count, (int) sums[0]);
            table.share(arm, model, "plan right, " + combinations, "share of tasks", count, (int) sums[1]);
            table.mean(arm, "environment steps, " + combinations, "a task", sums[2] / count);
            table.mean(arm, "reports, " + combinations, "a task", sums[3] / count);
            if (sums[3] > 0) {
                table.mean(arm, "true reports, " + combinations, "share of reports", sums[4] / sums[3]);
            }
        }
    }

    private void flat(String arm, boolean matches, long budget) throws IOException {
        try (Ppo<Integer> learner = PlannerActorReporter.flat(config, matches, budget, seed)) {
            learn(matches ? "flat-matches" : "flat-words", learner, budget, Ppo::recentReturn, new AtomicLong());
            Policy<float[], Integer> policy = learner.policy();
            for (String combinations : ReporterTable.COMBINATIONS) {
                boolean heldOut = combinations.equals(ReporterTable.COMBINATIONS.get(0));
                int right = (int) taskSeeds.stream()
                        .filter(task -> PlannerActorReporter.playsFlat(policy, matches, heldOut, task))
                        .count();
                table.success(arm, "none", combinations, tasks.count(), right);
            }
            table.mean(arm, "environment steps of training", "steps", learner.steps());
        }
    }

    /** The first condition and the first choice, with the trained Reporter and the untrained one. */
    private void pictures(Policy<float[], Integer> actor, Reporter untrained, Reporter trained) throws IOException {
        Path folder = Files.createDirectories(request.folder().resolve("pictures"));
        for (SecretTask.Kind kind : SecretTask.Kind.values()) {
            for (boolean learned : new boolean[] {true, false}) {
                PlannerActorReporter three = three(ScriptedPlanner.examining(), actor, learned ? trained : untrained);
                for (long task : taskSeeds) {
                    Played played = three.play(true, task);
                    SecretRoom room = new SecretRoom(true);
                    room.reset(played.room());
                    if (room.task().kind() == kind) {
                        String who = (learned ? "trained" : "untrained") + " Reporter";
                        String what = kind.name().toLowerCase(Locale.ROOT);
                        String title = "A " + what + " among unseen combinations, " + who + ", seed 1";
                        Files.writeString(
                                folder.resolve(what + "-" + who.replace(' ', '-') + ".svg"),
                                RoomPicture.svg(title, room, played.path(), played.history(), played.success()));
                        break;
                    }
                }
            }
        }
    }

    private void proceed(String what) {
        request.progress().update(what + ", seed " + seed, seed, request.seeds());
        if (request.control().cancelled()) {
            throw new CancellationException(PlannerActorReporterRun.ID + ": cancelled in " + what + " of seed " + seed);
        }
    }
}
