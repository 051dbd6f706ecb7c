package io.github.rlllm.engine.learner;

import java.util.random.RandomGenerator;

/**
 * What the worlds went through, without goals: a ring of moments for each world. A transition is a moment with an action
 * and the moment after it; the last moment in a place has no action. Whether each goal is reached or lost is kept as
 * bits, so that a transition can be judged under any goal.
 */
final class HindsightReplay {
    private static final int NONE = -1;

    private final int worlds;
    private final int length;
    private final byte[][] memory;
    private final byte[] action;
    private final short[] pursued;
    private final long[] place;
    private final long[][] bits;
    private int filled;
    private int next;
    private boolean writing = true;

    HindsightReplay(int worlds, int capacity, int memorySize) {
        this.worlds = worlds;
        length = capacity / worlds;
        int size = length * worlds;
        memory = new byte[size][memorySize];
        action = new byte[size];
        pursued = new short[size];
        place = new long[size];
        bits = new long[size][4];
    }

    /** Writes the present moment of a world; {@link #advance} follows once for all worlds. */
    void add(int world, GoalWorld source, int goal, int chosen) {
        if (!writing) {
            return;
        }
        int at = world * length + next;
        source.remember(memory[at]);
        action[at] = (byte) chosen;
        pursued[at] = (short) goal;
        place[at] = source.place();
        long[] b = bits[at];
        b[0] = b[1] = b[2] = b[3] = 0;
        for (int g = 0; g < source.goals(); g++) {
            if (source.achieved(g)) {
                b[g >> 6] |= 1L << g;
            }
            if (source.lost(g)) {
                b[2 + (g >> 6)] |= 1L << g;
            }
        }
    }

    /** Whether moments are written as they are added; those that will be overwritten before they are read need not be. */
    void writing(boolean wanted) {
        writing = wanted;
    }

    /** The moments of a world that are kept. */
    int length() {
        return length;
    }

    void clear() {
        filled = 0;
        next = 0;
    }

    void advance() {
        next = (next + 1) % length;
        filled = Math.min(filled + 1, length);
    }

    /** Draws a moment that has an action and a moment after it. */
    int draw(RandomGenerator rng) {
        while (true) {
            int world = rng.nextInt(worlds);
            int age = 2 + rng.nextInt(filled - 1);
            int at = world * length + Math.floorMod(next - age, length);
            if (action[at] != NONE) {
                return at;
            }
        }
    }

    int after(int at) {
        int world = at / length;
        return world * length + (at - world * length + 1) % length;
    }

    byte[] memory(int at) {
        return memory[at];
    }

    int action(int at) {
        return action[at];
    }

    int pursued(int at) {
        return pursued[at];
    }

    long place(int at) {
        return place[at];
    }

    boolean achieved(int at, int goal) {
        return (bits[at][goal >> 6] >> goal & 1) != 0;
    }

    boolean lost(int at, int goal) {
        return (bits[at][2 + (goal >> 6)] >> goal & 1) != 0;
    }

    /**
     * A goal that was reached within some steps after a moment in the same place and not yet at it, each event equally
     * likely; -1 where there is none.
     */
    int reachedLater(int at, int horizon, RandomGenerator rng) {
        int chosen = NONE;
        int events = 0;
        int newest = at / length * length + Math.floorMod(next - 1, length);
        int now = at;
        for (int k = 0; k < horizon && action[now] != NONE && now != newest; k++) {
            int then = after(now);
            for (int word = 0; word < 2; word++) {
                long fresh = bits[then][word] & ~bits[now][word] & ~bits[at][word] & ~bits[at][2 + word];
                for (; fresh != 0; fresh &= fresh - 1) {
                    if (rng.nextInt(++events) == 0) {
                        chosen = word * 64 + Long.numberOfTrailingZeros(fresh);
                    }
                }
            }
            now = then;
        }
        return chosen;
    }
}
