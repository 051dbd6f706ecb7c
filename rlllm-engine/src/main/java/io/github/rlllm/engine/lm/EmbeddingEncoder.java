package io.github.rlllm.engine.lm;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import io.github.rlllm.api.Encoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Any embedding model of LangChain4j as an {@link Encoder}: its vectors are brought to length 1. As thread-safe as the
 * model that it wraps. Batches are forwarded whole.
 */
public final class EmbeddingEncoder implements Encoder {
    private final EmbeddingModel model;
    private final String name;
    private final int dimension;

    /**
     * Wraps a model; asks for its dimension, which may embed a text.
     *
     * @param model the embedding model
     * @param name its identity
     */
    public EmbeddingEncoder(EmbeddingModel model, String name) {
        this.model = Objects.requireNonNull(model, "model");
        this.name = Objects.requireNonNull(name, "name");
        this.dimension = model.dimension();
    }

    @Override
    public float[] encode(String text) {
        return unit(model.embed(text).content().vector());
    }

    @Override
    public List<float[]> encodeAll(List<String> texts) {
        if (texts.isEmpty()) {
            return List.of();
        }
        List<float[]> vectors = new ArrayList<>(texts.size());
        for (Embedding embedding :
                model.embedAll(texts.stream().map(TextSegment::from).toList()).content()) {
            vectors.add(unit(embedding.vector()));
        }
        if (vectors.size() != texts.size()) {
            throw new IllegalStateException("embedAll: " + vectors.size() + " vectors (expected: " + texts.size()
                    + ", one a text; model " + name + ")");
        }
        return vectors;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public String model() {
        return name;
    }

    /** A copy of length 1; the zero vector has no direction and is refused. */
    static float[] unit(float[] vector) {
        double squares = 0;
        for (float v : vector) {
            squares += (double) v * v;
        }
        if (!(squares > 0) || Double.isInfinite(squares)) {
            throw new IllegalStateException("embedding: squared norm " + squares + " (expected: finite and > 0)");
        }
        float[] unit = new float[vector.length];
        float scale = (float) (1 / Math.sqrt(squares));
        for (int i = 0; i < unit.length; i++) {
            unit[i] = vector[i] * scale;
        }
        return unit;
    }
}
