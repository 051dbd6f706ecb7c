package io.github.rlllm.examples.plan;

import io.github.rlllm.api.Encoder;
import io.github.rlllm.examples.experiment.InstructionText;
import java.util.ArrayList;
import java.util.List;

/**
 * What the heads of {@link TableReader} see: a frozen encoder's vectors of words and phrases. Between mentions the words
 * that say which one is meant are left out, so that sentences about other colours are the same.
 */
final class TableFeatures {
    /** Stands for no words, since encoders refuse blanks. */
    private static final String NOTHING = ".";

    private static final int PHRASE = 4;
    private static final int NEAR = 3;

    private final Encoder encoder;

    TableFeatures(Encoder encoder) {
        this.encoder = encoder;
    }

    /** What a mention turned out to be: the index of its last word, kind and quality. */
    record Found(int at, int kind, int quality) {}

    /** The word, and half the vectors of its neighbours. */
    float[] kind(InstructionText text, int at) {
        return concat(
                encoder.encode(text.word(at)),
                words(text, Math.max(0, at - 1), at),
                words(text, at + 1, Math.min(at + 2, text.size())));
    }

    /**
     * The word, the word with the one before it, and the last words up to it.
     *
     * @param from where the mention before ended
     */
    float[] quality(InstructionText text, int at, int from) {
        return concat(
                encoder.encode(text.word(at)),
                encoder.encode(phrase(text, Math.max(from, at - 1), at + 1)),
                encoder.encode(phrase(text, Math.max(from, at + 1 - PHRASE), at + 1)));
    }

    /**
     * Whether a block is what is moved: the words from the mention before it, the last two of them, the words up to the
     * next mention, and what the mention before was.
     *
     * @param m the index of the mention
     * @param moved whether the mention before is what is moved
     */
    float[] role(InstructionText text, List<Found> found, int m, boolean moved) {
        int from = m == 0 ? 0 : found.get(m - 1).at + 1;
        int to = start(found, m, from);
        int after = m + 1 < found.size() ? start(found, m + 1, found.get(m).at + 1) : text.size();
        float[] extra = new float[TableWish.KINDS + 3];
        extra[m == 0 ? TableWish.NOTHING : found.get(m - 1).kind] = 1;
        extra[TableWish.KINDS] = moved ? 1 : 0;
        extra[TableWish.KINDS + 1] = m == 0 ? 1 : 0;
        extra[TableWish.KINDS + 2] = m + 1 == found.size() ? 1 : 0;
        return concat(
                encoder.encode(phrase(text, from, to)),
                encoder.encode(phrase(text, Math.max(from, to - 2), to)),
                words(text, from, to),
                encoder.encode(phrase(text, found.get(m).at + 1, after)),
                extra);
    }

    /**
     * Whether what is said next is to be done earlier: the words between, those at the beginning, those after.
     *
     * @param first the indices of the mentions of the one, ascending
     * @param second those of the other
     */
    float[] order(InstructionText text, List<Found> found, List<Integer> first, List<Integer> second) {
        int last = first.get(first.size() - 1);
        int gap = found.get(last).at + 1;
        int next = Math.max(last + 1, second.get(0));
        int start = next < found.size() ? start(found, next, gap) : text.size();
        int begin = first.get(0) == 0 ? 0 : found.get(first.get(0) - 1).at + 1;
        int own = start(found, first.get(0), begin);
        return concat(
                encoder.encode(phrase(text, gap, start)),
                words(text, gap, start),
                encoder.encode(phrase(text, begin, Math.min(begin + NEAR, own))),
                words(text, begin, own),
                words(text, found.get(second.get(second.size() - 1)).at + 1, text.size()));
    }

    /** Where a mention's own words begin: the noun, and the word before it that says which one. */
    private static int start(List<Found> found, int m, int from) {
        return Math.max(from, found.get(m).kind == TableWish.IT ? found.get(m).at : found.get(m).at - 1);
    }

    private static String phrase(InstructionText text, int from, int to) {
        List<String> words = new ArrayList<>();
        for (int i = from; i < to; i++) {
            words.add(text.word(i));
        }
        return words.isEmpty() ? NOTHING : String.join(" ", words);
    }

    /** Half the sum of the vectors of single words. */
    private float[] words(InstructionText text, int from, int to) {
        float[] sum = new float[encoder.dimension()];
        for (int i = from; i < to; i++) {
            if (text.isWord(i)) {
                float[] vector = encoder.encode(text.word(i));
                for (int d = 0; d < sum.length; d++) {
                    sum[d] += 0.5f * vector[d];
                }
            }
        }
        return sum;
    }

    private static float[] concat(float[]... parts) {
        int size = 0;
        for (float[] part : parts) {
            size += part.length;
        }
        float[] all = new float[size];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
