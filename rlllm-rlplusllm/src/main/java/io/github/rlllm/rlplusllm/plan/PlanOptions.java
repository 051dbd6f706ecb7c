package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.Hazard;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.engine.lm.ModelUsage;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a plan is run.
 *
 * @param <S> the type of the state
 * @param limits where it ends at the latest
 * @param forbidden calls that are never offered and never run, whatever a prompt says
 * @param approval hazards of which the supervisor is asked before every call
 * @param goal ends the run where it holds, besides the planner's own done; never by default
 * @param replan looked at every 20 ms while a call runs, with the present state: where it holds, the skill is stopped and
 *     the planner asked anew; null by default. After a skill the planner is always asked anew
 * @param supervisor approves hazards and answers questions
 * @param seed of the planner's randomness, which each step has its own of: the same after a crash as without
 * @param recording what is kept and told
 */
public record PlanOptions<S>(
        Limits limits,
        Predicate<SkillCall> forbidden,
        Predicate<Hazard> approval,
        Predicate<S> goal,
        @Nullable BiPredicate<S, SkillCall> replan,
        Supervisor supervisor,
        long seed,
        Recording recording) {
    /** Checks the record. */
    public PlanOptions {
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(forbidden, "forbidden");
        Objects.requireNonNull(approval, "approval");
        Objects.requireNonNull(goal, "goal");
        Objects.requireNonNull(supervisor, "supervisor");
        Objects.requireNonNull(recording, "recording");
    }

    /**
     * Nothing forbidden, no goal but done, nobody watching, and so nothing invoked that cannot be undone.
     *
     * @param <S> the type of the state
     * @return {@link Limits#defaults()} and {@link Supervisor#absent()}, who is asked of what is {@link Hazard#IRREVERSIBLE}
     *     or {@link Hazard#DANGEROUS}; seed 0; {@link Recording#none()}
     */
    public static <S> PlanOptions<S> defaults() {
        return new PlanOptions<>(
                Limits.defaults(),
                call -> false,
                hazard -> hazard == Hazard.IRREVERSIBLE || hazard == Hazard.DANGEROUS,
                state -> false,
                null,
                Supervisor.absent(),
                0,
                Recording.none());
    }

    /**
     * The same with other limits.
     *
     * @param value the limits
     * @return a changed copy
     */
    public PlanOptions<S> withLimits(Limits value) {
        return new PlanOptions<>(value, forbidden, approval, goal, replan, supervisor, seed, recording);
    }

    /**
     * The same with forbidden calls.
     *
     * @param value true for what must never run
     * @return a changed copy
     */
    public PlanOptions<S> withForbidden(Predicate<SkillCall> value) {
        return new PlanOptions<>(limits, value, approval, goal, replan, supervisor, seed, recording);
    }

    /**
     * The same with another need of approval.
     *
     * @param value true for hazards of which the supervisor is asked
     * @return a changed copy
     */
    public PlanOptions<S> withApproval(Predicate<Hazard> value) {
        return new PlanOptions<>(limits, forbidden, value, goal, replan, supervisor, seed, recording);
    }

    /**
     * The same with a goal.
     *
     * @param value true where the task is fulfilled
     * @return a changed copy
     */
    public PlanOptions<S> withGoal(Predicate<S> value) {
        return new PlanOptions<>(limits, forbidden, approval, value, replan, supervisor, seed, recording);
    }

    /**
     * The same with a trigger.
     *
     * @param value true where the running call makes no sense any more
     * @return a changed copy
     */
    public PlanOptions<S> withReplan(BiPredicate<S, SkillCall> value) {
        return new PlanOptions<>(limits, forbidden, approval, goal, value, supervisor, seed, recording);
    }

    /**
     * The same with a supervisor.
     *
     * @param value who approves and answers
     * @return a changed copy
     */
    public PlanOptions<S> withSupervisor(Supervisor value) {
        return new PlanOptions<>(limits, forbidden, approval, goal, replan, value, seed, recording);
    }

    /**
     * The same with another seed.
     *
     * @param value the seed
     * @return a changed copy
     */
    public PlanOptions<S> withSeed(long value) {
        return new PlanOptions<>(limits, forbidden, approval, goal, replan, supervisor, value, recording);
    }

    /**
     * The same with a meter.
     *
     * @param value what the planner's models have used so far
     * @return a changed copy
     */
    public PlanOptions<S> withMeter(Supplier<ModelUsage> value) {
        return withRecording(new Recording(value, recording.trace(), recording.journal()));
    }

    /**
     * The same with a trace.
     *
     * @param value sees every event
     * @return a changed copy
     */
    public PlanOptions<S> withTrace(Consumer<RunEvent> value) {
        return withRecording(new Recording(recording.meter(), value, recording.journal()));
    }

    /**
     * The same with a journal.
     *
     * @param file new or empty for {@link PlanRunner#execute}, that of a broken-off run for {@link PlanRunner#resume}
     * @return a changed copy
     */
    public PlanOptions<S> withJournal(Path file) {
        return withRecording(new Recording(recording.meter(), recording.trace(), file));
    }

    private PlanOptions<S> withRecording(Recording value) {
        return new PlanOptions<>(limits, forbidden, approval, goal, replan, supervisor, seed, value);
    }
}
