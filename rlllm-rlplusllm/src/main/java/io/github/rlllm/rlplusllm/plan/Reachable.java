package io.github.rlllm.rlplusllm.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What could ever be there if nothing were used up, and any value at one place of a fact went with any at another: more than
 * is really possible, so that what is unreachable here is so in the world. The work grows with skills, facts and values, not
 * with calls.
 */
final class Reachable {
    /** What is ever there of one form: the most of any of its facts, and the values seen at each place. */
    private static final class Form {
        private int most;
        private final List<Set<String>> values = new ArrayList<>();
    }

    /**
     * A skill as far as this needs it.
     *
     * @param domains parameter to its values
     * @param needs text of a precondition to the fact
     * @param counts text of a precondition to its count
     * @param yields facts that it adds to
     */
    record Node(
            Map<String, List<String>> domains,
            Map<String, Fact> needs,
            Map<String, Integer> counts,
            List<Fact> yields) {}

    private final Map<String, Form> reached = new LinkedHashMap<>();

    /**
     * Everything that can be reached.
     *
     * @param start fact to its count at the start
     * @param skills all skills
     */
    Reachable(Map<Fact, Integer> start, List<Node> skills) {
        start.forEach((fact, count) -> {
            if (count > 0) {
                add(fact, count, Map.of());
            }
        });
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Node skill : skills) {
                Map<String, Set<String>> values = new LinkedHashMap<>();
                if (blocked(skill, values) == null) {
                    for (Fact fact : skill.yields()) {
                        changed |= add(fact, Integer.MAX_VALUE, values);
                    }
                }
            }
        }
    }

    /** The text of the first precondition that is never there, together with those before it; null where all can be. */
    @Nullable
    String blocked(Node skill) {
        return blocked(skill, new LinkedHashMap<>());
    }

    /** The most of a form that is ever there, where something yields it without end the greatest number. */
    int most(Fact fact) {
        Form form = reached.get(fact.form());
        return form == null ? 0 : form.most;
    }

    /** Fills in the values for which each parameter's preconditions can be there. */
    private @Nullable String blocked(Node skill, Map<String, Set<String>> values) {
        skill.domains().forEach((parameter, domain) -> values.put(parameter, new LinkedHashSet<>(domain)));
        for (Map.Entry<String, Fact> need : skill.needs().entrySet()) {
            Fact fact = need.getValue();
            Form form = reached.get(fact.form());
            if (form == null || form.most < skill.counts().getOrDefault(need.getKey(), 1)) {
                return need.getKey();
            }
            for (int i = 0; i < form.values.size(); i++) {
                Set<String> seen = form.values.get(i);
                String place = fact.places().get(i);
                if (Fact.parameter(place)) {
                    Set<String> left = values.get(Fact.name(place));
                    if (left != null && left.removeIf(value -> !seen.contains(value)) && left.isEmpty()) {
                        return need.getKey();
                    }
                } else if (!seen.contains(place)) {
                    return need.getKey();
                }
            }
        }
        return null;
    }

    private boolean add(Fact fact, int count, Map<String, Set<String>> values) {
        Form form = reached.computeIfAbsent(fact.form(), any -> new Form());
        boolean changed = form.most < count;
        form.most = Math.max(form.most, count);
        for (int i = 0; i < fact.places().size(); i++) {
            if (form.values.size() == i) {
                form.values.add(new LinkedHashSet<>());
            }
            String place = fact.places().get(i);
            changed |= form.values
                    .get(i)
                    .addAll(Fact.parameter(place) ? values.getOrDefault(Fact.name(place), Set.of()) : Set.of(place));
        }
        return changed;
    }
}
