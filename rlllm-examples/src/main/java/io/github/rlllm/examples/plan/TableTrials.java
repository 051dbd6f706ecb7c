package io.github.rlllm.examples.plan;

import io.github.rlllm.api.Budget;
import io.github.rlllm.api.Directive;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.api.PlanContext;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.Planner;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.engine.world.blocks.Blocks;
import io.github.rlllm.engine.world.blocks.BlocksConfig;
import io.github.rlllm.engine.world.blocks.BlocksRunner;
import io.github.rlllm.engine.world.blocks.BlocksScene;
import io.github.rlllm.engine.world.blocks.BlocksScene.Trouble;
import io.github.rlllm.engine.world.blocks.BlocksState;
import io.github.rlllm.engine.world.blocks.PickPlace;
import io.github.rlllm.engine.world.blocks.TableThing;
import io.github.rlllm.examples.plan.TableWorld.Affordance;
import io.github.rlllm.rlplusllm.plan.Limits;
import io.github.rlllm.rlplusllm.plan.PlanEnding;
import io.github.rlllm.rlplusllm.plan.PlanOptions;
import io.github.rlllm.rlplusllm.plan.PlanReport;
import io.github.rlllm.rlplusllm.plan.PlanRunner;
import io.github.rlllm.rlplusllm.plan.SkillLibrary;
import io.github.rlllm.rlplusllm.saycan.SayCan;
import io.github.rlllm.rlplusllm.saycan.SayCanConfig;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Instructions on tables of their own, and runs of them. */
final class TableTrials {
    /** Skills that may fail in a row. */
    private static final int PATIENCE = 3;

    /** Any block in any bowl is sixteen skills: where one alone is possible, it is still to be chosen. */
    private static final double FLOOR = 0.05;

    private static final int MOST_DIRECTIVES = 12;
    /** How often an instruction of the embodiment family is about a block that cannot be moved at all. */
    private static final double IMPOSSIBLE = 0.3;

    private static final List<Trouble> TROUBLES =
            List.of(Trouble.HEAVY, Trouble.BURIED, Trouble.OUT_OF_REACH, Trouble.ABSENT);

    private TableTrials() {}

    /** An instruction on its table. */
    record Task(TableInstruction instruction, BlocksState start, long seed) {}

    /**
     * How a run went.
     *
     * @param matched whether it did what was asked
     * @param report what the planner was told
     * @param states the table at the start and after every skill
     */
    record Trial(boolean matched, PlanReport report, List<BlocksState> states) {}

    /** Each instruction on a table in which it makes sense. */
    static List<Task> tasks(List<TableInstruction> instructions, RandomGenerator rng) {
        List<Task> tasks = new ArrayList<>();
        for (TableInstruction instruction : instructions) {
            Map<TableThing, Trouble> told = instruction.family().equals("embodiment")
                    ? troubled(instruction.wishes().get(0), rng)
                    : free(instruction);
            tasks.add(new Task(instruction, BlocksScene.draw(rng, told), rng.nextLong()));
        }
        return tasks;
    }

    /** Whatever the instruction names is there and can be used; the rest is as it comes. */
    private static Map<TableThing, Trouble> free(TableInstruction instruction) {
        Map<TableThing, Trouble> told = new EnumMap<>(TableThing.class);
        for (TableWish wish : instruction.wishes()) {
            if (wish.moved() < TableWish.ANY) {
                told.put(TableThing.blocks().get(wish.moved()), Trouble.NONE);
            }
            target(wish, told);
        }
        return told;
    }

    private static void target(TableWish wish, Map<TableThing, Trouble> told) {
        if (wish.target() < TableWish.ANY && wish.kind() == TableWish.BLOCK) {
            told.put(TableThing.blocks().get(wish.target()), Trouble.NONE);
        } else if (wish.target() < TableWish.ANY && wish.kind() == TableWish.BOWL) {
            told.put(TableThing.bowls().get(wish.target()), Trouble.NONE);
        }
    }

