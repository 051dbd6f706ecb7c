package io.github.rlllm.engine.world;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Snapshot;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * Many {@link CartPole}s stepped together on one core, each beginning its next episode in the step in which it ended. The
 * states lie in one array a coordinate, and the arithmetic is that of CartPole in the same order, in loops without
 * branches that the JIT compiler vectorises: results are equal bit for bit.
 *
 * <p>Every step earns 1. The caller's arrays are filled; nothing is allocated. Confined to one thread.
 */
public final class CartPoleBatch implements Snapshot {
    /** Numbers in one observation. */
    public static final int WIDTH = 4;

    private static final int MAGIC = 0xCA270002;
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private final int count;
    private long seed;
    private final double[] x;
    private final double[] speed;
    private final double[] angle;
    private final double[] turn;
    private final double[] force;
    private final double[] sin;
    private final double[] cos;
    private final double[] push;
    private final double[] turning;
    private final int[] steps;
    private final long[] episodes;
    private boolean running;

    /**
     * Makes a batch; {@link #reset} begins.
     *
     * @param count the number of environments, at least 1
     * @throws IllegalArgumentException if it is below 1
     */
    public CartPoleBatch(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("count: " + count + " (expected: >= 1)");
        }
        this.count = count;
        x = new double[count];
        speed = new double[count];
        angle = new double[count];
        turn = new double[count];
        force = new double[count];
        sin = new double[count];
        cos = new double[count];
        push = new double[count];
        turning = new double[count];
        steps = new int[count];
        episodes = new long[count];
    }

    /**
     * The number of environments.
     *
     * @return the count
     */
    public int count() {
        return count;
    }

    /**
     * Begins an episode in every environment.
     *
     * @param batchSeed decides all later episodes, by {@link #episodeSeed}
     * @param observations filled with the first observations, {@code [count][4]} in row-major order
     * @throws IllegalArgumentException if the array has another length
     */
    public void reset(long batchSeed, float[] observations) {
        check("observations", observations.length, WIDTH * count);
        seed = batchSeed;
        for (int i = 0; i < count; i++) {
            episodes[i] = -1;
            begin(i);
        }
        running = true;
        observe(observations);
    }

    /**
     * The seed with which {@link CartPole#reset(long)} begins the same episode.
     *
     * @param environment which environment, in 0 .. count - 1
     * @param episode which of its episodes since the reset, from 0
     * @return the seed
     */
    public long episodeSeed(int environment, long episode) {
        return new SplittableRandom(seed + GOLDEN_GAMMA * (episode * count + environment)).nextLong();
    }

    private void begin(int i) {
        episodes[i]++;
        SplittableRandom rng = new SplittableRandom(episodeSeed(i, episodes[i]));
        x[i] = CartPole.start(rng);
        speed[i] = CartPole.start(rng);
        angle[i] = CartPole.start(rng);
        turn[i] = CartPole.start(rng);
        steps[i] = 0;
    }

    /**
     * Takes one action in every environment.
     *
     * @param actions 0 or 1 an environment
     * @param observations filled with what is seen next, {@code [count][4]}: where an episode ended, the first observation
     *     of the next
     * @param endings filled with how the step ended in every environment
     * @param last where an episode ended, its last observation is put into the same place of this array {@code [count][4]};
     *     other places are left alone
     * @throws IllegalArgumentException if an array has another length or an action is neither 0 nor 1; nothing has
     *     happened then
     * @throws IllegalStateException before the first reset
     */
    public void step(int[] actions, float[] observations, Ending[] endings, float[] last) {
        check("actions", actions.length, count);
        check("observations", observations.length, WIDTH * count);
        check("endings", endings.length, count);
        check("last", last.length, WIDTH * count);
        if (!running) {
            throw new IllegalStateException("CartPoleBatch.step: not begun (expected: reset first)");
        }
        checkActions(actions);
        for (int i = 0; i < count; i++) {
            force[i] = actions[i] * (2 * CartPole.FORCE) - CartPole.FORCE;
        }
        move();
        finish(observations, endings, last);
    }

    private void checkActions(int[] actions) {
        int bits = 0;
        for (int i = 0; i < count; i++) {
            bits |= actions[i];
        }
        if ((bits & ~1) != 0) {
            for (int i = 0; i < count; i++) {
                if ((actions[i] & ~1) != 0) {
                    throw new IllegalArgumentException("CartPoleBatch.step: action " + actions[i] + " of environment "
                            + i + " (expected: 0 .. 1)");
                }
            }
        }
    }

    /**
     * One Euler step of every environment; see {@link CartPole#step}. The work is cut into short loops because the compiler
     * vectorises only loops that are small enough to be unrolled.
     */
    private void move() {
        sines(angle, sin);
        cosines(angle, cos);
        pushes(force, turn, sin, push);
        turnings(sin, cos, push, turning);
        accelerate(push, turning, cos);
        advance(x, speed);
        advance(speed, push);
        advance(angle, turn);
        advance(turn, turning);
    }

    private static void sines(double[] angle, double[] sin) {
        for (int i = 0; i < sin.length; i++) {
            sin[i] = CartPole.smallSin(angle[i]);
        }
    }

    private static void cosines(double[] angle, double[] cos) {
        for (int i = 0; i < cos.length; i++) {
            cos[i] = CartPole.smallCos(angle[i]);
        }
    }

    private static void pushes(double[] force, double[] turn, double[] sin, double[] push) {
        for (int i = 0; i < push.length; i++) {
            push[i] = (force[i] + CartPole.POLE_MOMENT * (turn[i] * turn[i]) * sin[i]) / CartPole.TOTAL_MASS;
        }
    }

    private static void turnings(double[] sin, double[] cos, double[] push, double[] turning) {
        for (int i = 0; i < turning.length; i++) {
            turning[i] = (CartPole.GRAVITY * sin[i] - cos[i] * push[i])
                    / (CartPole.HALF_LENGTH
                            * (4.0 / 3.0 - CartPole.POLE_MASS * (cos[i] * cos[i]) / CartPole.TOTAL_MASS));
        }
    }

    /** Makes the push the cart's acceleration. */
    private static void accelerate(double[] push, double[] turning, double[] cos) {
        for (int i = 0; i < push.length; i++) {
            push[i] = push[i] - CartPole.POLE_MOMENT * turning[i] * cos[i] / CartPole.TOTAL_MASS;
        }
    }

    private static void advance(double[] value, double[] rate) {
        for (int i = 0; i < value.length; i++) {
            value[i] += CartPole.TAU * rate[i];
        }
    }

    private void finish(float[] observations, Ending[] endings, float[] last) {
        for (int i = 0; i < count; i++) {
            int taken = ++steps[i];
            boolean fallen = CartPole.fallen(x[i], angle[i]);
            if (fallen || taken >= CartPole.MAX_STEPS) {
                endings[i] = fallen ? Ending.TERMINATED : Ending.TRUNCATED;
                observe(i, last);
                begin(i);
            } else {
                endings[i] = Ending.NONE;
            }
            observe(i, observations);
        }
    }

    private void observe(float[] observations) {
        for (int i = 0; i < count; i++) {
            observe(i, observations);
        }
    }

    private void observe(int i, float[] observations) {
        observations[WIDTH * i] = (float) x[i];
        observations[WIDTH * i + 1] = (float) speed[i];
        observations[WIDTH * i + 2] = (float) angle[i];
        observations[WIDTH * i + 3] = (float) turn[i];
    }

    private static void check(String what, int length, int expected) {
        if (length != expected) {
            throw new IllegalArgumentException(what + ": length " + length + " (expected: " + expected + ")");
        }
    }

    private int snapshotBytes() {
        return 2 * Integer.BYTES + Long.BYTES + count * (4 * Double.BYTES + Integer.BYTES + Long.BYTES);
    }

    @Override
    public byte[] save() {
        ByteBuffer out = ByteBuffer.allocate(snapshotBytes())
                .putInt(MAGIC)
                .putInt(running ? 1 : 0)
                .putLong(seed);
        for (int i = 0; i < count; i++) {
            out.putDouble(x[i]).putDouble(speed[i]).putDouble(angle[i]).putDouble(turn[i]);
            out.putInt(steps[i]).putLong(episodes[i]);
        }
        return out.array();
    }

    @Override
    public void restore(byte[] saved) {
        ByteBuffer in = Limits.open("CartPoleBatch", saved, snapshotBytes(), MAGIC);
        running = in.getInt() != 0;
        seed = in.getLong();
        for (int i = 0; i < count; i++) {
            x[i] = in.getDouble();
            speed[i] = in.getDouble();
            angle[i] = in.getDouble();
            turn[i] = in.getDouble();
            steps[i] = in.getInt();
            episodes[i] = in.getLong();
        }
    }
}
