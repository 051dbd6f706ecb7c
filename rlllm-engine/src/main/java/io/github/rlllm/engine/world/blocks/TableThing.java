package io.github.rlllm.engine.world.blocks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a block may be placed on: four blocks, four bowls of the same colours, four corners and the middle. */
public enum TableThing {
    /** A block. */
    RED_BLOCK,
    /** A block. */
    YELLOW_BLOCK,
    /** A block. */
    GREEN_BLOCK,
    /** A block. */
    BLUE_BLOCK,
    /** A bowl. */
    RED_BOWL,
    /** A bowl. */
    YELLOW_BOWL,
    /** A bowl. */
    GREEN_BOWL,
    /** A bowl. */
    BLUE_BOWL,
    /** A corner, far from the arm. */
    TOP_LEFT_CORNER,
    /** A corner, far from the arm. */
    TOP_RIGHT_CORNER,
    /** A corner, near the arm. */
    BOTTOM_LEFT_CORNER,
    /** A corner, near the arm. */
    BOTTOM_RIGHT_CORNER,
    /** The middle of the table. */
    MIDDLE;

    /** The number of blocks, and of bowls. */
    static final int COLOURS = 4;

    private static final List<TableThing> BLOCKS = List.of(values()).subList(0, COLOURS);
    private static final List<TableThing> BOWLS = List.of(values()).subList(COLOURS, 2 * COLOURS);
    private static final List<TableThing> PLACES = List.of(values()).subList(2 * COLOURS, MIDDLE.ordinal() + 1);

    /** The kinds of things. */
    public enum Kind {
        /** What the gripper lifts. */
        BLOCK,
        /** Holds any number of blocks; is never moved. */
        BOWL,
        /** A corner or the middle; always there. */
        PLACE
    }

    /**
     * The blocks.
     *
     * @return four
     */
    public static List<TableThing> blocks() {
        return BLOCKS;
    }

    /**
     * The bowls, in the order of the blocks' colours.
     *
     * @return four
     */
    public static List<TableThing> bowls() {
        return BOWLS;
    }

    /**
     * The corners and the middle.
     *
     * @return five
     */
    public static List<TableThing> places() {
        return PLACES;
    }

    /**
     * The kind of thing.
     *
     * @return block, bowl or place
     */
    public Kind kind() {
        return ordinal() < COLOURS ? Kind.BLOCK : ordinal() < 2 * COLOURS ? Kind.BOWL : Kind.PLACE;
    }

    /**
     * The colour of a block or a bowl, as a number.
     *
     * @return from 0 to 3: red, yellow, green, blue; for a place -1
     */
    public int colour() {
        return kind() == Kind.PLACE ? -1 : ordinal() % COLOURS;
    }

    /**
     * The thing in words.
     *
     * @return such as {@code red block}
     */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /**
     * Reads what {@link #text} writes.
     *
     * @param text such as {@code red block}; case, outer blanks and a leading {@code the} do not matter
     * @return the thing
     * @throws IllegalArgumentException if it is none
     */
    public static TableThing parse(String text) {
        String wanted = text.strip().toLowerCase(Locale.ROOT).replaceFirst("^the ", "");
        for (TableThing thing : values()) {
            if (thing.text().equals(wanted)) {
                return thing;
            }
        }
        throw new IllegalArgumentException("thing: '" + text + "' (expected: one of "
                + Arrays.stream(values()).map(TableThing::text).toList() + ")");
    }

    @Override
    public String toString() {
        return text();
    }
}
