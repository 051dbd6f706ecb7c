package io.github.rlllm.engine.lm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import io.github.rlllm.api.Encoder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncodersTest {
    /** Embeds a text as (its length, 1) and counts the batches. */
    private static final class Lengths implements EmbeddingModel {
        private final List<Integer> batches = new ArrayList<>();

        @Override
        public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
            batches.add(segments.size());
            return Response.from(segments.stream()
                    .map(s -> Embedding.from(new float[] {s.text().length() - 1, 1}))
                    .toList());
        }

        @Override
        public int dimension() {
            return 2;
        }
    }

    @Test
    void embeddingsAreBroughtToLengthOneAndBatchesForwardedWhole() {
        Lengths model = new Lengths();
        Encoder encoder = new EmbeddingEncoder(model, "lengths");
        List<float[]> vectors = encoder.encodeAll(List.of("ab", "a"));
        assertArrayEquals(new float[] {0.70710677f, 0.70710677f}, vectors.get(0), 1e-7f);
        assertArrayEquals(new float[] {0, 1}, vectors.get(1), 0);
        assertEquals(List.of(2), model.batches);
        assertEquals("lengths", encoder.model());
    }

    @Test
    void aCacheAsksOnceAText() {
        Lengths model = new Lengths();
        CachedEncoder encoder = new CachedEncoder(new EmbeddingEncoder(model, "lengths"));
        encoder.encodeAll(List.of("ab", "a", "ab"));
        encoder.encode("a")[0] = 99;
        assertArrayEquals(new float[] {0, 1}, encoder.encode("a"), 0);
        assertEquals(List.of(2), model.batches);
        assertEquals(2, encoder.size());
    }

    @Test
    void theZeroVectorHasNoDirection() {
        assertThrows(IllegalStateException.class, () -> EmbeddingEncoder.unit(new float[3]));
    }

    @Test
    void tfIdfWeighsRareTermsMore() {
        Encoder encoder = TfIdfEncoder.fit(List.of("the ball", "the box"));
        // Terms in order: (unknown), ball, box, the, "the ball", "the box".
        assertEquals(6, encoder.dimension());
        float[] v = encoder.encode("The ball!");
        double rare = Math.log(1.5) + 1;
        double norm = Math.sqrt(2 * rare * rare + 1);
        assertArrayEquals(
                new float[] {0, (float) (rare / norm), 0, (float) (1 / norm), (float) (rare / norm), 0}, v, 1e-6f);
        assertArrayEquals(new float[] {1, 0, 0, 0, 0, 0}, encoder.encode("grab"), 1e-6f);
        assertArrayEquals(new float[] {1, 0, 0, 0, 0, 0}, encoder.encode(""), 0);
    }

    @Test
    void theRandomEncoderIsDecidedByItsSeedAndByOrder() {
        Encoder encoder = new RandomEncoder(16, 1);
        assertArrayEquals(encoder.encode("a red ball"), new RandomEncoder(16, 1).encode("A red  ball."), 0);
        assertNotEquals(encoder.encode("a red ball")[0], new RandomEncoder(16, 2).encode("a red ball")[0]);
        assertNotEquals(encoder.encode("ball red a")[0], encoder.encode("a red ball")[0]);
        double squares = 0;
        for (float v : encoder.encode("a red ball")) {
            squares += v * v;
        }
        assertEquals(1, squares, 1e-6);
    }
}
