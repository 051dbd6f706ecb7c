package io.github.rlllm.api;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.ToDoubleBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Skill.Builder} builds: checks at the door, then the functions that were given. Work that throws, or whose
 * stage fails, becomes a failed result.
 */
final class BuiltSkill<S> implements Skill<S> {
    private final String name;
    private final List<String> parameters;
    private final Map<String, Integer> preconditions;
    private final Map<String, Integer> effects;
    private final ToDoubleBiFunction<S, List<String>> probability;
    private final Duration timeout;
    private final Duration stopTimeout;
    private final Hazard hazard;
    private final Set<String> resources;
    private final BiFunction<SkillCall, Control, CompletionStage<SkillResult>> work;

    BuiltSkill(Builder<S> built, BiFunction<SkillCall, Control, CompletionStage<SkillResult>> work) {
        this.name = built.name;
        this.parameters = built.parameters;
        this.preconditions = built.preconditions;
        this.effects = built.effects;
        this.probability = built.affordance;
        this.timeout = built.timeout;
        this.stopTimeout = built.stopTimeout;
        this.hazard = built.hazard;
        this.resources = built.resources;
        this.work = work;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> parameters() {
        return parameters;
    }

    @Override
    public Map<String, Integer> preconditions() {
        return preconditions;
    }

    @Override
    public Map<String, Integer> effects() {
        return effects;
    }

    @Override
    public Duration timeout() {
        return timeout;
    }

    @Override
    public Duration stopTimeout() {
        return stopTimeout;
    }

    @Override
    public Hazard hazard() {
        return hazard;
    }

    @Override
    public Set<String> resources() {
        return resources;
    }

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
        @Nullable CompletionStage<SkillResult> stage;
        try {
            stage = work.apply(call, control);
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(failed(call, e));
        }
        if (stage == null) {
            return CompletableFuture.completedFuture(failed(call, null));
        }
        return stage.handle((result, failure) -> {
            if (failure instanceof Error error) {
                throw error;
            }
            return failure == null && result != null ? result : failed(call, failure);
        });
    }

    private static SkillResult failed(SkillCall call, @Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return new SkillResult(
                SkillResult.Status.FAILED, call + " threw " + (cause == null ? "nothing and gave no result" : cause));
    }

    private void requireArguments(List<String> arguments) {
        if (arguments.size() != parameters.size()) {
            throw new IllegalArgumentException(
                    "arguments of " + name + ": " + arguments + " (expected: one for each of " + parameters + ")");
        }
    }
}
