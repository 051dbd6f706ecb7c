package io.github.rlllm.engine.world.craft;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How one thing is made of others, as the world has it.
 *
 * @param item what is made
 * @param makes how many of it, at least 1
 * @param uses what is used up, item to a number of at least 1
 * @param station what has to be near, {@code table} or {@code furnace}; null where nothing has to
 */
public record Recipe(
        String item,
        int makes,
        Map<String, Integer> uses,
        @Nullable String station) {
    private static final List<Recipe> ALL = List.of(
            hand("planks", 3, Map.of("log", 1)),
            hand("stick", 2, Map.of("planks", 1)),
            hand("table", 1, Map.of("planks", 3)),
            hand("torch", 2, Map.of("stick", 1, "coal", 1)),
            hand("rope", 1, Map.of("wool", 2)),
            hand("painting", 1, Map.of("wool", 1, "stick", 2)),
            at("table", "wooden_pickaxe", Map.of("planks", 2, "stick", 1)),
            at("table", "stone_pickaxe", Map.of("stone", 2, "stick", 1)),
            at("table", "iron_pickaxe", Map.of("iron", 2, "stick", 1)),
            at("table", "furnace", Map.of("stone", 4)),
            at("table", "boots", Map.of("leather", 2)),
            at("table", "bed", Map.of("wool", 3, "planks", 3)),
            at("table", "lantern", Map.of("iron", 1, "torch", 1)),
            at("table", "bucket", Map.of("iron", 2)),
            at("furnace", "iron", Map.of("iron_ore", 1, "coal", 1)));

    /** Copies, in the order of the items' names. */
    public Recipe {
        uses = java.util.Collections.unmodifiableMap(new TreeMap<>(uses));
    }

    /**
     * All recipes.
     *
     * @return an immutable list
     */
    public static List<Recipe> all() {
        return ALL;
    }

    private static Recipe hand(String item, int makes, Map<String, Integer> uses) {
        return new Recipe(item, makes, uses, null);
    }

    private static Recipe at(String station, String item, Map<String, Integer> uses) {
        return new Recipe(item, 1, uses, station);
    }
}
