package io.github.rlllm.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Environment} keeps to: its spaces, its refusals, the same episode for equal seed and actions, and
 * arrays that belong to the caller.
 *
 * @param <O> the type of an observation
 * @param <A> the type of an action
 */
public abstract class EnvironmentContract<O, A> {
    /** For the subclass. */
    protected EnvironmentContract() {}

    /**
     * Makes the environment under test.
     *
     * @return a new environment, which the kit closes
     */
    protected abstract Environment<O, A> create();

    /**
     * Actions that do not belong to the space. The integers beside a discrete space by default, none for others.
     *
     * @param space the action space
     * @return each has to be refused
     */
    @SuppressWarnings("unchecked") // the elements of a discrete space are integers
    protected List<A> actionsOutside(Space<A> space) {
        return space instanceof Space.Discrete discrete
                ? (List<A>) List.of(-1, discrete.n(), Integer.MAX_VALUE)
                : List.of();
    }

    /**
     * The steps within which every episode has to end, under random actions.
     *
     * @return 10,000 by default
     */
    protected int longestEpisode() {
        return 10_000;
    }

    /**
     * The seeds of the episodes that are tried.
     *
     * @return three by default
     */
    protected long[] seeds() {
        return new long[] {0, 1, -7};
    }

    private record Seen<A>(List<A> actions, List<Object> observations, List<Double> rewards, List<Ending> endings) {
        boolean over() {
            return !endings.isEmpty() && endings.get(endings.size() - 1).over();
        }
    }

