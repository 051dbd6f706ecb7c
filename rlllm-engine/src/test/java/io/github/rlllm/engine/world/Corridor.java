package io.github.rlllm.engine.world;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.nio.ByteBuffer;

/**
 * A good environment to break: five places in a row, the last is the goal; an action of 0 or 1 goes left or right and
 * slips one time in four; at most 30 steps. What is seen is place and time, each from 0 to 1.
 */
class Corridor implements Environment<float[], Integer>, Snapshot {
    static final int LIMIT = 30;

    long rng;
    int place;
    int time;
    boolean begun;
    boolean over;

    @Override
    public Space<float[]> observationSpace() {
        return Space.box(0, 1, 2);
    }

    @Override
    public Space<Integer> actionSpace() {
        return Space.discrete(2);
    }

    @Override
    public float[] reset(long seed) {
        rng = seed;
        place = random(4);
        time = 0;
        begun = true;
        over = false;
        return see();
    }

    @Override
    public Step<float[]> step(Integer action) {
        if (!begun || over) {
            throw new IllegalStateException(begun ? "step: the episode is over" : "step: before reset");
        }
        if (!actionSpace().contains(action)) {
            throw new IllegalArgumentException("action: " + action + " (expected: 0 or 1)");
        }
        boolean right = action == 1 ^ random(4) == 0;
        place = Math.max(0, Math.min(4, place + (right ? 1 : -1)));
        time++;
        Ending ending = place == 4 ? Ending.TERMINATED : time == LIMIT ? Ending.TRUNCATED : Ending.NONE;
        over = ending.over();
        return new Step<>(see(), reward(), ending);
    }

    float[] see() {
        return new float[] {place / 4f, time / (float) LIMIT};
    }

    double reward() {
        return place == 4 ? 1 : 0;
    }

    /** The next of a sequence that the seed decides (SplitMix64). */
    int random(int bound) {
        rng += 0x9E3779B97F4A7C15L;
        long z = (rng ^ rng >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return (int) Long.remainderUnsigned(z ^ z >>> 31, bound);
    }

    @Override
    public byte[] save() {
        return ByteBuffer.allocate(18)
                .putLong(rng)
                .putInt(place)
                .putInt(time)
                .put((byte) (begun ? 1 : 0))
                .put((byte) (over ? 1 : 0))
                .array();
    }

    @Override
    public void restore(byte[] state) {
        if (state.length != 18) {
            throw new IllegalArgumentException("state: " + state.length + " bytes (expected: 18)");
        }
        ByteBuffer buffer = ByteBuffer.wrap(state);
        rng = buffer.getLong();
        place = buffer.getInt();
        time = buffer.getInt();
        begun = buffer.get() == 1;
        over = buffer.get() == 1;
    }
}
