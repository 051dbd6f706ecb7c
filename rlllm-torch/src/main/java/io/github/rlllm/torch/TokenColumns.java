package io.github.rlllm.torch;

/** Tokens in rows and columns, as {@link DecoderForward} reads them: their positions, and which column sees which. */
interface TokenColumns {
    int rows();

    int columns();

    /** Row by row. */
    long[] tokens();

    /** The position of each column within its text, row by row. */
    long[] positions();

    /** Rows that differ in their positions or in what they see: all of them, or 1 where all are alike. */
    int kinds();

    /**
     * Whether a column sees another.
     *
     * @param kind below {@link #kinds}
     * @param from a column
     * @param to a column
     * @param window positions that are seen, itself included
     */
    boolean sees(int kind, int from, int to, int window);
}
