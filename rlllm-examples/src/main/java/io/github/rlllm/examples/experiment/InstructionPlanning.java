package io.github.rlllm.examples.experiment;

import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.Encoder;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.api.Provenance;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.engine.lm.CachedEncoder;
import io.github.rlllm.engine.lm.EmbeddingEncoder;
import io.github.rlllm.engine.lm.EncoderHead;
import io.github.rlllm.engine.lm.RandomEncoder;
import io.github.rlllm.engine.lm.TfIdfEncoder;
import io.github.rlllm.engine.run.Arm;
import io.github.rlllm.engine.run.KeptList;
import io.github.rlllm.engine.run.KeptRun;
import io.github.rlllm.engine.run.Metric;
import io.github.rlllm.engine.run.Result;
import io.github.rlllm.engine.run.Stages;
import io.github.rlllm.engine.world.house.HouseSkills;
import io.github.rlllm.engine.world.house.HouseState;
import io.github.rlllm.engine.world.house.HouseTask;
import io.github.rlllm.engine.world.house.SkillGoal;
import io.github.rlllm.engine.world.house.SkillRunner;
import io.github.rlllm.engine.world.house.Thing;
import io.github.rlllm.examples.experiment.HousePlans.Affordance;
import io.github.rlllm.examples.experiment.HousePlans.Trial;
import io.github.rlllm.examples.experiment.HousePlans.World;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Experiment 2: a small language model plans over skills that reinforcement learning acquired (SayCan). all-MiniLM-L6-v2
 * reads an instruction and the history; a head fitted on our instructions chooses the next skill; times the learned
 * value as affordance; until done. Evaluated on held-out wordings, each in an unseen house in which it makes sense.
 *
 * <p>Planning: the sequence of skills is the expected one and ends as expected, when every skill is carried out by the
 * oracle. Execution: the same when the learned skills carry them out. What came of every instruction is kept: broken off
 * at any moment, the experiment goes on with the next.
 */
public final class InstructionPlanning implements Experiment {
    static final String MINILM = "all-MiniLM-L6-v2";
    private static final double TEMPERATURE = 0.05;
    private static final double FLOOR = 0.1;

    private final Shared shared;
    private final LongSupplier nanos;

    /**
     * The experiment.
     *
     * @param shared where the skills are, or where they are put
     */
    public InstructionPlanning(Shared shared) {
        this(shared, System::nanoTime);
    }

    InstructionPlanning(Shared shared, LongSupplier nanos) {
        this.shared = shared;
        this.nanos = nanos;
    }

    /** An instruction in its house. */
    private record Task(Instruction instruction, HouseState start, long seed) {}

    /** What came of an instruction: whether plan and execution were right, and how the plan ended. */
    private record Outcome(boolean planned, boolean executed, boolean done, boolean gaveUp) {
        static KeptList<Outcome> list() {
            return new KeptList<>(
                    (out, outcome) -> {
                        out.writeBoolean(outcome.planned);
                        out.writeBoolean(outcome.executed);
                        out.writeBoolean(outcome.done);
                        out.writeBoolean(outcome.gaveUp);
                    },
                    in -> new Outcome(in.readBoolean(), in.readBoolean(), in.readBoolean(), in.readBoolean()));
        }
    }

    /** How the right plan of an instruction was carried out. */
    private record RightPlan(boolean executed, int steps, int underFloor) {
        static KeptList<RightPlan> list() {
            return new KeptList<>(
                    (out, plan) -> {
                        out.writeBoolean(plan.executed);
                        out.writeInt(plan.steps);
                        out.writeInt(plan.underFloor);
                    },
                    in -> new RightPlan(in.readBoolean(), in.readInt(), in.readInt()));
        }
    }

    private interface Trier<T> {
        T of(Task task);
    }

