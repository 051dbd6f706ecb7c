package io.github.rlllm.engine.world;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Snapshot;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Locomotion without inertia: Purcell's swimmer (1977), three rigid links of equal length in a fluid so thick that it stops
 * when it stops moving its joints. By resistive force theory the drag on a piece of a link is proportional to its velocity,
 * {@value #DRAG_RATIO} times larger across the link than along it; the velocity of the whole follows from no net force and no
 * net torque, which is a linear system of three equations. Moving one joint to and fro leads nowhere (the scallop theorem):
 * it takes both, out of phase.
 *
 * <p>Actions: {@code float[2]}, the speed of either joint as a share of {@value #MOST_SPEED} rad/s, -1 to 1. Observations:
 * {@code float[7]}: the two joint angles in rad (-1.5 to 1.5), cosine and sine of the middle link's heading, and of the last
 * step the mean velocity of the middle link's centre along x and y in lengths a second and the turning rate in rad/s. The
 * reward is given once, at the end: how far the middle link has come along x, in lengths. An episode is truncated after 200
 * steps of 0.1 s. Confined to one thread.
 */
public final class ThreeLinkSwimmer implements Environment<float[], float[]>, Snapshot {
    /** How much larger the drag across a link is than along it. */
    public static final double DRAG_RATIO = 5;
    /** The greatest speed of a joint in rad/s. */
    public static final double MOST_SPEED = 2;

    private static final double LIMIT = 1.5;
    private static final double STEP_SECONDS = 0.1;
    private static final int SUBSTEPS = 4;
    private static final int MAX_STEPS = 200;
    private static final double FASTEST = 4;
    private static final int NUMBERS = 8;
    private static final int SNAPSHOT_BYTES = NUMBERS * Double.BYTES + 3 * Integer.BYTES;
    private static final int MAGIC = 0x35713001;
    private static final Space.Box ACTIONS = Space.box(-1, 1, 2);
    private static final Space.Box OBSERVATIONS =
            new Space.Box(new float[] {-1.5f, -1.5f, -1, -1, -4, -4, -4}, new float[] {1.5f, 1.5f, 1, 1, 4, 4, 4}, 7);

    private double x;
    private double y;
    private double heading;
    private double left;
    private double right;
    private double speedX;
    private double speedY;
    private double turn;
    private int steps;
    private boolean running;

    /** Makes one; {@link #reset(long)} begins an episode. */
    public ThreeLinkSwimmer() {}

    @Override
    public Space<float[]> observationSpace() {
        return OBSERVATIONS;
    }

    @Override
    public Space<float[]> actionSpace() {
        return ACTIONS;
    }

    /** Begins an episode at the origin, at rest, with a heading within 0.1 rad of x and joints within 0.3 rad of straight. */
    @Override
    public float[] reset(long seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        x = 0;
        y = 0;
        heading = 0.2 * rng.nextDouble() - 0.1;
        left = 0.6 * rng.nextDouble() - 0.3;
        right = 0.6 * rng.nextDouble() - 0.3;
        speedX = 0;
        speedY = 0;
        turn = 0;
        steps = 0;
        running = true;
        return observation();
    }

    @Override
    public Step<float[]> step(float[] action) {
        if (!ACTIONS.contains(action)) {
            throw new IllegalArgumentException("ThreeLinkSwimmer.step: action " + Arrays.toString(action)
                    + " (expected: two numbers from -1 to 1)");
        }
        if (!running) {
            throw new IllegalStateException("ThreeLinkSwimmer.step: no episode is running (expected: reset first)");
        }
        double fromX = x;
        double fromY = y;
        double fromHeading = heading;
        double dt = STEP_SECONDS / SUBSTEPS;
        for (int i = 0; i < SUBSTEPS; i++) {
            // a joint at its limit stays there
            double toLeft = clamp(left + action[0] * MOST_SPEED * dt);
            double toRight = clamp(right + action[1] * MOST_SPEED * dt);
            double leftRate = (toLeft - left) / dt;
            double rightRate = (toRight - right) / dt;
            // explicit midpoint rule
            double[] now = velocity(heading, left, right, leftRate, rightRate);
            double[] middle = velocity(
                    heading + now[2] * dt / 2, (left + toLeft) / 2, (right + toRight) / 2, leftRate, rightRate);
            x += middle[0] * dt;
            y += middle[1] * dt;
            heading += middle[2] * dt;
            left = toLeft;
            right = toRight;
        }
        speedX = (x - fromX) / STEP_SECONDS;
        speedY = (y - fromY) / STEP_SECONDS;
        turn = (heading - fromHeading) / STEP_SECONDS;
        steps++;
        Ending ending = Limits.ending(false, steps, MAX_STEPS);
        running = ending == Ending.NONE;
        return new Step<>(observation(), running ? 0 : x, ending);
    }

    private static double clamp(double angle) {
        return Math.max(-LIMIT, Math.min(LIMIT, angle));
    }

    /**
     * Velocity of the middle link's centre (x, y) and its turning rate, from no net force and torque. The left link's
     * heading is {@code heading - left}, the right one's {@code heading + right}.
     */
    static double[] velocity(double heading, double left, double right, double leftRate, double rightRate) {
        double[][] system = new double[3][4];
        // columns: the drag (force x, force y, torque about the centre) that unit vx, vy, turn and the joints' motion
        // cause
        link(system, heading, 0, 0, 0, 0, 0);
        double cos = Math.cos(heading) / 2;
        double sin = Math.sin(heading) / 2;
        double toLeft = heading - left;
        link(
                system,
                toLeft,
                -cos - Math.cos(toLeft) / 2,
                -sin - Math.sin(toLeft) / 2,
                -leftRate * Math.sin(toLeft) / 2,
                leftRate * Math.cos(toLeft) / 2,
                -leftRate);
        double toRight = heading + right;
        link(
                system,
                toRight,
                cos + Math.cos(toRight) / 2,
                sin + Math.sin(toRight) / 2,
                -rightRate * Math.sin(toRight) / 2,
                rightRate * Math.cos(toRight) / 2,
                rightRate);
        return solve(system);
    }

    /**
     * Adds the drag on a link whose centre is at (rx, ry) from the middle link's centre, which moves by (ux, uy) and turns by
     * {@code spin} on top of the motion of the whole.
     */
    private static void link(double[][] system, double angle, double rx, double ry, double ux, double uy, double spin) {
        double tx = Math.cos(angle);
        double ty = Math.sin(angle);
        double[][] motions = {{1, 0, 0}, {0, 1, 0}, {-ry, rx, 1}, {ux, uy, spin}};
        for (int column = 0; column < 4; column++) {
            double vx = motions[column][0];
            double vy = motions[column][1];
            double along = vx * tx + vy * ty;
            double across = -vx * ty + vy * tx;
            double fx = along * tx - DRAG_RATIO * across * ty;
            double fy = along * ty + DRAG_RATIO * across * tx;
            double torque = rx * fy - ry * fx + DRAG_RATIO * motions[column][2] / 12;
            double sign = column == 3 ? -1 : 1;
            system[0][column] += sign * fx;
            system[1][column] += sign * fy;
            system[2][column] += sign * torque;
        }
    }

    /** Cramer's rule; the matrix is symmetric and positive definite. */
    private static double[] solve(double[][] s) {
        double whole = determinant(s, 0, 1, 2);
        return new double[] {
            determinant(s, 3, 1, 2) / whole, determinant(s, 0, 3, 2) / whole, determinant(s, 0, 1, 3) / whole
        };
    }

    private static double determinant(double[][] s, int a, int b, int c) {
        return s[0][a] * (s[1][b] * s[2][c] - s[1][c] * s[2][b])
                - s[0][b] * (s[1][a] * s[2][c] - s[1][c] * s[2][a])
                + s[0][c] * (s[1][a] * s[2][b] - s[1][b] * s[2][a]);
    }

    private float[] observation() {
        return new float[] {
            (float) left,
            (float) right,
            (float) Math.cos(heading),
            (float) Math.sin(heading),
            bounded(speedX),
            bounded(speedY),
            bounded(turn)
        };
    }

    private static float bounded(double speed) {
        return (float) Math.max(-FASTEST, Math.min(FASTEST, speed));
    }

    /**
     * How far the middle link has come along x.
     *
     * @return lengths of a link
     */
    public double distance() {
        return x;
    }

    @Override
    public byte[] save() {
        return Limits.save(MAGIC, steps, running, x, y, heading, left, right, speedX, speedY, turn);
    }

    @Override
    public void restore(byte[] saved) {
        ByteBuffer in = Limits.open("ThreeLinkSwimmer", saved, SNAPSHOT_BYTES, MAGIC);
        x = in.getDouble();
        y = in.getDouble();
        heading = in.getDouble();
        left = in.getDouble();
        right = in.getDouble();
        speedX = in.getDouble();
        speedY = in.getDouble();
        turn = in.getDouble();
        steps = in.getInt();
        running = in.getInt() != 0;
    }
}
