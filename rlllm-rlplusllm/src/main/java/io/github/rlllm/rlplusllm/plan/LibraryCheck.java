package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.Skill;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Everything that is wrong with a library, each with its place. */
final class LibraryCheck {
    private final Map<String, List<String>> domains;
    private final FactForms forms;
    private final List<String> wrong = new ArrayList<>();

    private LibraryCheck(Map<String, List<String>> domains, FactForms forms) {
        this.domains = domains;
        this.forms = forms;
    }

    /** A line for each error; empty where there is none. Without a start nothing is unreachable. */
    static List<String> errors(
            Map<String, List<String>> domains,
            FactForms forms,
            List<? extends Skill<?>> skills,
            @Nullable Map<String, Integer> start) {
        LibraryCheck check = new LibraryCheck(domains, forms);
        if (skills.isEmpty()) {
            check.wrong.add("skills: none (expected: at least one)");
        }
        check.domains(skills);
        Set<String> names = new HashSet<>();
        long calls = 0;
        List<Reachable.Node> nodes = new ArrayList<>();
        for (int i = 0; i < skills.size(); i++) {
            Skill<?> skill = skills.get(i);
            String at = "skills[" + i + "] " + skill.name();
            if (skill.name().isBlank()) {
                check.wrong.add(at + ".name: '" + skill.name() + "' (expected: not blank)");
            }
            if (!names.add(skill.name())) {
                check.wrong.add(at + ": twice (expected: distinct names)");
            }
            calls = Math.min(Integer.MAX_VALUE + 1L, calls + check.parameters(skill, at));
            nodes.add(check.node(skill, at));
        }
        if (calls > Integer.MAX_VALUE) {
            check.wrong.add("calls: too many (expected: at most " + Integer.MAX_VALUE + " in all)");
        }
        if (start != null) {
            check.reachable(skills, nodes, start);
        }
        return check.wrong;
    }

    /** Of the domains that a skill has a parameter of. */
    private void domains(List<? extends Skill<?>> skills) {
        domains.forEach((name, values) -> {
            if (skills.stream().noneMatch(skill -> skill.parameters().contains(name))) {
                return;
            }
            if (values.isEmpty() || new HashSet<>(values).size() != values.size()) {
                wrong.add("domains[" + name + "]: " + values + " (expected: at least one value, none twice)");
            }
        });
    }

    /** The number of calls, where a domain that is missing counts as one value. */
    private long parameters(Skill<?> skill, String at) {
        Set<String> seen = new HashSet<>();
        long calls = 1;
        for (String parameter : skill.parameters()) {
            List<String> domain = domains.get(parameter);
            if (parameter.isBlank() || !seen.add(parameter)) {
                wrong.add(at + ".parameters: " + skill.parameters() + " (expected: distinct names that are not blank)");
            } else if (domain == null) {
                wrong.add(at + ".parameters[" + parameter + "]: no values (expected: one of the domains "
                        + domains.keySet() + ")");
            } else {
                calls = Math.min(Integer.MAX_VALUE + 1L, calls * domain.size());
            }
        }
        return calls;
    }

    private Reachable.Node node(Skill<?> skill, String at) {
        Map<String, Fact> needs = new LinkedHashMap<>();
        List<Fact> yields = new ArrayList<>();
        facts(skill, at + ".preconditions", skill.preconditions(), (text, fact) -> needs.put(text, fact));
        skill.preconditions().forEach((fact, count) -> {
            if (count < 1) {
                wrong.add(at + ".preconditions[" + fact + "]: " + count + " (expected: >= 1)");
            }
        });
        facts(skill, at + ".effects", skill.effects(), (text, fact) -> {
            if (skill.effects().getOrDefault(text, 0) > 0) {
                yields.add(fact);
            }
        });
        Map<String, List<String>> values = new HashMap<>();
        skill.parameters().forEach(parameter -> {
            List<String> domain = domains.get(parameter);
            if (domain != null) {
                values.put(parameter, domain);
            }
        });
        return new Reachable.Node(values, needs, skill.preconditions(), yields);
    }

    private void facts(Skill<?> skill, String at, Map<String, Integer> facts, BiConsumer<String, Fact> use) {
        for (String text : facts.keySet()) {
            Fact fact = forms.read(text);
            if (fact == null) {
                wrong.add(at + "[" + text + "]: unknown (expected: one of " + forms.declared() + ")");
                continue;
            }
            use.accept(text, fact);
            for (String place : fact.places()) {
                if (Fact.parameter(place) && !skill.parameters().contains(Fact.name(place))) {
                    wrong.add(at + "[" + text + "]: " + place + " (expected: a parameter of " + skill.parameters()
                            + " in braces)");
                }
            }
        }
    }

    private void reachable(List<? extends Skill<?>> skills, List<Reachable.Node> nodes, Map<String, Integer> start) {
        Map<Fact, Integer> given = new LinkedHashMap<>();
        new TreeMap<>(start).forEach((text, count) -> {
            Fact fact = forms.read(text);
            if (fact == null || fact.places().stream().anyMatch(Fact::parameter)) {
                wrong.add("start[" + text + "]: unknown (expected: one of " + forms.declared() + " with values)");
            } else if (count < 0) {
                wrong.add("start[" + text + "]: " + count + " (expected: >= 0)");
            } else {
                given.put(fact, count);
            }
        });
        Reachable reachable = new Reachable(given, nodes);
        for (int i = 0; i < nodes.size(); i++) {
            String never = reachable.blocked(nodes.get(i));
            if (never != null) {
                Reachable.Node node = nodes.get(i);
                int count = node.counts().getOrDefault(never, 1);
                int most = reachable.most(Objects.requireNonNull(node.needs().get(never), never));
                wrong.add("skills[" + i + "] " + skills.get(i).name() + ".preconditions[" + never + "]: " + count
                        + ", which is never there (expected: at the start, or by a skill that can run; "
                        + (most < count ? "the most that is ever there: " + most : "there only with other values")
                        + ")");
            }
        }
    }
}
