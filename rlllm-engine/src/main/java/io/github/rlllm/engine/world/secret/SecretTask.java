package io.github.rlllm.engine.world.secret;

import java.util.List;
import java.util.Objects;

/**
 * What is asked for in a room. It cannot be known without a secret: whoever guesses is right once in two times (a
 * condition) or once in three (a choice).
 *
 * @param kind a condition or a choice
 * @param wanted the property that the words name
 * @param named the three objects that the words name, in their order
 * @param target the index among {@code named} of the one to pick up
 */
public record SecretTask(Kind kind, Property wanted, List<RoomObject> named, int target) {
    /** How many objects a task names. */
    public static final int NAMED = 3;

    /** The two families of tasks. */
    public enum Kind {
        /** The first object's secret decides which of the other two is meant. */
        CONDITION,
        /** One of three objects has the property. */
        CHOICE
    }

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException if there are not three objects, or the target is none of those that can be meant
     */
    public SecretTask {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(wanted, "wanted");
        named = List.copyOf(named);
        if (named.size() != NAMED) {
            throw new IllegalArgumentException("named: " + named + " (expected: " + NAMED + " objects)");
        }
        int first = kind == Kind.CONDITION ? 1 : 0;
        if (target < first || target >= NAMED) {
            throw new IllegalArgumentException("target: " + target + " (expected: from " + first + " to 2)");
        }
    }

    /**
     * The task in words, without the answer.
     *
     * @return one sentence
     */
    public String text() {
        String a = named.get(0).words();
        String b = named.get(1).words();
        String c = named.get(2).words();
        return kind == Kind.CONDITION
                ? "If the " + a + " is " + wanted.word() + ", pick up the " + b + ", otherwise pick up the " + c + "."
                : "Pick up the one that is " + wanted.word() + ": the " + a + ", the " + b + " or the " + c + ".";
    }

    /**
     * How often a guess among those that can be meant is right.
     *
     * @return 1/2 or 1/3
     */
    public double chance() {
        return kind == Kind.CONDITION ? 1.0 / 2 : 1.0 / 3;
    }
}
