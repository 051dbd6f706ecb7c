package io.github.rlllm.torch;

import org.jspecify.annotations.Nullable;

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

    /** What was read of the text before; its columns come first in what is seen. Null where nothing is to be kept. */
    @Nullable
    KeyValues kept();

    /**
     * Whether a column sees another.
     *
     * @param kind below {@link #kinds}
     * @param from a column
     * @param to a column, those that were read before counted
     * @param window positions that are seen, itself included
     */
    boolean sees(int kind, int from, int to, int window);
}
