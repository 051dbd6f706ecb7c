package io.github.rlllm.torch;

import io.github.rlllm.api.Encoder;
import io.github.rlllm.torch.checkpoint.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A {@link CausalLm} as an encoder: the mean, over a text's tokens, of what stands on the last norm, brought to length 1.
 * Without tuning for it such vectors tell topics apart and are no match for an encoder that was trained as one. A text that is
 * longer than the model's context is refused. Thread-safe, one batch at a time.
 */
public final class CausalEncoder implements Encoder {
    private static final int BATCH = 16;

    private final CausalLm model;
    private final Boundary boundary;
    private final String name;

    /**
     * An encoder.
     *
     * @param model of any output, a reward model too
     * @param tokenizer the model's; it is closed by whoever opened it, after the last use
     * @param name the model's identity, as it goes into provenance
     */
    public CausalEncoder(CausalLm model, Tokenizer tokenizer, String name) {
        this.model = Objects.requireNonNull(model, "model");
        this.boundary = new Boundary(tokenizer, model.config().tokens());
        this.name = Objects.requireNonNull(name, "name");
    }

    @Override
    public float[] encode(String text) {
        return encodeAll(List.of(text)).get(0);
    }

    @Override
    public List<float[]> encodeAll(List<String> texts) {
        List<float[]> vectors = new ArrayList<>(texts.size());
        for (int from = 0; from < texts.size(); from += BATCH) {
            int[][] rows = texts.subList(from, Math.min(texts.size(), from + BATCH)).stream()
                    .map(boundary::context)
                    .toArray(int[][]::new);
            for (float[] mean : model.means(rows, Padding.RIGHT)) {
                vectors.add(unit(mean));
            }
        }
        return vectors;
    }

    @Override
    public int dimension() {
        return model.config().sizes().width();
    }

    @Override
    public String model() {
        return name;
    }

    private static float[] unit(float[] vector) {
        double squares = 0;
        for (float v : vector) {
            squares += (double) v * v;
        }
        if (!(squares > 0 && squares < Double.POSITIVE_INFINITY)) {
            throw new ArithmeticException("mean: squared norm " + squares + " (expected: finite and > 0)");
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= (float) Math.sqrt(squares);
        }
        return vector;
    }
}
