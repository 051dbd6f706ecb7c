package io.github.rlllm.testkit;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.nio.ByteBuffer;

/** A good environment to break: a sum of steps of -1, 0 or 1, disturbed by the seed, for ten steps. */
class Steps implements Environment<float[], Integer>, Snapshot {
    long seed;
    int sum;
    int time = 10;

    @Override
    public Space<float[]> observationSpace() {
        return Space.box(-20, 20, 2);
    }

    @Override
    public Space<Integer> actionSpace() {
        return Space.discrete(3);
    }

    @Override
    public float[] reset(long newSeed) {
        seed = newSeed;
        sum = 0;
        time = 0;
        return see();
    }

    @Override
    public Step<float[]> step(Integer action) {
        if (time == 10) {
            throw new IllegalStateException("step: no episode is running");
        }
        if (action < 0 || action > 2) {
            throw new IllegalArgumentException("action: " + action + " (expected: 0, 1 or 2)");
        }
        sum += action - 1 + (int) (seed >> time & 1);
        time++;
        return new Step<>(see(), sum, time == 10 ? Ending.TRUNCATED : Ending.NONE);
    }

    float[] see() {
        return new float[] {sum, time};
    }

    @Override
    public byte[] save() {
        return ByteBuffer.allocate(16).putLong(seed).putInt(sum).putInt(time).array();
    }

    @Override
    public void restore(byte[] state) {
        if (state.length != 16) {
            throw new IllegalArgumentException("state: " + state.length + " bytes (expected: 16)");
        }
        ByteBuffer buffer = ByteBuffer.wrap(state);
        seed = buffer.getLong();
        sum = buffer.getInt();
        time = buffer.getInt();
    }
}
