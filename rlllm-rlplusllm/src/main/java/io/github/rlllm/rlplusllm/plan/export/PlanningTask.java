package io.github.rlllm.rlplusllm.plan.export;

import io.github.rlllm.api.Skill;
import io.github.rlllm.rlplusllm.plan.Fact;
import io.github.rlllm.rlplusllm.plan.SkillLibrary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Skills, a start and a goal, as programs know them that plan by counting.
 *
 * @param name of the task
 * @param domains parameter name to its values
 * @param forms every form of a fact with the values that may stand at each of its places
 * @param actions what can be done
 * @param start fact to its count at the start; what is not named is not there
 * @param goal fact to the least number of it
 */
public record PlanningTask(
        String name,
        Map<String, List<String>> domains,
        Map<String, List<Set<String>>> forms,
        List<Action> actions,
        Map<Fact, Integer> start,
        Map<Fact, Integer> goal) {

    /**
     * A skill. What is used up must be there: {@code needs} says so, also where the skill's preconditions do not.
     *
     * @param name unique in a task
     * @param parameters its parameters
     * @param needs fact to the least number of it
     * @param changes fact to the number added or, negative, used up
     * @param sets fact to what its count is afterwards, whatever it was; a fact is changed or set, not both
     */
    public record Action(
            String name,
            List<String> parameters,
            Map<Fact, Integer> needs,
            Map<Fact, Integer> changes,
            Map<Fact, Integer> sets) {
        /** Copies, and adds what is used up to what is needed. */
        public Action {
            Objects.requireNonNull(name, "name");
            parameters = List.copyOf(parameters);
            Map<Fact, Integer> all = new LinkedHashMap<>(needs);
            changes.forEach((fact, change) -> {
                if (change < 0) {
                    all.merge(fact, -change, Math::max);
                }
            });
            needs = Collections.unmodifiableMap(all);
            changes = Collections.unmodifiableMap(new LinkedHashMap<>(changes));
            sets = Collections.unmodifiableMap(new LinkedHashMap<>(sets));
            for (Fact fact : sets.keySet()) {
                if (changes.containsKey(fact)) {
                    throw new IllegalArgumentException(
                            "sets of " + name + ": " + fact + " is changed too (expected: one of both)");
                }
            }
        }
    }

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if start or goal name a parameter, or count below 0
     */
    public PlanningTask {
        Objects.requireNonNull(name, "name");
        checkCounts("start", start);
        checkCounts("goal", goal);
        domains = Collections.unmodifiableMap(new LinkedHashMap<>(domains));
        forms = Collections.unmodifiableMap(new LinkedHashMap<>(forms));
        actions = List.copyOf(actions);
        start = Collections.unmodifiableMap(new LinkedHashMap<>(start));
        goal = Collections.unmodifiableMap(new LinkedHashMap<>(goal));
    }

    /**
     * The task of a library.
     *
     * @param name of the task
     * @param library the skills
     * @param start fact to its count at the start, such as {@link SkillLibrary#start}
     * @param goal fact to the least number of it
     * @return the task
     * @throws IllegalArgumentException if a fact is not known to the library
     */
    public static PlanningTask of(
            String name, SkillLibrary<?> library, Map<String, Integer> start, Map<String, Integer> goal) {
        Map<String, List<Set<String>>> forms = new LinkedHashMap<>();
        library.forms()
                .forEach((form, values) -> forms.put(
                        form,
                        new ArrayList<>(values.stream()
                                .<Set<String>>map(LinkedHashSet::new)
                                .toList())));
        List<Action> actions = new ArrayList<>();
        for (Skill<?> skill : library.skills()) {
            Map<Fact, Integer> needs = facts(library, skill.preconditions());
            Map<Fact, Integer> changes = facts(library, skill.effects());
            List<Fact> all = new ArrayList<>(needs.keySet());
            all.addAll(changes.keySet());
            all.forEach(fact -> widen(fact, library.domains(), forms));
            actions.add(new Action(skill.name(), skill.parameters(), needs, changes, Map.of()));
        }
        return new PlanningTask(name, library.domains(), forms, actions, facts(library, start), facts(library, goal));
    }

    private static void checkCounts(String what, Map<Fact, Integer> counts) {
        counts.forEach((fact, count) -> {
            if (count < 0 || fact.places().stream().anyMatch(Fact::parameter)) {
                throw new IllegalArgumentException(
                        what + "[" + fact + "]: " + count + " (expected: >= 0, of a fact without parameters)");
            }
        });
    }

    /** A skill's parameter may range over more than the declaration's. */
    private static void widen(Fact fact, Map<String, List<String>> domains, Map<String, List<Set<String>>> forms) {
        List<Set<String>> values = Objects.requireNonNull(forms.get(fact.form()), fact.form());
        for (int i = 0; i < values.size(); i++) {
            String place = fact.places().get(i);
            if (Fact.parameter(place)) {
                values.get(i).addAll(domains.getOrDefault(place.substring(1, place.length() - 1), List.of()));
            }
        }
    }

    private static Map<Fact, Integer> facts(SkillLibrary<?> library, Map<String, Integer> counts) {
        Map<Fact, Integer> facts = new LinkedHashMap<>();
        new TreeMap<>(counts).forEach((fact, count) -> facts.merge(library.fact(fact), count, Integer::sum));
        return facts;
    }
}
