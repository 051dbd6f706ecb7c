package io.github.rlllm.engine.world.secret;

import io.github.rlllm.api.Space;
import java.util.Arrays;

/**
 * How an observation of a {@link SecretRoom} is laid out: {@code float[353]}, each in [0, 1].
 *
 * <table>
 * <caption>Observation</caption>
 * <tr><th>from</th><th>what</th></tr>
 * <tr><td>0</td><td>the agent's row, one of 9</td></tr>
 * <tr><td>9</td><td>the agent's column, one of 9</td></tr>
 * <tr><td>18</td><td>the 5 x 5 cells around the agent, row by row, the agent's in the middle: for each whether it is outside
 *     the room, the colour of what lies there (one of 6, or none), its shape (one of 6, or none)</td></tr>
 * <tr><td>343</td><td>whether the last action examined an object</td></tr>
 * <tr><td>344</td><td>its texture, 3 x 3 pixels row by row; 0 where nothing was examined</td></tr>
 * </table>
 */
public final class SecretView {
    /** Cells that are seen, in each direction. */
    public static final int SIDE = 5;
    /** Cells that are seen. */
    public static final int CELLS = SIDE * SIDE;
    /** Where the cells begin. */
    public static final int FIRST_CELL = 2 * SecretRoom.SIZE;
    /** The length of a cell. */
    public static final int CELL = 13;
    /** Whether an object was examined. */
    public static final int EXAMINED = FIRST_CELL + CELLS * CELL;
    /** Where the texture begins. */
    public static final int TEXTURE = EXAMINED + 1;
    /** Pixels of a texture, in each direction. */
    public static final int TEXTURE_SIDE = 3;
    /** Pixels of a texture. */
    public static final int PIXELS = TEXTURE_SIDE * TEXTURE_SIDE;
    /** The length of an observation. */
    public static final int LENGTH = TEXTURE + PIXELS;

    static final Space.Box SPACE = Space.box(0, 1, LENGTH);

    private SecretView() {}

    /**
     * Whether a cell is outside the room.
     *
     * @param seen an observation
     * @param cell from 0 to 24
     * @return true outside
     */
    public static boolean outside(float[] seen, int cell) {
        return seen[FIRST_CELL + cell * CELL] > 0;
    }

    /**
     * Whether what lies in a cell has a colour.
     *
     * @param seen an observation
     * @param cell from 0 to 24
     * @param colour a colour
     * @return false also where nothing lies there
     */
    public static boolean has(float[] seen, int cell, RoomObject.Colour colour) {
        return seen[FIRST_CELL + cell * CELL + 1 + colour.ordinal()] > 0;
    }

    /**
     * Whether what lies in a cell has a shape.
     *
     * @param seen an observation
     * @param cell from 0 to 24
     * @param shape a shape
     * @return false also where nothing lies there
     */
    public static boolean has(float[] seen, int cell, RoomObject.Shape shape) {
        return seen[FIRST_CELL + cell * CELL + 1 + RoomObject.Colour.values().length + shape.ordinal()] > 0;
    }

    /**
     * Whether anything lies in a cell.
     *
     * @param seen an observation
     * @param cell from 0 to 24
     * @return true where an object lies
     */
    public static boolean occupied(float[] seen, int cell) {
        for (RoomObject.Colour colour : RoomObject.Colour.values()) {
            if (has(seen, cell, colour)) {
                return true;
            }
        }
        return false;
    }

    /**
     * What the last action showed of an object.
     *
     * @param seen an observation
     * @return 9 pixels; all 0 where nothing was examined
     */
    public static float[] texture(float[] seen) {
        return Arrays.copyOfRange(seen, TEXTURE, LENGTH);
    }

    /**
     * What a texture means, as a person who knows reads it: the brightest line is a row or a column.
     *
     * @param texture 9 pixels
     * @return good for a row, toxic for a column
     */
    public static Property meaning(float[] texture) {
        float row = 0;
        float column = 0;
        for (int i = 0; i < TEXTURE_SIDE; i++) {
            float across = 0;
            float down = 0;
            for (int j = 0; j < TEXTURE_SIDE; j++) {
                across += texture[i * TEXTURE_SIDE + j];
                down += texture[j * TEXTURE_SIDE + i];
            }
            row = Math.max(row, across);
            column = Math.max(column, down);
        }
        return row > column ? Property.GOOD : Property.TOXIC;
    }
}
