package io.github.rlllm.engine.world;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * A car too weak for its hill (Moore 1990), with the figures of Gymnasium's MountainCar-v0. Observations are
 * {@code float[2]}: position in [-1.2, 0.6] and velocity in [-0.07, 0.07]; actions 0 push left, 1 coast, 2 push right.
 * Every step earns -1. An episode terminates at position 0.5 or beyond and is truncated after 200 steps. Confined to one
 * thread.
 */
public final class MountainCar implements Environment<float[], Integer>, Snapshot {
    private static final double LEFT = -1.2;
    private static final double RIGHT = 0.6;
    private static final double GOAL = 0.5;
    private static final double MAX_SPEED = 0.07;
    private static final double FORCE = 0.001;
    private static final double GRAVITY = 0.0025;
    private static final int MAX_STEPS = 200;
    private static final int SNAPSHOT_BYTES = 2 * Double.BYTES + 3 * Integer.BYTES;
    private static final int MAGIC = 0x30CA0001;
    private static final Space.Discrete ACTIONS = Space.discrete(3);
    private static final Space.Box OBSERVATIONS = new Space.Box(
            new float[] {(float) LEFT, (float) -MAX_SPEED}, new float[] {(float) RIGHT, (float) MAX_SPEED}, 2);

    private double position;
    private double speed;
    private int steps;
    private boolean running;

    /** Makes one; {@link #reset(long)} begins an episode. */
    public MountainCar() {}

    @Override
    public Space<float[]> observationSpace() {
        return OBSERVATIONS;
    }

    @Override
    public Space<Integer> actionSpace() {
        return ACTIONS;
    }

    /** Begins an episode at rest, at a position uniform in [-0.6, -0.4). */
    @Override
    public float[] reset(long seed) {
        return resetTo(-0.6 + 0.2 * new SplittableRandom(seed).nextDouble(), 0);
    }

    /**
     * Begins an episode in a given state.
     *
     * @param state position and velocity, within their ranges
     * @return the first observation
     * @throws IllegalArgumentException if there are not two numbers, or one is out of its range
     */
    public float[] resetTo(double... state) {
        Limits.checkState("MountainCar", state, 2);
        if (state[0] < LEFT || state[0] > RIGHT || Math.abs(state[1]) > MAX_SPEED) {
            throw new IllegalArgumentException("MountainCar.resetTo: " + state[0] + ", " + state[1]
                    + " (expected: position in [-1.2, 0.6], velocity in [-0.07, 0.07])");
        }
        position = state[0];
        speed = state[1];
        steps = 0;
        running = true;
        return observation();
    }

    /**
     * The state in double precision.
     *
     * @return position and velocity
     */
    public double[] state() {
        return new double[] {position, speed};
    }

    @Override
    public Step<float[]> step(Integer action) {
        Limits.check("MountainCar", action, 3, running);
        speed += (action - 1) * FORCE + Math.cos(3 * position) * -GRAVITY;
        speed = Math.max(-MAX_SPEED, Math.min(MAX_SPEED, speed));
        position += speed;
        position = Math.max(LEFT, Math.min(RIGHT, position));
        if (position == LEFT && speed < 0) {
            speed = 0; // the left wall takes all speed away
        }
        steps++;
        Ending ending = Limits.ending(position >= GOAL && speed >= 0, steps, MAX_STEPS);
        running = ending == Ending.NONE;
        return new Step<>(observation(), -1, ending);
    }

    private float[] observation() {
        return new float[] {(float) position, (float) speed};
    }

    @Override
    public byte[] save() {
        return Limits.save(MAGIC, steps, running, position, speed);
    }

    @Override
    public void restore(byte[] saved) {
        ByteBuffer in = Limits.open("MountainCar", saved, SNAPSHOT_BYTES, MAGIC);
        position = in.getDouble();
        speed = in.getDouble();
        steps = in.getInt();
        running = in.getInt() != 0;
    }
}
