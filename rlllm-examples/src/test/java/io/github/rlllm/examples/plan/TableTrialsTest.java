package io.github.rlllm.examples.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Directive;
import io.github.rlllm.api.Finite;
import io.github.rlllm.api.OptionScorer;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.engine.world.blocks.BlocksConfig;
import io.github.rlllm.engine.world.blocks.BlocksRunner;
import io.github.rlllm.engine.world.blocks.PickPlace;
import io.github.rlllm.examples.plan.TableTrials.Task;
import io.github.rlllm.examples.plan.TableTrials.Trial;
import io.github.rlllm.examples.plan.TableWorld.Affordance;
import io.github.rlllm.rlplusllm.saycan.SayCan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TableTrialsTest {
    private static final BlocksConfig TABLE = BlocksConfig.defaults();
    private static final List<Task> TASKS =
            TableTrials.tasks(TableInstruction.fill("fit", new SplittableRandom(7)), new SplittableRandom(8));

    /** A scorer that knows what is asked for: all that the next wish admits, done after the last. */
    private static OptionScorer<SkillCall> knowing(TableInstruction instruction) {
        return (context, options) -> {
            String[] lines = context.split("\n");
            int executed = lines.length - 1;
            Set<String> moved = new HashSet<>();
            double[] weights = new double[options.size()];
            int at = 0;
            boolean over = true;
            for (TableWish wish : instruction.wishes()) {
                if (executed < at + wish.count()) {
                    for (int line = at + 1; line <= executed; line++) {
                        moved.add(lines[line].replaceAll(".*\\((.*), .*", "$1"));
                    }
                    for (PickPlace goal : wish.goals()) {
                        if (!moved.contains(goal.block().text())) {
                            weights[options.indexOf(TableWorld.call(goal))] = 1;
                        }
                    }
                    over = false;
                    break;
                }
                at += wish.count();
            }
            if (over) {
                weights[options.indexOf(SayCan.DONE)] = 1;
            }
            return Finite.of(options, weights);
        };
    }

    private static Trial trial(Task task, Affordance affordance) {
        BlocksRunner oracle = BlocksRunner.oracle();
        TableWorld world = TableTrials.world(task, TABLE, oracle, oracle, affordance);
        return TableTrials.saycan(task, knowing(task.instruction()), world);
    }

    @Test
    void whoKnowsWhatIsMeantAndWhatIsPossibleIsAlwaysRight() {
        for (Task task : TASKS) {
            Trial trial = trial(task, Affordance.VALUE);
            assertTrue(trial.matched(), task.instruction().text() + " " + task.start() + " " + trial.report());
        }
    }

    @Test
    void whoDoesNotKnowWhatIsPossibleIsWrongWhereTheBodyDecides() {
        int embodied = 0;
        int right = 0;
        for (Task task : TASKS) {
            boolean matched = trial(task, Affordance.CONSTANT).matched();
            if (task.instruction().family().equals("embodiment")) {
                embodied++;
                right += matched ? 1 : 0;
            } else if (task.instruction().wishes().stream().allMatch(wish -> wish.moved() < TableWish.ANY)) {
                assertTrue(matched, task.instruction().text());
            }
        }
        assertTrue(right < embodied / 2 + 1, right + " of " + embodied);
    }

    /** A constant affordance is no value function: the planner chooses what the language model would. */
    @Test
    void aConstantAffordanceChoosesAsLanguageAlone() {
        for (Task task : TASKS) {
            BlocksRunner oracle = BlocksRunner.oracle();
            TableWorld world = TableTrials.world(task, TABLE, oracle, oracle, Affordance.CONSTANT);
            OptionScorer<SkillCall> say = knowing(task.instruction());
            Trial constant = trial(task, Affordance.CONSTANT);
            Trial alone = TableTrials.follow(
                    task,
                    context -> {
                        List<SkillCall> options =
                                new ArrayList<>(TableWorld.library(world).calls());
                        options.add(SayCan.DONE);
                        options.add(SayCan.IMPOSSIBLE);
                        SkillCall mode = say.score(SayCan.prompt(context.task(), context.history()), options)
                                .mode();
                        return mode.equals(SayCan.DONE) ? Directive.done() : Directive.invoke(mode);
                    },
                    TableWorld.library(world),
                    world);
            assertEquals(alone.report().executed(), constant.report().executed());
        }
    }

    @Test
    void aPlanThatIsSaidAtOnceIsCarriedOutStepByStep() {
        Task task = TASKS.get(0);
        TableWish wish = task.instruction().wishes().get(0);
        List<SkillCall> plan = List.of(TableWorld.call(wish.goals().get(0)));
        BlocksRunner oracle = BlocksRunner.oracle();
        TableWorld world = TableTrials.world(task, TABLE, oracle, oracle, Affordance.CONSTANT);
        Trial trial = TableTrials.follow(task, TableTrials.projected(text -> plan), TableWorld.library(world), world);
        assertTrue(trial.matched());
        assertEquals(plan, trial.report().executed());
        assertEquals(2, trial.states().size());
        assertFalse(trial.states().get(0).equals(trial.states().get(1)));
    }

    @Test
    void theEmbodimentFamilyLeavesSomethingImpossible() {
        List<Task> embodied = TASKS.stream()
                .filter(task -> task.instruction().family().equals("embodiment"))
                .toList();
        for (Task task : embodied) {
            TableWish wish = task.instruction().wishes().get(0);
            Set<Boolean> possible =
                    wish.goals().stream().map(task.start()::possible).collect(Collectors.toSet());
            if (wish.moved() >= TableWish.ANY || wish.kind() == TableWish.BOWL) {
                assertTrue(possible.contains(false), task.instruction().text());
            }
        }
    }
}
