package io.github.rlllm.engine.learner;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;

/** A corridor of cells, one-hot; action 1 goes right, 0 left; the last cell ends the episode with reward 1. */
final class Corridor implements Environment<float[], Integer> {
    private final int cells;
    private final int limit;
    private int cell;
    private int steps;

    Corridor(int cells, int limit) {
        this.cells = cells;
        this.limit = limit;
    }

    @Override
    public Space<float[]> observationSpace() {
        return Space.box(0, 1, cells);
    }

    @Override
    public Space<Integer> actionSpace() {
        return Space.discrete(2);
    }

    @Override
    public float[] reset(long seed) {
        cell = (int) Math.floorMod(seed, (long) cells - 1);
        steps = 0;
        return seen();
    }

    @Override
    public Step<float[]> step(Integer action) {
        cell = Math.max(0, cell + (action == 1 ? 1 : -1));
        steps++;
        boolean goal = cell == cells - 1;
        return new Step<>(
                seen(), goal ? 1 : 0, goal ? Ending.TERMINATED : steps >= limit ? Ending.TRUNCATED : Ending.NONE);
    }

    private float[] seen() {
        float[] observation = new float[cells];
        observation[cell] = 1;
        return observation;
    }
}