    /** Plays with random actions until the end. */
    private Seen<A> play(Environment<O, A> environment, long seed) {
        Space<A> actions = environment.actionSpace();
        SplittableRandom rng = new SplittableRandom(seed);
        Seen<A> seen = new Seen<>(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        seen.observations.add(Copies.of(reset(environment, seed)));
        while (!seen.over() && seen.endings.size() < longestEpisode()) {
            A action = actions.sample(rng);
            seen.actions.add(Copies.of(action));
            Step<O> step = environment.step(action);
            assertNotNull(step, "step: null (expected: a Step)");
            seen.observations.add(Copies.of(step.observation()));
            seen.rewards.add(step.reward());
            seen.endings.add(step.ending());
        }
        return seen;
    }

    private O reset(Environment<O, A> environment, long seed) {
        O observation = environment.reset(seed);
        assertNotNull(observation, "reset(" + seed + "): null (expected: an observation)");
        return observation;
    }

    /** Plays the same actions again; something may happen after every observation. */
    private void replay(Environment<O, A> environment, long seed, Seen<A> seen, String when, Between<O, A> between) {
        O first = reset(environment, seed);
        same("reset(" + seed + ") " + when, seen.observations.get(0), first);
        between.after(null, first);
        replayFrom(0, environment, seen, when, between);
    }

    private void replayFrom(int from, Environment<O, A> environment, Seen<A> seen, String when, Between<O, A> between) {
        for (int t = from; t < seen.actions.size(); t++) {
            A action = Copies.of(seen.actions.get(t));
            Step<O> step = environment.step(action);
            same("step(" + t + ").observation " + when, seen.observations.get(t + 1), step.observation());
            assertEquals(seen.rewards.get(t), step.reward(), "step(" + t + ").reward " + when);
            assertEquals(seen.endings.get(t), step.ending(), "step(" + t + ").ending " + when);
            between.after(action, step.observation());
        }
    }

    private interface Between<O, A> {
        void after(@org.jspecify.annotations.Nullable A action, O observation);
    }

    private static void same(String what, Object expected, Object actual) {
        if (!Copies.same(expected, actual)) {
            fail(what + ": " + Copies.text(actual) + " (expected: " + Copies.text(expected)
                    + ", as before with equal seed and actions)");
        }
    }

    /** Both spaces are there, hold their own samples and are the same at every call. */
    @Test
    protected void spacesHoldTheirSamplesAndStayTheSame() {
        try (Environment<O, A> environment = create()) {
            Space<O> observations = environment.observationSpace();
            Space<A> actions = environment.actionSpace();
            assertNotNull(observations, "observationSpace(): null (expected: a space)");
            assertNotNull(actions, "actionSpace(): null (expected: a space)");
            SplittableRandom rng = new SplittableRandom(3);
            for (int i = 0; i < 20; i++) {
                assertTrue(observations.contains(observations.sample(rng)), "observationSpace() holds its sample");
                assertTrue(actions.contains(actions.sample(rng)), "actionSpace() holds its sample");
            }
            play(environment, seeds()[0]);
            assertEquals(observations, environment.observationSpace(), "observationSpace() after an episode");
            assertEquals(actions, environment.actionSpace(), "actionSpace() after an episode");
        }
    }

    /** Every observation belongs to the space. Rewards are finite and endings there, since {@link Step} refuses others. */
    @Test
    protected void observationsBelongToTheSpace() {
        try (Environment<O, A> environment = create()) {
            Space<O> space = environment.observationSpace();
            for (long seed : seeds()) {
                Seen<A> seen = play(environment, seed);
                for (int t = 0; t < seen.observations.size(); t++) {
                    @SuppressWarnings("unchecked") // copies of observations
                    O observation = (O) seen.observations.get(t);
                    assertTrue(
                            space.contains(observation),
                            "observation " + t + " of seed " + seed + ": " + Copies.text(observation)
                                    + " (expected: in " + space + ")");
                }
            }
        }
    }

    /** Episodes end within {@link #longestEpisode()} steps. */
    @Test
    protected void episodesEnd() {
        try (Environment<O, A> environment = create()) {
            for (long seed : seeds()) {
                assertTrue(
                        play(environment, seed).over(),
                        () -> "seed " + seed + ": no ending in " + longestEpisode() + " steps (expected: an ending)");
            }
        }
    }

    /** Equal seeds and actions lead to the same in another environment. */
    @Test
    protected void equalSeedsAndActionsGiveEqualEpisodes() {
        for (long seed : seeds()) {
            try (Environment<O, A> environment = create();
                    Environment<O, A> another = create()) {
                Seen<A> seen = play(environment, seed);
                replay(another, seed, seen, "in another environment", (action, observation) -> {});
            }
        }
    }

    /** A reset clears what was, also in the middle of an episode. */
    @Test
    protected void aUsedEnvironmentPlaysLikeANewOne() {
        for (long seed : seeds()) {
            try (Environment<O, A> fresh = create();
                    Environment<O, A> used = create()) {
                Seen<A> seen = play(fresh, seed);
                Seen<A> other = play(used, seed + 100);
                replay(used, seed, seen, "after another episode", (action, observation) -> {});
                used.reset(seed + 100);
                for (int t = 0; t < other.actions.size() / 2; t++) {
                    used.step(Copies.of(other.actions.get(t)));
                }
                replay(used, seed, seen, "after a reset in mid-episode", (action, observation) -> {});
            }
        }
    }

    /** What one environment does changes nothing in another. */
    @Test
    protected void environmentsAreIndependent() {
        long seed = seeds()[0];
        try (Environment<O, A> alone = create();
                Environment<O, A> one = create();
                Environment<O, A> other = create()) {
            Seen<A> seen = play(alone, seed);
            assertNotSame(one, other, "create(): the same environment (expected: a new one)");
            Space<A> actions = other.actionSpace();
            SplittableRandom rng = new SplittableRandom(8);
            boolean[] running = {false};
            replay(one, seed, seen, "beside another environment", (action, observation) -> {
                if (running[0]) {
                    running[0] = !other.step(actions.sample(rng)).ending().over();
                } else {
                    other.reset(seed + 1);
                    running[0] = true;
                }
            });
        }
    }

    /** Observations that were returned are neither changed later nor read again. */
    @Test
    protected void observationsBelongToTheCaller() {
        long seed = seeds()[0];
        try (Environment<O, A> environment = create();
                Environment<O, A> tampered = create()) {
            Seen<A> seen = play(environment, seed);
            List<O> returned = new ArrayList<>();
            replay(environment, seed, seen, "again", (action, observation) -> returned.add(observation));
            for (int t = 0; t < returned.size(); t++) {
                same("observation " + t + " at the end of the episode", seen.observations.get(t), returned.get(t));
            }
            replay(
                    tampered,
                    seed,
                    seen,
                    "after the caller changed what was returned",
                    (action, observation) -> Copies.scribble(observation));
        }
    }

    /** Actions are neither changed nor kept. */
    @Test
    protected void actionsAreNeitherChangedNorKept() {
        long seed = seeds()[0];
        try (Environment<O, A> environment = create();
                Environment<O, A> tampered = create()) {
            Seen<A> seen = play(environment, seed);
            int[] t = {0};
            replay(environment, seed, seen, "again", (action, observation) -> {
                if (action != null) {
                    same("the action of step(" + t[0] + ") after it", seen.actions.get(t[0]++), action);
                }
            });
            replay(
                    tampered,
                    seed,
                    seen,
                    "after the caller changed its actions",
                    (action, observation) -> Copies.scribble(action));
        }
    }

    /** A step before the first reset is an {@link IllegalStateException}. */
    @Test
    protected void stepBeforeResetIsRefused() {
        try (Environment<O, A> environment = create()) {
            A action = environment.actionSpace().sample(new SplittableRandom(1));
            assertThrows(IllegalStateException.class, () -> environment.step(action), "step before reset");
        }
    }

    /** A step after the end is an {@link IllegalStateException}, until the next reset. */
    @Test
    protected void stepAfterTheEndIsRefused() {
        try (Environment<O, A> environment = create()) {
            Seen<A> seen = play(environment, seeds()[0]);
            Assumptions.assumeTrue(seen.over(), "the episode ended");
            A action = environment.actionSpace().sample(new SplittableRandom(1));
            assertThrows(IllegalStateException.class, () -> environment.step(action), "step after the end");
            assertThrows(IllegalStateException.class, () -> environment.step(action), "second step after the end");
            replay(environment, seeds()[0], seen, "after a step that was refused", (a, observation) -> {});
        }
    }

    /** An action outside the space is an {@link IllegalArgumentException} and changes nothing. */
    @Test
    protected void actionsOutsideTheSpaceAreRefused() {
        try (Environment<O, A> environment = create()) {
            Seen<A> seen = play(environment, seeds()[0]);
            for (A action : actionsOutside(environment.actionSpace())) {
                reset(environment, seeds()[0]);
                IllegalArgumentException e = assertThrows(
                        IllegalArgumentException.class,
                        () -> environment.step(action),
                        () -> "step(" + Copies.text(action) + ")");
                assertNotNull(e.getMessage(), "message: null (expected: the action and what was expected)");
                replayFrom(0, environment, seen, "after an action that was refused", (a, observation) -> {});
            }
        }
    }

    /** Where the environment is a {@link Snapshot}, a new one goes on from its bytes. */
    @Test
    protected void snapshotsGoOnInANewEnvironment() {
        long seed = seeds()[0];
        try (Environment<O, A> environment = create();
                Environment<O, A> another = create()) {
            Assumptions.assumeTrue(environment instanceof Snapshot, "the environment is a Snapshot");
            Seen<A> seen = play(environment, seed);
            int half = seen.actions.size() / 2;
            environment.reset(seed);
            for (int t = 0; t < half; t++) {
                environment.step(Copies.of(seen.actions.get(t)));
            }
            byte[] state = ((Snapshot) environment).save();
            byte[] copy = state.clone();
            replayFrom(half, environment, seen, "after save()", (action, observation) -> {});
            same("the saved bytes after the episode", copy, state);
            ((Snapshot) another).restore(state);
            Copies.scribble(state);
            replayFrom(half, another, seen, "after restore()", (action, observation) -> {});
            assertThrows(
                    IllegalArgumentException.class,
                    () -> ((Snapshot) another).restore(new byte[0]),
                    "restore() of no bytes");
        }
    }

    /** Closing twice is allowed, also before the first reset. */
    @Test
    protected void closeMayBeCalledTwice() {
        Environment<O, A> environment = create();
        environment.close();
        environment.close();
    }
}
