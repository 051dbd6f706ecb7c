package io.github.rlllm.engine.world.grid;

/**
 * Cells packed into an int: from the lowest byte kind, colour and state as in the encoding, and an identity, which tells
 * equal objects apart (0 for what needs none).
 */
final class Cells {
    static final int EMPTY = ObjectKind.EMPTY_CODE;
    static final int WALL = ObjectKind.WALL_CODE | GridColor.GREY.ordinal() << 8;
    static final int MOST_OBJECTS = 255;

    private Cells() {}

    static int of(int kind, int color, int state, int identity) {
        return kind | color << 8 | state << 16 | identity << 24;
    }

    static int kind(int cell) {
        return cell & 0xFF;
    }

    static int color(int cell) {
        return cell >> 8 & 0xFF;
    }

    static int state(int cell) {
        return cell >> 16 & 0xFF;
    }

    static int identity(int cell) {
        return cell >>> 24;
    }

    static boolean opaque(int cell) {
        int kind = kind(cell);
        return kind == ObjectKind.WALL_CODE || kind == ObjectKind.DOOR_CODE && state(cell) != 0;
    }

    static boolean walkable(int cell) {
        int kind = kind(cell);
        return kind == ObjectKind.EMPTY_CODE
                || kind == ObjectKind.FLOOR_CODE
                || kind == ObjectKind.GOAL_CODE
                || kind == ObjectKind.LAVA_CODE
                || kind == ObjectKind.DOOR_CODE && state(cell) == 0;
    }

    static boolean portable(int cell) {
        int kind = kind(cell);
        return kind == ObjectKind.KEY_CODE || kind == ObjectKind.BALL_CODE || kind == ObjectKind.BOX_CODE;
    }
}
