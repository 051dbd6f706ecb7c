package io.github.rlllm.rlplusllm.plan4mc;

import io.github.rlllm.rlplusllm.plan4mc.GraphSkill.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The search of Yuan et al. 2023: depth first from the target through the skill graph, with an inventory that is kept as
 * if every skill succeeded. Immutable.
 *
 * <p>What a skill consumes is set aside as soon as it is there, so that what is made afterwards cannot use it up; what is
 * made beyond the need stays in the inventory for later. Things come before what is near, since getting things walks away
 * from it. A skill is listed when all that it needs is there, which is post-order. A plan replays to its target by
 * {@link Inventory#after}.
 */
public final class SkillSearch {
    /** Getting near one thing can walk away from another; more than so often, they are not near each other. */
    private static final int APPROACHES = 3;
    /** Skills tried for a step of the longest plan: alternatives of alternatives would be tried for ever. */
    private static final int TRIES_PER_STEP = 64;

    private final SkillGraph graph;
    private final int longest;

    /**
     * A search.
     *
     * @param graph the skills
     * @param longest the most steps of a plan, at least 1; a longer one is refused, which bounds the search too
     * @throws IllegalArgumentException if {@code longest} is below 1
     */
    public SkillSearch(SkillGraph graph, int longest) {
        if (longest < 1) {
            throw new IllegalArgumentException("longest: " + longest + " (expected: >= 1)");
        }
        this.graph = graph;
        this.longest = longest;
    }

    /**
     * A plan to have so many of an item.
     *
     * @param inventory what is there
     * @param target the item
     * @param count how many of it, at least 1
     * @return the plan, or what is missing
     * @throws IllegalArgumentException if {@code count} is below 1, or above 1 for what is near
     * @throws IllegalStateException if the plan would be longer than allowed, or too much is tried in vain
     */
    public SkillPlan plan(Inventory inventory, String target, int count) {
        if (count < 1 || GraphSkill.nearby(target) && count > 1) {
            throw new IllegalArgumentException("count of " + target + ": " + count + " (expected: "
                    + (GraphSkill.nearby(target) ? "1" : ">= 1") + ")");
        }
        Search search = new Search(inventory);
        search.get(target, count, false);
        return new SkillPlan(search.missing.isEmpty() ? search.steps : List.of(), search.missing);
    }

    /** One search; plain and mutable, because a plan of 176 steps changes the inventory a thousand times. */
    private final class Search {
        private final Map<String, Integer> have;
        /** Of what is there, what a skill in preparation requires: others may require it too, but not consume it. */
        private final Map<String, Integer> held = new HashMap<>();

        private final List<GraphSkill> steps = new ArrayList<>();
        private final Map<String, Integer> missing = new TreeMap<>();
        private final Set<String> inPreparation = new HashSet<>();
        private long tries;

        Search(Inventory inventory) {
            have = new HashMap<>(inventory.counts());
        }

        /** Makes an item until there are so many; what cannot be made is noted as missing. */
        void get(String item, int count, boolean consumed) {
            int lacking = lacking(item, count, consumed);
            while (missing.isEmpty() && lacking > 0) {
                make(item, lacking);
                lacking = lacking(item, count, consumed);
            }
        }

        private int lacking(String item, int count, boolean consumed) {
            return count - have.getOrDefault(item, 0) + (consumed ? held.getOrDefault(item, 0) : 0);
        }

        /** By the first maker that can; what the first one lacks is what is missing. */
        private void make(String item, int lacking) {
            Map<String, Integer> lackedByFirst = Map.of();
            for (GraphSkill skill : graph.producers(item)) {
                if (!inPreparation.add(skill.name())) {
                    continue; // a circle
                }
                Map<String, Integer> before = new HashMap<>(have);
                int length = steps.size();
                prepareAndRun(skill);
                inPreparation.remove(skill.name());
                if (missing.isEmpty()) {
                    return;
                }
                lackedByFirst = lackedByFirst.isEmpty() ? Map.copyOf(missing) : lackedByFirst;
                missing.clear();
                have.clear();
                have.putAll(before);
                steps.subList(length, steps.size()).clear();
            }
            missing.putAll(lackedByFirst.isEmpty() ? Map.of(item, lacking) : lackedByFirst);
        }

        private void prepareAndRun(GraphSkill skill) {
            if (++tries > (long) TRIES_PER_STEP * longest || steps.size() >= longest) {
                throw new IllegalStateException("plan: at " + skill.name() + " after " + steps.size() + " steps and "
                        + tries + " skills tried (expected: at most " + longest + " steps, " + TRIES_PER_STEP
                        + " tried for each)");
            }
            things(skill.consume(), (item, count) -> {
                get(item, count, true);
                have.merge(item, -count, Integer::sum);
            });
            Map<String, Integer> holding = new HashMap<>();
            things(skill.require(), (item, count) -> {
                get(item, count, false);
                held.merge(item, count, Integer::sum);
                holding.put(item, count);
            });
            Set<String> near = new HashSet<>(skill.consume().keySet());
            near.addAll(skill.require().keySet());
            near.removeIf(item -> !GraphSkill.nearby(item));
            approach(near.stream().sorted().toList());
            holding.forEach((item, count) -> held.merge(item, -count, Integer::sum));
            if (missing.isEmpty()) {
                run(skill);
            }
        }

        private void things(Map<String, Integer> needs, BiConsumer<String, Integer> take) {
            for (Map.Entry<String, Integer> need : needs.entrySet()) {
                if (missing.isEmpty() && !GraphSkill.nearby(need.getKey())) {
                    take.accept(need.getKey(), need.getValue());
                }
            }
        }

        private void approach(List<String> near) {
            for (int round = 0; round < APPROACHES; round++) {
                near.forEach(item -> get(item, 1, false));
            }
            for (String item : near) {
                if (missing.isEmpty() && lacking(item, 1, false) > 0) {
                    missing.put(item, 1);
                }
            }
        }

        /** What it consumes of things is set aside already. */
        private void run(GraphSkill skill) {
            skill.consume().keySet().stream().filter(GraphSkill::nearby).forEach(have::remove);
            if (skill.kind() == Kind.FIND) {
                have.keySet().removeIf(GraphSkill::nearby);
            }
            skill.obtain().forEach((item, count) -> {
                if (GraphSkill.nearby(item)) {
                    have.put(item, 1);
                } else {
                    have.merge(item, count, Math::addExact);
                }
            });
            steps.add(skill);
        }
    }
}
