package io.github.rlllm.torch;

/**
 * Rows of tokens side by side, padded with token 0 to the longest. Column c of row i is flat at i * longest + c; its
 * tokens begin at {@link #begin}.
 */
final class TokenRows implements TextColumns {
    final int rows;
    final int longest;
    final long[] tokens;
    final boolean left;
    private final int[] lengths;

    TokenRows(int[][] input, int least, int most, int vocabulary, Padding padding) {
        rows = input.length;
        if (rows == 0) {
            throw new IllegalArgumentException("rows: 0 (expected: >= 1)");
        }
        lengths = new int[rows];
        int max = 0;
        for (int i = 0; i < rows; i++) {
            lengths[i] = input[i].length;
            if (lengths[i] < least || lengths[i] > most) {
                throw new IllegalArgumentException(
                        "length of row " + i + ": " + lengths[i] + " (expected: " + least + " to " + most + ")");
            }
            max = Math.max(max, lengths[i]);
        }
        longest = max;
        left = padding == Padding.LEFT;
        tokens = new long[Math.multiplyExact(rows, longest)];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < lengths[i]; j++) {
                int token = input[i][j];
                if (token < 0 || token >= vocabulary) {
                    throw new IllegalArgumentException("token " + j + " of row " + i + ": " + token
                            + " (expected: 0 to " + (vocabulary - 1) + ")");
                }
                tokens[i * longest + begin(i) + j] = token;
            }
        }
    }

    /** The first column of a row that holds a token. */
    int begin(int row) {
        return left ? longest - lengths[row] : 0;
    }

    @Override
    public int texts() {
        return rows;
    }

    @Override
    public int length(int row) {
        return lengths[row];
    }

    @Override
    public int column(int row, int token) {
        return row * longest + begin(row) + token;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return longest;
    }

    @Override
    public long[] tokens() {
        return tokens;
    }

    /** Padding on the right sees only what it must not change: all rows are alike. */
    @Override
    public int kinds() {
        return left ? rows : 1;
    }

    @Override
    public boolean sees(int kind, int from, int to, int window) {
        return to <= from && from - to < window && to >= begin(kind);
    }

    /** The position of each column within its text; 0 for padding on the left. */
    @Override
    public long[] positions() {
        long[] positions = new long[tokens.length];
        for (int i = 0; i < rows; i++) {
            for (int c = 0; c < longest; c++) {
                positions[i * longest + c] = Math.max(0, c - begin(i));
            }
        }
        return positions;
    }
}
