package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The skills that planner and runner agree on, with everything that their parameters may stand for. Validated when it is
 * built. Immutable; as thread-safe as its skills.
 *
 * @param <S> the type of the state
 */
public final class SkillLibrary<S> {
    private static final Pattern BRACES = Pattern.compile("\\{([^{}]*)\\}");

    private final Map<String, Skill<S>> skills = new LinkedHashMap<>();
    private final List<SkillCall> calls;
    private final Set<SkillCall> known;

    /**
     * Checks and builds the library.
     *
     * @param domains parameter name to what it may stand for, such as {@code object} to all objects
     * @param facts every fact that preconditions and effects may name; parameters in braces, {@code carrying {object}}
     * @param skills at least one, with distinct names
     * @throws IllegalArgumentException if names repeat, a parameter has no domain or a blank or repeated name, or a fact
     *     is not known or names a parameter that its skill does not have
     */
    public SkillLibrary(Map<String, List<String>> domains, Set<String> facts, List<Skill<S>> skills) {
        if (skills.isEmpty()) {
            throw new IllegalArgumentException("skills: none (expected: at least one)");
        }
        Set<String> shapes = new HashSet<>();
        facts.forEach(fact -> shapes.add(shape(fact)));
        List<SkillCall> all = new ArrayList<>();
        for (Skill<S> skill : skills) {
            if (this.skills.put(skill.name(), skill) != null) {
                throw new IllegalArgumentException("skill: " + skill.name() + " twice (expected: distinct names)");
            }
            checkParameters(skill, domains);
            checkFacts(skill, "preconditions", skill.preconditions(), facts, shapes);
            checkFacts(skill, "effects", skill.effects(), facts, shapes);
            ground(skill, domains, List.of(), all);
        }
        this.calls = List.copyOf(all);
        this.known = Set.copyOf(all);
    }

    /**
     * Every call that the library allows, skill by skill in the order given.
     *
     * @return an immutable list
     */
    public List<SkillCall> calls() {
        return calls;
    }

    /**
     * The skill of a call.
     *
     * @param call one of {@link #calls()}
     * @return the skill
     * @throws IllegalArgumentException if the call is not one of the library
     */
    public Skill<S> skill(SkillCall call) {
        Skill<S> skill = skills.get(call.skill());
        if (skill == null || !known.contains(call)) {
            throw new IllegalArgumentException("call: " + call + " (expected: one of the " + calls.size()
                    + " calls of the skills " + skills.keySet() + ")");
        }
        return skill;
    }

    /**
     * The affordance of a call.
     *
     * @param state the present state
     * @param call one of {@link #calls()}
     * @return the probability of success, from 0 to 1
     * @throws IllegalStateException if the skill's value is not a probability
     */
    public double affordance(S state, SkillCall call) {
        double p = skill(call).affordance(state, call.arguments());
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalStateException("affordance of " + call + ": " + p + " (expected: from 0 to 1)");
        }
        return p;
    }

    private static <S> void ground(
            Skill<S> skill, Map<String, List<String>> domains, List<String> arguments, List<SkillCall> into) {
        if (arguments.size() == skill.parameters().size()) {
            into.add(new SkillCall(skill.name(), arguments));
            return;
        }
        for (String value : domains.getOrDefault(skill.parameters().get(arguments.size()), List.of())) {
            List<String> longer = new ArrayList<>(arguments);
            longer.add(value);
            ground(skill, domains, longer, into);
        }
    }

    private static void checkParameters(Skill<?> skill, Map<String, List<String>> domains) {
        Set<String> seen = new HashSet<>();
        for (String parameter : skill.parameters()) {
            List<String> domain = domains.get(parameter);
            if (parameter.isBlank() || !seen.add(parameter)) {
                throw new IllegalArgumentException("parameters of " + skill.name() + ": " + skill.parameters()
                        + " (expected: distinct names that are not blank)");
            }
            if (domain == null || domain.isEmpty() || new HashSet<>(domain).size() != domain.size()) {
                throw new IllegalArgumentException("domain of " + parameter + " of " + skill.name() + ": " + domain
                        + " (expected: at least one value, none twice; known domains: " + domains.keySet() + ")");
            }
        }
    }

    private static void checkFacts(
            Skill<?> skill, String what, Map<String, Integer> named, Set<String> facts, Set<String> shapes) {
        for (String fact : named.keySet()) {
            if (!shapes.contains(shape(fact))) {
                throw new IllegalArgumentException(
                        what + " of " + skill.name() + ": '" + fact + "' (expected: one of " + facts + ")");
            }
            Matcher braces = BRACES.matcher(fact);
            while (braces.find()) {
                if (!skill.parameters().contains(braces.group(1))) {
                    throw new IllegalArgumentException(what + " of " + skill.name() + ": '" + fact
                            + "' (expected: a parameter of " + skill.parameters() + " in braces)");
                }
            }
        }
    }

    private static String shape(String fact) {
        return BRACES.matcher(fact).replaceAll("{}");
    }
}
