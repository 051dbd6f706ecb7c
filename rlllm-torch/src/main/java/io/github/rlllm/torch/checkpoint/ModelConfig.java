package io.github.rlllm.torch.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The architecture of a decoder, one form for every family and for both spellings of {@code config.json} and GGUF. Made
 * by {@link Checkpoint#open}, which checks every number.
 *
 * @param family which network
 * @param sizes its dimensions
 * @param attention heads and what they see
 * @param biases which maps add one
 * @param rope rotary positions; null where positions are learned (GPT-2)
 * @param tokens tokens with a meaning
 * @param normEpsilon what the norms add to the variance or mean square, above 0
 * @param output what stands on the last norm
 */
public record ModelConfig(
        Family family,
        Sizes sizes,
        Attention attention,
        Biases biases,
        @Nullable Rope rope,
        Tokens tokens,
        double normEpsilon,
        Output output) {
    /**
     * GPT-2 with tied logits, as its smallest checkpoint but for the sizes.
     *
     * @param sizes dimensions; {@code inner} is usually 4 times the width
     * @param heads a divisor of the width
     * @param tokens tokens with a meaning
     * @return the architecture
     * @throws IllegalArgumentException if a size is below 1 or the heads do not divide the width
     */
    public static ModelConfig gpt2(Sizes sizes, int heads, Tokens tokens) {
        for (int size :
                new int[] {sizes.vocabulary(), sizes.context(), sizes.layers(), sizes.width(), sizes.inner(), heads}) {
            if (size < 1) {
                throw new IllegalArgumentException(sizes + " with " + heads + " heads (expected: all >= 1)");
            }
        }
        if (sizes.width() % heads != 0) {
            throw new IllegalArgumentException(
                    "heads: " + heads + " (expected: a divisor of the width " + sizes.width() + ")");
        }
        int headWidth = sizes.width() / heads;
        return new ModelConfig(
                Family.GPT2,
                sizes,
                new Attention(
                        heads,
                        heads,
                        headWidth,
                        1 / Math.sqrt(headWidth),
                        0,
                        Collections.nCopies(sizes.layers(), false)),
                new Biases(true, true, true),
                null,
                tokens,
                1e-5,
                Output.TIED);
    }

    /**
     * The same with something else on the last norm.
     *
     * @param other what stands there
     * @return a changed copy
     */
    public ModelConfig withOutput(Output other) {
        return new ModelConfig(family, sizes, attention, biases, rope, tokens, normEpsilon, other);
    }

    /**
     * The tensors that the model needs.
     *
     * @return names, as Hugging Face gives them, with shapes, in the order of the network; a new map
     */
    public Map<String, long[]> tensors() {
        return TensorTable.of(this);
    }

    /**
     * Writes {@code config.json} in the spellings of transformers 4 and 5 together.
     *
     * @param file to write
     * @throws IOException if it cannot be written
     * @throws IllegalStateException if it cannot say this architecture, as a GGUF file's own divisors of rotary positions
     */
    public void write(Path file) throws IOException {
        ConfigWriter.write(this, file);
    }

    /** The families. */
    public enum Family {
        /** Learned positions, LayerNorm, one map for query, key and value, GELU (tanh form). */
        GPT2,
        /** RoPE, RMSNorm, grouped queries, SwiGLU; also Mistral's tensors without a window. */
        LLAMA,
        /** As Llama with biases of query, key and value. */
        QWEN2,
        /** As Llama with norms of each head's query and key. */
        QWEN3,
        /** Norms before and after each half, norms of query and key, windows, scaled embeddings, GeGLU. */
        GEMMA3
    }

    /** What stands on the last norm. */
    public enum Output {
        /** Logits by the token embedding. */
        TIED,
        /** Logits by {@code lm_head.weight}. */
        UNTIED,
        /** A score by {@code score.weight}, no logits: a reward model. */
        SCORE
    }

    /**
     * Dimensions.
     *
     * @param vocabulary tokens V
     * @param context the greatest number of positions the model was made for
     * @param layers blocks
     * @param width numbers a token is represented by, D
     * @param inner width of the perceptron
     */
    public record Sizes(int vocabulary, int context, int layers, int width, int inner) {}

    /**
     * Attention.
     *
     * @param heads query heads
     * @param groups key and value heads, a divisor of {@code heads}
     * @param headWidth numbers a head has
     * @param scale what the products of query and key are multiplied by
     * @param window positions that a layer with a window sees, itself included; 0 if no layer has one
     * @param windowed for each layer, whether it has a window
     */
    public record Attention(int heads, int groups, int headWidth, double scale, int window, List<Boolean> windowed) {}

    /**
     * Biases.
     *
     * @param input of query, key and value
     * @param output of attention's output
     * @param perceptron of the perceptron's maps
     */
    public record Biases(boolean input, boolean output, boolean perceptron) {}

    /**
     * Rotary positions (Su et al., 2021): pair i of d turns by {@code position / (theta^(2i/d) factor)}.
     *
     * @param theta base
     * @param windowTheta base in layers with a window, which no scaling touches
     * @param factor by which the positions of layers without a window are divided, 1 for none
     * @param llama3 Llama 3.1's scaling by wave length, which uses {@code factor} too; null for none
     * @param divisors of each pair's turns, as GGUF files store a scaling; empty for none
     */
    public record Rope(
            double theta,
            double windowTheta,
            double factor,
            @Nullable Llama3 llama3,
            List<Double> divisors) {}

    /**
     * Llama 3.1's scaling: wave lengths longer than {@code original / low} are divided by the factor, those shorter than
     * {@code original / high} kept, those between interpolated.
     *
     * @param low low_freq_factor
     * @param high high_freq_factor, above {@code low}
     * @param original positions the model was first trained for
     */
    public record Llama3(double low, double high, int original) {}

    /**
     * Tokens with a meaning.
     *
     * @param begin begins a text
     * @param end each of them ends a text
     * @param pad fills up
     */
    public record Tokens(OptionalInt begin, List<Integer> end, OptionalInt pad) {}
}
