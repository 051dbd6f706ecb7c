package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, of a skill or of a whole run. A run that goes on after a skill's failure tells the planner of it; a run
 * that ends by too many has them in its {@link NoProgress}. Closed. Immutable.
 */
public sealed interface PlanFailure {
    /**
     * A precondition did not hold; nothing was done.
     *
     * @param call what was invoked
     * @param text the skill's words
     */
    record Precondition(SkillCall call, String text) implements PlanFailure {}

    /**
     * The planner threw, answered nothing or chose what is not allowed.
     *
     * @param cause what it threw or the runner's description
     */
    record Planning(RuntimeException cause) implements PlanFailure {}

    /**
     * A skill ran and did not reach its effects, or threw.
     *
     * @param call what was invoked
     * @param text the skill's words
     */
    record Execution(SkillCall call, String text) implements PlanFailure {}

    /**
     * A skill ran out of its time and was stopped.
     *
     * @param call what was invoked
     * @param text in words
     */
    record Timeout(SkillCall call, String text) implements PlanFailure {}

    /**
     * A skill ended because it was told to, or a whole run.
     *
     * @param call the skill that was running; null where none was
     */
    record Cancelled(@Nullable SkillCall call) implements PlanFailure {}

    /**
     * What is needed is not there: a skill's own need, the state of the world, or resources that a person has to clear.
     *
     * @param what is not there, in words
     */
    record Unavailable(String what) implements PlanFailure {}

    /**
     * Something was used up.
     *
     * @param what steps, tokens, money or time
     */
    record Budget(String what) implements PlanFailure {}

    /**
     * Too many skills failed one after the other.
     *
     * @param failures theirs, oldest first
     */
    record NoProgress(List<PlanFailure> failures) implements PlanFailure {
        /** Copies. */
        public NoProgress {
            failures = List.copyOf(failures);
        }
    }

    /**
     * A skill was told to stop and did not.
     *
     * @param call what may still act
     * @param resources nothing is invoked on these until a person has cleared them
     */
    record NotStopped(SkillCall call, Set<String> resources) implements PlanFailure {}

    /**
     * The failure of a skill.
     *
     * @param call what was invoked
     * @param result how it ended
     * @return the failure, or null for a success
     */
    static @Nullable PlanFailure of(SkillCall call, SkillResult result) {
        return switch (result.status()) {
            case SUCCESS -> null;
            case PRECONDITION -> new Precondition(call, result.text());
            case FAILED -> new Execution(call, result.text());
            case TIMEOUT -> new Timeout(call, result.text());
            case CANCELLED -> new Cancelled(call);
            case UNAVAILABLE -> new Unavailable(call + ": " + result.text());
        };
    }
}
