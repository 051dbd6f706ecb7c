package io.github.rlllm.engine.world;

import io.github.rlllm.api.Ending;
import java.nio.ByteBuffer;

/** What every world does in the same way: time limits, checks at the door, snapshots. */
final class Limits {
    private Limits() {}

    /** How a step ends; termination wins where the limit is reached in the same step. */
    static Ending ending(boolean terminated, int steps, int maxSteps) {
        if (terminated) {
            return Ending.TERMINATED;
        }
        return steps >= maxSteps ? Ending.TRUNCATED : Ending.NONE;
    }

    /** Checks that a step may be taken. */
    static void check(String name, int action, int actions, boolean running) {
        if (action < 0 || action >= actions) {
            throw new IllegalArgumentException(
                    name + ".step: action " + action + " (expected: 0 .. " + (actions - 1) + ")");
        }
        if (!running) {
            throw new IllegalStateException(name + ".step: no episode is running (expected: reset first)");
        }
    }

    /** Checks a state that someone gives. */
    static void checkState(String name, double[] state, int length) {
        if (state.length != length) {
            throw new IllegalArgumentException(
                    name + ".resetTo: " + state.length + " numbers (expected: " + length + ")");
        }
        for (double value : state) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(name + ".resetTo: " + value + " (expected: a finite number)");
            }
        }
    }

    /** A snapshot of a world of numbers: its mark, the numbers, the steps of the episode, whether it runs. */
    static byte[] save(int magic, int steps, boolean running, double... state) {
        ByteBuffer out = ByteBuffer.allocate(state.length * Double.BYTES + 3 * Integer.BYTES)
                .putInt(magic);
        for (double value : state) {
            out.putDouble(value);
        }
        return out.putInt(steps).putInt(running ? 1 : 0).array();
    }

    /** Checks length and kind of a snapshot and leaves the buffer behind its mark. */
    static ByteBuffer open(String name, byte[] saved, int bytes, int magic) {
        if (saved.length != bytes || ByteBuffer.wrap(saved).getInt() != magic) {
            throw new IllegalArgumentException(
                    name + ".restore: " + saved.length + " bytes (expected: " + bytes + " bytes that save() gave)");
        }
        return ByteBuffer.wrap(saved).position(Integer.BYTES);
    }
}
