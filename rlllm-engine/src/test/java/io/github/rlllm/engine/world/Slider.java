package io.github.rlllm.engine.world;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.util.Arrays;

/** A good environment with array actions: a place in [-1, 1] that two pushes of at most .1 move, for 12 steps. */
class Slider implements Environment<float[], float[]> {
    float place;
    int left;

    @Override
    public Space<float[]> observationSpace() {
        return Space.box(-1, 1, 1);
    }

    @Override
    public Space<float[]> actionSpace() {
        return Space.box(-1, 1, 2);
    }

    @Override
    public float[] reset(long seed) {
        place = (seed & 7) / 10f;
        left = 12;
        return new float[] {place};
    }

    @Override
    public Step<float[]> step(float[] action) {
        if (left == 0) {
            throw new IllegalStateException("step: no episode is running");
        }
        if (!actionSpace().contains(action)) {
            throw new IllegalArgumentException("action: " + Arrays.toString(action) + " (expected: in [-1, 1])");
        }
        place = Math.max(-1, Math.min(1, place + .1f * (action[0] + action[1])));
        left--;
        return new Step<>(new float[] {place}, -Math.abs(place), left == 0 ? Ending.TRUNCATED : Ending.NONE);
    }
}
