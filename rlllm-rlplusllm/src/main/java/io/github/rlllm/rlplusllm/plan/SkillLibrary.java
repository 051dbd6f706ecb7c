package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The skills that planner and runner agree on, with everything that their parameters may stand for. Validated when it is
 * built, with all errors told at once. Calls are made when they are asked for: a library of a million calls costs what its
 * skills and domains cost. Immutable; as thread-safe as its skills.
 *
 * @param <S> the type of the state
 */
public final class SkillLibrary<S> {
    private final Map<String, List<String>> domains;
    private final FactForms forms;
    private final Map<String, Skill<S>> skills = new LinkedHashMap<>();
    private final Map<String, Integer> start;
    private final Calls calls;

    /**
     * Checks and builds the library. What the world has at the start is not told, so that no precondition counts as
     * unreachable.
     *
     * @param domains parameter name to what it may stand for, such as {@code object} to all objects
     * @param facts every fact that preconditions and effects may name; parameters in braces, {@code carrying {object}}
     * @param skills at least one, with distinct names
     * @throws IllegalArgumentException with a line for each error, as below
     */
    public SkillLibrary(Map<String, List<String>> domains, Set<String> facts, List<Skill<S>> skills) {
        this(domains, facts, skills, null);
    }

    /**
     * Checks and builds the library, also that every skill can ever run.
     *
     * @param domains parameter name to what it may stand for, such as {@code object} to all objects
     * @param facts every fact that preconditions, effects and the start may name; parameters in braces,
     *     {@code carrying {object}}. In a skill a value may stand for a parameter, {@code carrying ball}
     * @param skills at least one, with distinct names
     * @param start fact to its count before the first skill, at least 0, and what is not named is not there; null
     *     where it is not known, and then nothing counts as unreachable
     * @throws IllegalArgumentException with a line for each of: a blank or repeated name; a domain without values or with one
     *     twice; a parameter that is blank, repeated or without values; a fact that is not known, names no parameter of its
     *     skill, or is counted wrongly; a precondition that is never there, whatever skills run; more than 2^31 - 1 calls
     */
    public SkillLibrary(
            Map<String, List<String>> domains,
            Set<String> facts,
            List<Skill<S>> skills,
            @Nullable Map<String, Integer> start) {
        Map<String, List<String>> copy = new TreeMap<>();
        domains.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        this.domains = Collections.unmodifiableMap(copy);
        this.forms = new FactForms(facts, this.domains);
        List<String> wrong = LibraryCheck.errors(this.domains, forms, skills, start);
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join(System.lineSeparator(), wrong));
        }
        skills.forEach(skill -> this.skills.put(skill.name(), skill));
        this.start = start == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(start));
        this.calls = new Calls(skills, this.domains);
    }

    /**
     * Every call that the library allows, skill by skill in the order given, the last argument changing fastest.
     *
     * @return an immutable list that makes each call when it is asked for; {@code contains} makes none
     */
    public List<SkillCall> calls() {
        return calls;
    }

    /**
     * The skills.
     *
     * @return in the order given
     */
    public List<Skill<S>> skills() {
        return List.copyOf(skills.values());
    }

    /**
     * What parameters may stand for.
     *
     * @return parameter name to values, in the order of the names
     */
    public Map<String, List<String>> domains() {
        return domains;
    }

    /**
     * The declared facts.
     *
     * @return in the order of their texts
     */
    public Set<String> facts() {
        return Collections.unmodifiableSet(forms.declared());
    }

    /**
     * The forms of the declared facts.
     *
     * @return form to the values that may stand at each of its places
     */
    public Map<String, List<Set<String>>> forms() {
        return forms.forms();
    }

    /**
     * What is there before the first skill.
     *
     * @return fact to its count, in the order of the facts; empty where no start was given
     */
    public Map<String, Integer> start() {
        return start;
    }

    /**
     * Takes a fact apart.
     *
     * @param fact as a skill, a start or a goal names it
     * @return its form and what stands at its places
     * @throws IllegalArgumentException if no such fact is declared
     */
    public Fact fact(String fact) {
        Fact read = forms.read(fact);
        if (read == null) {
            throw new IllegalArgumentException("fact: " + fact + " (expected: one of " + forms.declared() + ")");
        }
        return read;
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
        if (skill == null || !calls.contains(call)) {
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
}
