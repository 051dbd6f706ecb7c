package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.Skill;
import io.github.rlllm.api.SkillCall;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every call of skills, skill by skill, the last argument changing fastest. None is kept: each is made when it is asked for,
 * and whether a call is one of them is answered without making any. Immutable.
 */
final class Calls extends AbstractList<SkillCall> implements RandomAccess {
    private final List<String> names;
    private final List<List<List<String>>> domains;
    /** Where each skill's calls begin, and the number of all. */
    private final int[] begins;

    private final Map<String, List<Set<String>>> known = new HashMap<>();

    /**
     * The calls of skills that have been checked.
     *
     * @throws ArithmeticException if there are more than 2^31 - 1
     */
    Calls(List<? extends Skill<?>> skills, Map<String, List<String>> domains) {
        this.names = skills.stream().map(Skill::name).toList();
        this.domains = skills.stream()
                .map(skill -> skill.parameters().stream()
                        .map(parameter -> Objects.requireNonNull(domains.get(parameter), parameter))
                        .toList())
                .toList();
        this.begins = new int[names.size() + 1];
        for (int i = 0; i < names.size(); i++) {
            int size = 1;
            for (List<String> domain : this.domains.get(i)) {
                size = Math.multiplyExact(size, domain.size());
            }
            begins[i + 1] = Math.addExact(begins[i], size);
            known.put(
                    names.get(i), this.domains.get(i).stream().map(Set::copyOf).toList());
        }
    }

    @Override
    public SkillCall get(int index) {
        Objects.checkIndex(index, size());
        int found = Arrays.binarySearch(begins, index);
        int skill = found >= 0 ? found : -found - 2;
        List<List<String>> values = domains.get(skill);
        String[] arguments = new String[values.size()];
        int rest = index - begins[skill];
        for (int i = arguments.length - 1; i >= 0; i--) {
            List<String> domain = values.get(i);
            arguments[i] = domain.get(rest % domain.size());
            rest /= domain.size();
        }
        return new SkillCall(names.get(skill), List.of(arguments));
    }

    @Override
    public int size() {
        return begins[names.size()];
    }

    @Override
    public boolean contains(@Nullable Object other) {
        if (!(other instanceof SkillCall)) {
            return false;
        }
        SkillCall call = (SkillCall) other;
        List<Set<String>> values = known.get(call.skill());
        if (values == null || values.size() != call.arguments().size()) {
            return false;
        }
        for (int i = 0; i < values.size(); i++) {
            if (!values.get(i).contains(call.arguments().get(i))) {
                return false;
            }
        }
        return true;
    }
}
