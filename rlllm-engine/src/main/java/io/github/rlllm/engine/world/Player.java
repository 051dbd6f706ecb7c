package io.github.rlllm.engine.world;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Plays episodes: the first time to look at every value, later to compare with what was seen the first time. */
final class Player<O, A> {
    /** What a check does between two steps of an episode that is played again. */
    interface Between<O, A> {
        void after(@Nullable A action, O observation);
    }

    /** So long an episode is played again; what differs, differs early. */
    static final int REPLAYED = 1000;

    private final FindingLog log;
    private final Space<O> observationSpace;
    private final int limit;

    Player(FindingLog log, Space<O> observationSpace, int limit) {
        this.log = log;
        this.observationSpace = observationSpace;
        this.limit = limit;
    }

    /** Plays an episode and looks at every value; it is cut where a call fails. */
    Episode<A> record(Environment<O, A> environment, long seed, Supplier<? extends @Nullable A> actions) {
        Episode<A> episode = new Episode<>(seed);
        List<O> returned = new ArrayList<>();
        Set<Object> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        O first = log.call("reset(" + seed + ")", "an observation", () -> environment.reset(seed));
        if (first == null) {
            return episode;
        }
        look("reset(" + seed + ")", first, arrays);
        episode.observations.add(Values.copy(first));
        returned.add(first);
        while (!episode.ended() && episode.length() < limit) {
            int t = episode.length();
            A action = actions.get();
            if (action == null) {
                break;
            }
            Object before = Values.copy(action);
            A kept = Values.cloned(action);
            Step<O> step = step(environment, t, action);
            if (step == null) {
                break;
            }
            if (!Values.same(before, action)) {
                log.add(
                        "step(" + t + ")",
                        "changed the action from " + Values.describe(before) + " to " + Values.describe(action),
                        "an action that is read alone");
            }
            look("step(" + t + ").observation", step.observation(), arrays);
            unchanged(returned, episode, t, "step(" + t + ")");
            episode.actions.add(kept);
            episode.observations.add(Values.copy(step.observation()));
            episode.rewards.add(step.reward());
            episode.endings.add(step.ending());
            returned.add(step.observation());
        }
        for (int t = 0; t < returned.size(); t++) {
            unchanged(returned, episode, t, "a later step");
        }
        if (!episode.ended() && episode.length() == limit) {
            log.add("step(" + (limit - 1) + ").ending", "NONE after " + limit + " steps", "TERMINATED or TRUNCATED");
        }
        return episode;
    }

    private void look(String where, O observation, Set<Object> arrays) {
        if (observation.getClass().isArray() && !arrays.add(observation)) {
            log.add(where, "an array that was returned before", "an array of its own");
        }
        String[] outside;
        try {
            outside = Values.outside(observationSpace, observation);
        } catch (RuntimeException e) {
            log.add("observationSpace().contains", "threw " + e, "true or false");
            return;
        }
        if (outside != null) {
            log.add(where + outside[0], outside[1], outside[2]);
        }
    }

    private void unchanged(List<O> returned, Episode<A> episode, int t, String by) {
        Object then = episode.observations.get(t);
        Object now = Values.copy(returned.get(t));
        if (!Objects.deepEquals(then, now)) {
            String path = Values.difference(then, now);
            log.add(
                    name(episode, t) + path,
                    Values.describe(Values.at(now, path)) + " after " + by,
                    Values.describe(Values.at(then, path)) + ", as it was returned");
        }
    }

    private static String name(Episode<?> episode, int observation) {
        return observation == 0 ? "reset(" + episode.seed + ")" : "step(" + (observation - 1) + ").observation";
    }

    private @Nullable Step<O> step(Environment<O, A> environment, int t, A action) {
        String method = "step(" + t + ")";
        log.enter(method);
        try {
            Step<O> step = environment.step(action);
            if (step == null) {
                log.add(method, "null", "a Step");
            }
            return step;
        } catch (FindingLog.ClosedException e) {
            throw e;
        } catch (Throwable e) {
            explain(method, action, e);
            return null;
        }
    }

    /** What {@link Step} refuses is told as the value that it refused. */
    private void explain(String method, A action, Throwable thrown) {
        StackTraceElement[] frames = thrown.getStackTrace();
        boolean refused = false;
        for (int i = 0; i < Math.min(3, frames.length); i++) {
            refused |= frames[i].getClassName().equals(Step.class.getName())
                    && frames[i].getMethodName().equals("<init>");
        }
        String message = String.valueOf(thrown.getMessage());
        if (refused && message.startsWith("reward: ")) {
            log.add(method + ".reward", message.split(" ")[1], "a finite number");
        } else if (refused && message.equals("observation")) {
            log.add(method + ".observation", "null", "an observation");
        } else if (refused && message.equals("ending")) {
            log.add(method + ".ending", "null", "NONE, TERMINATED or TRUNCATED");
        } else {
            log.add(method, "threw " + thrown + " for action " + Values.describe(action), "a Step");
        }
    }

    /** Plays an episode again from its start and reports the first difference; says whether there was none. */
    boolean replay(Environment<O, A> environment, Episode<A> episode, String when, Between<O, A> between) {
        String method = "reset(" + episode.seed + ")";
        O first;
        log.enter(method);
        try {
            first = environment.reset(episode.seed);
        } catch (FindingLog.ClosedException e) {
            throw e;
        } catch (Throwable e) {
            log.add(method, "threw " + e + " " + when, "an observation, as before");
            return false;
        }
        if (differs(method, episode.observations.get(0), first, when)) {
            return false;
        }
        between.after(null, first);
        return replayFrom(0, environment, episode, when, between);
    }

    /** Plays the steps of an episode again from one on. */
    boolean replayFrom(
            int from, Environment<O, A> environment, Episode<A> episode, String when, Between<O, A> between) {
        for (int t = from; t < Math.min(episode.length(), from + REPLAYED); t++) {
            A action = Values.cloned(episode.actions.get(t));
            String method = "step(" + t + ")";
            log.enter(method);
            Step<O> step;
            try {
                step = environment.step(action);
            } catch (FindingLog.ClosedException e) {
                throw e;
            } catch (Throwable e) {
                log.add(method, "threw " + e + " " + when, "a Step, as before");
                return false;
            }
            if (step == null) {
                log.add(method, "null " + when, "a Step, as before");
                return false;
            }
            Ending ending = episode.endings.get(t);
            if (differs(method + ".observation", episode.observations.get(t + 1), step.observation(), when)
                    || differs(method + ".reward", episode.rewards.get(t), step.reward(), when)
                    || differs(method + ".ending", ending, step.ending(), when)) {
                return false;
            }
            between.after(action, step.observation());
        }
        return true;
    }

    private boolean differs(String method, @Nullable Object expected, @Nullable Object actual, String when) {
        Object now = Values.copy(actual);
        if (Objects.deepEquals(expected, now)) {
            return false;
        }
        String path = Values.difference(expected, now);
        log.add(
                method + path,
                Values.describe(Values.at(now, path)) + " " + when,
                Values.describe(Values.at(expected, path)) + ", as before with equal seed and actions");
        return true;
    }
}
