package io.github.rlllm.engine.world;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * A cart on which a pole is balanced by pushing left (action 0) or right (1): Barto, Sutton and Anderson 1983, with the
 * figures of Gymnasium's CartPole-v1. Observations are {@code float[4]}: position (m), velocity (m/s), angle (rad),
 * angular velocity (rad/s). Every step earns 1, the terminating one too. An episode terminates when the cart is beyond
 * 2.4 m or the pole beyond 12 degrees, and is truncated after 500 steps.
 *
 * <p>The state is kept in double precision; one step is 0.02 s of explicit Euler with the old velocities. Confined to one
 * thread. {@link CartPoleBatch} steps many at once with equal results.
 */
public final class CartPole implements Environment<float[], Integer>, Snapshot {
    static final double GRAVITY = 9.8;
    static final double POLE_MASS = 0.1;
    static final double TOTAL_MASS = POLE_MASS + 1.0;
    static final double HALF_LENGTH = 0.5;
    static final double POLE_MOMENT = POLE_MASS * HALF_LENGTH;
    static final double FORCE = 10.0;
    static final double TAU = 0.02;
    static final double ANGLE_LIMIT = 12 * 2 * Math.PI / 360;
    static final double POSITION_LIMIT = 2.4;
    static final int MAX_STEPS = 500;

    private static final int SNAPSHOT_BYTES = 4 * Double.BYTES + 3 * Integer.BYTES;
    private static final int MAGIC = 0xCA270001;
    private static final Space.Discrete ACTIONS = Space.discrete(2);
    private static final Space.Box OBSERVATIONS = observations();

    private double x;
    private double speed;
    private double angle;
    private double turn;
    private int steps;
    private boolean running;

    /** Makes one; {@link #reset(long)} begins an episode. */
    public CartPole() {}

    private static Space.Box observations() {
        float infinity = Float.POSITIVE_INFINITY;
        float[] high = {(float) (2 * POSITION_LIMIT), infinity, (float) (2 * ANGLE_LIMIT), infinity};
        float[] low = {-high[0], -infinity, -high[2], -infinity};
        return new Space.Box(low, high, 4);
    }

    @Override
    public Space<float[]> observationSpace() {
        return OBSERVATIONS;
    }

    @Override
    public Space<Integer> actionSpace() {
        return ACTIONS;
    }

    @Override
    public float[] reset(long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        return resetTo(start(rng), start(rng), start(rng), start(rng));
    }

    /** One coordinate of a first state: uniform in [-0.05, 0.05). */
    static double start(SplittableRandom rng) {
        return -0.05 + 0.1 * rng.nextDouble();
    }

    /**
     * Begins an episode in a given state.
     *
     * @param state position (m), velocity (m/s), angle (rad), angular velocity (rad/s), all finite
     * @return the first observation
     * @throws IllegalArgumentException if there are not four finite numbers
     */
    public float[] resetTo(double... state) {
        Limits.checkState("CartPole", state, 4);
        x = state[0];
        speed = state[1];
        angle = state[2];
        turn = state[3];
        steps = 0;
        running = true;
        return observation();
    }

    /**
     * The state in double precision.
     *
     * @return position (m), velocity (m/s), angle (rad), angular velocity (rad/s)
     */
    public double[] state() {
        return new double[] {x, speed, angle, turn};
    }

    @Override
    public Step<float[]> step(Integer action) {
        Limits.check("CartPole", action, 2, running);
        double force = action == 1 ? FORCE : -FORCE;
        double sin = sin(angle);
        double cos = cos(angle);
        double push = (force + POLE_MOMENT * (turn * turn) * sin) / TOTAL_MASS;
        double turning =
                (GRAVITY * sin - cos * push) / (HALF_LENGTH * (4.0 / 3.0 - POLE_MASS * (cos * cos) / TOTAL_MASS));
        double acceleration = push - POLE_MOMENT * turning * cos / TOTAL_MASS;
        x += TAU * speed;
        speed += TAU * acceleration;
        angle += TAU * turn;
        turn += TAU * turning;
        steps++;
        Ending ending = Limits.ending(fallen(x, angle), steps, MAX_STEPS);
        running = ending == Ending.NONE;
        return new Step<>(observation(), 1.0, ending);
    }

    static boolean fallen(double x, double angle) {
        return x < -POSITION_LIMIT || x > POSITION_LIMIT || angle < -ANGLE_LIMIT || angle > ANGLE_LIMIT;
    }

    private float[] observation() {
        return new float[] {(float) x, (float) speed, (float) angle, (float) turn};
    }

    private static double sin(double angle) {
        return Math.abs(angle) <= ANGLE_LIMIT ? smallSin(angle) : Math.sin(angle);
    }

    private static double cos(double angle) {
        return Math.abs(angle) <= ANGLE_LIMIT ? smallCos(angle) : Math.cos(angle);
    }

    /**
     * The sine of an angle of at most {@link #ANGLE_LIMIT}: the Taylor polynomial to the 11th power, whose remainder is
     * below 3e-19. A running episode never leaves this range, and a polynomial vectorises where Math.sin does not.
     */
    static double smallSin(double a) {
        double q = a * a;
        double sum = -1.0 / 39916800;
        sum = sum * q + 1.0 / 362880;
        sum = sum * q - 1.0 / 5040;
        sum = sum * q + 1.0 / 120;
        sum = sum * q - 1.0 / 6;
        sum = sum * q + 1.0;
        return a * sum;
    }

    /** The cosine of an angle of at most {@link #ANGLE_LIMIT}: to the 12th power, remainder below 1e-20. */
    static double smallCos(double a) {
        double q = a * a;
        double sum = 1.0 / 479001600;
        sum = sum * q - 1.0 / 3628800;
        sum = sum * q + 1.0 / 40320;
        sum = sum * q - 1.0 / 720;
        sum = sum * q + 1.0 / 24;
        sum = sum * q - 1.0 / 2;
        return sum * q + 1.0;
    }

    @Override
    public byte[] save() {
        return Limits.save(MAGIC, steps, running, x, speed, angle, turn);
    }

    @Override
    public void restore(byte[] saved) {
        ByteBuffer in = Limits.open("CartPole", saved, SNAPSHOT_BYTES, MAGIC);
        x = in.getDouble();
        speed = in.getDouble();
        angle = in.getDouble();
        turn = in.getDouble();
        steps = in.getInt();
        running = in.getInt() != 0;
    }
}
