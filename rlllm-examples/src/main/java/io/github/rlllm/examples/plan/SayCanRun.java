package io.github.rlllm.examples.plan;

import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.engine.learner.HindsightConfig;
import io.github.rlllm.engine.lm.CachedEncoder;
import io.github.rlllm.engine.lm.EmbeddingEncoder;
import io.github.rlllm.engine.lm.EncoderHead;
import io.github.rlllm.engine.lm.TfIdfEncoder;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.KeptList;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.engine.world.blocks.Blocks;
import io.github.rlllm.engine.world.blocks.BlocksConfig;
import io.github.rlllm.engine.world.blocks.BlocksRunner;
import io.github.rlllm.engine.world.blocks.BlocksSkills;
import io.github.rlllm.engine.world.blocks.BlocksState;
import io.github.rlllm.engine.world.blocks.PickPlace;
import io.github.rlllm.examples.Demonstration;
import io.github.rlllm.examples.RunRequest;
import io.github.rlllm.examples.model.ChosenModel;
import io.github.rlllm.examples.plan.TableTrials.Task;
import io.github.rlllm.examples.plan.TableTrials.Trial;
import io.github.rlllm.examples.plan.TableWorld.Affordance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * SayCan on the table of blocks, {@code rlllm run saycan}. Pick and place is learned by reinforcement learning with a
 * reward of 0 or 1; its value, calibrated on tables kept apart, is the affordance. The head that scores the skills is fitted
 * on our instructions over a frozen all-MiniLM-L6-v2; figures are for wordings that it was not fitted on, each on a table of
 * its own. Planning: what was asked is done where the oracle carries the skills out. Execution: the same where the learned
 * skills do. What came of every instruction is kept: broken off at any moment, it goes on with the next.
 */
public final class SayCanRun implements Demonstration {
    static final String MINILM = "all-MiniLM-L6-v2";

    private static final String HEAD = MINILM + ", fitted head (encoder scorer)";
    /** Each wording is fitted with so many drawings of its colours. */
    private static final int FILLS = 3;

    private static final int ATTEMPTS = 1000;
    private static final String ECE = "expected calibration error";

    private final HindsightConfig config;
    private final String split;
    private final Supplier<CachedEncoder> encoder;
    private final LongSupplier nanos;

    /** As it is run by its name. */
    public SayCanRun() {
        this(BlocksSkills.config(), "heldout", SayCanRun::minilm, System::nanoTime);
    }

    SayCanRun(HindsightConfig config, String split, Supplier<CachedEncoder> encoder, LongSupplier nanos) {
        this.config = config;
        this.split = split;
        this.encoder = encoder;
        this.nanos = nanos;
    }

