package io.github.rlllm.engine.world.craft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Step;
import io.github.rlllm.engine.world.craft.CraftGoal.Kind;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CraftWorldTest {
    private static final int NORTH = 0;
    private static final int EAST = 1;
    private static final int TAKE = 4;

    /** A meadow without animals, the agent in the middle of it, and a block to the east of its east. */
    private static CraftWorld meadow(Block block, Map<String, Integer> given) {
        CraftWorld world = new CraftWorld();
        world.begin(1, given);
        Arrays.fill(world.cells, (byte) Block.GRASS.ordinal());
        Arrays.fill(world.alive, false);
        world.x = 16;
        world.y = 16;
        put(world, 18, 16, block);
        return world;
    }

    private static void put(CraftWorld world, int x, int y, Block block) {
        world.cells[y * CraftMap.SIZE + x] = (byte) block.ordinal();
    }

    private static Recipe recipe(String item) {
        return Recipe.all().stream()
                .filter(each -> each.item().equals(item))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void toolsOpenOres() {
        String[] tools = {"", "wooden_pickaxe", "stone_pickaxe", "iron_pickaxe"};
        Map<Resource, Integer> least =
                Map.of(Resource.TREE, 0, Resource.STONE, 1, Resource.COAL, 1, Resource.IRON, 2, Resource.GEM, 3);
        least.forEach((resource, tier) -> {
            for (int tool = 0; tool < tools.length; tool++) {
                CraftWorld world = meadow(
                        java.util.Objects.requireNonNull(resource.block()),
                        tool == 0 ? Map.of() : Map.of(tools[tool], 1));
                CraftGoal goal = new CraftGoal(Kind.COLLECT, resource);
                assertEquals(tool >= tier, world.admits(goal), resource + " with tool " + tool);
                world.act(EAST);
                world.act(TAKE);
                assertEquals(tool >= tier, world.achieved(goal), resource + " with tool " + tool);
                assertEquals(
                        tool >= tier ? 1 : 0, world.things().getOrDefault(resource.item(), 0), resource + " " + tool);
            }
        });
    }

    @Test
    void oneCannotWalkWhereSomethingStandsAndTurnsThere() {
        CraftWorld world = meadow(Block.WATER, Map.of());
        world.act(EAST);
        world.act(EAST);
        assertEquals(17, world.x);
        assertTrue(world.idle);
        world.act(TAKE);
        assertEquals(Map.of(), world.things());
        world.act(NORTH);
        assertEquals(15, world.y);
        assertEquals(NORTH, world.heading);
    }

    @Test
    void whatIsTakenIsGoneAndTheEpisodeEnds() {
        CraftWorld world = meadow(Block.TREE, Map.of());
        world.pursue(new CraftGoal(Kind.COLLECT, Resource.TREE), 5);
        assertEquals(Ending.NONE, world.step(EAST).ending());
        Step<float[]> last = world.step(TAKE);
        assertEquals(1, last.reward());
        assertEquals(Ending.TERMINATED, last.ending());
        assertThrows(IllegalStateException.class, () -> world.step(TAKE));
        assertEquals(Map.of("log", 1), world.facts());
        world.pursue(new CraftGoal(Kind.COLLECT, Resource.TREE), 1);
        assertEquals(Ending.TRUNCATED, world.step(TAKE).ending());
    }

    @Test
    void recipesExchangeOrChangeNothing() {
        CraftWorld world = meadow(Block.WATER, Map.of("log", 3));
        assertTrue(world.craft(recipe("planks")));
        assertEquals(Map.of("log", 2, "planks", 3), world.things());
        assertFalse(world.craft(recipe("torch")));
        assertTrue(world.craft(recipe("table")));
        assertEquals(Map.of("log", 2, "table", 1), world.things());
        assertTrue(world.craft(recipe("planks")) && world.craft(recipe("stick")));
        assertFalse(world.craft(recipe("wooden_pickaxe")), "no table is near");
        assertTrue(world.place("table"));
        assertEquals(Map.of("log", 1, "planks", 2, "stick", 2, "table_nearby", 1), world.facts());
        assertTrue(world.craft(recipe("wooden_pickaxe")));
        assertEquals(Map.of("log", 1, "stick", 1, "wooden_pickaxe", 1), world.things());
    }

    @Test
    void aTableNeedsAFreeCellBesideTheAgent() {
        CraftWorld world = meadow(Block.WATER, Map.of("table", 1));
        for (int d = 0; d < 4; d++) {
            put(world, 16 + CraftWorld.DX[d], 16 + CraftWorld.DY[d], Block.WATER);
        }
        assertFalse(world.place("table"));
        assertEquals(Map.of("table", 1), world.things());
        put(world, 16, 15, Block.GRASS);
        assertTrue(world.place("table"));
        assertEquals(Map.of("table_nearby", 1), world.facts());
        assertFalse(world.place("table"));
        assertEquals(
                "item: bed (expected: table or furnace)",
                assertThrows(IllegalArgumentException.class, () -> world.place("bed"))
                        .getMessage());
    }

    @Test
    void whatWasGivenUpIsNotNearUntilAnotherIs() {
        CraftWorld world = meadow(Block.TREE, Map.of());
        CraftGoal find = new CraftGoal(Kind.FIND, Resource.TREE);
        assertTrue(world.achieved(find));
        world.giveUp(Resource.TREE);
        assertFalse(world.achieved(find));
        assertEquals(Map.of(), world.facts());
        put(world, 14, 16, Block.TREE);
        assertTrue(world.achieved(find));
        // The observation does not show what was given up as a target, but as something in the way.
        float[] seen = world.observation(find);
        int east = CraftSight.WINDOW / 2 + 2;
        int west = CraftSight.WINDOW / 2 - 2;
        assertEquals(0, seen[east]);
        assertEquals(1, seen[CraftSight.WINDOW + east]);
        assertEquals(1, seen[west]);
    }

    @Test
    void onlyWhatWasSeenIsRemembered() {
        CraftWorld world = meadow(Block.GRASS, Map.of());
        put(world, 24, 16, Block.IRON);
        CraftGoal find = new CraftGoal(Kind.FIND, Resource.IRON);
        int known = 3 * CraftSight.WINDOW + 14;
        assertEquals(0, world.observation(find)[known]);
        for (int i = 0; i < 5; i++) {
            world.act(EAST);
        }
        assertEquals(1, world.observation(find)[known]);
        assertEquals(1, world.observation(find)[known + 1], "three to the east");
        for (int i = 0; i < 5; i++) {
            world.act(3);
        }
        assertEquals(.5f, world.observation(find)[known + 2], "eight to the east, seen before");
        assertEquals(0, world.observation(new CraftGoal(Kind.COLLECT, Resource.IRON))[known], "collecting is by sight");
    }

    @Test
    void animalsWalkAndAreTakenByBareHands() {
        CraftWorld world = meadow(Block.GRASS, Map.of());
        world.alive[0] = true;
        world.animalX[0] = 10;
        world.animalY[0] = 10;
        for (int i = 0; i < 50; i++) {
            world.act(TAKE);
        }
        assertNotEquals(10 * 100 + 10, world.animalX[0] * 100 + world.animalY[0]);
        world.x = world.animalX[0];
        world.y = world.animalY[0] + 1;
        world.heading = NORTH;
        world.act(TAKE);
        assertEquals(Map.of("wool", 1), world.things());
        assertFalse(world.alive[0]);
    }

    @Test
    void equalSeedsGiveEqualMapsAndEverythingIsReached() {
        for (long seed : new long[] {0, 7, CraftWorld.UNSEEN + 3}) {
            CraftWorld one = new CraftWorld();
            CraftWorld other = new CraftWorld();
            one.begin(seed, Map.of());
            other.begin(seed, Map.of());
            assertEquals(one.map(), other.map());
            for (char block : "TRcigsw@".toCharArray()) {
                assertTrue(one.map().indexOf(block) >= 0, block + " of " + seed);
            }
        }
        CraftWorld one = new CraftWorld();
        one.begin(0, Map.of());
        String map = one.map();
        one.begin(1, Map.of());
        assertNotEquals(map, one.map());
        assertThrows(IllegalStateException.class, () -> new CraftWorld().map());
    }
}
