package io.github.rlllm.engine.world.grid;

import java.util.Arrays;

/**
 * What the agent sees: the 7 x 7 cells before it, its direction, and its mission.
 *
 * @param image kind, colour and state of every cell of the view, {@code [i][j][3]} in row-major order, i from left to right
 *     and j from far to near; the agent is at {@code i = 3, j = 6}, where the image shows what it carries; hidden cells are
 *     0, 0, 0; the array belongs to the caller
 * @param direction 0 right, 1 down, 2 left, 3 up
 * @param mission the mission in words
 */
public record GridObservation(byte[] image, int direction, String mission) {
    /** The view's width and depth in cells. */
    public static final int VIEW = 7;
    /** The length of an image. */
    public static final int IMAGE = VIEW * VIEW * 3;

    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if the image's length or the direction is wrong
     */
    public GridObservation {
        if (image.length != IMAGE) {
            throw new IllegalArgumentException("image: length " + image.length + " (expected: " + IMAGE + ")");
        }
        if (direction < 0 || direction > 3) {
            throw new IllegalArgumentException("direction: " + direction + " (expected: 0 .. 3)");
        }
    }

    /**
     * The image as networks want it: every number divided by 10.
     *
     * @return {@code float[147]} in [0, 1]
     */
    public float[] flat() {
        float[] flat = new float[IMAGE];
        for (int k = 0; k < IMAGE; k++) {
            flat[k] = image[k] * 0.1f;
        }
        return flat;
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof GridObservation that
                && Arrays.equals(image, that.image)
                && direction == that.direction
                && mission.equals(that.mission);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(image) + direction) + mission.hashCode();
    }

    @Override
    public String toString() {
        return "GridObservation[direction=" + direction + ", mission=" + mission + ", image=" + Arrays.toString(image)
                + "]";
    }
}
