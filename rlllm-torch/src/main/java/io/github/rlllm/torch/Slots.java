package io.github.rlllm.torch;

import java.util.Arrays;

/**
 * The places of a batch for which a model gives one number each, text by text: nothing is computed for prompts and padding,
 * where the wide map to the vocabulary would be wasted.
 */
final class Slots {
    private final int[] lengths;
    private final long[] columns;
    private final long[] next;

    /**
     * The places of tokens {@code first[i]} to {@code first[i] + lengths[i] - 1} of each text.
     *
     * @param batch the texts
     * @param first for each text
     * @param lengths for each text
     */
    Slots(TextColumns batch, int[] first, int[] lengths) {
        this.lengths = lengths.clone();
        int n = Arrays.stream(lengths).sum();
        columns = new long[n];
        next = new long[n];
        int k = 0;
        for (int i = 0; i < lengths.length; i++) {
            for (int t = first[i]; t < first[i] + lengths[i]; t++) {
                columns[k] = batch.column(i, t);
                next[k++] = t + 1 < batch.length(i) ? batch.token(i, t + 1) : 0;
            }
        }
    }

    /** The places of all tokens but the last {@code fewer} of each text. */
    static Slots all(TextColumns batch, int fewer) {
        int[] lengths = new int[batch.texts()];
        Arrays.setAll(lengths, i -> batch.length(i) - fewer);
        return new Slots(batch, new int[lengths.length], lengths);
    }

    /** The place of each text's last token. */
    static Slots last(TextColumns batch) {
        int[] first = new int[batch.texts()];
        int[] one = new int[first.length];
        Arrays.setAll(first, i -> batch.length(i) - 1);
        Arrays.fill(one, 1);
        return new Slots(batch, first, one);
    }

    /** The number of texts. */
    int texts() {
        return lengths.length;
    }

    /** The flat columns. */
    long[] columns() {
        return columns;
    }

    /** The token after each; 0 after a text's last. */
    long[] next() {
        return next;
    }

    /** One row a text. */
    float[][] ragged(float[] flat) {
        float[][] ragged = new float[lengths.length][];
        int from = 0;
        for (int i = 0; i < ragged.length; i++) {
            ragged[i] = Arrays.copyOfRange(flat, from, from + lengths[i]);
            from += lengths[i];
        }
        return ragged;
    }

    /** The inverse of {@link #ragged}. */
    float[] flat(float[][] ragged) {
        float[] flat = new float[columns.length];
        int from = 0;
        for (float[] row : ragged) {
            System.arraycopy(row, 0, flat, from, row.length);
            from += row.length;
        }
        return flat;
    }
}
