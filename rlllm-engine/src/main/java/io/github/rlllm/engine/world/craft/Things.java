package io.github.rlllm.engine.world.craft;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** What the agent has, counted. */
final class Things {
    private final TreeMap<String, Integer> counts = new TreeMap<>();

    /** Begins anew with what is given. */
    void reset(Map<String, Integer> given) {
        counts.clear();
        given.forEach(this::add);
    }

    int count(String item) {
        return counts.getOrDefault(item, 0);
    }

    /** Adds so many, or takes away where the number is negative. */
    void add(String item, int number) {
        int now = count(item) + number;
        if (now > 0) {
            counts.put(item, now);
        } else {
            counts.remove(item);
        }
    }

    /** Makes a thing of others where all of them are there, and tells whether they were. */
    boolean make(Recipe recipe) {
        for (Map.Entry<String, Integer> use : recipe.uses().entrySet()) {
            if (count(use.getKey()) < use.getValue()) {
                return false;
            }
        }
        recipe.uses().forEach((item, number) -> add(item, -number));
        add(recipe.item(), recipe.makes());
        return true;
    }

    /** That of the best pickaxe, 0 without. */
    int tier() {
        for (int tier = Resource.TOOLS.length; tier > 0; tier--) {
            if (counts.containsKey(Resource.TOOLS[tier - 1])) {
                return tier;
            }
        }
        return 0;
    }

    Map<String, Integer> view() {
        return Collections.unmodifiableMap(counts);
    }
}
