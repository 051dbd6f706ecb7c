package io.github.rlllm.engine.lm;

import io.github.rlllm.api.Encoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Bags of words and word pairs weighed by rarity: the control that knows no language. Component 0 counts what was not
 * among the fitted texts, so that every text has a vector of length 1. Immutable and thread-safe.
 *
 * <p>Weight of a term that occurs tf times in the text and in df of the n fitted texts:
 * {@code (1 + ln tf) * (ln((1 + n) / (1 + df)) + 1)}.
 */
public final class TfIdfEncoder implements Encoder {
    private final Map<String, Integer> index;
    private final double[] idf;

    private TfIdfEncoder(Map<String, Integer> index, double[] idf) {
        this.index = index;
        this.idf = idf;
    }

    /**
     * Counts terms.
     *
     * @param texts at least one
     * @return the encoder
     */
    public static TfIdfEncoder fit(List<String> texts) {
        if (texts.isEmpty()) {
            throw new IllegalArgumentException("texts: none (expected: at least one)");
        }
        Map<String, Integer> frequency = new TreeMap<>();
        for (String text : texts) {
            for (String term : new HashSet<>(terms(text))) {
                frequency.merge(term, 1, Integer::sum);
            }
        }
        Map<String, Integer> index = new HashMap<>();
        double[] idf = new double[frequency.size() + 1];
        idf[0] = Math.log(1.0 + texts.size()) + 1;
        int next = 1;
        for (Map.Entry<String, Integer> entry : frequency.entrySet()) {
            idf[next] = Math.log((1.0 + texts.size()) / (1.0 + entry.getValue())) + 1;
            index.put(entry.getKey(), next++);
        }
        return new TfIdfEncoder(index, idf);
    }

    @Override
    public float[] encode(String text) {
        float[] counts = new float[idf.length];
        for (String term : terms(text)) {
            counts[index.getOrDefault(term, 0)]++;
        }
        boolean empty = true;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                counts[i] = (float) ((1 + Math.log(counts[i])) * idf[i]);
                empty = false;
            }
        }
        if (empty) {
            counts[0] = 1;
        }
        return EmbeddingEncoder.unit(counts);
    }

    private static List<String> terms(String text) {
        List<String> words = Words.of(text);
        List<String> terms = new ArrayList<>(words);
        for (int i = 1; i < words.size(); i++) {
            terms.add(words.get(i - 1) + " " + words.get(i));
        }
        return terms;
    }

    @Override
    public int dimension() {
        return idf.length;
    }

    @Override
    public String model() {
        return "tf-idf";
    }
}
