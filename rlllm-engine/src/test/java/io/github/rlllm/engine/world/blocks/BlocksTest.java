package io.github.rlllm.engine.world.blocks;

import static io.github.rlllm.engine.world.blocks.TableThing.BLUE_BLOCK;
import static io.github.rlllm.engine.world.blocks.TableThing.BLUE_BOWL;
import static io.github.rlllm.engine.world.blocks.TableThing.GREEN_BLOCK;
import static io.github.rlllm.engine.world.blocks.TableThing.MIDDLE;
import static io.github.rlllm.engine.world.blocks.TableThing.RED_BLOCK;
import static io.github.rlllm.engine.world.blocks.TableThing.RED_BOWL;
import static io.github.rlllm.engine.world.blocks.TableThing.TOP_LEFT_CORNER;
import static io.github.rlllm.engine.world.blocks.TableThing.YELLOW_BLOCK;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Ending;
import io.github.rlllm.engine.world.blocks.BlocksScene.Trouble;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BlocksTest {
    private static final BlocksConfig QUIET = BlocksConfig.defaults();

    /** Gripper at (1, 1); red block (2, 1), green on blue (4, 2), yellow beyond reach (0, 7); red bowl (2, 4). */
    private static byte[] seen() {
        byte[] seen = new byte[BlocksState.SEEN];
        seen[0] = 1;
        seen[1] = 1;
        seen[2] = -1;
        seen[BlocksState.CELL + RED_BLOCK.ordinal()] = 1 * 7 + 2;
        seen[BlocksState.CELL + YELLOW_BLOCK.ordinal()] = 7 * 7;
        seen[BlocksState.CELL + GREEN_BLOCK.ordinal()] = 2 * 7 + 4;
        seen[BlocksState.CELL + BLUE_BLOCK.ordinal()] = 2 * 7 + 4;
        seen[BlocksState.LEVEL + GREEN_BLOCK.ordinal()] = 1;
        for (TableThing bowl : TableThing.bowls()) {
            seen[BlocksState.BOWL + bowl.colour()] = (byte) (bowl == RED_BOWL ? 4 * 7 + 2 : BlocksState.ABSENT);
        }
        return seen;
    }

    private static BlocksState start() {
        return BlocksState.of(seen(), 0);
    }

    private static BlocksState after(BlocksState state, BlocksAction... actions) {
        BlocksState next = state;
        for (BlocksAction action : actions) {
            next = next.after(action, false);
        }
        return next;
    }

    @Test
    void theGripperLiftsCarriesAndLetsGo() {
        PickPlace goal = new PickPlace(RED_BLOCK, RED_BOWL);
        BlocksState held = after(start(), BlocksAction.RIGHT, BlocksAction.CLOSE);
        assertEquals(RED_BLOCK, held.held());
        assertFalse(held.achieved(goal));
        BlocksState above = after(held, BlocksAction.AWAY, BlocksAction.AWAY, BlocksAction.AWAY);
        assertEquals(4, above.y(RED_BLOCK));
        assertFalse(above.achieved(goal), "not before it is let go");
        BlocksState in = after(above, BlocksAction.OPEN);
        assertTrue(in.achieved(goal));
        assertNull(in.held());
        assertEquals(List.of(RED_BLOCK), in.on(RED_BOWL));
        assertFalse(in.achieved(new PickPlace(RED_BLOCK, MIDDLE)));
    }

    @Test
    void aStackGrowsAndShrinksAtItsTop() {
        BlocksState state = start();
        assertTrue(state.buried(BLUE_BLOCK));
        assertTrue(state.achieved(new PickPlace(GREEN_BLOCK, BLUE_BLOCK)));
        BlocksState moved = state.moved(RED_BLOCK, 4, 2);
        assertEquals(2, moved.level(RED_BLOCK));
        assertTrue(moved.achieved(new PickPlace(RED_BLOCK, GREEN_BLOCK)));
        assertFalse(moved.achieved(new PickPlace(RED_BLOCK, BLUE_BLOCK)), "not directly on it");
        assertEquals(List.of(GREEN_BLOCK, RED_BLOCK), moved.on(BLUE_BLOCK));
        assertThrows(IllegalArgumentException.class, () -> moved.moved(GREEN_BLOCK, 0, 0));
        BlocksState lifted = after(
                state,
                BlocksAction.RIGHT,
                BlocksAction.RIGHT,
                BlocksAction.RIGHT,
                BlocksAction.AWAY,
                BlocksAction.CLOSE);
        assertEquals(GREEN_BLOCK, lifted.held());
        assertFalse(lifted.buried(BLUE_BLOCK));
    }

    @Test
    void whatIsHeavyDoesNotComeAndIsRememberedToHaveSlipped() {
        BlocksState heavy = BlocksState.of(seen(), 1 << RED_BLOCK.ordinal());
        BlocksState tried = after(heavy, BlocksAction.RIGHT, BlocksAction.CLOSE);
        assertNull(tried.held());
        assertEquals(1, tried.slips(RED_BLOCK));
        assertEquals(
                3,
                after(tried, BlocksAction.CLOSE, BlocksAction.CLOSE, BlocksAction.CLOSE)
                        .slips(RED_BLOCK));
        BlocksState slipped = after(start(), BlocksAction.RIGHT).after(BlocksAction.CLOSE, true);
        assertNull(slipped.held(), "noise");
        assertEquals(1, slipped.slips(RED_BLOCK));
        assertEquals(0, after(slipped, BlocksAction.CLOSE).slips(RED_BLOCK));
    }

    @Test
    void aDropLeavesTheBlockWhereTheGripperWas() {
        BlocksState held = after(start(), BlocksAction.RIGHT, BlocksAction.CLOSE);
        BlocksState dropped = held.after(BlocksAction.AWAY, true);
        assertNull(dropped.held());
        assertEquals(1, dropped.y(RED_BLOCK));
        assertEquals(2, dropped.gripperY());
    }

    @Test
    void theGripperDoesNotReachTheFarthestRow() {
        BlocksState state = start();
        for (int i = 0; i < 10; i++) {
            state = state.after(BlocksAction.AWAY, false);
        }
        assertEquals(6, state.gripperY());
        assertTrue(state.outOfReach(YELLOW_BLOCK));
        assertFalse(state.outOfReach(TOP_LEFT_CORNER));
    }

    @Test
    void whatIsPossibleFollowsFromTheTrueState() {
        BlocksState state = start();
        assertTrue(state.possible(new PickPlace(RED_BLOCK, RED_BOWL)));
        assertTrue(state.possible(new PickPlace(RED_BLOCK, GREEN_BLOCK)));
        assertFalse(state.possible(new PickPlace(RED_BLOCK, BLUE_BLOCK)), "buried target");
        assertFalse(state.possible(new PickPlace(BLUE_BLOCK, RED_BOWL)), "buried");
        assertFalse(state.possible(new PickPlace(YELLOW_BLOCK, RED_BOWL)), "out of reach");
        assertFalse(state.possible(new PickPlace(RED_BLOCK, YELLOW_BLOCK)), "target out of reach");
        assertFalse(state.possible(new PickPlace(RED_BLOCK, BLUE_BOWL)), "absent");
        assertFalse(state.possible(new PickPlace(RED_BLOCK, RED_BLOCK)), "itself");
        BlocksState heavy = BlocksState.of(seen(), 1 << RED_BLOCK.ordinal());
        assertFalse(heavy.possible(new PickPlace(RED_BLOCK, RED_BOWL)), "heavy");
        BlocksState other = after(state, BlocksAction.RIGHT, BlocksAction.CLOSE);
        assertFalse(other.admits(new PickPlace(GREEN_BLOCK, RED_BOWL)), "another is held");
    }

    @Test
    void anAttemptEndsWhereAnotherBlockIsLifted() {
        Blocks table = new Blocks(QUIET);
        table.begin(start(), 1);
        table.pursue(new PickPlace(BLUE_BLOCK, RED_BOWL));
        for (int action : new int[] {1, 1, 1, 2}) {
            assertEquals(Ending.NONE, table.step(action).ending());
        }
        assertEquals(Ending.TERMINATED, table.step(BlocksAction.CLOSE.ordinal()).ending());
        assertThrows(IllegalStateException.class, () -> table.step(0));
        table.letGo();
        assertEquals(start().on(BLUE_BLOCK), table.state().on(BLUE_BLOCK));
    }

    @Test
    void theOracleReachesEveryPossibleGoalAndOnlyThose() {
        Blocks table = new Blocks(QUIET);
        SplittableRandom rng = new SplittableRandom(5);
        int possible = 0;
        for (int i = 0; i < 400; i++) {
            BlocksState drawn = BlocksScene.draw(rng, Map.of());
            PickPlace goal = PickPlace.all().get(rng.nextInt(52));
            table.begin(drawn, i);
            boolean expected = drawn.achieved(goal) || drawn.possible(goal);
            possible += expected ? 1 : 0;
            assertEquals(expected ? 1 : 0, BlocksRunner.oracle().affordance(table, goal));
            assertEquals(expected, BlocksRunner.oracle().execute(table, goal, rng, Control.none()), drawn + " " + goal);
        }
        assertTrue(possible > 100 && possible < 300, "possible: " + possible);
    }

    @Test
    void theAdversaryMovesWhatLiesFree() {
        Blocks table = new Blocks(QUIET);
        table.begin(start(), 3);
        TableThing moved = table.disturb();
        assertNotNull(moved);
        assertTrue(moved != BLUE_BLOCK);
        assertEquals(1, table.disturbances());
        assertFalse(table.state().equals(start()));
        Blocks always = new Blocks(QUIET.withDisturbance(1));
        always.begin(start(), 3);
        always.pursue(new PickPlace(RED_BLOCK, RED_BOWL));
        always.step(0);
        always.step(0);
        assertEquals(2, always.disturbances());
    }

    @Test
    void aSceneIsAsItWasTold() {
        SplittableRandom rng = new SplittableRandom(9);
        for (int i = 0; i < 200; i++) {
            BlocksState state = BlocksScene.draw(
                    rng,
                    Map.of(
                            RED_BLOCK, Trouble.HEAVY,
                            GREEN_BLOCK, Trouble.BURIED,
                            BLUE_BLOCK, Trouble.NONE,
                            YELLOW_BLOCK, Trouble.OUT_OF_REACH,
                            RED_BOWL, Trouble.OUT_OF_REACH,
                            BLUE_BOWL, Trouble.ABSENT));
            assertTrue(state.heavy(RED_BLOCK) && state.size(RED_BLOCK) >= 5);
            assertEquals(List.of(BLUE_BLOCK), state.on(GREEN_BLOCK));
            assertFalse(state.heavy(BLUE_BLOCK) || state.buried(BLUE_BLOCK) || state.size(BLUE_BLOCK) > 6);
            assertTrue(state.outOfReach(YELLOW_BLOCK) && state.outOfReach(RED_BOWL));
            assertFalse(state.present(BLUE_BOWL));
        }
        assertThrows(IllegalArgumentException.class, () -> BlocksScene.draw(rng, Map.of(RED_BOWL, Trouble.HEAVY)));
        assertThrows(IllegalArgumentException.class, () -> BlocksScene.draw(rng, Map.of(MIDDLE, Trouble.NONE)));
    }

    @Test
    void goalsAreReadAsTheyAreWritten() {
        assertEquals(52, PickPlace.all().size());
        for (PickPlace goal : PickPlace.all()) {
            assertEquals(goal, PickPlace.parse(goal.text()));
            assertEquals(goal, PickPlace.all().get(goal.number()));
        }
        assertEquals("put the red block in the blue bowl", new PickPlace(RED_BLOCK, BLUE_BOWL).text());
        assertThrows(IllegalArgumentException.class, () -> PickPlace.parse("eat the red block"));
        assertThrows(IllegalArgumentException.class, () -> new PickPlace(RED_BOWL, BLUE_BOWL));
        assertThrows(IllegalArgumentException.class, () -> TableThing.parse("pink block"));
    }

    @Test
    void theObservationTellsWhatCanBeSeen() {
        Blocks table = new Blocks(QUIET);
        table.begin(start(), 1);
        float[] seen = table.observation(new PickPlace(BLUE_BLOCK, RED_BOWL));
        assertArrayEquals(new float[] {1, 0, 0, 1, 0, 0}, Arrays.copyOf(seen, 6));
        assertEquals(1, seen[8], "present");
        assertEquals(1, seen[9], "covered");
        assertEquals(1, seen[22], "the target is a bowl");
        assertArrayEquals(new float[] {0, 1, 1, 0, 3f / 7, 1f / 8}, Arrays.copyOfRange(seen, 26, 32));
        assertEquals(1, seen[38 + 2], "row of the block");
        assertEquals(1, seen[46 + 4], "row of the bowl");
        BlocksState heavy = BlocksState.of(seen(), 15);
        table.begin(heavy, 1);
        assertArrayEquals(seen, table.observation(new PickPlace(BLUE_BLOCK, RED_BOWL)), "weights are not seen");
    }
}
