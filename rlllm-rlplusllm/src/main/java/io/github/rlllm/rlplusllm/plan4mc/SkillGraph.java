package io.github.rlllm.rlplusllm.plan4mc;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The skills and, through the items that one makes and another needs, the arrows between them. Checked when it is built,
 * and all that is wrong is told at once. Immutable.
 */
public final class SkillGraph {
    private final Map<String, GraphSkill> skills = new LinkedHashMap<>();
    private final Map<String, List<GraphSkill>> producers = new LinkedHashMap<>();
    private final Set<String> given;

    /**
     * A graph.
     *
     * @param skills at least one
     * @param given items that no skill makes and that are only ever there from the start; needs of others are errors
     * @throws IllegalArgumentException with a line for each of: a blank or repeated name, a count below 1, a fact that
     *     something is near counted above 1, a skill that makes nothing, an equipped item that is neither consumed nor
     *     required, an item that is needed and neither made nor given
     */
    public SkillGraph(List<GraphSkill> skills, Set<String> given) {
        this.given = Set.copyOf(given);
        List<String> wrong = new ArrayList<>();
        if (skills.isEmpty()) {
            wrong.add("skills: none (expected: at least one)");
        }
        for (GraphSkill skill : skills) {
            if (skill.name().isBlank()) {
                wrong.add("name: '" + skill.name() + "' (expected: not blank)");
            }
            if (this.skills.put(skill.name(), skill) != null) {
                wrong.add(skill.name() + ": twice (expected: distinct names)");
            }
            skill.obtain()
                    .keySet()
                    .forEach(item -> producers
                            .computeIfAbsent(item, any -> new ArrayList<>())
                            .add(skill));
        }
        // A skill of the item's own name comes first among those that make it.
        producers.forEach((item, makers) -> {
            GraphSkill own = this.skills.get(item);
            if (own != null && makers.remove(own)) {
                makers.add(0, own);
            }
        });
        skills.forEach(skill -> check(skill, given, wrong));
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join(System.lineSeparator(), wrong));
        }
    }

    /**
     * The skills.
     *
     * @return in the order given
     */
    public List<GraphSkill> skills() {
        return List.copyOf(skills.values());
    }

    /**
     * A skill by name.
     *
     * @param name one of the graph
     * @return the skill
     * @throws IllegalArgumentException if there is none of the name
     */
    public GraphSkill skill(String name) {
        GraphSkill skill = skills.get(name);
        if (skill == null) {
            throw new IllegalArgumentException("skill: " + name + " (expected: one of " + skills.keySet() + ")");
        }
        return skill;
    }

    /**
     * The skills that make an item.
     *
     * @param item any item
     * @return that of the item's own name first, then in the order given; empty where nothing makes it
     */
    public List<GraphSkill> producers(String item) {
        return Collections.unmodifiableList(producers.getOrDefault(item, List.of()));
    }

    /**
     * The same without skills that find, and without the needs that they alone met: the paper's ablation, in which a skill
     * has to come near by itself.
     *
     * @return a graph of the other skills
     * @throws IllegalArgumentException if there is no other skill
     */
    public SkillGraph withoutFinding() {
        List<GraphSkill> kept = new ArrayList<>();
        for (GraphSkill skill : skills.values()) {
            if (skill.kind() != GraphSkill.Kind.FIND) {
                kept.add(new GraphSkill(
                        skill.name(),
                        skill.kind(),
                        withoutFound(skill.consume()),
                        withoutFound(skill.require()),
                        skill.equip(),
                        skill.obtain()));
            }
        }
        return new SkillGraph(kept, given);
    }

    private Map<String, Integer> withoutFound(Map<String, Integer> needs) {
        Map<String, Integer> others = new LinkedHashMap<>(needs);
        others.keySet().removeIf(item -> {
            List<GraphSkill> makers = producers(item);
            return !makers.isEmpty() && makers.stream().allMatch(maker -> maker.kind() == GraphSkill.Kind.FIND);
        });
        return others;
    }

    private void check(GraphSkill skill, Set<String> given, List<String> wrong) {
        counts(skill, "consume", skill.consume(), wrong);
        counts(skill, "require", skill.require(), wrong);
        counts(skill, "obtain", skill.obtain(), wrong);
        if (skill.obtain().isEmpty()) {
            wrong.add(skill.name() + ".obtain: nothing (expected: at least one item)");
        }
        Set<String> needed = new LinkedHashSet<>(skill.consume().keySet());
        needed.addAll(skill.require().keySet());
        for (String item : skill.equip()) {
            if (!needed.contains(item)) {
                wrong.add(skill.name() + ".equip: " + item + " (expected: one of what it consumes or requires, "
                        + needed + ")");
            }
        }
        for (String item : needed) {
            if (!producers.containsKey(item) && !given.contains(item)) {
                wrong.add(
                        skill.name() + ": needs " + item + " (expected: an item that a skill makes or that is given)");
            }
        }
    }

    private static void counts(GraphSkill skill, String what, Map<String, Integer> counts, List<String> wrong) {
        counts.forEach((item, count) -> {
            boolean near = GraphSkill.nearby(item);
            if (count < 1 || near && count > 1) {
                wrong.add(skill.name() + "." + what + "[" + item + "]: " + count + " (expected: "
                        + (near ? "1: it is near or not" : ">= 1") + ")");
            }
        });
    }
}