    @Override
    public Result run(ExperimentRequest request) throws IOException {
        long start = nanos.getAsLong();
        InstructionFile fitted = InstructionFile.ours("fit");
        InstructionFile heldOut = InstructionFile.ours("heldout");
        Path others = request.instructions();
        InstructionFile theirs = others == null ? null : InstructionFile.of(others);
        CachedEncoder minilm = minilm(shared);
        PlanningTable arms = new PlanningTable();
        List<Diagnosis.Plans> diagnosis = new ArrayList<>();
        List<Instruction> instructions = List.of();
        int seeds = request.run().seeds();
        for (int seed = 1; seed <= seeds; seed++) {
            Seed one = new Seed(request, minilm, fitted.fill(seed), seed);
            instructions = heldOut.fill(seed);
            diagnosis.add(one.evaluate(instructions, arms));
            if (theirs != null) {
                one.evaluateOthers(theirs.fill(seed), arms);
            }
        }
        List<Arm> rows = arms.rows(instructions);
        rows.add(new Arm(
                "diagnosis",
                "none",
                new TreeMap<>(Map.of(
                        "plan", Metric.of("share of runs", named(diagnosis, Diagnosis::plan)),
                        "skills", Metric.of("share of runs", named(diagnosis, Diagnosis::skills))))));
        double seconds = (nanos.getAsLong() - start) / 1e9;
        return new Result(
                "saycan", seeds, seconds, Provenance.thisMachine(), rows, arms.aims(instructions, theirs != null));
    }

    /**
     * Of as many seeds as asked for, from {@code first}, what the failure signatures are read off, as {@link #run} has
     * it, without the other arms.
     */
    List<Diagnosis.Plans> diagnosed(ExperimentRequest request, int first) throws IOException {
        InstructionFile fitted = InstructionFile.ours("fit");
        InstructionFile heldOut = InstructionFile.ours("heldout");
        CachedEncoder minilm = minilm(shared);
        List<Diagnosis.Plans> seeds = new ArrayList<>();
        for (int seed = first; seed < first + request.run().seeds(); seed++) {
            Seed one = new Seed(request, minilm, fitted.fill(seed), seed);
            seeds.add(one.diagnosed(heldOut.fill(seed), new PlanningTable()));
        }
        return seeds;
    }

    /** The encoder, whose vectors of the wordings do not depend on a seed. */
    static CachedEncoder minilm(Shared shared) {
        return shared.get(
                CachedEncoder.class,
                0,
                any -> new CachedEncoder(new EmbeddingEncoder(new AllMiniLmL6V2EmbeddingModel(), MINILM)));
    }

    /** One seed. */
    private final class Seed {
        private final ExperimentRequest request;
        private final Encoder minilm;
        private final long seed;
        private final HouseSkills skills;
        private final List<Instruction> fitted;
        private final InstructionReader reader;
        private final Map<String, InstructionReader> baselines = new HashMap<>();
        private final Stages kept;

        Seed(ExperimentRequest request, CachedEncoder minilm, List<Instruction> fitted, long seed) throws IOException {
            this.request = request;
            this.kept = request.kept("plans, seed " + seed, Map.of(), seed, nanos);
            this.minilm = minilm;
            this.seed = seed;
            this.skills = BasicSkills.learned(shared, request, seed);
            this.fitted = fitted;
            reader = reader("MiniLM", minilm);
        }

        private InstructionReader tfidf() throws IOException {
            List<String> texts = fitted.stream().map(Instruction::text).toList();
            return baseline("tf-idf", TfIdfEncoder.fit(texts));
        }

        private InstructionReader random() throws IOException {
            return baseline("random", new RandomEncoder(minilm.dimension(), seed));
        }

        private InstructionReader baseline(String name, Encoder encoder) throws IOException {
            InstructionReader known = baselines.get(name);
            InstructionReader found = known == null ? reader(name, new CachedEncoder(encoder)) : known;
            baselines.put(name, found);
            return found;
        }

        /** The reader over an encoder, fitted once. */
        private InstructionReader reader(String name, CachedEncoder encoder) throws IOException {
            byte[] heads = kept.onceBytes("reader, " + name, () -> {
                encoder.encodeAll(InstructionReader.texts(fitted));
                return InstructionReader.fit(encoder, fitted, EncoderHead.Config.defaults())
                        .save();
            });
            return InstructionReader.restore(encoder, heads);
        }

