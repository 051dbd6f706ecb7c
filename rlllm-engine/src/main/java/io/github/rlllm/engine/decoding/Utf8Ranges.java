package io.github.rlllm.engine.decoding;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Ranges of code points as sequences of ranges of bytes of UTF-8. */
final class Utf8Ranges {
    private static final int[][] LENGTHS = {
        {0, 0x7f}, {0x80, 0x7ff}, {0x800, 0xd7ff}, {0xe000, 0xffff}, {0x10000, 0x10ffff}
    };

    private Utf8Ranges() {}

    /**
     * The sequences.
     *
     * @return each [byte][from, to]; together they spell exactly the characters of the range
     */
    static List<int[][]> of(int from, int to) {
        List<int[][]> found = new ArrayList<>();
        for (int[] length : LENGTHS) {
            int low = Math.max(from, length[0]);
            int high = Math.min(to, length[1]);
            if (low <= high) {
                split(low, high, found);
            }
        }
        return found;
    }

    /** Splits a range whose characters are equally long until the later bytes run through all their values. */
    private static void split(int low, int high, List<int[][]> found) {
        byte[] first = bytes(low);
        byte[] last = bytes(high);
        for (int later = first.length - 1; later > 0; later--) {
            int below = (1 << 6 * later) - 1;
            if ((low & ~below) != (high & ~below)) {
                if ((low & below) != 0) {
                    split(low, low | below, found);
                    split((low | below) + 1, high, found);
                    return;
                }
                if ((high & below) != below) {
                    split(low, (high & ~below) - 1, found);
                    split(high & ~below, high, found);
                    return;
                }
            }
        }
        int[][] ranges = new int[first.length][];
        for (int i = 0; i < ranges.length; i++) {
            ranges[i] = new int[] {first[i] & 0xff, last[i] & 0xff};
        }
        found.add(ranges);
    }

    private static byte[] bytes(int character) {
        return Character.toString(character).getBytes(StandardCharsets.UTF_8);
    }
}
