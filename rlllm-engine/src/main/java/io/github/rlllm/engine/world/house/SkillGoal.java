package io.github.rlllm.engine.world.house;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a skill is to reach. Its success is a predicate on the true state, {@link HouseState#achieved}; what must hold
 * before it makes sense is {@link HouseState#admits}.
 *
 * @param kind the kind of skill
 * @param target the thing that it is about: a door for {@link Kind#OPEN}, a portable thing for {@link Kind#PICK_UP} and
 *     {@link Kind#PUT_NEXT_TO}, anything for {@link Kind#GO_TO}
 */
public record SkillGoal(Kind kind, Thing target) {
    private static final List<SkillGoal> ALL = enumerate();

    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if the kind of skill is not about such a thing
     */
    public SkillGoal {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(target, "target");
        if (!suits(kind, target)) {
            throw new IllegalArgumentException("target: " + target + " (expected: "
                    + (kind == Kind.OPEN ? "a door" : "a ball, a box or a key") + " for " + kind + ")");
        }
    }

    /** The four kinds of skill. */
    public enum Kind {
        /** Stand next to the target and face it. */
        GO_TO("go to"),
        /** Carry the target; begins with empty hands. */
        PICK_UP("pick up"),
        /** The target door is open; a locked one needs its key in hand. */
        OPEN("open"),
        /** Put what is carried on a cell beside the target (not diagonally), at the first attempt. */
        PUT_NEXT_TO("put down next to");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /**
         * The skill in words.
         *
         * @return such as {@code pick up}
         */
        public String text() {
            return words;
        }
    }

    /**
     * All goals that can exist.
     *
     * @return 66 goals: go to (24), pick up (18), open (6), put down next to (18)
     */
    public static List<SkillGoal> all() {
        return ALL;
    }

    /**
     * Reads what {@link #text} writes.
     *
     * @param text such as {@code pick up red ball}; case and outer blanks do not matter
     * @return the goal
     * @throws IllegalArgumentException if it is no goal
     */
    public static SkillGoal parse(String text) {
        String wanted = text.strip().toLowerCase(Locale.ROOT);
        for (Kind kind : Kind.values()) {
            if (wanted.startsWith(kind.text() + " ")) {
                return new SkillGoal(
                        kind, Thing.parse(wanted.substring(kind.text().length())));
            }
        }
        throw new IllegalArgumentException(
                "goal: '" + text + "' (expected: go to, pick up, open or put down next to, and a thing)");
    }

    /**
     * The goal in words.
     *
     * @return such as {@code pick up red ball}
     */
    public String text() {
        return kind.text() + " " + target.text();
    }

    @Override
    public String toString() {
        return text();
    }

    private static boolean suits(Kind kind, Thing target) {
        return kind == Kind.GO_TO || (kind == Kind.OPEN) != target.portable();
    }

    private static List<SkillGoal> enumerate() {
        List<SkillGoal> goals = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (Thing thing : Thing.all()) {
                if (suits(kind, thing)) {
                    goals.add(new SkillGoal(kind, thing));
                }
            }
        }
        return List.copyOf(goals);
    }
}
