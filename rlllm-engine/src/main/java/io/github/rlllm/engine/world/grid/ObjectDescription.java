package io.github.rlllm.engine.world.grid;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A description of objects in words, such as "the red ball on your left".
 *
 * @param kind what they are, or null for any object
 * @param color their colour, or null for any
 * @param side where they are, seen by the agent at the beginning, or null for anywhere
 */
public record ObjectDescription(
        @Nullable ObjectKind kind,
        @Nullable GridColor color,
        @Nullable Side side) {
    private static final int[] DX = {1, 0, -1, 0};
    private static final int[] DY = {0, 1, 0, -1};

    /** A side of the agent. */
    public enum Side {
        /** Left of the line on which the agent looks. */
        LEFT,
        /** Right of it. */
        RIGHT,
        /** Before the agent. */
        FRONT,
        /** Behind the agent. */
        BEHIND
    }

    /**
     * The objects that fit the description. The grid is one room: sides reach over all of it.
     *
     * @param layout grid and agent
     * @return their cells as {@code {x, y}}, column by column
     */
    public List<int[]> matches(Layout layout) {
        List<int[]> found = new ArrayList<>();
        for (int x = 0; x < layout.width(); x++) {
            for (int y = 0; y < layout.height(); y++) {
                ObjectKind there = layout.kind(x, y);
                if (there == ObjectKind.EMPTY || kind != null && there != kind) {
                    continue;
                }
                if ((color == null || layout.color(x, y) == color) && onSide(layout, x, y)) {
                    found.add(new int[] {x, y});
                }
            }
        }
        return found;
    }

    private boolean onSide(Layout layout, int x, int y) {
        if (side == null) {
            return true;
        }
        int right = x - layout.agentX();
        int down = y - layout.agentY();
        int dx = DX[layout.direction()];
        int dy = DY[layout.direction()];
        int ahead = right * dx + down * dy;
        int aside = -right * dy + down * dx;
        return switch (side) {
            case LEFT -> aside < 0;
            case RIGHT -> aside > 0;
            case FRONT -> ahead > 0;
            case BEHIND -> ahead < 0;
        };
    }

    /**
     * The description in words: "the" where one object fits, "a" where several do.
     *
     * @param layout grid and agent
     * @return the words
     */
    public String words(Layout layout) {
        StringBuilder words = new StringBuilder(matches(layout).size() > 1 ? "a " : "the ");
        if (color != null) {
            words.append(color.word()).append(' ');
        }
        words.append(kind == null ? "object" : kind.word());
        if (side != null) {
            words.append(
                    switch (side) {
                        case LEFT -> " on your left";
                        case RIGHT -> " on your right";
                        case FRONT -> " in front of you";
                        case BEHIND -> " behind you";
                    });
        }
        return words.toString();
    }
}
