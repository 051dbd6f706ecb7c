package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.Control;
import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Policy;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.api.Step;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A policy and the environment it acts in as the work of a skill:
 * {@code Skill.named("go to", "object").affordance(...).does(new PolicySkill<>(...)::run)}. Takes the policy's most
 * probable action at every step. Confined to one thread at a time, as its environment is.
 *
 * @param <O> the type of an observation
 * @param <A> the type of an action
 * @param environment where it acts; an episode is under way
 * @param observation what is seen now, before the first action of this call
 * @param policy the policy for a call
 * @param success whether what is seen fulfils a call
 * @param maxSteps the greatest number of actions of one call, at least 1
 */
public record PolicySkill<O, A>(
        Environment<O, A> environment,
        Supplier<O> observation,
        Function<SkillCall, Policy<O, A>> policy,
        BiPredicate<SkillCall, O> success,
        int maxSteps) {
    /** Checks the record. */
    public PolicySkill {
        Objects.requireNonNull(environment, "environment");
        Objects.requireNonNull(observation, "observation");
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(success, "success");
        if (maxSteps < 1) {
            throw new IllegalArgumentException("maxSteps: " + maxSteps + " (expected: >= 1)");
        }
    }

    /**
     * Acts until the call is fulfilled, the episode ends, the steps are used up or the control says stop.
     *
     * @param call what to do
     * @param control looked at before every action
     * @return how it ended
     */
    public SkillResult run(SkillCall call, Control control) {
        Policy<O, A> actor = policy.apply(call);
        O seen = observation.get();
        Ending ending = Ending.NONE;
        for (int t = 0; t < maxSteps; t++) {
            if (success.test(call, seen)) {
                return new SkillResult(SkillResult.Status.SUCCESS, "");
            }
            if (ending.over()) {
                return new SkillResult(SkillResult.Status.FAILED, "the episode ended");
            }
            if (control.cancelled()) {
                return new SkillResult(SkillResult.Status.CANCELLED, "stopped after " + t + " actions");
            }
            Step<O> step = environment.step(actor.at(seen).mode());
            seen = step.observation();
            ending = step.ending();
        }
        return success.test(call, seen)
                ? new SkillResult(SkillResult.Status.SUCCESS, "")
                : new SkillResult(SkillResult.Status.TIMEOUT, "not reached in " + maxSteps + " actions");
    }
}
