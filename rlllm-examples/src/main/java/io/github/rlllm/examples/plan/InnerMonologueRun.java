package io.github.rlllm.examples.plan;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.engine.learner.HindsightConfig;
import io.github.rlllm.engine.lm.CachedEncoder;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.run.MetricsLog;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.engine.world.blocks.BlocksConfig;
import io.github.rlllm.engine.world.blocks.BlocksRunner;
import io.github.rlllm.engine.world.blocks.BlocksSkills;
import io.github.rlllm.engine.world.blocks.PickPlace;
import io.github.rlllm.engine.world.blocks.TableThing;
import io.github.rlllm.examples.Demonstration;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.model.ChosenModel;
import io.github.rlllm.examples.plan.MonologueArm.Reader;
import io.github.rlllm.examples.plan.MonologueEpisode.Outcome;
import io.github.rlllm.examples.plan.TableTask.Kind;
import io.github.rlllm.rlplusllm.monologue.GeneratedLine;
import io.github.rlllm.rlplusllm.monologue.InnerMonologue;
import io.github.rlllm.rlplusllm.monologue.MonologueConfig;
import io.github.rlllm.rlplusllm.monologue.ScriptedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Inner Monologue on the table of blocks: five kinds of tasks, left in peace and disturbed (grasps that slip, blocks that
 * fall, somebody who moves blocks), by what the planner is told. Skills are learned for each seed; the reader is scripted,
 * so that the rows differ in the feedback alone; a head fitted on a sentence encoder reads instructions in words that it has
 * not seen, and the model of {@code --model} reads all of it, in rows of their own.
 */
public final class InnerMonologueRun implements Demonstration {
    static final String ID = "inner-monologue";
    /** Left in peace. */
    static final BlocksConfig PEACE = BlocksConfig.defaults();
    /** More than a third of the grasps slip, a held block falls at 3 % of the moves, and 2 % of the steps move a block. */
    static final BlocksConfig DISTURBED = PEACE.withNoise(0.35, 0.03).withDisturbance(0.02);

    private static final String SCRIPTED = "scripted reader";
    private static final int EPISODES = 30;
    /** A model takes seconds a line: these say how it reads, not how often it succeeds. */
    private static final int CHOSEN_EPISODES = 2;

    private final HindsightConfig learning;
    private final int episodes;
    private final Supplier<CachedEncoder> encoder;
    private final LongSupplier nanos;

    /** The run of {@code rlllm run inner-monologue}: 30 episodes a seed, row and kind of task. */
    public InnerMonologueRun() {
        this(BlocksSkills.config(), EPISODES, SayCanRun::minilm, System::nanoTime);
    }

