package io.github.rlllm.engine.lm;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import io.github.rlllm.api.Encoder;
import java.util.List;
import java.util.Objects;

/**
 * An encoder of ours as an embedding model of LangChain4j: its vectors have length 1, its batches are forwarded whole. Requests
 * with another dimension, model or kind of input are refused by LangChain4j, since none is declared as supported. As
 * thread-safe as the encoder.
 */
public final class EncoderEmbeddingModel implements EmbeddingModel {
    private final Encoder encoder;

    /**
     * Wraps an encoder.
     *
     * @param encoder gives the vectors and the model's name
     */
    public EncoderEmbeddingModel(Encoder encoder) {
        this.encoder = Objects.requireNonNull(encoder, "encoder");
    }

    @Override
    public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
        if (segments == null || segments.isEmpty()) {
            return Response.from(List.of());
        }
        return Response.from(
                encoder.encodeAll(segments.stream().map(TextSegment::text).toList()).stream()
                        .map(Embedding::from)
                        .toList());
    }

    @Override
    public int dimension() {
        return encoder.dimension();
    }

    @Override
    public String modelName() {
        return encoder.model();
    }
}
