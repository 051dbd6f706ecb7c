package io.github.rlllm.examples.plan;

import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.engine.learner.HindsightConfig;
import io.github.rlllm.engine.learner.HindsightDqn;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.run.KeptList;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.engine.world.craft.CraftSkills;
import io.github.rlllm.examples.Demonstration;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.model.ChosenModel;
import io.github.rlllm.rlplusllm.plan4mc.InteractivePlanner;
import io.github.rlllm.rlplusllm.plan4mc.Inventory;
import io.github.rlllm.rlplusllm.plan4mc.SkillGraph;
import io.github.rlllm.rlplusllm.plan4mc.SkillGraphFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;

/**
 * Plan4MC (Yuan et al. 2023) in the crafting world: finding and collecting are learned, in each seed anew, and twelve tasks of
 * 4 to 72 skills are planned on the skill graph, each episode on a map of its own that nobody learned on. Rows: the whole
 * method; without skills that find; one plan without replanning; a language model in the place of the search (a script where
 * none was chosen); random. The failures of the skills are counted, and how often they fail again. Kept: broken off at any
 * moment, it goes on where it was.
 */
public final class Plan4McRun implements Demonstration {
    static final String ID = "plan4mc";
    /** Episodes of each task in each seed: 100 of each length of chain over five seeds. */
    private static final int EPISODES = 5;
    /** A language model is asked once a skill, so it plays each task once a seed. */
    private static final int MODEL_EPISODES = 1;

    private static final int CHUNK = 20;
    /** Numbers of an episode before those of its {@link SkillRecord}: success, steps, directives. */
    private static final int FIGURES = 3;

    private final HindsightConfig config;
    private final List<String> targets;
    private final int episodes;
    private final LongSupplier nanos;

    /** The run of {@code rlllm run plan4mc}. */
    public Plan4McRun() {
        this(CraftSkills.config(), CraftTask.TARGETS, EPISODES, System::nanoTime);
    }

    Plan4McRun(HindsightConfig config, List<String> targets, int episodes, LongSupplier nanos) {
        this.config = config;
        this.targets = List.copyOf(targets);
        this.episodes = episodes;
        this.nanos = nanos;
    }

    @Override
    public int seeds() {
        return 5;
    }

    @Override
    public boolean takesModel() {
        return true;
    }

    @Override
    public Result run(RunRequest request) throws IOException {
        long start = nanos.getAsLong();
        List<CraftArm> arms = new ArrayList<>(CraftArm.standard());
        ChosenModel model = request.model();
        if (model != null) {
            arms.add(CraftArm.interactive(CraftArm.INTERACTIVE + ", chosen model", model.name(), model));
        }
        List<CraftTask> tasks = CraftTask.of(targets, arms.get(0).graph());
        CraftTable table = new CraftTable(arms, tasks, request.seeds());
        for (int seed = 1; seed <= request.seeds(); seed++) {
            seed(request, arms, tasks, table, seed);
        }
        String engine = "MLP " + config.width() + "-" + config.width() + ", "
                + Kernels.fastest().name();
        double seconds = (nanos.getAsLong() - start) / 1e9;
        String machine = Provenance.thisMachine() + ", skills: " + engine;
        return new Result(ID, request.seeds(), seconds, machine, table.arms(), table.aims());
    }

    private void seed(RunRequest request, List<CraftArm> arms, List<CraftTask> tasks, CraftTable table, int seed)
            throws IOException {
        Map<String, String> settings = Map.of(
                "config",
                config.toString(),
                "kernels",
                Kernels.fastest().name(),
                "targets",
                targets.toString(),
                "episodes",
                "" + episodes);
        Provenance provenance = new Provenance(ID, settings, seed, "none", Provenance.thisMachine());
        Path folder = request.folder().resolve("kept").resolve("seed-" + seed);
        Stages kept = Stages.in(folder, provenance, request.resume(), request.checkpointEvery(), nanos);
        CraftSkills skills = learn(request, kept, table, seed);
        CraftTrials trials = new CraftTrials(skills, seed, request.control(), nanos);
        for (CraftArm arm : arms) {
            boolean chosen = arm.name().endsWith("chosen model");
            // Another model is another row: its numbers are not gone on with.
            Stages of =
                    kept.of(chosen ? "model " + Integer.toHexString(arm.model().hashCode()) : "trials");
            trials(request, of, arm, chosen ? MODEL_EPISODES : episodes, tasks, trials, table, seed);
        }
        if (seed == 1) {
            pictures(request, arms, tasks, trials);
        }
    }