    static CachedEncoder minilm() {
        return new CachedEncoder(new EmbeddingEncoder(new AllMiniLmL6V2EmbeddingModel(), MINILM));
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
    public boolean takesPlans() {
        return true;
    }

    /** What came of an instruction in an arm. */
    private record Outcome(boolean planned, boolean executed, int skills) {
        static KeptList<Outcome> list() {
            return new KeptList<>(
                    (out, outcome) -> {
                        out.writeBoolean(outcome.planned);
                        out.writeBoolean(outcome.executed);
                        out.writeInt(outcome.skills);
                    },
                    in -> new Outcome(in.readBoolean(), in.readBoolean(), in.readInt()));
        }
    }

    @Override
    public Result run(RunRequest request) throws IOException {
        long start = nanos.getAsLong();
        CachedEncoder minilm = encoder.get();
        Path plans = request.given().plans();
        KitchenPlans kitchen = plans == null ? null : KitchenPlans.read(plans);
        TableFigures figures = new TableFigures(TableInstruction.fill(split, new SplittableRandom(0)).stream()
                .map(TableInstruction::family)
                .toList());
        List<double[]> bodies = new ArrayList<>();
        for (int seed = 1; seed <= request.seeds(); seed++) {
            Seed one = new Seed(request, minilm, seed);
            bodies.add(one.body());
            one.arms(figures);
        }
        Arm skills = skills(bodies);
        List<Arm> rows = new ArrayList<>(List.of(skills));
        rows.addAll(figures.rows());
        rows.add(figures.differences());
        if (kitchen != null) {
            rows.addAll(kitchen(kitchen, minilm));
        }
        double seconds = (nanos.getAsLong() - start) / 1e9;
        return new Result(
                "saycan",
                request.seeds(),
                seconds,
                Provenance.thisMachine(),
                rows,
                figures.aims(
                        mean(skills, "Brier score"), mean(skills, "Brier score of a constant"), mean(skills, ECE)));
    }

    /** Plan-only on a kitchen's instructions, by agreement with recorded plans. */
    private static List<Arm> kitchen(KitchenPlans kitchen, CachedEncoder minilm) {
        List<String> texts =
                kitchen.plans().stream().map(KitchenPlans.Recorded::instruction).toList();
        return List.of(
                kitchen.arm("kitchen, plan only", HEAD, kitchen.head(minilm)),
                kitchen.arm(
                        "kitchen, same head, tf-idf",
                        "tf-idf, fitted head",
                        kitchen.head(new CachedEncoder(TfIdfEncoder.fit(texts)))),
                kitchen.arm("kitchen, zero-shot cosine", MINILM + ", cosine (encoder scorer)", kitchen.cosine(minilm)));
    }

    private static double mean(Arm arm, String metric) {
        Metric found = arm.metrics().get(metric);
        if (found == null) {
            throw new IllegalStateException(
                    "metric: " + metric + " (expected: one of " + arm.metrics().keySet() + ")");
        }
        return found.mean();
    }

    /** The learned skills, from what {@link Seed#body} gives of every seed. */
    private Arm skills(List<double[]> seeds) {
        String[] names = {
            "success where possible",
            "Brier score",
            "Brier score of a constant",
            ECE,
            "failure",
            "failure, of those that failed",
            "learning"
        };
        String[] units = {
            "share of attempts",
            "squared error",
            "squared error",
            "probability",
            "share of attempts",
            "share of attempts",
            "s"
        };
        Map<String, Metric> metrics = new LinkedHashMap<>();
        for (int k = 0; k < names.length; k++) {
            int number = k;
            double[] values = seeds.stream().mapToDouble(seed -> seed[number]).toArray();
            metrics.put(names[k], Metric.of(units[k], values));
        }
        String net = "MLP " + config.width() + "-" + config.width() + ", "
                + Kernels.fastest().name();
        return new Arm("pick and place, learned", net, metrics);
    }

    /** One seed. */
    private final class Seed {
        private final RunRequest request;
        private final CachedEncoder minilm;
        private final long seed;
        private final Stages kept;
        private final TableSkills learned;
        private final List<Task> tasks;
        private final BlocksConfig table = BlocksConfig.defaults();

        Seed(RunRequest request, CachedEncoder minilm, long seed) throws IOException {
            this.request = request;
            this.minilm = minilm;
            this.seed = seed;
            ChosenModel model = request.model();
            Map<String, String> settings = Map.of("config", config.toString(), "split", split);
            kept = Stages.in(
                    request.folder().resolve("kept").resolve("seed-" + seed),
                    new Provenance(
                            "saycan", settings, seed, model == null ? MINILM : model.name(), Provenance.thisMachine()),
                    request.resume(),
                    request.checkpointEvery(),
                    nanos);
            learned = TableSkills.learned(request, kept, config, table, seed);
            SeededRandom rng = SeededRandom.of(seed, "saycan tasks");
            tasks = TableTrials.tasks(TableInstruction.fill(split, rng), rng);
        }

        /** Of the learned skills: success, Brier score, that of a constant, ECE, failures, failures after one, seconds. */
        double[] body() throws IOException {
            double[] figures = kept.once("affordances", () -> {
                SeededRandom rng = SeededRandom.of(seed, "saycan attempts");
                Calibration calibration = Calibration.of(learned.skills().attempts(table, ATTEMPTS, rng));
                int[] counts = repeated(rng);
                return new double[] {
                    counts[2] / (double) counts[1],
                    calibration.brier(),
                    calibration.constant(),
                    calibration.ece(),
                    counts[3] / (double) counts[0],
                    counts[4] / (double) Math.max(1, counts[3])
                };
            });
            double[] all = Arrays.copyOf(figures, figures.length + 1);
            all[figures.length] = learned.seconds();
            return all;
        }

        /**
         * Attempts at any goal, those at possible ones, successes among these, failures, and how many of the failures fail
         * again from the same state: they are the body's own and no coin flips.
         */
        private int[] repeated(SeededRandom rng) {
            Blocks world = new Blocks(table);
            int[] counts = new int[5];
            for (int i = 0; counts[0] < ATTEMPTS; i++) {
                world.reset(seed << 32 | 1 << 30 | i);
                BlocksState start = world.state();
                PickPlace goal = PickPlace.all().get(rng.nextInt(PickPlace.all().size()));
                if (start.admits(goal) && !start.achieved(goal)) {
                    counts[0]++;
                    boolean possible = start.possible(goal);
                    counts[1] += possible ? 1 : 0;
                    if (learned.skills().execute(world, goal, rng, Control.none())) {
                        counts[2] += possible ? 1 : 0;
                    } else {
                        counts[3]++;
                        world.begin(start, i);
                        counts[4] += learned.skills().execute(world, goal, rng, Control.none()) ? 0 : 1;
                    }
                }
            }
            return counts;
        }

        void arms(TableFigures figures) throws IOException {
            List<TableInstruction> fitted = new ArrayList<>();
            SeededRandom rng = SeededRandom.of(seed, "saycan fit");
            for (int k = 0; k < FILLS; k++) {
                fitted.addAll(TableInstruction.fill("fit", rng));
            }
            List<String> texts = fitted.stream().map(TableInstruction::text).toList();
            TableReader head = reader("MiniLM", minilm, fitted);
            TableReader tfidf = reader("tf-idf", new CachedEncoder(TfIdfEncoder.fit(texts)), fitted);
            BlocksRunner skills = learned.skills();
            scored(figures, TableFigures.FULL, HEAD, head, skills, Affordance.VALUE);
            scored(figures, TableFigures.CONSTANT, HEAD, head, skills, Affordance.CONSTANT);
            projected(
                    figures,
                    TableFigures.PROJECTED,
                    "clauses as they stand, nearest skill by " + MINILM,
                    text -> TableWords.clauses(text, minilm));
            scored(figures, TableFigures.ORACLE, HEAD, head, BlocksRunner.oracle(), Affordance.VALUE);
            scored(figures, TableFigures.SHUFFLED, HEAD, head, skills, Affordance.SHUFFLED);
            scored(figures, TableFigures.RANDOM, "none", TableWords.drawn(seed), skills, Affordance.VALUE);
            scored(figures, TableFigures.TFIDF, "tf-idf, fitted head", tfidf, skills, Affordance.VALUE);
            scored(
                    figures,
                    TableFigures.COSINE,
                    MINILM + ", cosine (encoder scorer)",
                    TableWords.cosine(minilm),
                    skills,
                    Affordance.VALUE);
            ChosenModel model = request.model();
            if (model != null) {
                chosen(figures, model, skills);
            }
        }

        /** What a language model of a person's choice makes of it: by its likelihoods where it gives them, and by its words. */
        private void chosen(TableFigures figures, ChosenModel model, BlocksRunner skills) throws IOException {
            if (model.scoring().isPresent()) {
                OptionScorer<SkillCall> say =
                        TableWords.likelihood(model.scoring().get());
                scored(figures, "saycan, chosen model", model.name(), say, skills, Affordance.VALUE);
                scored(figures, "no value function, chosen model", model.name(), say, skills, Affordance.CONSTANT);
            }
            projected(
                    figures,
                    "generative projection, chosen model",
                    model.name() + ", nearest skill by " + MINILM,
                    text -> TableWords.generated(text, model, minilm));
        }

        private TableReader reader(String name, CachedEncoder encoder, List<TableInstruction> fitted)
                throws IOException {
            byte[] heads = kept.onceBytes("reader, " + name, () -> {
                encoder.encodeAll(TableReader.texts(fitted));
                return TableReader.fit(encoder, fitted, EncoderHead.Config.defaults())
                        .save();
            });
            return TableReader.restore(encoder, heads);
        }

        private void scored(
                TableFigures figures,
                String arm,
                String model,
                OptionScorer<SkillCall> say,
                BlocksRunner values,
                Affordance affordance)
                throws IOException {
            outcomes(figures, arm, model, (task, hands) -> {
                TableWorld world = TableTrials.world(task, table, values, hands, affordance);
                return TableTrials.saycan(task, say, world);
            });
        }

        private void projected(TableFigures figures, String arm, String model, Function<String, List<SkillCall>> steps)
                throws IOException {
            outcomes(figures, arm, model, (task, hands) -> {
                List<SkillCall> plan = steps.apply(task.instruction().text());
                Planner<TableWorld> planner = TableTrials.projected(text -> plan);
                TableWorld world = TableTrials.world(task, table, hands, hands, Affordance.CONSTANT);
                return TableTrials.follow(task, planner, TableWorld.library(world), world);
            });
        }

        /** What comes of every instruction, carried out by the oracle and by the learned skills. */
        private void outcomes(TableFigures figures, String arm, String model, Trier trier) throws IOException {
            KeptList<Outcome> outcomes = Outcome.list();
            try (KeptRun run = kept.open(arm, Map.of("outcomes", outcomes))) {
                for (int i = (int) run.step(); i < tasks.size(); i++) {
                    if (request.control().cancelled()) {
                        run.save();
                        throw new CancellationException("saycan");
                    }
                    request.progress().update("saycan, seed " + seed + ": " + arm, i, tasks.size());
                    Task task = tasks.get(i);
                    boolean planned = trier.of(task, BlocksRunner.oracle()).matched();
                    Trial executed = trier.of(task, learned.skills());
                    outcomes.add(new Outcome(
                            planned,
                            executed.matched(),
                            executed.report().executed().size()));
                    if (seed == 1) {
                        picture(arm, task, executed);
                    }
                    run.updated(i + 1);
                }
                run.finish(tasks.size());
            }
            int n = tasks.size();
            boolean[] planned = new boolean[n];
            boolean[] executed = new boolean[n];
            int[] skills = new int[n];
            for (int i = 0; i < n; i++) {
                planned[i] = outcomes.elements().get(i).planned;
                executed[i] = outcomes.elements().get(i).executed;
                skills[i] = outcomes.elements().get(i).skills;
            }
            figures.add(arm, model, planned, executed, skills);
        }

        /** Of the full planner and of that without values the first instruction of two families. */
        private void picture(String arm, Task task, Trial trial) throws IOException {
            String family = task.instruction().family();
            boolean first = tasks.stream()
                    .filter(other -> other.instruction().family().equals(family))
                    .findFirst()
                    .filter(task::equals)
                    .isPresent();
            boolean shown = arm.equals(TableFigures.FULL) || arm.equals(TableFigures.CONSTANT);
            if (!first || !shown || !(family.equals("embodiment") || family.equals("long"))) {
                return;
            }
            String name = family + "-" + arm.replace(' ', '-');
            List<String> captions = new ArrayList<>(List.of("at the start"));
            for (PlanEvent event : trial.report().history()) {
                SkillCall call = event.call();
                if (call != null && event.result() != null) {
                    captions.add(TableWords.text(call) + (event.result().success() ? "" : ": failed"));
                }
            }
            int shownStates = Math.min(captions.size(), trial.states().size());
            String title = task.instruction().text() + " (" + arm + (trial.matched() ? ": right)" : ": wrong)");
            TablePicture.write(
                    request.folder(),
                    name,
                    title,
                    trial.states().subList(0, shownStates),
                    captions.subList(0, shownStates));
            PlanTimeline.write(
                    request.folder(), name + "-timeline", title, trial.report().history());
        }
    }

    private interface Trier {
        Trial of(Task task, BlocksRunner hands);
    }
}
