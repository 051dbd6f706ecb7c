package io.github.rlllm.examples.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.engine.world.blocks.Blocks;
import io.github.rlllm.engine.world.blocks.BlocksConfig;
import io.github.rlllm.engine.world.blocks.BlocksRunner;
import io.github.rlllm.engine.world.blocks.BlocksScene;
import io.github.rlllm.engine.world.blocks.BlocksScene.Trouble;
import io.github.rlllm.engine.world.blocks.PickPlace;
import io.github.rlllm.engine.world.blocks.TableThing;
import io.github.rlllm.examples.plan.TableTask.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TableTaskTest {
    private static Blocks table(long seed) {
        Map<TableThing, Trouble> told = new HashMap<>();
        TableThing.blocks().forEach(block -> told.put(block, Trouble.NONE));
        TableThing.bowls().forEach(bowl -> told.put(bowl, Trouble.NONE));
        Blocks table = new Blocks(BlocksConfig.defaults());
        table.begin(BlocksScene.draw(new SplittableRandom(seed), told), seed);
        return table;
    }

    private static void execute(Blocks table, PickPlace goal) {
        assertTrue(BlocksRunner.oracle().execute(table, goal, new SplittableRandom(1), Control.none()), goal.text());
    }

    /** Every task has something to do, its goals in their order do it, and what is left shrinks with each. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void theGoalsInTheirOrderFulfilTheTask(Kind kind) {
        for (int seed = 0; seed < 20; seed++) {
            Blocks table = table(seed);
            TableTask task = TableTask.draw(kind, new SplittableRandom(seed));
            for (int i = 0; i < task.goals().size(); i++) {
                assertEquals(task.goals().subList(i, task.goals().size()), task.left(table.state()));
                assertFalse(task.fulfilled(table.state()));
                execute(table, task.goals().get(i));
            }
            assertTrue(task.fulfilled(table.state()));
        }
    }

    @Test
    void aReaderUnderstandsClearInstructionsAndGuessesTheOthers() {
        int guessed = 0;
        for (int seed = 0; seed < 40; seed++) {
            for (Kind kind : Kind.SCRIPTED) {
                TableTask task = TableTask.draw(kind, new SplittableRandom(seed));
                List<String> meant = task.goals().stream().map(PickPlace::text).toList();
                List<String> read = TableTask.READING.actions(task.instruction());
                if (kind == Kind.UNCLEAR) {
                    assertTrue(TableTask.READING.unclear(task.instruction()));
                    guessed += read.equals(meant) ? 1 : 0;
                } else {
                    assertEquals(meant, read);
                    assertFalse(TableTask.READING.unclear(task.instruction()));
                }
            }
        }
        assertEquals(10, guessed, 6);
    }

    @Test
    void anyBowlOfAnotherColourWillDo() {
        TableTask task = TableTask.draw(Kind.MISMATCHED, new SplittableRandom(1));
        Blocks table = table(1);
        int[] bowls = {2, 3, 0, 1};
        for (int b = 0; b < bowls.length; b++) {
            execute(
                    table,
                    new PickPlace(TableThing.blocks().get(b), TableThing.bowls().get(bowls[b])));
        }
        assertTrue(task.fulfilled(table.state()));
        execute(table, new PickPlace(TableThing.RED_BLOCK, TableThing.RED_BOWL));
        assertEquals(List.of(new PickPlace(TableThing.RED_BLOCK, TableThing.YELLOW_BOWL)), task.left(table.state()));
    }
}
