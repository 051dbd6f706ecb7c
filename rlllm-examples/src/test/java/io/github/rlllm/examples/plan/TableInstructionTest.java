package io.github.rlllm.examples.plan;

import static io.github.rlllm.engine.world.blocks.TableThing.BLUE_BLOCK;
import static io.github.rlllm.engine.world.blocks.TableThing.BLUE_BOWL;
import static io.github.rlllm.engine.world.blocks.TableThing.GREEN_BLOCK;
import static io.github.rlllm.engine.world.blocks.TableThing.GREEN_BOWL;
import static io.github.rlllm.engine.world.blocks.TableThing.MIDDLE;
import static io.github.rlllm.engine.world.blocks.TableThing.RED_BLOCK;
import static io.github.rlllm.engine.world.blocks.TableThing.RED_BOWL;
import static io.github.rlllm.engine.world.blocks.TableThing.YELLOW_BLOCK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.engine.world.blocks.BlocksScene;
import io.github.rlllm.engine.world.blocks.BlocksScene.Trouble;
import io.github.rlllm.engine.world.blocks.BlocksState;
import io.github.rlllm.engine.world.blocks.PickPlace;
import io.github.rlllm.engine.world.blocks.TableThing;
import io.github.rlllm.examples.plan.TableInstruction.Mention;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TableInstructionTest {
    private static final TableInstruction ALL = one(new TableWish(TableWish.ALL, TableWish.BOWL, 3));
    private static final TableInstruction ANY = one(new TableWish(TableWish.ANY, TableWish.BOWL, TableWish.ANY));

    private static TableInstruction one(TableWish... wishes) {
        return new TableInstruction("embodiment", "", List.of(), List.of(wishes));
    }

    private static PickPlace put(TableThing block, TableThing target) {
        return new PickPlace(block, target);
    }

    private static BlocksState table(Trouble red, Trouble green) {
        return BlocksScene.draw(
                new SplittableRandom(2),
                Map.of(
                        RED_BLOCK, red,
                        GREEN_BLOCK, green,
                        BLUE_BLOCK, Trouble.ABSENT,
                        YELLOW_BLOCK, Trouble.ABSENT,
                        BLUE_BOWL, Trouble.NONE,
                        GREEN_BOWL, Trouble.NONE));
    }

    @Test
    void wordingsAreFilledWithTheirMeaning() {
        TableInstruction filled = TableInstruction.filled(
                "structured",
                "before you put [the {a} block|a:m2] in [the {p1} cup|p:t2], put [any block|*:m1] in [the middle|m:t1]",
                new SplittableRandom(1));
        assertEquals(2, filled.wishes().size());
        assertEquals(
                new TableWish(TableWish.ANY, TableWish.MIDDLE, 0),
                filled.wishes().get(0));
        TableWish second = filled.wishes().get(1);
        assertTrue(second.moved() < 4 && second.kind() == TableWish.BOWL && second.target() < 4);
        String colour = List.of("red", "yellow", "green", "blue").get(second.moved());
        String other = List.of("scarlet", "lemon", "lime", "navy").get(second.target());
        assertEquals(
                "before you put the " + colour + " block in the " + other + " cup, put any block in the middle",
                filled.text());
        Mention cup = filled.mentions().get(1);
        assertTrue(filled.text().substring(0, cup.end()).endsWith("cup"));
        assertFalse(cup.moved());
        assertEquals(2, cup.step());
    }

    @Test
    void aTargetThatIsNamedOnceServesTheStepsBeforeIt() {
        TableInstruction filled = TableInstruction.filled(
                "long",
                "put [the {a} block|a:m1] and [the {b} block|b:m2] in [the {p} bowl|p:t1]",
                new SplittableRandom(3));
        assertEquals(filled.wishes().get(0).target(), filled.wishes().get(1).target());
        assertEquals(TableWish.BOWL, filled.wishes().get(1).kind());
    }

    @Test
    void heldOutWordingsAreNotFitted() {
        Set<String> fitted = new HashSet<>();
        SplittableRandom rng = new SplittableRandom(1);
        for (int k = 0; k < 50; k++) {
            TableInstruction.fill("fit", rng).forEach(instruction -> fitted.add(instruction.text()));
        }
        List<TableInstruction> heldOut = TableInstruction.fill("heldout", rng);
        assertEquals(58, heldOut.size());
        for (TableInstruction instruction : heldOut) {
            assertFalse(fitted.contains(instruction.text()), instruction.text());
            assertTrue(TableInstruction.FAMILIES.contains(instruction.family()));
            assertFalse(instruction.wishes().isEmpty());
        }
        assertThrows(IllegalArgumentException.class, () -> TableInstruction.fill("test", rng));
    }

    @Test
    void aWishAdmitsWhatItSays() {
        TableWish matching = new TableWish(TableWish.ALL, TableWish.BOWL, TableWish.MATCHING);
        assertEquals(4, matching.goals().size());
        assertTrue(matching.admits(put(RED_BLOCK, RED_BOWL)));
        assertFalse(matching.admits(put(RED_BLOCK, BLUE_BOWL)));
        TableWish middle = new TableWish(2, TableWish.MIDDLE, 0);
        assertEquals(List.of(put(GREEN_BLOCK, MIDDLE)), middle.goals());
        assertFalse(new TableWish(TableWish.ANY, TableWish.BLOCK, 0).admits(put(RED_BLOCK, RED_BLOCK)));
        assertEquals(
                4, new TableWish(0, TableWish.CORNER, TableWish.ANY).goals().size());
    }

    @Test
    void ofAllBlocksThoseThatCanBeMovedAreAskedFor() {
        BlocksState heavy = table(Trouble.NONE, Trouble.HEAVY);
        List<PickPlace> red = List.of(put(RED_BLOCK, BLUE_BOWL));
        assertTrue(ALL.matches(red, true, false, heavy));
        assertTrue(ALL.matches(red, false, true, heavy), "giving up at what is left");
        assertFalse(ALL.matches(red, false, false, heavy), "no end");
        assertFalse(ALL.matches(red, true, false, table(Trouble.NONE, Trouble.NONE)), "the green one is left");
        assertFalse(ALL.matches(List.of(put(RED_BLOCK, GREEN_BOWL)), true, false, heavy), "another bowl");
        assertFalse(
                ALL.matches(List.of(put(RED_BLOCK, BLUE_BOWL), put(RED_BLOCK, BLUE_BOWL)), true, false, heavy),
                "twice");
    }

    @Test
    void givingUpIsRightWhereNothingIsPossible() {
        assertTrue(ANY.matches(List.of(), false, true, table(Trouble.HEAVY, Trouble.OUT_OF_REACH)));
        assertFalse(ANY.matches(List.of(), true, false, table(Trouble.HEAVY, Trouble.OUT_OF_REACH)), "not done");
        assertFalse(ANY.matches(List.of(), false, true, table(Trouble.NONE, Trouble.OUT_OF_REACH)), "red is possible");
        List<PickPlace> red = List.of(put(RED_BLOCK, GREEN_BOWL));
        assertTrue(ANY.matches(red, true, false, table(Trouble.NONE, Trouble.NONE)));
        assertFalse(ANY.matches(red, false, true, table(Trouble.NONE, Trouble.NONE)), "it is done");
    }
}