        /** All arms on our held-out instructions; answers what they show of this seed. */
        Diagnosis.Plans evaluate(List<Instruction> instructions, PlanningTable arms) throws IOException {
            List<Task> tasks = tasks(instructions);
            OptionScorer<SkillCall> say = reader;
            Diagnosis.Plans plans = diagnosed(instructions, arms);
            arm("same head, tf-idf", arms, tasks, tfidf(), skills, Affordance.VALUE, false);
            arm("same head, random encoder", arms, tasks, random(), skills, Affordance.VALUE, false);
            arm("zero-shot cosine, MiniLM", arms, tasks, cosine(), skills, Affordance.VALUE, false);
            arm("instruction withheld", arms, tasks, withheld(say), skills, Affordance.VALUE, false);
            arm("constant affordance", arms, tasks, say, skills, Affordance.CONSTANT, false);
            arm("shuffled affordance", arms, tasks, say, skills, Affordance.SHUFFLED, false);
            arm("oracle skills", arms, tasks, say, SkillRunner.oracle(), Affordance.VALUE, false);
            arm("random plan", arms, tasks, drawn(), skills, Affordance.VALUE, false);
            return plans;
        }

        /** The two arms that the failure signatures are read off: the planner's own plans and the right ones. */
        Diagnosis.Plans diagnosed(List<Instruction> instructions, PlanningTable arms) throws IOException {
            List<Task> tasks = tasks(instructions);
            boolean broken = request.broken().equals("plan");
            Affordance used = broken ? Affordance.CONSTANT : Affordance.VALUE;
            PlanningTable.Figures full = arm("saycan, MiniLM", arms, tasks, reader, skills, used, broken);
            PlanningTable.Figures oracle = arms.of("oracle plan");
            double underFloor = oraclePlans(tasks, oracle);
            oracle.underFloor.add(underFloor);
            return new Diagnosis.Plans(
                    PlanningTable.share(full.planned.get(full.planned.size() - 1)),
                    PlanningTable.share(full.executed.get(full.executed.size() - 1)),
                    PlanningTable.share(
                            oracle.executed.get(oracle.executed.size() - 1), PlanningTable.possible(instructions)),
                    underFloor);
        }

        void evaluateOthers(List<Instruction> instructions, PlanningTable arms) throws IOException {
            List<Task> tasks = tasks(instructions);
            arm("others' instructions, MiniLM", arms, tasks, reader, skills, Affordance.VALUE, false);
            arm("others' instructions, tf-idf", arms, tasks, tfidf(), skills, Affordance.VALUE, false);
            arm("others' instructions, random encoder", arms, tasks, random(), skills, Affordance.VALUE, false);
        }

        private List<Task> tasks(List<Instruction> instructions) {
            List<Task> tasks = new ArrayList<>();
            for (int i = 0; i < instructions.size(); i++) {
                long layout = seed * 7919 + i;
                tasks.add(new Task(instructions.get(i), HouseScene.of(instructions.get(i), layout), layout));
            }
            return tasks;
        }

        private PlanningTable.Figures arm(
                String name,
                PlanningTable arms,
                List<Task> tasks,
                OptionScorer<SkillCall> say,
                SkillRunner runner,
                Affordance affordance,
                boolean broken)
                throws IOException {
            List<Outcome> outcomes = kept(name, Outcome.list(), tasks, task -> {
                Instruction instruction = task.instruction;
                World paper = new World(task.start, runner, SkillRunner.oracle(), affordance, task.seed);
                Trial plan = HousePlans.follow(instruction.text(), say, paper);
                HouseState start = broken ? handsFull(task) : task.start;
                World world = new World(start, runner, runner, affordance, task.seed);
                Trial trial = HousePlans.follow(instruction.text(), say, world);
                return new Outcome(right(instruction, plan), right(instruction, trial), plan.done(), plan.gaveUp());
            });
            PlanningTable.Figures figures = arms.of(name);
            boolean[] planned = new boolean[tasks.size()];
            boolean[] executed = new boolean[tasks.size()];
            for (int i = 0; i < planned.length; i++) {
                Outcome outcome = outcomes.get(i);
                boolean impossible = tasks.get(i).instruction.impossible();
                planned[i] = outcome.planned;
                executed[i] = outcome.executed;
                figures.done += outcome.done ? 1 : 0;
                figures.rightlyDone += outcome.done && outcome.planned ? 1 : 0;
                figures.possible += impossible ? 0 : 1;
                figures.falselyImpossible += !impossible && outcome.gaveUp ? 1 : 0;
            }
            figures.planned.add(planned);
            figures.executed.add(executed);
            return figures;
        }

