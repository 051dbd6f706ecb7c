package io.github.rlllm.engine.world;

import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Snapshot;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether an environment's state as bytes is complete, pure, its caller's own, and refused where it is none. */
final class SnapshotChecks<O, A> {
    private final EnvironmentChecks<O, A> checks;
    private final Player<O, A> player;
    private final FindingLog log;

    SnapshotChecks(EnvironmentChecks<O, A> checks, Player<O, A> player, FindingLog log) {
        this.checks = checks;
        this.player = player;
        this.log = log;
    }

    void check(Episode<A> episode) {
        int half = episode.length() / 2;
        byte[][] state = new byte[1][];
        checks.with(environment -> {
            checks.advance(environment, episode, half);
            byte[] bytes = save(environment, "save()");
            byte[] again = bytes == null ? null : save(environment, "save()");
            if (bytes == null || again == null) {
                return;
            }
            if (!Arrays.equals(bytes, again)) {
                log.add("save()", "other bytes at a second call", "equal bytes for an equal state");
            }
            state[0] = bytes.clone();
            Arrays.fill(again, (byte) 77); // the caller's own array
            if (!player.replayFrom(half, environment, episode, "after save()", (action, seen) -> {})) {
                return;
            }
            if (!Arrays.equals(bytes, state[0])) {
                log.add("save()", "bytes that a later call changed", "bytes that belong to the caller");
            }
            if (restore(environment, state[0].clone())) {
                player.replayFrom(
                        half, environment, episode, "after restore() of an earlier state", (action, seen) -> {});
            }
        });
        if (state[0] == null) {
            return;
        }
        restored(state[0], half, episode);
        ended(episode);
        foreign(state[0], episode);
    }

    /** A new environment goes on from the bytes, which it neither changes nor keeps. */
    private void restored(byte[] state, int half, Episode<A> episode) {
        checks.with(environment -> {
            byte[] given = state.clone();
            if (!restore(environment, given)) {
                return;
            }
            if (!Arrays.equals(given, state)) {
                log.add("restore()", "changed the bytes", "bytes that are read alone");
            }
            player.replayFrom(
                    half, environment, episode, "after restore() into a new environment", (action, seen) -> {});
        });
        checks.with(environment -> {
            byte[] given = state.clone();
            if (restore(environment, given)) {
                Arrays.fill(given, (byte) 0);
                player.replayFrom(
                        half,
                        environment,
                        episode,
                        "after the caller changed the bytes given to restore()",
                        (a, s) -> {});
            }
        });
        checks.with(environment -> {
            if (restore(environment, state.clone())) {
                byte[] saved = save(environment, "save()");
                if (saved != null && !Arrays.equals(saved, state)) {
                    log.add("save()", "other bytes after restore()", "the bytes that were restored");
                }
                player.replay(environment, episode, "with a reset after restore()", (action, seen) -> {});
            }
        });
    }

    /** The end of an episode is part of the state. */
    private void ended(Episode<A> episode) {
        if (!episode.ended() || episode.length() > Player.REPLAYED) {
            return;
        }
        checks.with(environment -> {
            checks.advance(environment, episode, episode.length());
            byte[] end = save(environment, "save() after the end");
            if (end == null) {
                return;
            }
            checks.with(other -> {
                if (restore(other, end)) {
                    String method = "step after restore() of an ended episode";
                    A action = Values.cloned(episode.actions.get(0));
                    Throwable thrown = log.thrownBy(method, () -> other.step(action));
                    if (!(thrown instanceof IllegalStateException)) {
                        log.add(method, thrown == null ? "accepted" : "threw " + thrown, "IllegalStateException");
                    }
                }
            });
        });
    }

    /** Bytes that are no state are refused. */
    private void foreign(byte[] state, Episode<A> episode) {
        byte[] longer = Arrays.copyOf(state, state.length + 1);
        List<byte[]> foreign = state.length == 0
                ? List.of(new byte[] {1, 2, 3})
                : List.of(new byte[0], Arrays.copyOf(state, state.length - 1), longer);
        for (byte[] bytes : foreign) {
            String method = "restore(" + bytes.length + " bytes)";
            checks.with(environment -> {
                log.thrownBy("reset(" + episode.seed + ")", () -> environment.reset(episode.seed));
                Throwable thrown = log.thrownBy(method, () -> ((Snapshot) environment).restore(bytes));
                if (!(thrown instanceof IllegalArgumentException)) {
                    log.add(
                            bytes.length == 0
                                    ? "restore of no bytes"
                                    : bytes == longer ? "restore of a byte too many" : "restore of a byte too few",
                            thrown == null ? "accepted" : "threw " + thrown,
                            "IllegalArgumentException, since it is not a state");
                }
            });
        }
    }

    private byte @Nullable [] save(Environment<O, A> environment, String method) {
        return log.call(method, "bytes", ((Snapshot) environment)::save);
    }

    private boolean restore(Environment<O, A> environment, byte[] bytes) {
        Throwable thrown = log.thrownBy("restore()", () -> ((Snapshot) environment).restore(bytes));
        if (thrown != null) {
            log.add("restore()", "threw " + thrown + " for what save() gave", "no exception");
        }
        return thrown == null;
    }
}
