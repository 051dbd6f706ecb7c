package io.github.rlllm.engine.world.reach;

import io.github.rlllm.api.Ending;
import io.github.rlllm.api.Environment;
import io.github.rlllm.api.Space;
import io.github.rlllm.api.Step;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A table of 2 x 2 m, seen from above. A hand moves by at most 0.1 m a step in x and in y; a puck that it touches (their
 * centres nearer than 0.2 m) is pushed away along the line of the centres, without friction of the edge and without sliding
 * on. {@link Goal#REACH} wants the hand at the target, {@link Goal#PUSH} the puck. The hand begins on the left, the puck in
 * the middle, the target on the right. The reward is 1 after every step at whose end the wanted thing is at the target, and 0
 * otherwise. Nothing terminates an episode, so that no reward is earned or escaped by ending it; it is truncated after 40
 * steps.
 *
 * <p>Observations are {@code float[10]} in metres: hand x, y; puck x, y; target x, y; puck less hand x, y; target less puck
 * x, y. Actions are {@code float[2]} in [-1, 1], the share of the greatest step in x and in y. Confined to one thread.
 */
public final class TableTop implements Environment<float[], float[]> {
    /** How near to the target counts, in metres. */
    public static final double NEAR = 0.12;
    /** The distance of the centres at which hand and puck touch, in metres. */
    public static final double TOUCH = 0.2;
    /** The steps after which an episode is truncated. */
    public static final int MAX_STEPS = 40;

    private static final double STEP = 0.1;
    private static final double EDGE = 1;
    private static final Space.Box OBSERVATIONS = new Space.Box(
            new float[] {-1, -1, -1, -1, -1, -1, -2, -2, -2, -2}, new float[] {1, 1, 1, 1, 1, 1, 2, 2, 2, 2}, 10);
    private static final Space.Box ACTIONS = Space.box(-1, 1, 2);

    /** What is wanted. */
    public enum Goal {
        /** The hand at the target. */
        REACH,
        /** The puck at the target. */
        PUSH
    }

    private final Goal goal;
    private double handX;
    private double handY;
    private double puckX;
    private double puckY;
    private double targetX;
    private double targetY;
    private int steps;
    private boolean running;

    /**
     * A table.
     *
     * @param goal what is wanted
     */
    public TableTop(Goal goal) {
        this.goal = Objects.requireNonNull(goal, "goal");
    }

    @Override
    public Space<float[]> observationSpace() {
        return OBSERVATIONS;
    }

    @Override
    public Space<float[]> actionSpace() {
        return ACTIONS;
    }

    @Override
    public float[] reset(long seed) {
        RandomGenerator rng = new SplittableRandom(seed);
        handX = rng.nextDouble(-0.9, -0.5);
        handY = rng.nextDouble(-0.5, 0.5);
        puckX = rng.nextDouble(-0.2, 0.1);
        puckY = rng.nextDouble(-0.4, 0.4);
        targetX = rng.nextDouble(0.4, 0.8);
        targetY = rng.nextDouble(-0.4, 0.4);
        steps = 0;
        running = true;
        return observation();
    }

    @Override
    public Step<float[]> step(float[] action) {
        if (!ACTIONS.contains(action)) {
            throw new IllegalArgumentException(
                    "TableTop.step: action " + Arrays.toString(action) + " (expected: two numbers from -1 to 1)");
        }
        if (!running) {
            throw new IllegalStateException("TableTop.step: no episode is running (expected: reset first)");
        }
        handX = cut(handX + STEP * action[0]);
        handY = cut(handY + STEP * action[1]);
        push();
        steps++;
        boolean success = success();
        Ending ending = steps >= MAX_STEPS ? Ending.TRUNCATED : Ending.NONE;
        running = ending == Ending.NONE;
        return new Step<>(observation(), success ? 1 : 0, ending);
    }

    private void push() {
        double x = puckX - handX;
        double y = puckY - handY;
        double distance = Math.hypot(x, y);
        if (distance < TOUCH) {
            // Centre on centre has no direction; the puck then goes the way from left to right.
            double unitX = distance > 0 ? x / distance : 1;
            double unitY = distance > 0 ? y / distance : 0;
            puckX = cut(handX + TOUCH * unitX);
            puckY = cut(handY + TOUCH * unitY);
        }
    }

    private boolean success() {
        return goal == Goal.REACH
                ? Math.hypot(targetX - handX, targetY - handY) < NEAR
                : Math.hypot(targetX - puckX, targetY - puckY) < NEAR;
    }

    private static double cut(double value) {
        return Math.max(-EDGE, Math.min(EDGE, value));
    }

    private float[] observation() {
        return new float[] {
            (float) handX,
            (float) handY,
            (float) puckX,
            (float) puckY,
            (float) targetX,
            (float) targetY,
            (float) (puckX - handX),
            (float) (puckY - handY),
            (float) (targetX - puckX),
            (float) (targetY - puckY)
        };
    }
}
