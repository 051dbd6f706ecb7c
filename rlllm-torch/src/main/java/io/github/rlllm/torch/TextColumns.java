package io.github.rlllm.torch;

/** Texts in rows and columns: where each of their tokens stands. */
interface TextColumns extends TokenColumns {
    int texts();

    int length(int text);

    /** The flat place (row by row) of a token. */
    int column(int text, int token);

    /** A token, whether it has a column or not. */
    default long token(int text, int place) {
        return tokens()[column(text, place)];
    }
}
