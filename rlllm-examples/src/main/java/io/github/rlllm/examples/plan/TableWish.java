package io.github.rlllm.examples.plan;

import io.github.rlllm.engine.world.blocks.PickPlace;
import io.github.rlllm.engine.world.blocks.TableThing;
import java.util.List;

/**
 * What a part of an instruction asks for: one block, any, two, three or all, on, in or at something.
 *
 * @param moved a colour's number from 0 to 3, {@link #ANY}, {@link #TWO}, {@link #THREE} or {@link #ALL}
 * @param kind what is named as the target, from {@link #BLOCK} to {@link #MIDDLE}
 * @param target of a block or a bowl a colour's number, of a corner {@link #CORNER_QUALITY} and more; {@link #ANY}, or of
 *     bowls {@link #MATCHING}
 */
record TableWish(int moved, int kind, int target) {
    /** What a word names. */
    static final int NOTHING = 0;

    static final int BLOCK = 1;
    static final int BOWL = 2;
    static final int CORNER = 3;
    static final int MIDDLE = 4;
    static final int IT = 5;
    static final int KINDS = 6;

    /** Which one is meant: from 0 to 3 a colour, then these. */
    static final int ANY = 4;

    static final int TWO = 5;
    static final int THREE = 6;
    static final int ALL = 7;
    static final int MATCHING = 8;
    static final int CORNER_QUALITY = 9;
    static final int QUALITIES = 13;

    private static final int FIRST_CORNER = TableThing.TOP_LEFT_CORNER.ordinal();

    /** How many blocks are asked for. */
    int count() {
        return count(moved);
    }

    static int count(int quality) {
        return quality == TWO
                ? 2
                : quality == THREE ? 3 : quality == ALL ? TableThing.blocks().size() : 1;
    }

    /** Whether a skill is among those that are asked for. */
    boolean admits(PickPlace goal) {
        return goal.block() != goal.target()
                && (moved >= ANY || moved == goal.block().ordinal())
                && kind == kindOf(goal.target())
                && (kind == MIDDLE
                        || target == ANY
                        || target == MATCHING
                                && goal.target().colour() == goal.block().colour()
                        || target == qualityOf(goal.target()));
    }

    /** The skills among those that are asked for. */
    List<PickPlace> goals() {
        return PickPlace.all().stream().filter(this::admits).toList();
    }

    static int kindOf(TableThing thing) {
        return switch (thing.kind()) {
            case BLOCK -> BLOCK;
            case BOWL -> BOWL;
            case PLACE -> thing == TableThing.MIDDLE ? MIDDLE : CORNER;
        };
    }

    /** The colour of a block or bowl, the number of a corner; 0 for the middle. */
    static int qualityOf(TableThing thing) {
        return switch (thing.kind()) {
            case BLOCK, BOWL -> thing.colour();
            case PLACE -> thing == TableThing.MIDDLE ? 0 : CORNER_QUALITY + thing.ordinal() - FIRST_CORNER;
        };
    }
}
