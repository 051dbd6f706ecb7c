package io.github.rlllm.examples.plan;

import io.github.rlllm.api.Budget;
import io.github.rlllm.api.Control;
import io.github.rlllm.api.Directive;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.Hazard;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.engine.run.SeededRandom;
import io.github.rlllm.engine.world.blocks.Blocks;
import io.github.rlllm.engine.world.blocks.BlocksConfig;
import io.github.rlllm.engine.world.blocks.BlocksRunner;
import io.github.rlllm.engine.world.blocks.BlocksScene;
import io.github.rlllm.engine.world.blocks.BlocksScene.Trouble;
import io.github.rlllm.engine.world.blocks.BlocksState;
import io.github.rlllm.engine.world.blocks.PickPlace;
import io.github.rlllm.engine.world.blocks.TableThing;
import io.github.rlllm.rlplusllm.monologue.Feedback;
import io.github.rlllm.rlplusllm.monologue.InnerMonologue;
import io.github.rlllm.rlplusllm.monologue.MonologueConfig;
import io.github.rlllm.rlplusllm.monologue.ScriptedReader;
import io.github.rlllm.rlplusllm.monologue.SuccessDetector;
import io.github.rlllm.rlplusllm.plan.Limits;
import io.github.rlllm.rlplusllm.plan.PlanEnding;
import io.github.rlllm.rlplusllm.plan.PlanOptions;
import io.github.rlllm.rlplusllm.plan.PlanReport;
import io.github.rlllm.rlplusllm.plan.PlanRunner;
import io.github.rlllm.rlplusllm.plan.SkillLibrary;
import io.github.rlllm.rlplusllm.plan.Supervisor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * One instruction on one table, carried out under one arm. The seed decides table and instruction, which are the same for
 * all arms. Confined to one thread.
 */
final class MonologueEpisode {
    /** What the robot may ask. */
    static final String QUESTION = "what is left to do?";
    /** Seen before the instruction by whoever reads the text. */
    static final String EXAMPLES = """
            Human: put the green block at the top left corner
            Robot action: put the green block at the top left corner
            Success: false
            Scene: visible: red block, green block, blue bowl; finished: nothing
            Robot action: put the green block at the top left corner
            Success: true
            Scene: visible: red block, green block, blue bowl; finished: put the green block at the top left corner
            Robot action: done
            """;
    /** The probability that the camera misses a block, for each block and look. */
    static final double MISSED = 0.05;

    private static final int QUESTIONS = 6;

    /**
     * What came of it.
     *
     * @param planned done was said, and what was tried, carried out by the oracle on the same table left in peace, would have
     *     fulfilled the task
     * @param executed the task is fulfilled in the true state at the end
     * @param claimed done was said
     * @param skills how many skills were started
     * @param reached how many of them reached their goal in truth
     * @param questions how often the person was asked
     * @param film what happened
     */
    record Outcome(
            boolean planned, boolean executed, boolean claimed, int skills, int reached, int questions, Film film) {}

    /**
     * What happened, for pictures.
     *
     * @param events what the planner was told, with the truth beside it, which it was not told
     * @param states the table at the start and after every skill
     * @param captions one a state
     */
    record Film(List<PlanEvent> events, List<BlocksState> states, List<String> captions) {}

    private final MonologueArm arm;
    private final TableTask task;
    private final BlocksState start;
    private final TableWorld world;
    private final SeededRandom rng;
    private final List<String> truths = new ArrayList<>();
    private final List<BlocksState> states = new ArrayList<>();
    private final List<String> captions = new ArrayList<>();
    private int reached;

    /** An episode; {@code rng} is split by use and not drawn from. */
    MonologueEpisode(MonologueArm arm, TableTask.Kind kind, BlocksConfig table, BlocksRunner hands, SeededRandom rng) {
        this.arm = arm;
        this.rng = rng;
        task = TableTask.draw(kind, rng.split("task"));
        start = BlocksScene.draw(rng.split("table"), untroubled());
        Blocks blocks = new Blocks(table);
        blocks.begin(start, rng.split("nature").nextLong());
        states.add(start);
        captions.add("the start");
        world = new TableWorld(
                blocks,
                hands,
                hands,
                TableWorld.Affordance.VALUE,
                rng.split("hands").nextLong());
    }

