package io.github.rlllm.examples.plan;

import io.github.rlllm.rlplusllm.plan4mc.Inventory;
import io.github.rlllm.rlplusllm.plan4mc.SkillGraph;
import io.github.rlllm.rlplusllm.plan4mc.SkillSearch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A thing to get in the crafting world, beginning with nothing.
 *
 * @param target the item
 * @param length the skills of the plan from nothing, at least 1
 */
record CraftTask(String target, int length) {
    /** How long a chain is. */
    enum Chain {
        /** At most 10 skills. */
        SHORT,
        /** 11 to 30. */
        MIDDLE,
        /** More than 30: tools that open ores for the next tools. */
        LONG;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Four of each chain. */
    static final List<String> TARGETS = List.of(
            "stick",
            "table_nearby",
            "painting",
            "wooden_pickaxe",
            "torch",
            "bed",
            "stone_pickaxe",
            "furnace_nearby",
            "iron",
            "lantern",
            "iron_pickaxe",
            "gem");

    private static final int LONGEST = 1_000;

    /** Tasks with the lengths of their plans in a graph. */
    static List<CraftTask> of(List<String> targets, SkillGraph graph) {
        SkillSearch search = new SkillSearch(graph, LONGEST);
        List<CraftTask> tasks = new ArrayList<>();
        for (String target : targets) {
            tasks.add(new CraftTask(
                    target, search.plan(Inventory.empty(), target, 1).steps().size()));
        }
        return tasks;
    }

    Chain chain() {
        return length <= 10 ? Chain.SHORT : length <= 30 ? Chain.MIDDLE : Chain.LONG;
    }
}
