package io.github.rlllm.engine.world.house;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A thing in a house. A house holds at most one of each kind and colour, so kind and colour are its identity.
 *
 * @param kind what it is
 * @param colour its colour
 */
public record Thing(Kind kind, Colour colour) {
    private static final List<Thing> ALL = enumerate();

    /** Checks the record. */
    public Thing {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(colour, "colour");
    }

    /** What a thing is. */
    public enum Kind {
        /** A ball: can be carried. */
        BALL,
        /** A box: can be carried. */
        BOX,
        /** A key: can be carried, and opens the locked door of its colour. */
        KEY,
        /** A door: open, closed or locked. */
        DOOR
    }

    /**
     * All things that can exist.
     *
     * @return 24 things, balls first and doors last, each kind in the order of the colours
     */
    public static List<Thing> all() {
        return ALL;
    }

    /**
     * Whether it can be picked up.
     *
     * @return true for all but doors
     */
    public boolean portable() {
        return kind != Kind.DOOR;
    }

    /**
     * Reads what {@link #text} writes.
     *
     * @param text such as {@code red ball}; case and outer blanks do not matter
     * @return the thing
     * @throws IllegalArgumentException if it is no thing
     */
    public static Thing parse(String text) {
        String wanted = text.strip().toLowerCase(Locale.ROOT);
        for (Thing thing : ALL) {
            if (thing.text().equals(wanted)) {
                return thing;
            }
        }
        throw new IllegalArgumentException("thing: '" + text + "' (expected: a colour of red, green, blue, purple,"
                + " yellow, grey and a kind of ball, box, key, door)");
    }

    /**
     * The thing in words.
     *
     * @return such as {@code red ball}
     */
    public String text() {
        return colour.text() + " " + kind.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return text();
    }

    /** Position in {@link #all}. */
    int index() {
        return kind.ordinal() * Colour.values().length + colour.ordinal();
    }

    private static List<Thing> enumerate() {
        List<Thing> things = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (Colour colour : Colour.values()) {
                things.add(new Thing(kind, colour));
            }
        }
        return List.copyOf(things);
    }
}
