package io.github.rlllm.engine.world;

import io.github.rlllm.api.Environment;
import io.github.rlllm.api.EnvironmentFactory;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.api.Space;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The checks in their order. Where equal runs already differ the later checks, which compare runs, would only repeat it
 * and are left out.
 */
final class EnvironmentChecks<O, A> {
    private static final long[] SEEDS = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE};

    private final EnvironmentFactory<O, A> factory;
    private final EnvironmentChecker.Limits limits;
    private final FindingLog log;

    EnvironmentChecks(EnvironmentFactory<O, A> factory, EnvironmentChecker.Limits limits, FindingLog log) {
        this.factory = factory;
        this.limits = limits;
        this.log = log;
    }

    void run() {
        Environment<O, A> first = create();
        Environment<O, A> second = create();
        if (first == null || second == null) {
            return;
        }
        if (first == second) {
            log.add("create()", "the same environment twice", "a new environment");
            return;
        }
        Space<O> observations = space(first, "observationSpace()", Environment::observationSpace);
        Space<A> actions = space(first, "actionSpace()", Environment::actionSpace);
        if (observations == null || actions == null) {
            return;
        }
        if (Values.equalByValue(observations) && Values.equalByValue(actions)) {
            sameSpaces(second, observations, actions, "in a second environment");
        }
        close(second); // before its first reset, which is allowed
        new SpaceChecks(log).samples("observationSpace()", observations);
        if (!new SpaceChecks(log).samples("actionSpace()", actions)) {
            return;
        }
        Player<O, A> player = new Player<>(log, observations, limits.steps());
        List<Episode<A>> episodes = new ArrayList<>();
        for (int i = 0; i < limits.episodes(); i++) {
            Episode<A> episode = firstTime(player, i, actions);
            if (episode != null && !episode.observations.isEmpty()) {
                episodes.add(episode);
            }
        }
        sameSpaces(first, observations, actions, "at a later call");
        close(first);
        if (episodes.isEmpty()) {
            return;
        }
        new RefusalChecks<>(this, log).check(player, episodes.get(0), actions);
        if (!deterministic(player, episodes)) {
            return;
        }
        cleared(player, episodes);
        independent(player, episodes);
        ownership(player, episodes.get(0));
        if (limits.seedsMatter()) {
            seeds(player, episodes.get(0));
        }
        with(environment -> {
            if (environment instanceof Snapshot) {
                new SnapshotChecks<>(this, player, log).check(longest(episodes));
            }
        });
    }

    private @Nullable Environment<O, A> create() {
        return log.call("create()", "an environment", factory::create);
    }

    private void close(Environment<O, A> environment) {
        for (String method : new String[] {"close()", "close() again"}) {
            Throwable thrown = log.thrownBy(method, environment::close);
            if (thrown != null) {
                log.add(method, "threw " + thrown, "no exception");
            }
        }
    }

    /** Does something with a new environment, which is closed afterwards. */
    void with(Consumer<Environment<O, A>> use) {
        Environment<O, A> environment = create();
        if (environment != null) {
            use.accept(environment);
            close(environment);
        }
    }

    private <T> @Nullable Space<T> space(
            Environment<O, A> environment,
            String method,
            java.util.function.Function<Environment<O, A>, Space<T>> space) {
        return log.call(method, "a space", () -> space.apply(environment));
    }

    private void sameSpaces(Environment<O, A> environment, Space<O> observations, Space<A> actions, String when) {
        Space<O> observationsNow = space(environment, "observationSpace()", Environment::observationSpace);
        Space<A> actionsNow = space(environment, "actionSpace()", Environment::actionSpace);
        sameSpace("observationSpace()", observations, observationsNow, when);
        sameSpace("actionSpace()", actions, actionsNow, when);
    }

    private void sameSpace(String method, Space<?> expected, @Nullable Space<?> actual, String when) {
        if (actual != null && !actual.equals(expected)) {
            log.add(method, actual + " " + when, expected + ", the same space at every call");
        }
    }

    /** Plays with random actions, with the least one and with the greatest one in turn. */
    private @Nullable Episode<A> firstTime(Player<O, A> player, int i, Space<A> actions) {
        long seed = i < SEEDS.length ? SEEDS[i] : i;
        SplittableRandom rng = new SplittableRandom(i);
        List<A> extremes = Values.extremes(actions);
        Supplier<@Nullable A> chooser = i % 3 == 0 || extremes.isEmpty()
                ? () -> log.call("actionSpace().sample", "an action", () -> actions.sample(rng))
                : () -> Values.cloned(extremes.get(i % 3 - 1));
        List<Episode<A>> played = new ArrayList<>();
        with(environment -> {
            Space<O> observationsBefore = space(environment, "observationSpace()", Environment::observationSpace);
            Space<A> actionsBefore = space(environment, "actionSpace()", Environment::actionSpace);
            Episode<A> episode = player.record(environment, seed, chooser);
            played.add(episode);
            if (observationsBefore != null && actionsBefore != null) {
                sameSpaces(environment, observationsBefore, actionsBefore, "after an episode");
            }
            if (episode.ended()) {
                RefusalChecks.afterTheEnd(log, environment, episode);
            }
        });
        return played.isEmpty() ? null : played.get(0);
    }

    private boolean deterministic(Player<O, A> player, List<Episode<A>> episodes) {
        boolean[] same = {true};
        for (Episode<A> episode : episodes) {
            with(environment ->
                    same[0] &= player.replay(environment, episode, "in a second environment", (action, seen) -> {}));
        }
        return same[0];
    }

    /** An environment that was used before plays like a new one, however the time before ended. */
    private void cleared(Player<O, A> player, List<Episode<A>> episodes) {
        Episode<A> longest = longest(episodes);
        with(environment -> {
            boolean same = player.replay(environment, longest, "in a second environment", (action, seen) -> {});
            for (int i = 0; same && i < episodes.size(); i++) {
                same = player.replay(environment, episodes.get(i), "after an earlier episode", (action, seen) -> {})
                        && player.replay(environment, longest, "after earlier episodes", (action, seen) -> {});
            }
        });
        with(environment -> {
            for (Episode<A> episode : episodes) {
                advance(environment, longest, 0);
                if (!player.replay(environment, episode, "after a reset without a step", (action, seen) -> {})) {
                    return;
                }
            }
        });
        for (int steps : new int[] {1, longest.length() / 2, longest.length() - 1}) {
            with(environment -> {
                for (Episode<A> episode : episodes) {
                    advance(environment, longest, steps);
                    if (!player.replay(environment, episode, "after a reset in mid-episode", (action, seen) -> {})) {
                        return;
                    }
                }
            });
        }
    }

    /** Begins an episode and takes some of its steps without looking. */
    void advance(Environment<O, A> environment, Episode<A> episode, int steps) {
        log.thrownBy("reset(" + episode.seed + ")", () -> environment.reset(episode.seed));
        for (int t = 0; t < Math.min(steps, episode.length()); t++) {
            A action = Values.cloned(episode.actions.get(t));
            log.thrownBy("step(" + t + ")", () -> environment.step(action));
        }
    }

    /** What a second environment does changes nothing in the first. */
    private void independent(Player<O, A> player, List<Episode<A>> episodes) {
        Episode<A> episode = episodes.get(0);
        Episode<A> others = episodes.get(episodes.size() - 1);
        with(environment -> with(other -> {
            List<O> seen = new ArrayList<>();
            List<@Nullable Object> copies = new ArrayList<>();
            List<Iterator<A>> rest = new ArrayList<>(List.of(List.<A>of().iterator()));
            player.replay(environment, episode, "beside a second environment", (action, observation) -> {
                seen.add(observation);
                copies.add(Values.copy(observation));
                if (rest.get(0).hasNext()) {
                    A next = Values.cloned(rest.get(0).next());
                    log.thrownBy("step", () -> other.step(next));
                } else {
                    log.thrownBy("reset", () -> other.reset(others.seed));
                    rest.set(0, others.actions.iterator());
                }
                int t = seen.size() - 1;
                if (!Values.same(copies.get(t), seen.get(t))) {
                    log.add(
                            t == 0 ? "reset(" + episode.seed + ")" : "step(" + (t - 1) + ").observation",
                            Values.describe(observation) + " after a second environment went on",
                            Values.describe(copies.get(t)) + ", as it was returned");
                }
            });
        }));
        with(environment -> {
            boolean[] closed = {false};
            player.replay(environment, episode, "after a second environment was closed", (action, observation) -> {
                if (!closed[0]) {
                    closed[0] = true;
                    with(other -> log.thrownBy("reset", () -> other.reset(others.seed)));
                }
            });
        });
    }

    /** Arrays belong to the caller, and asking for a space changes nothing. */
    private void ownership(Player<O, A> player, Episode<A> episode) {
        with(environment -> player.replay(
                environment,
                episode,
                "after the caller changed the observations that were returned",
                (action, observation) -> Values.scribble(observation)));
        with(environment -> player.replay(
                environment,
                episode,
                "after the caller changed the action arrays that were passed",
                (action, observation) -> Values.scribble(action)));
        SplittableRandom rng = new SplittableRandom(99);
        with(environment ->
                player.replay(environment, episode, "after the spaces were asked for", (action, observation) -> {
                    log.thrownBy(
                            "observationSpace()",
                            () -> environment.observationSpace().contains(observation));
                    log.thrownBy(
                            "actionSpace()", () -> environment.actionSpace().sample(rng));
                }));
    }

    /** Equal actions and other seeds lead elsewhere. */
    private void seeds(Player<O, A> player, Episode<A> episode) {
        int others = Math.max(5, limits.episodes());
        boolean[] differ = {false};
        for (int i = 0; i < others && !differ[0]; i++) {
            long seed = 1000L + i;
            Iterator<A> actions = episode.actions.iterator();
            with(environment -> differ[0] = !player.record(
                            environment, seed, () -> actions.hasNext() ? Values.cloned(actions.next()) : null)
                    .agrees(episode));
        }
        if (!differ[0]) {
            log.add("reset", (others + 1) + " seeds gave one and the same episode", "the seed to decide the episode");
        }
    }

    private static <A> Episode<A> longest(List<Episode<A>> episodes) {
        Episode<A> longest = episodes.get(0);
        for (Episode<A> episode : episodes) {
            longest = episode.length() > longest.length() ? episode : longest;
        }
        return longest;
    }
}
