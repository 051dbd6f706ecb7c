package io.github.rlllm.torch.checkpoint;

import io.github.rlllm.torch.checkpoint.ModelConfig.Attention;
import io.github.rlllm.torch.checkpoint.ModelConfig.Biases;
import io.github.rlllm.torch.checkpoint.ModelConfig.Family;
import io.github.rlllm.torch.checkpoint.ModelConfig.Llama3;
import io.github.rlllm.torch.checkpoint.ModelConfig.Output;
import io.github.rlllm.torch.checkpoint.ModelConfig.Rope;
import io.github.rlllm.torch.checkpoint.ModelConfig.Sizes;
import io.github.rlllm.torch.checkpoint.ModelConfig.Tokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * {@code config.json} in the spelling of transformers 4 (rope_theta, rope_scaling, sliding_window_pattern) and of
 * transformers 5 (rope_parameters, layer_types). Where a key is absent, the default of the family's configuration class
 * holds if that class has one that real checkpoints rely on; otherwise its absence is an error.
 */
final class ConfigReader {
    private static final Map<String, Family> TYPES = Map.of(
            "gpt2", Family.GPT2,
            "llama", Family.LLAMA,
            "qwen2", Family.QWEN2,
            "qwen3", Family.QWEN3,
            "gemma3_text", Family.GEMMA3);
    private static final List<String> SUPPORTED = List.of("gpt2", "llama", "qwen2", "qwen3", "gemma3_text");
    private static final String FULL = "full_attention";
    private static final String SLIDING = "sliding_attention";
    private static final int MOST_LAYERS = 1024;
    private static final int MOST_WIDTH = 1 << 17;

    private final ConfigFields fields;
    private final Family family;

    private ConfigReader(ConfigFields fields, Family family) {
        this.fields = fields;
        this.family = family;
    }

    static ModelConfig read(Path file) throws IOException {
        ConfigFields fields = new ConfigFields(file, StrictJson.read(file));
        String type = fields.text("model_type", "one of " + SUPPORTED);
        Family family = TYPES.get(type);
        if (family == null) {
            throw fields.bad("model_type", type, "one of " + SUPPORTED);
        }
        fields.requireAbsent("quantization_config");
        ConfigReader reader = new ConfigReader(fields, family);
        return family == Family.GPT2 ? reader.gpt2() : reader.rotary();
    }

    private ModelConfig gpt2() throws BadFileException {
        fields.requireText("activation_function", "gelu_new", List.of("gelu_new", "gelu_pytorch_tanh"));
        fields.requireFlag("scale_attn_weights", true);
        fields.requireFlag("scale_attn_by_inverse_layer_idx", false);
        fields.requireFlag("add_cross_attention", false);
        int width = fields.count("n_embd", 1, MOST_WIDTH);
        Sizes sizes = new Sizes(
                fields.count("vocab_size", 1, ConfigFields.MOST),
                fields.count("n_positions", 1, ConfigFields.MOST),
                fields.count("n_layer", 1, MOST_LAYERS),
                width,
                fields.count("n_inner", 1, 1 << 20, 4 * width));
        int heads = fields.count("n_head", 1, MOST_LAYERS);
        if (width % heads != 0) {
            throw fields.bad("n_embd", width, "a multiple of n_head = " + heads);
        }
        Attention attention = new Attention(
                heads,
                heads,
                width / heads,
                1 / Math.sqrt((double) width / heads),
                0,
                Collections.nCopies(sizes.layers(), false));
        return new ModelConfig(
                family,
                sizes,
                attention,
                new Biases(true, true, true),
                null,
                tokens(sizes),
                fields.positive("layer_norm_epsilon", 1e-5),
                output(true));
    }

    private ModelConfig rotary() throws BadFileException {
        boolean gemma = family == Family.GEMMA3;
        fields.requireText(
                gemma ? "hidden_activation" : "hidden_act",
                gemma ? "gelu_pytorch_tanh" : "silu",
                List.of(gemma ? "gelu_pytorch_tanh" : "silu"));
        fields.requireAbsent("attn_logit_softcapping");
        fields.requireAbsent("final_logit_softcapping");
        fields.requireFlag("use_bidirectional_attention", false);
        Sizes sizes = new Sizes(
                fields.count("vocab_size", 1, ConfigFields.MOST),
                fields.count("max_position_embeddings", 1, ConfigFields.MOST),
                fields.count("num_hidden_layers", 1, MOST_LAYERS),
                fields.count("hidden_size", 1, MOST_WIDTH),
                fields.count("intermediate_size", 1, 1 << 20));
        boolean bias = fields.flag("attention_bias", false);
        Biases biases = new Biases(bias || family == Family.QWEN2, bias, fields.flag("mlp_bias", false));
        return new ModelConfig(
                family,
                sizes,
                attention(sizes),
                biases,
                rope(gemma),
                tokens(sizes),
                fields.positive("rms_norm_eps", 1e-6),
                output(gemma));
    }

