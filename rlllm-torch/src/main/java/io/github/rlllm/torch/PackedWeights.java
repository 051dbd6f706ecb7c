package io.github.rlllm.torch;

import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.engine.nn.LinearMap;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import io.github.rlllm.torch.checkpoint.ModelConfig.Family;
import io.github.rlllm.torch.checkpoint.ModelConfig.Output;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a {@link CausalLm} as {@link PackedReader} reads them: maps copied into the order of the kernels, an
 * attached adapter added to them. The tables of tokens and positions are the model's own memory, so whoever reads holds
 * the engine's lock.
 */
final class PackedWeights {
    private final ModelConfig config;
    private final Map<String, Parameter> tensors;
    private final @Nullable LoraAdapter adapter;
    private final Kernels kernels;
    private final List<Layer> layers = new ArrayList<>();
    private final Norm last;
    private final LinearMap logits;

    /**
     * A norm over some numbers.
     *
     * @param width how many
     * @param gain padded
     * @param bias padded, of a LayerNorm; null for an RMSNorm
     */
    record Norm(int width, float[] gain, float @Nullable [] bias) {}

    /**
     * Attention's maps.
     *
     * @param before the norm of what goes in
     * @param in to queries, keys and values, one after the other
     * @param query the norm of each head's query; null for none
     * @param key likewise
     * @param out of all heads' means
     * @param after the norm of what comes out; null for none
     */
    record Attention(
            Norm before,
            LinearMap in,
            @Nullable Norm query,
            @Nullable Norm key,
            LinearMap out,
            @Nullable Norm after) {}

    /**
     * The perceptron's maps.
     *
     * @param before the norm of what goes in
     * @param gate what {@code up} is multiplied by once it is activated; null where {@code up} is activated itself
     * @param up to the inner width
     * @param down back
     * @param after the norm of what comes out; null for none
     */
    record Perceptron(
            Norm before,
            @Nullable LinearMap gate,
            LinearMap up,
            LinearMap down,
            @Nullable Norm after) {}

    /** One block. */
    record Layer(Attention attention, Perceptron perceptron) {}

    PackedWeights(ModelConfig config, Map<String, Parameter> tensors, @Nullable LoraAdapter adapter, Kernels kernels) {
        this.config = config;
        this.tensors = tensors;
        this.adapter = adapter;
        this.kernels = kernels;
        boolean gpt2 = config.family() == Family.GPT2;
        for (int layer = 0; layer < config.sizes().layers(); layer++) {
            layers.add(gpt2 ? gpt2("transformer.h." + layer + ".") : rotary("model.layers." + layer + "."));
        }
        last = norm(gpt2 ? "transformer.ln_f" : "model.norm");
        logits = config.output() == Output.UNTIED ? map("lm_head") : map(tokenTable());
    }

    private Layer gpt2(String p) {
        return new Layer(
                new Attention(norm(p + "ln_1"), map(p + "attn.c_attn"), null, null, map(p + "attn.c_proj"), null),
                new Perceptron(norm(p + "ln_2"), null, map(p + "mlp.c_fc"), map(p + "mlp.c_proj"), null));
    }

    private Layer rotary(String p) {
        boolean gemma = config.family() == Family.GEMMA3;
        String a = p + "self_attn.";
        String after = p + "post_attention_layernorm";
        boolean normed = tensors.containsKey(a + "q_norm.weight");
        return new Layer(
                new Attention(
                        norm(p + "input_layernorm"),
                        map(a + "q_proj", a + "k_proj", a + "v_proj"),
                        normed ? norm(a + "q_norm") : null,
                        normed ? norm(a + "k_norm") : null,
                        map(a + "o_proj"),
                        gemma ? norm(after) : null),
                new Perceptron(
                        norm(gemma ? p + "pre_feedforward_layernorm" : after),
                        map(p + "mlp.gate_proj"),
                        map(p + "mlp.up_proj"),
                        map(p + "mlp.down_proj"),
                        gemma ? norm(p + "post_feedforward_layernorm") : null));
    }

    /** One norm; Gemma stores the gain less 1. */
    private Norm norm(String name) {
        Parameter weight = tensor(name + ".weight");
        Parameter bias = tensors.get(name + ".bias");
        float[] gain = padded(weight.copy());
        for (int i = 0; config.family() == Family.GEMMA3 && i < weight.size(); i++) {
            gain[i] += 1;
        }
        return new Norm(weight.size(), gain, bias == null ? null : padded(bias.copy()));
    }

    private static float[] padded(float[] numbers) {
        return Arrays.copyOf(numbers, Kernels.padded(numbers.length));
    }

    /** Maps of the same input as one, their outputs one after the other. */
    private LinearMap map(String... names) {
        boolean byInput = config.family() == Family.GPT2 && names[0].startsWith("transformer.h.");
        long[] shape = tensor(names[0] + ".weight").shape;
        int in = (int) shape[byInput ? 0 : 1];
        int out = 0;
        for (String name : names) {
            out += tensor(name + ".weight").size() / in;
        }
        FloatBuffer weight = merged(names[0], byInput);
        if (names.length > 1) {
            weight = FloatBuffer.allocate(in * out);
        }
        float[] bias = new float[out];
        int row = 0;
        for (String name : names) {
            if (names.length > 1) {
                weight.put(merged(name, byInput));
            }
            Parameter added = tensors.get(name + ".bias");
            if (added != null) {
                added.numbers().get(bias, row, added.size());
            }
            row += tensor(name + ".weight").size() / in;
        }
        return new LinearMap(kernels, weight, in, out, byInput, bias);
    }

    private FloatBuffer merged(String name, boolean byInput) {
        Parameter weight = tensor(name + ".weight");
        LoraAdapter.Pair pair = adapter == null ? null : adapter.pair(name);
        if (pair == null) {
            return weight.numbers();
        }
        float[] sum = weight.copy();
        LoraAdapter.merge(pair, sum, byInput);
        return FloatBuffer.wrap(sum);
    }

    private Parameter tensor(String name) {
        Parameter found = tensors.get(name);
        if (found == null) {
            throw new IllegalStateException("tensor " + name + ": missing (expected: a model that has it)");
        }
        return found;
    }

    private String tokenTable() {
        return config.family() == Family.GPT2 ? "transformer.wte" : "model.embed_tokens";
    }

    ModelConfig config() {
        return config;
    }

    Kernels kernels() {
        return kernels;
    }

    Layer layer(int layer) {
        return layers.get(layer);
    }

    Norm last() {
        return last;
    }

    LinearMap logits() {
        return logits;
    }

    /** [V, D], the model's own memory. */
    Parameter tokens() {
        return tensor(tokenTable() + ".weight");
    }

    /** [C, D], the model's own memory; null where positions are rotary. */
    @Nullable
    Parameter positions() {
        return tensors.get("transformer.wpe.weight");
    }
}
