package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.engine.lm.ModelUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a run is, as its events say: the same while it runs and when it is read from a journal. Confined to the run's
 * mailbox.
 */
final class Progress {
    private final List<PlanEvent> history = new ArrayList<>();
    private final Map<SkillCall, Integer> invoked = new HashMap<>();
    private final Set<SkillCall> masked = new HashSet<>();
    private final List<PlanFailure> failures = new ArrayList<>();
    private final Map<String, RunEvent.NotStopped> unstopped = new LinkedHashMap<>();
    private String task = "";
    private String id = "";
    private long seed;
    private int events;
    private int directives;
    private Duration at = Duration.ZERO;
    private ModelUsage spent = ModelUsage.NONE;
    private boolean paused;
    private RunEvent.@Nullable StopReason stop;
    private @Nullable RunEvent pending;
    private RunEvent.@Nullable Finished finished;

    void apply(RunEvent event) {
        events++;
        at = event.at();
        PlanEvent told = event.told();
        if (told != null) {
            history.add(told);
        }
        if (event instanceof RunEvent.Started started) {
            task = started.task();
            seed = started.seed();
            id = started.id();
        } else if (event instanceof RunEvent.Planned planned) {
            planned(planned, planned.spent());
        } else if (event instanceof RunEvent.PlanningFailed failed) {
            planned(null, failed.spent());
        } else if (event instanceof RunEvent.ApprovalRefused refused) {
            masked.add(refused.call());
            pending = null;
        } else if (event instanceof RunEvent.SkillStarted started) {
            invoked.merge(started.call(), 1, Integer::sum);
            pending = started;
            stop = null;
        } else if (event instanceof RunEvent.StopAsked asked) {
            stop = asked.reason();
        } else if (event instanceof RunEvent.SkillEnded ended) {
            ended(ended.call(), ended.result());
        } else if (event instanceof RunEvent.EffectTold effect) {
            effect(effect);
        } else if (event instanceof RunEvent.NotStopped not) {
            not.resources().forEach(resource -> unstopped.put(resource, not));
            failures.add(new PlanFailure.NotStopped(not.call(), not.resources()));
            pending = null;
        } else if (event instanceof RunEvent.Cleared cleared) {
            unstopped.remove(cleared.resource());
        } else if (event instanceof RunEvent.Answered) {
            pending = null;
        } else if (event instanceof RunEvent.Amended) {
            forgetChoice();
        } else if (event instanceof RunEvent.Preempted preempted) {
            task = preempted.task();
            invoked.clear();
            failures.clear();
            forgetChoice();
        } else if (event instanceof RunEvent.Paused) {
            paused = true;
        } else if (event instanceof RunEvent.Resumed) {
            paused = false;
        } else if (event instanceof RunEvent.Finished over) {
            finished = over;
            spend(over.spent());
        }
    }

    private void planned(RunEvent.@Nullable Planned choice, ModelUsage used) {
        directives++;
        spend(used);
        pending = choice;
    }

    private void spend(ModelUsage used) {
        spent = new ModelUsage(
                spent.calls() + used.calls(),
                spent.tokensIn() + used.tokensIn(),
                spent.tokensOut() + used.tokensOut(),
                spent.billionths() + used.billionths(),
                spent.time().plus(used.time()));
    }

    private void ended(SkillCall call, SkillResult result) {
        PlanFailure failure = PlanFailure.of(call, result);
        boolean itsOwn = stop == null || stop == RunEvent.StopReason.TIMEOUT;
        if (failure == null) {
            failures.clear();
        } else if (itsOwn) {
            failures.add(failure);
        }
        pending = null;
    }

    /** What a crash broke off is no failure of the skill's. */
    private void effect(RunEvent.EffectTold told) {
        pending = null;
        switch (told.effect()) {
            case HAPPENED -> failures.clear();
            case DID_NOT_HAPPEN -> invoked.merge(told.call(), -1, Integer::sum);
            case UNKNOWN -> masked.add(told.call());
        }
    }

    /** What was chosen before a person said something, and has not begun, is chosen anew. */
    private void forgetChoice() {
        if (pending instanceof RunEvent.Planned) {
            pending = null;
        }
    }

    /** What came of the run, by its last event. */
    PlanReport report(RunEvent.Finished over) {
        return new PlanReport(
                over.ending(), over.reason(), Optional.ofNullable(failure(over)), history, directives, spent);
    }

    private @Nullable PlanFailure failure(RunEvent.Finished over) {
        return switch (over.ending()) {
            case DONE, GOAL, GAVE_UP -> null;
            case BUDGET -> new PlanFailure.Budget(over.reason());
            case CANCELLED -> new PlanFailure.Cancelled(null);
            case NOT_STOPPED ->
                unstopped.values().stream()
                        .findFirst()
                        .<PlanFailure>map(not -> new PlanFailure.NotStopped(not.call(), not.resources()))
                        .orElse(new PlanFailure.Cancelled(null)); // cleared since
            case NO_PROGRESS -> new PlanFailure.NoProgress(failures);
            case UNAVAILABLE -> new PlanFailure.Unavailable(over.reason());
            case PLANNING_FAILED ->
                new PlanFailure.Planning(
                        history.get(history.size() - 1) instanceof PlannerFailed failed
                                ? failed.cause()
                                : new IllegalStateException(over.reason()));
        };
    }

    String task() {
        return task;
    }

    String id() {
        return id;
    }

    long seed() {
        return seed;
    }

    /** The number of the next event. */
    int events() {
        return events;
    }

    int directives() {
        return directives;
    }

    /** When the last event happened. */
    Duration at() {
        return at;
    }

    ModelUsage spent() {
        return spent;
    }

    boolean paused() {
        return paused;
    }

    List<PlanEvent> history() {
        return history;
    }

    int invoked(SkillCall call) {
        return invoked.getOrDefault(call, 0);
    }

    /** Refused by a person, or of an effect that nobody knows. */
    boolean masked(SkillCall call) {
        return masked.contains(call);
    }

    /** Of the skills that failed one after the other, the last one included. */
    List<PlanFailure> failures() {
        return failures;
    }

    /** Resources that wait for a person, each with the skill that may still act on it, the first one first. */
    Map<String, RunEvent.NotStopped> unstopped() {
        return unstopped;
    }

    /** A choice that was not carried out or a skill whose end is not known; null where nothing is open. */
    @Nullable
    RunEvent pending() {
        return pending;
    }

    RunEvent.@Nullable Finished finished() {
        return finished;
    }
}