        /** What comes of every task, those that were tried before the run was broken off not tried again. */
        private <T> List<T> kept(String name, KeptList<T> outcomes, List<Task> tasks, Trier<T> trier)
                throws IOException {
            try (KeptRun run = kept.open(name.replace("'", ""), Map.of("outcomes", outcomes))) {
                for (int i = (int) run.step(); i < tasks.size(); i++) {
                    request.proceed(run, "instruction planning");
                    request.run().progress().update("planning: " + name, i, tasks.size());
                    outcomes.add(trier.of(tasks.get(i)));
                    run.updated(i + 1);
                }
                run.finish(tasks.size());
            }
            return outcomes.elements();
        }

        /** The fault that is injected: a planner that does not see that its hands are full. */
        private HouseState handsFull(Task task) {
            for (Thing thing : task.start.things()) {
                if (thing.portable() && !task.instruction.text().contains(thing.text())) {
                    return HouseTask.inHand(task.start, thing);
                }
            }
            return task.start;
        }

        /** Carries out the expected plans with the learned skills; answers the share of steps under the floor. */
        private double oraclePlans(List<Task> tasks, PlanningTable.Figures figures) throws IOException {
            List<RightPlan> plans = kept("oracle plan", RightPlan.list(), tasks, task -> {
                World world = new World(task.start, skills, skills, Affordance.VALUE, task.seed);
                List<Instruction.Step> steps = task.instruction.plans().get(0).steps();
                boolean executed = true;
                int under = 0;
                for (Instruction.Step step : steps) {
                    SkillGoal goal = best(world, step);
                    under += world.affordance(goal) < FLOOR ? 1 : 0;
                    boolean reached = false;
                    for (int t = 0; t < HousePlans.TRIES && !reached; t++) {
                        reached = world.execute(goal, Control.none());
                    }
                    executed &= reached;
                }
                return new RightPlan(executed, steps.size(), under);
            });
            boolean[] executed = new boolean[tasks.size()];
            int steps = 0;
            int under = 0;
            for (int i = 0; i < executed.length; i++) {
                executed[i] = plans.get(i).executed;
                steps += plans.get(i).steps;
                under += plans.get(i).underFloor;
            }
            boolean[] planned = new boolean[tasks.size()];
            Arrays.fill(planned, true);
            figures.planned.add(planned);
            figures.executed.add(executed);
            return steps == 0 ? 0 : (double) under / steps;
        }

        private SkillGoal best(World world, Instruction.Step step) {
            SkillGoal best = null;
            double value = -1;
            for (SkillGoal goal : SkillGoal.all()) {
                if (step.matches(goal) && world.affordance(goal) > value) {
                    best = goal;
                    value = world.affordance(goal);
                }
            }
            if (best == null) {
                throw new IllegalStateException("step: " + step + " (expected: about a thing of the house)");
            }
            return best;
        }

        private OptionScorer<SkillCall> cosine() {
            return OptionScorer.cosine(
                    minilm,
                    option -> option.arguments().isEmpty()
                            ? option.skill()
                            : option.skill() + " the " + option.arguments().get(0),
                    TEMPERATURE);
        }

        /** A prior that knows nothing: weights drawn from context and seed. */
        private OptionScorer<SkillCall> drawn() {
            return (context, options) -> {
                SplittableRandom rng = new SplittableRandom(seed * 31 + context.hashCode());
                return Finite.of(
                        options,
                        options.stream().mapToDouble(o -> rng.nextDouble()).toArray());
            };
        }
    }

    private static OptionScorer<SkillCall> withheld(OptionScorer<SkillCall> say) {
        return (context, options) -> {
            int end = context.indexOf('\n');
            return say.score(end < 0 ? "" : context.substring(end), options);
        };
    }

    private static boolean right(Instruction instruction, Trial trial) {
        return (trial.done() || trial.gaveUp()) && instruction.matches(trial.succeeded(), trial.gaveUp());
    }

    private static double[] named(List<Diagnosis.Plans> runs, Predicate<Diagnosis.Plans> signature) {
        return runs.stream().mapToDouble(run -> signature.test(run) ? 1 : 0).toArray();
    }
}
