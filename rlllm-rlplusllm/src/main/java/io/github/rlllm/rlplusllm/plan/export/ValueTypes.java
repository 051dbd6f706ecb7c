package io.github.rlllm.rlplusllm.plan.export;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The values of a task by types: domains, and places of facts, that share a value are of one type. Immutable. */
final class ValueTypes {
    /** The language's own type of everything, for where there are no values. */
    static final String NOTHING = "object";

    private final Map<String, Set<String>> types = new TreeMap<>();
    private final Map<String, String> typeOf = new LinkedHashMap<>();
    private final PlanningTask task;

    ValueTypes(PlanningTask task) {
        this.task = task;
        Map<String, Collection<String>> groups = new LinkedHashMap<>();
        Set<String> parameters = new TreeSet<>();
        task.actions().forEach(action -> parameters.addAll(action.parameters()));
        parameters.forEach(name -> groups.put(name, task.domains().getOrDefault(name, List.of())));
        task.forms().forEach((form, places) -> {
            for (int i = 0; i < places.size(); i++) {
                groups.put(form + " " + (i + 1), places.get(i));
            }
        });
        // Each group is merged with all earlier ones that it shares a value with; the first gives the name.
        groups.values().removeIf(Collection::isEmpty);
        groups.forEach((name, values) -> {
            String kept = name;
            Set<String> merged = new TreeSet<>(values);
            for (String other : new ArrayList<>(types.keySet())) {
                Set<String> theirs = Objects.requireNonNull(types.get(other), other);
                if (values.stream().anyMatch(theirs::contains)) {
                    merged.addAll(theirs);
                    types.remove(other);
                    kept = parameters.contains(kept) && kept.compareTo(other) < 0 ? kept : other;
                }
            }
            types.put(kept, merged);
        });
        types.forEach((type, values) -> values.forEach(value -> typeOf.put(value, type)));
    }

    /** The types, in the order of their names. */
    Set<String> all() {
        return types.keySet();
    }

    /** The values of a type, in order; none of {@link #NOTHING}. */
    Set<String> values(String type) {
        return types.getOrDefault(type, Set.of());
    }

    /** The type of a value. */
    String of(String value) {
        return Objects.requireNonNull(typeOf.get(value), value);
    }

    /** The type of a parameter's domain. */
    String ofDomain(String parameter) {
        return ofAll(new HashSet<>(task.domains().getOrDefault(parameter, List.of())));
    }

    /** The type of values that are of one type. */
    String ofAll(Set<String> values) {
        return values.isEmpty() ? NOTHING : of(values.iterator().next());
    }
}
