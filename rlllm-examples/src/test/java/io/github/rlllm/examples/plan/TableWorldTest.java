package io.github.rlllm.examples.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.engine.world.blocks.Blocks;
import io.github.rlllm.engine.world.blocks.BlocksConfig;
import io.github.rlllm.engine.world.blocks.BlocksRunner;
import io.github.rlllm.engine.world.blocks.BlocksScene;
import io.github.rlllm.engine.world.blocks.BlocksScene.Trouble;
import io.github.rlllm.engine.world.blocks.PickPlace;
import io.github.rlllm.engine.world.blocks.TableThing;
import io.github.rlllm.examples.plan.TableWorld.Affordance;
import io.github.rlllm.rlplusllm.plan.SkillLibrary;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TableWorldTest {
    private static TableWorld world(Affordance affordance) {
        Blocks table = new Blocks(BlocksConfig.defaults());
        table.begin(
                BlocksScene.draw(
                        new SplittableRandom(1),
                        Map.of(
                                TableThing.RED_BLOCK, Trouble.NONE,
                                TableThing.BLUE_BLOCK, Trouble.HEAVY,
                                TableThing.RED_BOWL, Trouble.NONE)),
                1);
        return new TableWorld(table, BlocksRunner.oracle(), BlocksRunner.oracle(), affordance, 1);
    }

    @Test
    void theLibraryHasTheOptionsOfTheOpenTabletop() {
        SkillLibrary<TableWorld> library = TableWorld.library(world(Affordance.VALUE));
        assertEquals(52, library.calls().size());
        for (PickPlace goal : PickPlace.all()) {
            assertEquals(goal, TableWorld.goal(TableWorld.call(goal)));
        }
        assertEquals(
                "pick and place(red block, blue bowl)", library.calls().get(7).toString());
    }

    @Test
    void skillsActInTheWorldAndSayHowTheyEnded() throws Exception {
        TableWorld world = world(Affordance.VALUE);
        SkillLibrary<TableWorld> library = TableWorld.library(world);
        SkillCall possible = TableWorld.call(new PickPlace(TableThing.RED_BLOCK, TableThing.RED_BOWL));
        SkillCall heavy = TableWorld.call(new PickPlace(TableThing.BLUE_BLOCK, TableThing.RED_BOWL));
        assertEquals(1, library.affordance(world, possible));
        assertEquals(0, library.affordance(world, heavy));
        assertEquals(1, library.affordance(world(Affordance.CONSTANT), heavy));
        assertEquals(
                SkillResult.Status.SUCCESS,
                library.skill(possible)
                        .start(possible, Control.none())
                        .toCompletableFuture()
                        .get()
                        .status());
        assertTrue(world.state().achieved(TableWorld.goal(possible)));
        assertEquals(
                SkillResult.Status.FAILED,
                library.skill(heavy)
                        .start(heavy, Control.none())
                        .toCompletableFuture()
                        .get()
                        .status());
        assertFalse(world.state().achieved(TableWorld.goal(heavy)));
        assertEquals(
                SkillResult.Status.CANCELLED,
                library.skill(heavy)
                        .start(heavy, () -> true)
                        .toCompletableFuture()
                        .get()
                        .status());
    }

    @Test
    void aShuffledAffordanceIsThatOfAnotherSkill() {
        TableWorld shuffled = world(Affordance.SHUFFLED);
        TableWorld told = world(Affordance.VALUE);
        int different = 0;
        double sum = 0;
        double toldSum = 0;
        for (PickPlace goal : PickPlace.all()) {
            different += shuffled.affordance(goal) != told.affordance(goal) ? 1 : 0;
            sum += shuffled.affordance(goal);
            toldSum += told.affordance(goal);
        }
        assertEquals(toldSum, sum, "a permutation");
        assertTrue(different > 10, "different: " + different);
    }
}
