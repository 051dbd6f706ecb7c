package io.github.rlllm.engine.world;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * Two links that swing up by a torque at the joint between them (Sutton 1996; the equations of motion of Sutton and
 * Barto's book), with the figures of Gymnasium's Acrobot-v1. Observations are {@code float[6]}: cosine and sine of the first
 * angle, of the second angle, and both angular velocities (rad/s); actions 0, 1, 2 are the torques -1, 0, 1 Nm. Every step
 * earns -1 and the terminating one 0. An episode terminates when the tip is above one link's length over the joint, and is
 * truncated after 500 steps.
 *
 * <p>One step is 0.2 s in one Runge-Kutta step of fourth order. Links have length 1 m, mass 1 kg, moment 1 kg m^2, and
 * their centres of mass in the middle. Confined to one thread.
 */
public final class Acrobot implements Environment<float[], Integer>, Snapshot {
    private static final double GRAVITY = 9.8;
    private static final double LENGTH = 1;
    private static final double MASS = 1;
    private static final double CENTRE = 0.5;
    private static final double MOMENT = 1;
    private static final double DT = 0.2;
    private static final double MAX_TURN_1 = 4 * Math.PI;
    private static final double MAX_TURN_2 = 9 * Math.PI;
    private static final int MAX_STEPS = 500;
    private static final int SNAPSHOT_BYTES = 4 * Double.BYTES + 3 * Integer.BYTES;
    private static final int MAGIC = 0xAC0B0001;
    private static final Space.Discrete ACTIONS = Space.discrete(3);
    private static final Space.Box OBSERVATIONS = observations();

    private double[] state = new double[4];
    private int steps;
    private boolean running;

    /** Makes one; {@link #reset(long)} begins an episode. */
    public Acrobot() {}

    private static Space.Box observations() {
        float[] high = {1, 1, 1, 1, (float) MAX_TURN_1, (float) MAX_TURN_2};
        float[] low = new float[6];
        for (int i = 0; i < 6; i++) {
            low[i] = -high[i];
        }
        return new Space.Box(low, high, 6);
    }

    @Override
    public Space<float[]> observationSpace() {
        return OBSERVATIONS;
    }

    @Override
    public Space<Integer> actionSpace() {
        return ACTIONS;
    }

    /** Begins an episode with all four coordinates uniform in [-0.1, 0.1). */
    @Override
    public float[] reset(long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        double[] first = new double[4];
        for (int i = 0; i < 4; i++) {
            first[i] = -0.1 + 0.2 * rng.nextDouble();
        }
        return resetTo(first);
    }

    /**
     * Begins an episode in a given state.
     *
     * @param start first angle (from hanging down), second angle (from the first link), in [-pi, pi], and their velocities,
     *     at most 4 pi and 9 pi rad/s
     * @return the first observation
     * @throws IllegalArgumentException if there are not four numbers, or one is out of its range
     */
    public float[] resetTo(double... start) {
        Limits.checkState("Acrobot", start, 4);
        double[] bounds = {Math.PI, Math.PI, MAX_TURN_1, MAX_TURN_2};
        for (int i = 0; i < 4; i++) {
            if (Math.abs(start[i]) > bounds[i]) {
                throw new IllegalArgumentException("Acrobot.resetTo: coordinate " + i + " is " + start[i]
                        + " (expected: in [-" + bounds[i] + ", " + bounds[i] + "])");
            }
        }
        state = start.clone();
        steps = 0;
        running = true;
        return observation();
    }

    /**
     * The state in double precision.
     *
     * @return both angles (rad) and both angular velocities (rad/s)
     */
    public double[] state() {
        return state.clone();
    }

    @Override
    public Step<float[]> step(Integer action) {
        Limits.check("Acrobot", action, 3, running);
        double[] next = rungeKutta(state, action - 1);
        next[0] = wrap(next[0]);
        next[1] = wrap(next[1]);
        next[2] = Math.max(-MAX_TURN_1, Math.min(MAX_TURN_1, next[2]));
        next[3] = Math.max(-MAX_TURN_2, Math.min(MAX_TURN_2, next[3]));
        state = next;
        steps++;
        boolean up = -Math.cos(state[0]) - Math.cos(state[1] + state[0]) > 1;
        Ending ending = Limits.ending(up, steps, MAX_STEPS);
        running = ending == Ending.NONE;
        return new Step<>(observation(), up ? 0 : -1, ending);
    }

    private static double[] rungeKutta(double[] y, double torque) {
        double[] k1 = derivative(y, torque);
        double[] k2 = derivative(along(y, DT / 2, k1), torque);
        double[] k3 = derivative(along(y, DT / 2, k2), torque);
        double[] k4 = derivative(along(y, DT, k3), torque);
        double[] next = new double[4];
        for (int i = 0; i < 4; i++) {
            next[i] = y[i] + DT / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
        }
        return next;
    }

    private static double[] along(double[] y, double time, double[] slope) {
        double[] moved = new double[4];
        for (int i = 0; i < 4; i++) {
            moved[i] = y[i] + time * slope[i];
        }
        return moved;
    }

    private static double[] derivative(double[] y, double torque) {
        double cos2 = Math.cos(y[1]);
        double sin2 = Math.sin(y[1]);
        double turn1 = y[2];
        double turn2 = y[3];
        double d1 = MASS * CENTRE * CENTRE
                + MASS * (LENGTH * LENGTH + CENTRE * CENTRE + 2 * LENGTH * CENTRE * cos2)
                + 2 * MOMENT;
        double d2 = MASS * (CENTRE * CENTRE + LENGTH * CENTRE * cos2) + MOMENT;
        double phi2 = MASS * CENTRE * GRAVITY * Math.cos(y[0] + y[1] - Math.PI / 2);
        double phi1 = -MASS * LENGTH * CENTRE * turn2 * turn2 * sin2
                - 2 * MASS * LENGTH * CENTRE * turn2 * turn1 * sin2
                + (MASS * CENTRE + MASS * LENGTH) * GRAVITY * Math.cos(y[0] - Math.PI / 2)
                + phi2;
        double turning2 = (torque + d2 / d1 * phi1 - MASS * LENGTH * CENTRE * turn1 * turn1 * sin2 - phi2)
                / (MASS * CENTRE * CENTRE + MOMENT - d2 * d2 / d1);
        double turning1 = -(d2 * turning2 + phi1) / d1;
        return new double[] {turn1, turn2, turning1, turning2};
    }

    private static double wrap(double angle) {
        while (angle > Math.PI) {
            angle -= 2 * Math.PI;
        }
        while (angle < -Math.PI) {
            angle += 2 * Math.PI;
        }
        return angle;
    }

    private float[] observation() {
        return new float[] {
            (float) Math.cos(state[0]),
            (float) Math.sin(state[0]),
            (float) Math.cos(state[1]),
            (float) Math.sin(state[1]),
            (float) state[2],
            (float) state[3]
        };
    }

    @Override
    public byte[] save() {
        return Limits.save(MAGIC, steps, running, state);
    }

    @Override
    public void restore(byte[] saved) {
        ByteBuffer in = Limits.open("Acrobot", saved, SNAPSHOT_BYTES, MAGIC);
        for (int i = 0; i < 4; i++) {
            state[i] = in.getDouble();
        }
        steps = in.getInt();
        running = in.getInt() != 0;
    }
}
