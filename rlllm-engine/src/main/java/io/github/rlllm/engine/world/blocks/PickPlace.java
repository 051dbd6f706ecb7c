package io.github.rlllm.engine.world.blocks;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a skill is to reach: a block lies on a block, in a bowl or at a place, and not in the gripper. Also the goal of
 * putting a block on itself, which never is reached, as the open tabletop of SayCan has it.
 *
 * @param block the block to be moved
 * @param target what it is placed on, in or at
 */
public record PickPlace(TableThing block, TableThing target) {
    private static final List<PickPlace> ALL = enumerate();

    /**
     * Checks the record.
     *
     * @throws IllegalArgumentException if the first is not a block
     */
    public PickPlace {
        Objects.requireNonNull(target, "target");
        if (block.kind() != TableThing.Kind.BLOCK) {
            throw new IllegalArgumentException("block: " + block + " (expected: one of " + TableThing.blocks() + ")");
        }
    }

    /**
     * All goals.
     *
     * @return 4 x 13 goals, block by block, at the position of their {@link #number}
     */
    public static List<PickPlace> all() {
        return ALL;
    }

    /**
     * The position among {@link #all}.
     *
     * @return from 0 to 51
     */
    public int number() {
        return block.ordinal() * TableThing.values().length + target.ordinal();
    }

    /**
     * The goal in words.
     *
     * @return such as {@code put the red block in the blue bowl}
     */
    public String text() {
        String where = switch (target.kind()) {
            case BLOCK -> "on";
            case BOWL -> "in";
            case PLACE -> target == TableThing.MIDDLE ? "in" : "at";
        };
        return "put the " + block.text() + " " + where + " the " + target.text();
    }

    /**
     * Reads what {@link #text} writes.
     *
     * @param text such as {@code put the red block in the blue bowl}; case and outer blanks do not matter
     * @return the goal
     * @throws IllegalArgumentException if it is none
     */
    public static PickPlace parse(String text) {
        for (PickPlace goal : ALL) {
            if (goal.text().equalsIgnoreCase(text.strip())) {
                return goal;
            }
        }
        throw new IllegalArgumentException(
                "goal: '" + text + "' (expected: put the, a block, on, in or at the, and a thing of the table)");
    }

    @Override
    public String toString() {
        return text();
    }

    private static List<PickPlace> enumerate() {
        List<PickPlace> goals = new ArrayList<>();
        for (TableThing block : TableThing.blocks()) {
            for (TableThing target : TableThing.values()) {
                goals.add(new PickPlace(block, target));
            }
        }
        return List.copyOf(goals);
    }
}
