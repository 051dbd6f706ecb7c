package io.github.rlllm.torch;

import java.util.Arrays;

/**
 * Several texts behind each other in a row: positions begin again with each text, and none sees another. Texts that follow
 * each other in a row and have the same prompt share its columns. Rows are filled up on the right.
 */
final class PackedRows implements TextColumns {
    private static final int PROMPT = -1;

    private final int[][] texts;
    private final int[] prompts;
    private final int[] promptBegins;
    private final int[] completionBegins;
    private final int rows;
    private final int columns;
    private final long[] tokens;
    private final long[] positions;
    /** Within its row: which prompt a column belongs to or follows, and which completion it is of. */
    private final int[] groups;

    private final int[] owners;
    private final boolean alike;

    /**
     * The rows.
     *
     * @param texts as {@link TokenRows} checked them
     * @param prompts how many of each text's tokens are its prompt
     * @param packed for each row the texts in it, each text once
     */
    PackedRows(int[][] texts, int[] prompts, int[][] packed) {
        this.texts = texts;
        this.prompts = prompts;
        rows = packed.length;
        columns = widest(texts, prompts, packed);
        tokens = new long[Math.multiplyExact(rows, columns)];
        positions = new long[tokens.length];
        groups = new int[tokens.length];
        owners = new int[tokens.length];
        promptBegins = new int[texts.length];
        completionBegins = new int[texts.length];
        Arrays.fill(groups, -1);
        for (int row = 0; row < rows; row++) {
            int at = row * columns;
            int group = -1;
            for (int i = 0; i < packed[row].length; i++) {
                int text = packed[row][i];
                if (i > 0 && samePrompt(texts, prompts, packed[row][i - 1], text)) {
                    promptBegins[text] = promptBegins[packed[row][i - 1]];
                } else {
                    group++;
                    promptBegins[text] = at;
                    at = lay(text, 0, prompts[text], at, group, PROMPT);
                }
                completionBegins[text] = at;
                at = lay(text, prompts[text], texts[text].length, at, group, i);
            }
        }
        alike = alike();
    }

    private static boolean samePrompt(int[][] texts, int[] prompts, int one, int other) {
        return Arrays.equals(texts[one], 0, prompts[one], texts[other], 0, prompts[other]);
    }

    /** The columns of the longest row. */
    static int widest(int[][] texts, int[] prompts, int[][] packed) {
        int widest = 0;
        for (int[] row : packed) {
            int width = 0;
            for (int i = 0; i < row.length; i++) {
                boolean shared = i > 0 && samePrompt(texts, prompts, row[i - 1], row[i]);
                width += texts[row[i]].length - (shared ? prompts[row[i]] : 0);
            }
            widest = Math.max(widest, width);
        }
        return widest;
    }

    /** Lays some tokens of a text from a column on; answers the column after them. */
    private int lay(int text, int from, int to, int begin, int group, int owner) {
        int at = begin;
        for (int t = from; t < to; t++, at++) {
            tokens[at] = texts[text][t];
            positions[at] = t;
            groups[at] = group;
            owners[at] = owner;
        }
        return at;
    }

    /** Whether every row has the shape of the first. */
    private boolean alike() {
        for (int row = 1; row < rows; row++) {
            int from = row * columns;
            int to = from + columns;
            if (!Arrays.equals(groups, 0, columns, groups, from, to)
                    || !Arrays.equals(owners, 0, columns, owners, from, to)
                    || !Arrays.equals(positions, 0, columns, positions, from, to)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int texts() {
        return texts.length;
    }

    @Override
    public int length(int text) {
        return texts[text].length;
    }

    @Override
    public int column(int text, int token) {
        boolean inPrompt = token < prompts[text];
        return inPrompt ? promptBegins[text] + token : completionBegins[text] + token - prompts[text];
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
        return alike ? 1 : rows;
    }

    @Override
    public boolean sees(int kind, int from, int to, int window) {
        int one = kind * columns + from;
        int other = kind * columns + to;
        return to <= from
                && groups[one] == groups[other]
                && (owners[other] == PROMPT || owners[other] == owners[one])
                && positions[one] - positions[other] < window;
    }
}
