package io.github.rlllm.engine.lm;

import io.github.rlllm.api.Encoder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Encodes each text once and keeps the vector for as long as this object lives. Thread-safe. There is no bound: for a
 * known set of texts, not for a service.
 */
public final class CachedEncoder implements Encoder {
    private final Encoder encoder;
    private final Map<String, float[]> vectors = new ConcurrentHashMap<>();

    /**
     * Wraps an encoder.
     *
     * @param encoder the one to ask once a text
     */
    public CachedEncoder(Encoder encoder) {
        this.encoder = Objects.requireNonNull(encoder, "encoder");
    }

    @Override
    public float[] encode(String text) {
        return vectors.computeIfAbsent(text, encoder::encode).clone();
    }

    @Override
    public List<float[]> encodeAll(List<String> texts) {
        Set<String> missing = new LinkedHashSet<>(texts);
        missing.removeAll(vectors.keySet());
        List<String> ordered = List.copyOf(missing);
        List<float[]> found = encoder.encodeAll(ordered);
        for (int i = 0; i < ordered.size(); i++) {
            vectors.put(ordered.get(i), found.get(i));
        }
        List<float[]> all = new ArrayList<>(texts.size());
        for (String text : texts) {
            all.add(encode(text));
        }
        return all;
    }

    /**
     * The number of texts encoded so far.
     *
     * @return at least 0
     */
    public int size() {
        return vectors.size();
    }

    @Override
    public int dimension() {
        return encoder.dimension();
    }

    @Override
    public String model() {
        return encoder.model();
    }
}