    private CraftSkills learn(RunRequest request, Stages kept, CraftTable table, int seed) throws IOException {
        HindsightDqn dqn = CraftSkills.learner(config, seed);
        try (KeptRun run = kept.open("learning", Map.of("dqn", dqn))) {
            while (dqn.updates() < config.updates()) {
                proceed(request, run);
                dqn.learn(
                        CHUNK,
                        (task, done, total) -> request.progress().update("learning skills, seed " + seed, done, total),
                        request.control());
                run.updated(dqn.updates());
            }
            run.finish(dqn.updates());
            table.learned(run.seconds());
        }
        return new CraftSkills(dqn.net());
    }

    private void trials(
            RunRequest request,
            Stages kept,
            CraftArm arm,
            int each,
            List<CraftTask> tasks,
            CraftTrials trials,
            CraftTable table,
            int seed)
            throws IOException {
        KeptList<Double> numbers = KeptList.ofDoubles();
        int all = tasks.size() * each;
        try (KeptRun run = kept.open(arm.name(), Map.of("numbers", numbers))) {
            for (int i = (int) run.step(); i < all; i++) {
                request.progress().update(arm.name() + ", seed " + seed, i, all);
                SkillRecord record = new SkillRecord();
                // The maps of a task are those of its first episodes, whatever the number of episodes is.
                int number = i % tasks.size() * EPISODES + i / tasks.size();
                CraftTrials.Episode episode = trials.play(arm, tasks.get(i % tasks.size()), number, record);
                proceed(request, run);
                numbers.add(episode.success() ? 1.0 : 0.0);
                numbers.add((double) episode.steps());
                numbers.add((double) episode.report().directives());
                for (double figure : record.numbers()) {
                    numbers.add(figure);
                }
                run.updated(i + 1);
            }
            run.finish(all);
        }
        double[] planned = kept.once(
                "plans of " + arm.name(),
                () -> tasks.stream()
                        .mapToDouble(task -> trials.plans(arm, task) ? 1 : 0)
                        .toArray());
        int row = FIGURES + SkillRecord.NUMBERS;
        for (int i = 0; i < all; i++) {
            double[] episode = numbers.elements().subList(i * row, (i + 1) * row).stream()
                    .mapToDouble(Double::doubleValue)
                    .toArray();
            table.add(arm, seed, tasks.get(i % tasks.size()), episode);
        }
        table.planned(arm, seed, planned);
    }

    /** A long task with and without replanning on the same map, and the map before and after. */
    private void pictures(RunRequest request, List<CraftArm> arms, List<CraftTask> tasks, CraftTrials trials)
            throws IOException {
        int first = 0;
        while (first < tasks.size() - 1 && tasks.get(first).chain() != CraftTask.Chain.LONG) {
            first++;
        }
        CraftTask task = tasks.get(first);
        Path pictures = Files.createDirectories(request.folder().resolve("pictures"));
        for (CraftArm arm : arms) {
            if (arm.name().equals(CraftArm.FULL) || arm.name().equals(CraftArm.NO_REPLANNING)) {
                CraftTrials.Episode episode = trials.play(arm, task, first * EPISODES, new SkillRecord());
                String name = arm.name().replace(' ', '-');
                String title = task.target() + ", " + arm.name() + ": "
                        + (episode.success() ? "reached" : "not reached") + " in " + episode.steps() + " steps";
                PlanTimeline.write(
                        request.folder(),
                        "plan4mc-" + name,
                        title,
                        episode.report().history());
                Files.writeString(
                        pictures.resolve("plan4mc-world-" + name + ".svg"),
                        CraftPicture.svg("after " + title, episode.after()));
                Files.writeString(
                        pictures.resolve("plan4mc-world.svg"), CraftPicture.svg("the map before", episode.before()));
            }
        }
    }

    private static void proceed(RunRequest request, KeptRun stage) throws IOException {
        if (request.control().cancelled()) {
            stage.save();
            throw new CancellationException(ID);
        }
    }

    /**
     * What a language model is shown in the place of the search.
     *
     * @return the first message of a task, and one after a skill that failed
     */
    public static String prompts() {
        SkillGraph graph = SkillGraphFile.crafting();
        List<PlanEvent> history = List.of(PlanEvent.executed(
                SkillCall.of("log"), new SkillResult(SkillResult.Status.FAILED, "not got in 20 steps")));
        return "--- at the beginning of a task\n"
                + InteractivePlanner.prompt(graph, "bed", 1, Inventory.empty(), List.of())
                + "\n\n--- after a skill\n"
                + InteractivePlanner.prompt(graph, "bed", 1, new Inventory(Map.of("planks", 2)), history);
    }
}