    /**
     * A run with other figures.
     *
     * @param learning how the skills are learned
     * @param episodes a seed, row and kind of task, at least 1
     * @param encoder what the head is fitted on, the same for all seeds
     * @param nanos a nanosecond clock, for durations and checkpoints
     */
    public InnerMonologueRun(
            HindsightConfig learning, int episodes, Supplier<CachedEncoder> encoder, LongSupplier nanos) {
        if (episodes < 1) {
            throw new IllegalArgumentException("episodes: " + episodes + " (expected: >= 1)");
        }
        this.learning = learning;
        this.episodes = episodes;
        this.encoder = encoder;
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

    /** A row of the table: an arm, a setting and the tasks it is tried on. */
    private record Row(MonologueArm arm, boolean disturbed, List<Kind> kinds) {}

    private static final MonologueArm PERFECT = MonologueArm.SUCCESS.with("success, detector never wrong", 0, 0);

    /** An arm of the curves; {@code what} errs. */
    private static MonologueArm erring(String what, double rate) {
        if (rate == 0) {
            return PERFECT;
        }
        String name = "success, detector errs in " + Math.round(100 * rate) + " % of the " + what;
        return MonologueArm.SUCCESS.with(name, what.equals("successes") ? 0 : rate, what.equals("failures") ? 0 : rate);
    }

    private static final List<String> ERRORS = List.of("failures", "successes", "attempts");

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (boolean disturbed : new boolean[] {false, true}) {
            MonologueArm.all().forEach(arm -> rows.add(new Row(arm, disturbed, Kind.SCRIPTED)));
        }
        for (boolean disturbed : new boolean[] {false, true}) {
            for (MonologueArm arm : MonologueArm.under(Reader.HEAD, MonologueArm.FITTED)) {
                rows.add(new Row(arm, disturbed, List.of(Kind.WORDINGS, Kind.MATCHING)));
            }
        }
        for (String what : ERRORS) {
            for (double rate : MonologueArm.RATES) {
                Row row = new Row(erring(what, rate), true, MonologueTable.BOWLS);
                if (!rows.contains(row)) {
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    @Override
    public Result run(RunRequest request) throws IOException {
        long start = nanos.getAsLong();
        MonologueTable table = new MonologueTable(request.seeds());
        CachedEncoder words = encoder.get();
        TableUnderstanding head = TableUnderstanding.fit(words);
        for (int seed = 1; seed <= request.seeds(); seed++) {
            Stages kept = kept(request, seed);
            BlocksSkills skills = TableSkills.learned(request, kept, learning, DISTURBED.withDisturbance(0), seed)
                    .skills();
            List<Row> rows = rows();
            for (int r = 0; r < rows.size(); r++) {
                proceed(request);
                fill(table, rows.get(r), skills, head, words.model() + " with a fitted head", kept, seed, r);
                request.progress().update("inner monologue, seed " + seed, r + 1, rows.size());
            }
            ChosenModel model = request.model();
            if (model != null) {
                read(table, model, skills, request, seed);
            }
            if (seed == 1) {
                pictures(request.folder(), skills, seed);
            }
        }
        curves(request.folder(), table);
        double seconds = (nanos.getAsLong() - start) / 1e9;
        return new Result(
                ID,
                request.seeds(),
                seconds,
                Provenance.thisMachine(),
                table.arms(),
                table.aims(erring("failures", 0.5), PERFECT));
    }

    private Stages kept(RunRequest request, int seed) throws IOException {
        Map<String, String> settings = Map.of(
                "learning", learning.toString(),
                "kernels", Kernels.fastest().name(),
                "disturbed", DISTURBED.toString(),
                "episodes", "" + episodes,
                "rows", "" + rows().size());
        Provenance provenance = new Provenance(ID, settings, seed, SCRIPTED, Provenance.thisMachine());
        Path folder = request.folder().resolve("kept").resolve(ID + "-seed-" + seed);
        return Stages.in(folder, provenance, request.resume(), request.checkpointEvery(), nanos);
    }

    private static void proceed(RunRequest request) {
        if (request.control().cancelled()) {
            throw new CancellationException(ID);
        }
    }

    private void fill(
            MonologueTable table,
            Row row,
            BlocksRunner hands,
            TableUnderstanding head,
            String headName,
            Stages kept,
            int seed,
            int number)
            throws IOException {
        OptionScorer<String> reader = row.arm().reader() == Reader.HEAD ? new ScriptedReader(head) : null;
        int width = MonologueTable.Count.values().length;
        double[] counts = kept.once("row " + number, () -> {
            double[] all = new double[row.kinds().size() * width];
            for (int k = 0; k < row.kinds().size(); k++) {
                double[] one = new double[width];
                for (int i = 0; i < episodes; i++) {
                    MonologueTable.count(
                            episode(row.arm(), row.kinds().get(k), row.disturbed(), hands, seed, i, reader), one);
                }
                System.arraycopy(one, 0, all, k * width, width);
            }
            return all;
        });
        String model = switch (row.arm().reader()) {
            case SCRIPTED, CHOSEN -> SCRIPTED;
            case HEAD -> headName;
            case ORACLE -> "none (the true state)";
            case RANDOM -> "none (uniform)";
        };
        for (int k = 0; k < row.kinds().size(); k++) {
            table.add(
                    seed,
                    row.arm(),
                    model,
                    row.disturbed(),
                    row.kinds().get(k),
                    Arrays.copyOfRange(counts, k * width, (k + 1) * width));
        }
    }

    /** The same table and instruction for every arm. */
    private static Outcome episode(
            MonologueArm arm,
            Kind kind,
            boolean disturbed,
            BlocksRunner hands,
            int seed,
            int number,
            @Nullable OptionScorer<String> scorer) {
        SeededRandom rng = SeededRandom.of(seed, ID + ", " + kind + ", " + number);
        OptionScorer<String> line = scorer == null
                ? (context, lines) -> {
                    throw new IllegalStateException("scorer: none for " + arm.name());
                }
                : scorer;
        return new MonologueEpisode(arm, kind, disturbed ? DISTURBED : PEACE, hands, rng).run(line, Control.none());
    }

    /** Rows of the model that the person chose: by likelihood where it gives one, else by what it answers. */
    private static void read(
            MonologueTable table, ChosenModel model, BlocksRunner hands, RunRequest request, int seed) {
        OptionScorer<String> scorer = model.scoring()
                .<OptionScorer<String>>map(scoring -> OptionScorer.likelihood(scoring, Function.identity()))
                .orElseGet(() -> new GeneratedLine(model));
        for (MonologueArm arm : MonologueArm.under(Reader.CHOSEN, "chosen model")) {
            for (Kind kind : List.of(Kind.PICK_AND_PLACE, Kind.MATCHING)) {
                double[] counts = new double[MonologueTable.Count.values().length];
                for (int i = 0; i < CHOSEN_EPISODES; i++) {
                    proceed(request);
                    MonologueTable.count(episode(arm, kind, true, hands, seed, i, scorer), counts);
                    request.progress().update(arm.name() + ", " + kind.words(), i + 1, CHOSEN_EPISODES);
                }
                table.add(seed, arm, model.name(), true, kind, counts);
            }
        }
    }

    /** The same table and the same instruction under four arms. */
    private static void pictures(Path folder, BlocksRunner hands, int seed) throws IOException {
        for (MonologueArm arm :
                List.of(MonologueArm.OPEN, MonologueArm.SUCCESS, MonologueArm.FULL, MonologueArm.ALWAYS)) {
            Outcome outcome = episode(arm, Kind.MATCHING, true, hands, seed, 0, null);
            String name = ID + "-" + arm.name().replaceAll("[^a-z]+", "-");
            String title =
                    "Matching bowls, disturbed, " + arm.name() + ": " + (outcome.executed() ? "done" : "not done");
            PlanTimeline.write(folder, name, title, outcome.film().events());
            TablePicture.write(
                    folder,
                    name + "-table",
                    title,
                    outcome.film().states(),
                    outcome.film().captions());
        }
    }

    /** Success by the detector's errors, a line a rate, which the report draws. */
    private static void curves(Path folder, MonologueTable table) throws IOException {
        try (MetricsLog log = MetricsLog.open(folder.resolve("metrics-detector-errors.jsonl"), 0)) {
            for (double rate : MonologueArm.RATES) {
                Map<String, Double> values = new LinkedHashMap<>();
                for (String what : ERRORS) {
                    values.put(
                            "bowls, detector errs in % of the " + what,
                            table.executed(erring(what, rate), true, MonologueTable.BOWLS));
                }
                values.put("bowls, open loop", table.executed(MonologueArm.OPEN, true, MonologueTable.BOWLS));
                log.append(Math.round(100 * rate), values);
            }
        }
    }

    /**
     * What a language model is shown.
     *
     * @return the prompts under headings
     */
    public static String prompts() {
        InnerMonologue<Object> planner = new InnerMonologue<>(
                (context, lines) -> {
                    throw new IllegalStateException("scorer: none");
                },
                call -> TableWorld.goal(call).text(),
                MonologueConfig.defaults()
                        .withExamples(MonologueEpisode.EXAMPLES)
                        .withQuestions(1, MonologueEpisode.QUESTION));
        SkillCall red = TableWorld.call(new PickPlace(TableThing.RED_BLOCK, TableThing.RED_BOWL));
        String monologue = planner.monologue(
                "put the blocks in the bowls of their own colours",
                List.of(
                        PlanEvent.executed(red, new SkillResult(SkillResult.Status.FAILED, "Success: false")),
                        PlanEvent.said(
                                "answer", MonologueEpisode.QUESTION + " left: put the red block in the red bowl")));
        return String.join(
                "\n",
                "--- continued by the likeliest line, where the model gives exact log-probabilities",
                monologue,
                "--- else asked in text",
                GeneratedLine.prompt(
                        monologue,
                        List.of(
                                InnerMonologue.ACTION + TableWorld.goal(red).text(),
                                InnerMonologue.ASK + MonologueEpisode.QUESTION,
                                InnerMonologue.DONE)));
    }
}
