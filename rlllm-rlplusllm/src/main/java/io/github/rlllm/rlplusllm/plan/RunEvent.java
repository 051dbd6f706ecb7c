package io.github.rlllm.rlplusllm.plan;

import io.github.rlllm.api.Directive;
import io.github.rlllm.api.Hazard;
import io.github.rlllm.api.PlanEvent;
import io.github.rlllm.api.SkillCall;
import io.github.rlllm.api.SkillResult;
import io.github.rlllm.engine.lm.ModelUsage;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a run. Events are numbered from 0 without a gap, each is in the journal before anybody sees it, and the
 * state of a run is what its events say and nothing else. Immutable.
 */
public sealed interface RunEvent {
    /**
     * Its place among the events of the run.
     *
     * @return from 0
     */
    int number();

    /**
     * When it happened, by the runner's clock.
     *
     * @return the time since the run was started; the time between a crash and its resume does not count
     */
    Duration at();

    /**
     * The event in words.
     *
     * @return one line
     */
    String text();

    /**
     * What planners are told of it.
     *
     * @return the event of their history, or null where they are told nothing
     */
    default @Nullable PlanEvent told() {
        return null;
    }

    /** Why a running skill was told to stop. */
    enum StopReason {
        /** The run was cancelled. */
        CANCELLED,
        /** Its own time or the run's was over. */
        TIMEOUT,
        /** Another task came. */
        NEW_TASK,
        /** {@link PlanOptions#replan} held. */
        REPLAN
    }

    /**
     * The run began.
     *
     * @param number its number, 0
     * @param at zero
     * @param task what is asked for
     * @param seed of the planner's randomness
     * @param id of the run, unlike that of any other run: idempotency keys begin with it
     */
    record Started(int number, Duration at, String task, long seed, String id) implements RunEvent {
        @Override
        public String text() {
            return line("runner: starts " + task);
        }
    }

    /**
     * The run goes on after a crash.
     *
     * @param number its number
     * @param at when
     */
    record Recovered(int number, Duration at) implements RunEvent {
        @Override
        public String text() {
            return "runner: goes on from its journal";
        }
    }

    /**
     * The planner has chosen.
     *
     * @param number its number
     * @param at when
     * @param directive what it wants
     * @param spent what the models have used since the last choice
     */
    record Planned(int number, Duration at, Directive directive, ModelUsage spent) implements RunEvent {
        @Override
        public String text() {
            return line("planner: "
                    + directive.<String>fold(
                            SkillCall::toString,
                            question -> "asks " + question,
                            () -> "done",
                            reason -> "gives up: " + reason));
        }
    }

    /**
     * The planner threw, or chose what is not allowed.
     *
     * @param number its number
     * @param at when
     * @param failure what it threw; read from a journal it is its text alone
     * @param spent what the models have used since the last choice
     */
    record PlanningFailed(int number, Duration at, PlannerFailed failure, ModelUsage spent) implements RunEvent {
        @Override
        public String text() {
            return failure.text();
        }

        @Override
        public PlanEvent told() {
            return failure;
        }
    }

    /**
     * A person is asked whether a call may be invoked.
     *
     * @param number its number
     * @param at when
     * @param call what the planner chose
     * @param hazard what can go wrong
     */
    record ApprovalAsked(int number, Duration at, SkillCall call, Hazard hazard) implements RunEvent {
        @Override
        public String text() {
            return line("runner: may " + call + " be invoked? " + hazard);
        }
    }

    /**
     * The person approves.
     *
     * @param number its number
     * @param at when
     * @param call what may be invoked, once
     */
    record ApprovalGiven(int number, Duration at, SkillCall call) implements RunEvent {
        @Override
        public String text() {
            return line("supervisor: approves " + call);
        }
    }

    /**
     * The person refuses.
     *
     * @param number its number
     * @param at when
     * @param call what is masked for the rest of the run
     */
    record ApprovalRefused(int number, Duration at, SkillCall call) implements RunEvent {
        @Override
        public String text() {
            return line("supervisor: refuses " + call);
        }

        @Override
        public PlanEvent told() {
            return PlanEvent.said("supervisor", "refuses " + call);
        }
    }

    /**
     * A skill is about to be started.
     *
     * @param number its number
     * @param at when
     * @param call what is invoked
     * @param key the idempotency key that the skill is given
     */
    record SkillStarted(int number, Duration at, SkillCall call, String key) implements RunEvent {
        @Override
        public String text() {
            return line("runner: starts " + call);
        }
    }

    /**
     * The running skill is told to stop.
     *
     * @param number its number
     * @param at when
     * @param call what runs
     * @param key its key
     * @param reason why
     */
    record StopAsked(int number, Duration at, SkillCall call, String key, StopReason reason) implements RunEvent {
        @Override
        public String text() {
            return line("runner: stops " + call + ": " + reason);
        }
    }

