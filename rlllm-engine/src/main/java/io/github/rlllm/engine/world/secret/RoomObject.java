package io.github.rlllm.engine.world.secret;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What lies in a room: unique there by colour and shape together.
 *
 * @param colour its colour
 * @param shape its shape
 */
public record RoomObject(Colour colour, Shape shape) {
    /** The colours, in the order of the observation. */
    public enum Colour {
        /** Red. */
        RED,
        /** Green. */
        GREEN,
        /** Blue. */
        BLUE,
        /** Purple. */
        PURPLE,
        /** Yellow. */
        YELLOW,
        /** Grey. */
        GREY
    }

    /** The shapes, in the order of the observation. */
    public enum Shape {
        /** A ball. */
        BALL,
        /** A box. */
        BOX,
        /** A cone. */
        CONE,
        /** A cross. */
        CROSS,
        /** A diamond. */
        DIAMOND,
        /** A ring. */
        RING
    }

    private static final int HELD_OUT_EVERY = 3;

    /** Checks the record. */
    public RoomObject {
        Objects.requireNonNull(colour, "colour");
        Objects.requireNonNull(shape, "shape");
    }

    /**
     * All combinations of a kind. The held-out ones are a third: {@code shape - colour} is a multiple of 3 there, so that
     * every colour and every shape occurs in both kinds.
     *
     * @param heldOut whether those that nothing is trained on
     * @return 12 held-out ones, or the other 24, colour by colour
     */
    public static List<RoomObject> all(boolean heldOut) {
        return Arrays.stream(Colour.values())
                .flatMap(colour -> Arrays.stream(Shape.values()).map(shape -> new RoomObject(colour, shape)))
                .filter(object -> object.heldOut() == heldOut)
                .toList();
    }

    /**
     * Whether this combination is one that nothing is trained on.
     *
     * @return true for a third of the 36
     */
    public boolean heldOut() {
        return Math.floorMod(shape.ordinal() - colour.ordinal(), HELD_OUT_EVERY) == 0;
    }

    /**
     * The object in words.
     *
     * @return such as {@code red ball}
     */
    public String words() {
        return (colour + " " + shape).toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return words();
    }
}
