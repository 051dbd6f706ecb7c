package io.github.rlllm.torch;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Several texts behind each other in a row: positions begin again with each text, and none sees another. Rows are filled up
 * on the right.
 */
final class PackedRows implements TextColumns {
    private static final int PADDING = -1;

    private final int[] lengths;
    private final int[] begins;
    private final int rows;
    private final int columns;
    private final long[] tokens;
    private final long[] positions;
    private final int[] textOf;

    /**
     * The rows.
     *
     * @param texts as {@link TokenRows} checked them
     * @param packed for each row the texts in it, each text once
     * @param most columns
     */
    PackedRows(int[][] texts, int[][] packed, int most) {
        lengths = Arrays.stream(texts).mapToInt(text -> text.length).toArray();
        rows = packed.length;
        int longest = 0;
        for (int[] row : packed) {
            longest = Math.max(
                    longest, Arrays.stream(row).map(text -> lengths[text]).sum());
        }
        if (longest > most) {
            throw new IllegalArgumentException("tokens of a row: " + longest + " (expected: <= " + most + ")");
        }
        columns = longest;
        tokens = new long[Math.multiplyExact(rows, columns)];
        positions = new long[tokens.length];
        textOf = new int[tokens.length];
        Arrays.fill(textOf, PADDING);
        begins = new int[texts.length];
        for (int row = 0; row < rows; row++) {
            int at = row * columns;
            for (int text : packed[row]) {
                begins[text] = at;
                for (int t = 0; t < lengths[text]; t++, at++) {
                    tokens[at] = texts[text][t];
                    positions[at] = t;
                    textOf[at] = text;
                }
            }
        }
    }

    @Override
    public int texts() {
        return lengths.length;
    }

    @Override
    public int length(int text) {
        return lengths[text];
    }

    @Override
    public int column(int text, int token) {
        return begins[text] + token;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public long[] tokens() {
        return tokens;
    }

    @Override
    public long[] positions() {
        return positions;
    }

    @Override
    public int kinds() {
        return rows;
    }

    @Override
    public @Nullable KeyValues kept() {
        return null;
    }

    @Override
    public boolean sees(int kind, int from, int to, int window) {
        return to <= from && from - to < window && textOf[kind * columns + from] == textOf[kind * columns + to];
    }
}
