package io.github.rlllm.rlplusllm.plan4mc;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How many of each item there are, and what is near. Immutable.
 *
 * @param counts item to its number, at least 1; what is not named is not there
 */
public record Inventory(Map<String, Integer> counts) {
    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if a number is negative, or what is near is counted above 1
     */
    public Inventory {
        TreeMap<String, Integer> copy = new TreeMap<>();
        counts.forEach((item, count) -> {
            if (count < 0 || GraphSkill.nearby(item) && count > 1) {
                throw new IllegalArgumentException(item + ": " + count + " (expected: "
                        + (GraphSkill.nearby(item) ? "0 or 1: it is near or not" : ">= 0") + ")");
            }
            if (count > 0) {
                copy.put(item, count);
            }
        });
        counts = Collections.unmodifiableMap(copy);
    }

    /**
     * An inventory without anything.
     *
     * @return the empty inventory
     */
    public static Inventory empty() {
        return new Inventory(Map.of());
    }

    /**
     * The number of an item.
     *
     * @param item any item
     * @return at least 0
     */
    public int count(String item) {
        return counts.getOrDefault(Objects.requireNonNull(item, "item"), 0);
    }

    /**
     * Whether a skill has what it consumes and requires.
     *
     * @param skill a skill
     * @return true where all of it is there
     */
    public boolean allows(GraphSkill skill) {
        return has(skill.consume()) && has(skill.require());
    }

    /**
     * What a skill leaves where it succeeds: the consumed is gone, finding walks away from what was near, the obtained is
     * there.
     *
     * @param skill a skill that is {@link #allows allowed}
     * @return the inventory after it
     * @throws IllegalArgumentException if something that it needs is not there
     */
    public Inventory after(GraphSkill skill) {
        if (!allows(skill)) {
            throw new IllegalArgumentException("skill: " + skill.name() + " with " + counts + " (expected: consume "
                    + skill.consume() + ", require " + skill.require() + ")");
        }
        TreeMap<String, Integer> next = new TreeMap<>(counts);
        skill.consume().forEach((item, count) -> next.merge(item, -count, Integer::sum));
        if (skill.kind() == GraphSkill.Kind.FIND) {
            next.keySet().removeIf(GraphSkill::nearby);
        }
        skill.obtain().forEach((item, count) -> {
            if (GraphSkill.nearby(item)) {
                next.put(item, 1);
            } else {
                next.merge(item, count, Math::addExact);
            }
        });
        return new Inventory(next);
    }

    private boolean has(Map<String, Integer> needed) {
        return needed.entrySet().stream().allMatch(need -> count(need.getKey()) >= need.getValue());
    }
}
