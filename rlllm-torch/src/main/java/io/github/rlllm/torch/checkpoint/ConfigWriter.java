package io.github.rlllm.torch.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.rlllm.torch.checkpoint.ModelConfig.Attention;
import io.github.rlllm.torch.checkpoint.ModelConfig.Family;
import io.github.rlllm.torch.checkpoint.ModelConfig.Llama3;
import io.github.rlllm.torch.checkpoint.ModelConfig.Output;
import io.github.rlllm.torch.checkpoint.ModelConfig.Rope;
import io.github.rlllm.torch.checkpoint.ModelConfig.Sizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** {@code config.json} in the spellings of transformers 4 and 5 together, so that both and {@link ConfigReader} read it. */
final class ConfigWriter {
    private static final Map<Family, String> CLASSES = Map.of(
            Family.GPT2, "GPT2",
            Family.LLAMA, "Llama",
            Family.QWEN2, "Qwen2",
            Family.QWEN3, "Qwen3",
            Family.GEMMA3, "Gemma3");

    private final ModelConfig config;
    private final ObjectNode json = StrictJson.object();

    private ConfigWriter(ModelConfig config) {
        this.config = config;
    }

    static void write(ModelConfig config, Path file) throws IOException {
        ConfigWriter writer = new ConfigWriter(config);
        writer.common();
        if (config.family() == Family.GPT2) {
            writer.gpt2();
        } else {
            writer.rotary();
        }
        Files.write(file, StrictJson.write(writer.json, true));
    }

    private void common() {
        boolean score = config.output() == Output.SCORE;
        boolean gpt2 = config.family() == Family.GPT2;
        String head = score ? "ForSequenceClassification" : gpt2 ? "LMHeadModel" : "ForCausalLM";
        String name = CLASSES.getOrDefault(config.family(), "");
        json.putArray("architectures").add(name + (score && config.family() == Family.GEMMA3 ? "Text" : "") + head);
        json.put(
                "model_type",
                config.family() == Family.GEMMA3 ? "gemma3_text" : name.toLowerCase(java.util.Locale.ROOT));
        json.put("dtype", "float32");
        json.put("torch_dtype", "float32");
        json.put("vocab_size", config.sizes().vocabulary());
        json.put("tie_word_embeddings", config.output() == Output.TIED);
        config.tokens().begin().ifPresent(t -> json.put("bos_token_id", t));
        config.tokens().pad().ifPresent(t -> json.put("pad_token_id", t));
        if (config.tokens().end().size() == 1) {
            json.put("eos_token_id", config.tokens().end().get(0));
        } else if (!config.tokens().end().isEmpty()) {
            ArrayNode end = json.putArray("eos_token_id");
            config.tokens().end().forEach(end::add);
        }
        if (score) {
            json.putObject("id2label").put("0", "LABEL_0");
            json.putObject("label2id").put("LABEL_0", 0);
        }
    }

    private void gpt2() {
        Sizes sizes = config.sizes();
        json.put("activation_function", "gelu_new");
        json.put("n_embd", sizes.width());
        json.put("n_head", config.attention().heads());
        json.put("n_inner", sizes.inner());
        json.put("n_layer", sizes.layers());
        json.put("n_positions", sizes.context());
        json.put("layer_norm_epsilon", config.normEpsilon());
    }

    private void rotary() {
        Sizes sizes = config.sizes();
        Attention attention = config.attention();
        boolean gemma = config.family() == Family.GEMMA3;
        json.put(gemma ? "hidden_activation" : "hidden_act", gemma ? "gelu_pytorch_tanh" : "silu");
        json.put("hidden_size", sizes.width());
        json.put("intermediate_size", sizes.inner());
        json.put("max_position_embeddings", sizes.context());
        json.put("num_hidden_layers", sizes.layers());
        json.put("num_attention_heads", attention.heads());
        json.put("num_key_value_heads", attention.groups());
        json.put("head_dim", attention.headWidth());
        json.put("rms_norm_eps", config.normEpsilon());
        boolean all = config.biases().input() && config.family() != Family.QWEN2;
        if (config.family() == Family.QWEN2
                ? config.biases().output()
                : all != config.biases().output()) {
            throw new IllegalStateException(
                    "biases: " + config.biases() + " (expected: of input and output alike, which config.json can say)");
        }
        json.put("attention_bias", all);
        if (config.family() == Family.LLAMA) {
            json.put("mlp_bias", config.biases().perceptron());
        }
        windows(attention, gemma);
        if (gemma) {
            double over = 1 / (attention.scale() * attention.scale());
            boolean whole = Math.abs(over - Math.rint(over)) < 1e-9 * over;
            json.set("query_pre_attn_scalar", whole ? json.numberNode(Math.round(over)) : json.numberNode(over));
            json.putNull("attn_logit_softcapping");
            json.putNull("final_logit_softcapping");
        }
        Rope rope = config.rope();
        if (rope != null) {
            rope(rope, gemma);
        }
    }

    private void windows(Attention attention, boolean gemma) {
        boolean any = attention.windowed().contains(true);
        if (gemma || any) {
            json.put("sliding_window", any ? attention.window() : config.sizes().context());
        }
        int pattern = attention.windowed().indexOf(false) + 1;
        if (gemma && pattern > 0) {
            for (int layer = 0; layer < config.sizes().layers(); layer++) {
                if (attention.windowed().get(layer) == ((layer + 1) % pattern == 0)) {
                    throw new IllegalStateException("windows: " + attention.windowed()
                            + " (expected: every n-th layer without one, as transformers 4 can say it)");
                }
            }
            json.put("sliding_window_pattern", pattern);
        } else if (gemma) {
            json.put("sliding_window_pattern", config.sizes().layers() + 1);
        }
        if (config.family() != Family.LLAMA) {
            ArrayNode types = json.putArray("layer_types");
            attention.windowed().forEach(w -> types.add(w ? "sliding_attention" : "full_attention"));
        }
        if (config.family() == Family.QWEN2 || config.family() == Family.QWEN3) {
            json.put("use_sliding_window", any);
            int first = attention.windowed().indexOf(true);
            json.put("max_window_layers", any ? first : config.sizes().layers());
        }
    }

    private void rope(Rope rope, boolean gemma) {
        if (!rope.divisors().isEmpty()) {
            throw new IllegalStateException(
                    "rope: divisors of a GGUF file (expected: a scaling that config.json can say)");
        }
        ObjectNode scaling = StrictJson.object();
        Llama3 llama3 = rope.llama3();
        String type = llama3 != null ? "llama3" : rope.factor() == 1 ? "default" : "linear";
        scaling.put("rope_type", type);
        if (!type.equals("default")) {
            scaling.put("factor", rope.factor());
        }
        if (llama3 != null) {
            scaling.put("low_freq_factor", llama3.low());
            scaling.put("high_freq_factor", llama3.high());
            scaling.put("original_max_position_embeddings", llama3.original());
        }
        ObjectNode full = scaling.deepCopy().put("rope_theta", rope.theta());
        if (gemma) {
            ObjectNode both = json.putObject("rope_parameters");
            both.set("full_attention", full);
            both.putObject("sliding_attention").put("rope_type", "default").put("rope_theta", rope.windowTheta());
            json.put("rope_local_base_freq", rope.windowTheta());
        } else {
            json.set("rope_parameters", full);
        }
        json.put("rope_theta", rope.theta());
        if (!type.equals("default")) {
            json.set("rope_scaling", scaling);
        }
    }
}
