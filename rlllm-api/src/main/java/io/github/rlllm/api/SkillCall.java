package io.github.rlllm.api;

import java.util.List;
import java.util.Objects;

/**
 * A skill with its arguments, such as {@code put(red ball, blue box)}. Two calls are equal where name and arguments are.
 *
 * @param skill the skill's name
 * @param arguments its arguments in the order of its parameters
 */
public record SkillCall(String skill, List<String> arguments) {
    /** Checks and copies. */
    public SkillCall {
        Objects.requireNonNull(skill, "skill");
        arguments = List.copyOf(arguments);
    }

    /**
     * A call.
     *
     * @param skill the skill's name
     * @param arguments its arguments
     * @return the call
     */
    public static SkillCall of(String skill, String... arguments) {
        return new SkillCall(skill, List.of(arguments));
    }

    @Override
    public String toString() {
        return arguments.isEmpty() ? skill : skill + "(" + String.join(", ", arguments) + ")";
    }
}