    private static Map<TableThing, Trouble> untroubled() {
        Map<TableThing, Trouble> told = new EnumMap<>(TableThing.class);
        Stream.concat(TableThing.blocks().stream(), TableThing.bowls().stream())
                .forEach(thing -> told.put(thing, Trouble.NONE));
        return told;
    }

    /**
     * Runs it.
     *
     * @param scorer chooses lines for the arms that have no reader of their own
     * @param control ends it
     */
    Outcome run(OptionScorer<String> scorer, Control control) {
        Skill<BlocksState> pickAndPlace = Skill.<BlocksState>named(TableWorld.SKILL, "block", "target")
                .does((call, until) -> attempt(call, () -> until.cancelled() || control.cancelled()));
        SkillLibrary<BlocksState> library = new SkillLibrary<>(
                Map.of("block", words(TableThing.blocks()), "target", words(Arrays.asList(TableThing.values()))),
                Set.of(),
                List.of(feedback().after(pickAndPlace, world::state)));
        int calls = 4 * task.goals().size() + 4;
        Limits limits = Limits.defaults()
                .withBudget(Budget.ofCalls(calls))
                .withRepeats(calls)
                .withPatience(calls);
        PlanOptions<BlocksState> options = PlanOptions.<BlocksState>defaults()
                .withLimits(limits)
                .withSeed(rng.split("planner").nextLong())
                .withSupervisor(Feedback.answering(person()));
        PlanReport report = new PlanRunner<>(library, planner(scorer), world::state, Runnable::run, () -> 0L)
                .execute(task.instruction(), options)
                .join();
        boolean claimed = report.ending() == PlanEnding.DONE;
        int questions = (int) report.history().stream()
                .filter(event -> event.text().startsWith("answer: "))
                .count();
        List<SkillCall> executed = report.executed();
        return new Outcome(
                claimed && wouldFulfil(executed),
                task.fulfilled(world.state()),
                claimed,
                executed.size(),
                reached,
                questions,
                new Film(events(report), states, captions));
    }

    /** One grasp, and what came of it in truth. */
    private SkillResult attempt(SkillCall call, Control control) {
        PickPlace goal = TableWorld.goal(call);
        int disturbances = world.table().disturbances();
        boolean there = world.execute(goal, new OneGrasp(world.table(), goal, control));
        reached += there ? 1 : 0;
        boolean disturbed = world.table().disturbances() > disturbances;
        truths.add((there ? "it is there" : "it is not there") + (disturbed ? ", and somebody moved a block" : ""));
        states.add(world.state());
        captions.add(call.arguments().get(0) + ", " + call.arguments().get(1) + (there ? "" : ": not there"));
        if (!there && control.cancelled()) {
            return new SkillResult(SkillResult.Status.CANCELLED, "");
        }
        return new SkillResult(there ? SkillResult.Status.SUCCESS : SkillResult.Status.FAILED, "");
    }

    private Feedback<BlocksState> feedback() {
        Feedback<BlocksState> feedback = Feedback.none();
        if (arm.success()) {
            SuccessDetector<BlocksState> truth = attempt -> attempt.after().achieved(TableWorld.goal(attempt.call()));
            feedback = feedback.withSuccess(
                    SuccessDetector.erring(truth, arm.falsePositive(), arm.falseNegative(), rng.split("detector")));
        }
        if (arm.scene()) {
            RandomGenerator eyes = rng.split("eyes");
            feedback = feedback.withScene(state -> scene(state, eyes));
        }
        return feedback;
    }

