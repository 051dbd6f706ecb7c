package io.github.rlllm.engine.world;

import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Space;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls that an environment has to refuse: with which exception, in which words, and without a change. */
final class RefusalChecks<O, A> {
    private final EnvironmentChecks<O, A> checks;
    private final FindingLog log;

    RefusalChecks(EnvironmentChecks<O, A> checks, FindingLog log) {
        this.checks = checks;
        this.log = log;
    }

    void check(Player<O, A> player, Episode<A> episode, Space<A> actions) {
        if (episode.length() == 0) {
            return;
        }
        A valid = episode.actions.get(0);
        checks.with(environment -> {
            String method = "step before reset";
            state(log, method, log.thrownBy(method, () -> environment.step(Values.cloned(valid))));
            player.replay(environment, episode, "after a step before reset was refused", (action, seen) -> {});
        });
        List<A> outsiders = List.of();
        try {
            outsiders = Values.outsiders(actions, valid);
        } catch (RuntimeException e) {
            log.add("actionSpace().contains", "threw " + e, "true or false");
        }
        for (A outsider : outsiders) {
            checks.with(environment -> outside(player, environment, episode, outsider));
        }
        checks.with(environment -> {
            String method = "step(0) with action null";
            log.thrownBy("reset(" + episode.seed + ")", () -> environment.reset(episode.seed));
            if (log.thrownBy(method, () -> stepWithNull(environment)) == null) {
                log.add(method, "accepted", "an exception");
            }
        });
    }

    @SuppressWarnings("NullAway") // breaks the contract on purpose
    private static <A> void stepWithNull(Environment<?, A> environment) {
        environment.step(null);
    }

    private void outside(Player<O, A> player, Environment<O, A> environment, Episode<A> episode, A outsider) {
        String shown = Values.describe(outsider);
        String method = "step(0) with action " + shown;
        String expected = "IllegalArgumentException, such as `action: " + shown + " (expected: ...)`";
        boolean[] accepted = {false};
        player.replay(environment, episode, "after an action outside the space was refused", (action, seen) -> {
            if (action != null || accepted[0]) {
                return;
            }
            Throwable thrown = log.thrownBy(method, () -> environment.step(Values.cloned(outsider)));
            if (thrown == null) {
                accepted[0] = true;
                log.add(method, "accepted", expected);
            } else if (!(thrown instanceof IllegalArgumentException)) {
                log.add(method, "threw " + thrown, expected);
            } else if (!names(thrown.getMessage(), outsider)) {
                log.add(method, "threw IllegalArgumentException with the message " + thrown.getMessage(), expected);
            }
        });
    }

    private static boolean names(@Nullable String message, Object value) {
        return message != null
                && message.contains("action")
                && (!(value instanceof Number) || message.contains(value.toString()));
    }

    static <A> void afterTheEnd(FindingLog log, Environment<?, A> environment, Episode<A> episode) {
        A action = episode.actions.get(episode.length() - 1);
        for (String method : new String[] {"step after the end", "second step after the end"}) {
            state(log, method, log.thrownBy(method, () -> environment.step(Values.cloned(action))));
        }
    }

    private static void state(FindingLog log, String method, @Nullable Throwable thrown) {
        if (thrown == null) {
            log.add(method, "accepted", "IllegalStateException");
        } else if (!(thrown instanceof IllegalStateException)) {
            log.add(method, "threw " + thrown, "IllegalStateException");
        } else if (thrown.getMessage() == null || thrown.getMessage().isBlank()) {
            log.add(method, "threw IllegalStateException without a message", "a message that says what is missing");
        }
    }
}
