package io.github.rlllm.api;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.ToDoubleBiFunction;

/** What {@link Skill.Builder} builds: checks at the door, then the functions that were given. */
record BuiltSkill<S>(
        String name,
        List<String> parameters,
        Map<String, Integer> preconditions,
        Map<String, Integer> effects,
        ToDoubleBiFunction<S, List<String>> probability,
        Duration timeout,
        Hazard hazard,
        BiFunction<SkillCall, Control, CompletionStage<SkillResult>> work)
        implements Skill<S> {
    @Override
    public double affordance(S state, List<String> arguments) {
        requireArguments(arguments);
        double p = probability.applyAsDouble(state, arguments);
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalStateException(
                    "affordance of " + new SkillCall(name, arguments) + ": " + p + " (expected: from 0 to 1)");
        }
        return p;
    }

    @Override
    public CompletionStage<SkillResult> start(SkillCall call, Control control) {
        if (!call.skill().equals(name)) {
            throw new IllegalArgumentException("call: " + call + " (expected: a call of " + name + ")");
        }
        requireArguments(call.arguments());
        return work.apply(call, control);
    }

    private void requireArguments(List<String> arguments) {
        if (arguments.size() != parameters.size()) {
            throw new IllegalArgumentException(
                    "arguments of " + name + ": " + arguments + " (expected: one for each of " + parameters + ")");
        }
    }
}