    /** The blocks that a camera sees, and everything that they fulfil, whether it was asked for or not. */
    private static String scene(BlocksState state, RandomGenerator eyes) {
        List<TableThing> seen = TableThing.blocks().stream()
                .filter(block -> eyes.nextDouble() >= MISSED)
                .toList();
        List<String> finished = PickPlace.all().stream()
                .filter(goal -> seen.contains(goal.block()) && state.achieved(goal))
                .map(PickPlace::text)
                .toList();
        List<String> visible = new ArrayList<>(words(seen));
        visible.addAll(words(TableThing.bowls()));
        return "visible: " + String.join(", ", visible) + "; " + ScriptedReader.FINISHED + list(finished);
    }

    /** Sees everything, and answers what the robot asks. */
    private Supervisor person() {
        return new Supervisor() {
            @Override
            public CompletionStage<Boolean> approves(SkillCall call, Hazard hazard) {
                return CompletableFuture.completedFuture(true);
            }

            @Override
            public CompletionStage<String> answer(String question) {
                List<String> left =
                        task.left(world.state()).stream().map(PickPlace::text).toList();
                return CompletableFuture.completedFuture(
                        left.isEmpty() ? ScriptedReader.NOTHING : ScriptedReader.LEFT + list(left));
            }
        };
    }

    private Planner<BlocksState> planner(OptionScorer<String> scorer) {
        MonologueConfig config = MonologueConfig.defaults().withExamples(EXAMPLES);
        MonologueConfig asking = arm.asks() ? config.withQuestions(QUESTIONS, QUESTION) : config;
        OptionScorer<String> reader = switch (arm.reader()) {
            case SCRIPTED -> new ScriptedReader(TableTask.READING);
            case RANDOM -> (context, lines) -> Finite.uniform(lines);
            case ORACLE, HEAD, CHOSEN -> scorer;
        };
        if (arm.reader() == MonologueArm.Reader.ORACLE) {
            return context -> task.left(context.state()).stream()
                    .map(TableWorld::call)
                    .filter(context.allowed()::contains)
                    .findFirst()
                    .map(Directive::invoke)
                    .orElseGet(Directive::done);
        }
        return new InnerMonologue<>(
                reader,
                call -> TableWorld.goal(call).text(),
                asking.withSample(arm.reader() == MonologueArm.Reader.RANDOM));
    }

    private boolean wouldFulfil(List<SkillCall> calls) {
        Blocks peaceful = new Blocks(BlocksConfig.defaults());
        peaceful.begin(start, 0);
        for (SkillCall call : calls) {
            BlocksRunner.oracle().execute(peaceful, TableWorld.goal(call), rng, Control.none());
        }
        return task.fulfilled(peaceful.state());
    }

    /** What is visible hardly changes, and leaves no room for what is finished. */
    private static String brief(String line) {
        return line.replaceFirst("visible: [^;]*; ", "");
    }

    private List<PlanEvent> events(PlanReport report) {
        List<PlanEvent> events = new ArrayList<>();
        int next = 0;
        for (PlanEvent event : report.history()) {
            SkillCall call = event.call();
            SkillResult result = event.result();
            if (call == null || result == null) {
                events.add(event);
                continue;
            }
            String[] told = result.text().split("\n");
            String first = told[0].isEmpty() ? "nothing is told" : brief(told[0]);
            events.add(PlanEvent.executed(call, new SkillResult(result.status(), first)));
            for (String line : List.of(told).subList(1, told.length)) {
                events.add(PlanEvent.said("told", brief(line)));
            }
            if (next < truths.size()) {
                events.add(PlanEvent.said("in truth", truths.get(next++)));
            }
        }
        List<String> left =
                task.left(world.state()).stream().map(PickPlace::text).toList();
        events.add(PlanEvent.said("runner", report.ending() + ": " + report.reason()));
        events.add(PlanEvent.said("in truth", "left: " + list(left)));
        return events;
    }

    /** What the person said. */
    String instruction() {
        return task.instruction();
    }

    private static List<String> words(List<TableThing> things) {
        return things.stream().map(TableThing::text).toList();
    }

    private static String list(List<String> words) {
        return words.isEmpty() ? ScriptedReader.NOTHING : String.join(", ", words);
    }
}