    /**
     * A skill has ended, and what it moved has stopped.
     *
     * @param number its number
     * @param at when
     * @param call what was invoked
     * @param key its key
     * @param result how it ended
     */
    record SkillEnded(int number, Duration at, SkillCall call, String key, SkillResult result) implements RunEvent {
        @Override
        public String text() {
            return told().text();
        }

        @Override
        public PlanEvent told() {
            return PlanEvent.executed(call, result);
        }
    }

    /**
     * A person has told what became of a call that a crash broke off.
     *
     * @param number its number
     * @param at when
     * @param call what was invoked
     * @param key its key
     * @param effect what is known
     */
    record EffectTold(int number, Duration at, SkillCall call, String key, Supervisor.Effect effect)
            implements RunEvent {
        @Override
        public String text() {
            return told().text();
        }

        @Override
        public PlanEvent told() {
            return PlanEvent.executed(
                    call,
                    switch (effect) {
                        case HAPPENED -> new SkillResult(SkillResult.Status.SUCCESS, "");
                        case DID_NOT_HAPPEN ->
                            new SkillResult(SkillResult.Status.FAILED, "broken off before it was done");
                        case UNKNOWN ->
                            new SkillResult(SkillResult.Status.FAILED, "broken off; nobody knows whether it was done");
                    });
        }
    }

    /**
     * A skill did not stop in its time and may still act.
     *
     * @param number its number
     * @param at when
     * @param call what was invoked
     * @param key its key
     * @param resources on these nothing is invoked until a person has cleared them; sorted
     */
    record NotStopped(int number, Duration at, SkillCall call, String key, Set<String> resources) implements RunEvent {
        /** Copies. */
        public NotStopped {
            resources = Collections.unmodifiableSet(new TreeSet<>(resources));
        }

        @Override
        public String text() {
            return told().text();
        }

        @Override
        public PlanEvent told() {
            return PlanEvent.executed(
                    call,
                    new SkillResult(
                            SkillResult.Status.TIMEOUT,
                            "did not stop; " + resources + " wait for a person to clear them"));
        }
    }

    /**
     * A person has made sure that nothing moves there any more.
     *
     * @param number its number
     * @param at when
     * @param resource what may be used again
     * @param who has cleared it
     */
    record Cleared(int number, Duration at, String resource, String who) implements RunEvent {
        @Override
        public String text() {
            return line(who + ": cleared " + resource);
        }
    }

    /**
     * The planner's question is put to a person.
     *
     * @param number its number
     * @param at when
     * @param question in words
     */
    record Asked(int number, Duration at, String question) implements RunEvent {
        @Override
        public String text() {
            return line("planner: " + question);
        }
    }

    /**
     * The person has answered.
     *
     * @param number its number
     * @param at when
     * @param answer in words
     */
    record Answered(int number, Duration at, String answer) implements RunEvent {
        @Override
        public String text() {
            return line("answer: " + answer);
        }

        @Override
        public PlanEvent told() {
            return PlanEvent.said("answer", answer);
        }
    }

    /**
     * A person has added something in words.
     *
     * @param number its number
     * @param at when
     * @param amendment in words
     */
    record Amended(int number, Duration at, String amendment) implements RunEvent {
        @Override
        public String text() {
            return line("person: " + amendment);
        }

        @Override
        public PlanEvent told() {
            return PlanEvent.said("person", amendment);
        }
    }

    /**
     * Another task has taken the place of the task.
     *
     * @param number its number
     * @param at when
     * @param task what is asked for from now on
     */
    record Preempted(int number, Duration at, String task) implements RunEvent {
        @Override
        public String text() {
            return line("person: new task: " + task);
        }

        @Override
        public PlanEvent told() {
            return PlanEvent.said("person", "new task: " + task);
        }
    }

    /**
     * No skill is started from now on.
     *
     * @param number its number
     * @param at when
     */
    record Paused(int number, Duration at) implements RunEvent {
        @Override
        public String text() {
            return "person: pause";
        }
    }

    /**
     * The pause is over.
     *
     * @param number its number
     * @param at when
     */
    record Resumed(int number, Duration at) implements RunEvent {
        @Override
        public String text() {
            return "person: go on";
        }
    }

    /**
     * The run is over.
     *
     * @param number its number
     * @param at when
     * @param ending how
     * @param reason why
     * @param spent what the models have used since the last choice
     */
    record Finished(int number, Duration at, PlanEnding ending, String reason, ModelUsage spent) implements RunEvent {
        @Override
        public String text() {
            return line("runner: " + ending + ": " + reason);
        }
    }

    private static String line(String text) {
        return text.replaceAll("\\R+", " ");
    }
}