    /**
     * A choice that only the body can make: of the blocks that may be moved as many as are asked for can be, or one more; of
     * the bowls that may be used one or two. Where one block is named, it sometimes cannot be moved at all.
     */
    private static Map<TableThing, Trouble> troubled(TableWish wish, RandomGenerator rng) {
        Map<TableThing, Trouble> told = new EnumMap<>(TableThing.class);
        target(wish, told);
        List<TableThing> blocks = shuffled(TableThing.blocks(), rng);
        if (wish.moved() < TableWish.ANY) {
            TableThing block = TableThing.blocks().get(wish.moved());
            Trouble trouble = rng.nextDouble() < IMPOSSIBLE ? TROUBLES.get(rng.nextInt(TROUBLES.size())) : Trouble.NONE;
            told.put(block, trouble);
            blocks.remove(block);
            told.put(blocks.get(0), Trouble.NONE); // may bury the other
        } else {
            blocks.removeIf(told::containsKey);
            int wanted = wish.moved() == TableWish.ALL ? 2 : Math.min(wish.count() + rng.nextInt(2), 3);
            int buried = 0;
            for (int i = 0; i < blocks.size(); i++) {
                Trouble trouble = i < wanted ? Trouble.NONE : TROUBLES.get(rng.nextInt(TROUBLES.size()));
                buried += trouble == Trouble.BURIED ? 1 : 0;
                told.put(blocks.get(i), buried > 1 && trouble == Trouble.BURIED ? Trouble.HEAVY : trouble);
            }
        }
        if (wish.kind() == TableWish.BOWL && wish.target() == TableWish.ANY) {
            List<TableThing> bowls = shuffled(TableThing.bowls(), rng);
            int usable = 1 + rng.nextInt(2);
            for (int i = 0; i < bowls.size(); i++) {
                Trouble out = rng.nextBoolean() ? Trouble.OUT_OF_REACH : Trouble.ABSENT;
                told.put(bowls.get(i), i < usable ? Trouble.NONE : out);
            }
        }
        return told;
    }

    private static List<TableThing> shuffled(List<TableThing> things, RandomGenerator rng) {
        List<TableThing> shuffled = new ArrayList<>();
        for (TableThing thing : things) {
            shuffled.add(rng.nextInt(shuffled.size() + 1), thing);
        }
        return shuffled;
    }

    /** The world of a task. */
    static TableWorld world(
            Task task, BlocksConfig table, BlocksRunner values, BlocksRunner hands, Affordance affordance) {
        Blocks blocks = new Blocks(table);
        blocks.begin(task.start, task.seed);
        return new TableWorld(blocks, values, hands, affordance, task.seed);
    }

    /** Follows an instruction with SayCan. */
    static Trial saycan(Task task, OptionScorer<SkillCall> say, TableWorld world) {
        SkillLibrary<TableWorld> library = TableWorld.library(world);
        return follow(task, new SayCan<>(say, library, SayCanConfig.defaults().withFloor(FLOOR)), library, world);
    }

    /** Follows an instruction with a planner. */
    static Trial follow(Task task, Planner<TableWorld> planner, SkillLibrary<TableWorld> library, TableWorld world) {
        List<BlocksState> states = new ArrayList<>();
        Planner<TableWorld> watched = context -> {
            states.add(world.state());
            return planner.next(context);
        };
        Limits limits =
                Limits.defaults().withBudget(Budget.ofCalls(MOST_DIRECTIVES)).withPatience(PATIENCE);
        PlanReport report = new PlanRunner<>(library, watched, () -> world, Runnable::run, () -> 0L)
                .execute(
                        task.instruction.text(),
                        PlanOptions.<TableWorld>defaults().withLimits(limits))
                .join();
        List<PickPlace> succeeded =
                report.succeeded().stream().map(TableWorld::goal).toList();
        boolean done = report.ending() == PlanEnding.DONE;
        boolean gaveUp = report.ending() == PlanEnding.GAVE_UP;
        return new Trial(task.instruction.matches(succeeded, done, gaveUp, world.state()), report, states);
    }

    /**
     * The baseline that says its whole plan in its own words at once, each step then replaced by the nearest skill: what is
     * possible is not asked.
     *
     * @param steps from an instruction to the skills
     */
    static Planner<TableWorld> projected(Function<String, List<SkillCall>> steps) {
        return (PlanContext<TableWorld> context) -> {
            long executed = context.history().stream()
                    .map(PlanEvent::call)
                    .filter(Objects::nonNull)
                    .count();
            List<SkillCall> plan = steps.apply(context.task());
            return executed < plan.size() ? Directive.invoke(plan.get((int) executed)) : Directive.done();
        };
    }
}
