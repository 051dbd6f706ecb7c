package io.github.rlllm.engine.world.blocks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class BlocksLawsTest {
    @Property(tries = 300)
    void blocksAreNeitherLostNorMadeAndStacksHaveNoGaps(
            @ForAll long seed, @ForAll @Size(max = 80) List<@IntRange(max = 11) Integer> actions) {
        BlocksState state = BlocksScene.draw(new SplittableRandom(seed), Map.of());
        BlocksState first = state;
        for (int action : actions) {
            state = state.after(BlocksAction.all().get(action % 6), action >= 6);
            for (TableThing block : TableThing.blocks()) {
                assertEquals(first.present(block), state.present(block));
                assertEquals(first.heavy(block), state.heavy(block));
                if (state.present(block) && state.held() != block) {
                    int below = state.level(block);
                    int x = state.x(block);
                    int y = state.y(block);
                    BlocksState now = state;
                    long levels = TableThing.blocks().stream()
                            .filter(b -> now.present(b) && now.held() != b && now.x(b) == x && now.y(b) == y)
                            .filter(b -> now.level(b) < below)
                            .count();
                    assertEquals(below, levels, "blocks below, each on a level of its own");
                }
            }
            assertTrue(state.gripperY() < BlocksState.REACH);
        }
    }

    /** A goal that is reached can be judged under any other: hindsight sees what the world sees. */
    @Property(tries = 100)
    void hindsightSeesAGoalAsTheTableItselfDoes(
            @ForAll long seed, @ForAll @Size(max = 40) List<@IntRange(max = 5) Integer> actions) {
        BlocksGoals goals = new BlocksGoals(BlocksConfig.defaults());
        goals.begin(new SplittableRandom(seed));
        BlocksState state = BlocksScene.draw(new SplittableRandom(seed), Map.of());
        Blocks table = new Blocks(BlocksConfig.defaults());
        byte[] memory = new byte[goals.memorySize()];
        float[] seen = new float[goals.observationSize()];
        for (int action : actions) {
            goals.step(action);
            state = state.after(BlocksAction.all().get(action), false);
        }
        table.begin(state, 0);
        goals.remember(memory);
        for (PickPlace goal : PickPlace.all()) {
            goals.observe(memory, goal.number(), seen);
            assertArrayEquals(table.observation(goal), seen);
            assertEquals(state.achieved(goal), goals.achieved(goal.number()));
            assertEquals(!state.admits(goal), goals.lost(goal.number()));
        }
    }
}