    private Attention attention(Sizes sizes) throws BadFileException {
        int heads = fields.count("num_attention_heads", 1, MOST_LAYERS);
        int groups = family == Family.LLAMA
                ? fields.count("num_key_value_heads", 1, heads, heads)
                : fields.count("num_key_value_heads", 1, heads);
        if (heads % groups != 0) {
            throw fields.bad("num_key_value_heads", groups, "a divisor of num_attention_heads = " + heads);
        }
        boolean derived = family == Family.LLAMA || family == Family.QWEN2;
        if (derived && !fields.has("head_dim") && sizes.width() % heads != 0) {
            throw fields.bad("hidden_size", sizes.width(), "a multiple of num_attention_heads = " + heads);
        }
        int headWidth =
                derived ? fields.count("head_dim", 2, 4096, sizes.width() / heads) : fields.count("head_dim", 2, 4096);
        if (headWidth % 2 != 0) {
            throw fields.bad("head_dim", headWidth, "an even number, which rotary positions need");
        }
        double over = family == Family.GEMMA3 ? fields.positive("query_pre_attn_scalar") : headWidth;
        List<Boolean> windowed = windowed(sizes.layers());
        int window = windowed.contains(true) ? fields.count("sliding_window", 1, ConfigFields.MOST) : 0;
        return new Attention(heads, groups, headWidth, 1 / Math.sqrt(over), window, windowed);
    }

    private List<Boolean> windowed(int layers) throws BadFileException {
        boolean qwen = family == Family.QWEN2 || family == Family.QWEN3;
        boolean allowed = family == Family.GEMMA3 || qwen && fields.flag("use_sliding_window", false);
        List<Boolean> windowed = new ArrayList<>();
        if (fields.has("layer_types")) {
            for (String type : fields.texts("layer_types", layers)) {
                if (!type.equals(FULL) && !(type.equals(SLIDING) && allowed)) {
                    throw fields.bad("layer_types", type, allowed ? FULL + " or " + SLIDING : FULL);
                }
                windowed.add(type.equals(SLIDING));
            }
            return List.copyOf(windowed);
        }
        int pattern = family == Family.GEMMA3 ? fields.count("sliding_window_pattern", 1, MOST_LAYERS, 6) : 1;
        int first = allowed && qwen ? fields.count("max_window_layers", 0, MOST_LAYERS) : layers;
        for (int layer = 0; layer < layers; layer++) {
            windowed.add(family == Family.GEMMA3 ? (layer + 1) % pattern != 0 : layer >= first);
        }
        return List.copyOf(windowed);
    }

    private Rope rope(boolean gemma) throws BadFileException {
        double theta = gemma ? 1e6 : 1e4;
        if (fields.has("rope_parameters")) {
            ConfigFields rope = fields.object("rope_parameters");
            if (gemma) {
                ConfigFields window = rope.object(SLIDING);
                window.requireText("rope_type", "default", List.of("default"));
                return rope(rope.object(FULL), rope.object(FULL).positive("rope_theta"), window.positive("rope_theta"));
            }
            double base = rope.positive("rope_theta");
            return rope(rope, base, base);
        }
        double base = fields.positive("rope_theta", theta);
        double window = gemma ? fields.positive("rope_local_base_freq", 1e4) : base;
        return fields.has("rope_scaling")
                ? rope(fields.object("rope_scaling"), base, window)
                : new Rope(base, window, 1, null, List.of());
    }

    private static Rope rope(ConfigFields rope, double theta, double window) throws BadFileException {
        String key = rope.has("rope_type") || !rope.has("type") ? "rope_type" : "type";
        String type = rope.has(key) ? rope.text(key, "a text") : "default";
        switch (type) {
            case "default":
                return new Rope(theta, window, 1, null, List.of());
            case "linear":
                return new Rope(theta, window, rope.positive("factor"), null, List.of());
            case "llama3":
                double low = rope.positive("low_freq_factor");
                double high = rope.positive("high_freq_factor");
                if (high <= low) {
                    throw rope.bad("high_freq_factor", high, "above low_freq_factor = " + low);
                }
                int original = rope.count("original_max_position_embeddings", 1, ConfigFields.MOST);
                return new Rope(theta, window, rope.positive("factor"), new Llama3(low, high, original), List.of());
            default:
                throw rope.bad(key, type, "one of [default, linear, llama3]");
        }
    }

    private Tokens tokens(Sizes sizes) throws BadFileException {
        return new Tokens(
                fields.token("bos_token_id", sizes.vocabulary()),
                fields.tokens("eos_token_id", sizes.vocabulary()),
                fields.token("pad_token_id", sizes.vocabulary()));
    }

    private Output output(boolean tiedByDefault) throws BadFileException {
        boolean tied = fields.flag("tie_word_embeddings", tiedByDefault);
        if (fields.has("architectures")) {
            String architecture = fields.texts("architectures", 1).get(0);
            if (architecture.endsWith("ForSequenceClassification")) {
                return Output.SCORE;
            }
            if (!architecture.endsWith("ForCausalLM") && !architecture.equals("GPT2LMHeadModel")) {
                throw fields.bad("architectures", architecture, "a causal language model or a score of one label");
            }
        }
        return tied ? Output.TIED : Output.UNTIED;
    }
}
