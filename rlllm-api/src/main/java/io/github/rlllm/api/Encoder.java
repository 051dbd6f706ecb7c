package io.github.rlllm.api;

import java.util.ArrayList;
import java.util.List;

/** Maps a text to a vector of length 1, so that an inner product is a cosine. Thread-safe. */
public interface Encoder {
    /**
     * The vector of a text.
     *
     * @param text what to encode
     * @return {@link #dimension} numbers of Euclidean norm 1; the array belongs to the caller
     */
    float[] encode(String text);

    /**
     * The vectors of several texts, for encoders that are faster in batches.
     *
     * @param texts what to encode
     * @return one vector each
     */
    default List<float[]> encodeAll(List<String> texts) {
        List<float[]> vectors = new ArrayList<>(texts.size());
        for (String text : texts) {
            vectors.add(encode(text));
        }
        return vectors;
    }

    /**
     * The length of the vectors.
     *
     * @return at least 1
     */
    int dimension();

    /**
     * The encoder's identity, as it goes into provenance.
     *
     * @return a name
     */
    String model();
}
