package io.github.rlllm.torch;

import io.github.rlllm.torch.checkpoint.CheckpointWriter;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import io.github.rlllm.torch.checkpoint.ModelConfig.Family;
import io.github.rlllm.torch.checkpoint.ModelConfig.Output;
import io.github.rlllm.torch.checkpoint.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/** Folders of tiny models with drawn weights: 11 tokens, width 8, 2 layers, 2 heads. */
final class TinyCheckpoint {
    private TinyCheckpoint() {}

    /**
     * A family with all that is its own: 11 tokens, width 8, 3 layers, 4 heads, an inner width of 12.
     *
     * @param name gpt2, llama (scaled rotary positions, grouped queries, its own output map), qwen2 (biases), qwen3 (heads
     *     wider than the model, normed) or gemma3 (windows)
     */
    static Path of(String name, Path folder, RandomGenerator rng) throws IOException {
        Family family = Family.valueOf(name.toUpperCase(java.util.Locale.ROOT));
        boolean gpt2 = family == Family.GPT2;
        boolean gemma = family == Family.GEMMA3;
        int head = family == Family.QWEN3 ? 6 : 2;
        ModelConfig config = new ModelConfig(
                family,
                new ModelConfig.Sizes(11, 24, 3, 8, gpt2 ? 32 : 12),
                new ModelConfig.Attention(
                        4,
                        gpt2 ? 4 : gemma ? 1 : 2,
                        head,
                        1 / Math.sqrt(head),
                        gemma ? 3 : 0,
                        List.of(gemma, false, gemma)),
                new ModelConfig.Biases(gpt2 || family == Family.QWEN2, gpt2, gpt2),
                gpt2
                        ? null
                        : new ModelConfig.Rope(
                                10_000,
                                gemma ? 1_000 : 10_000,
                                family == Family.LLAMA ? 4 : 1,
                                family == Family.LLAMA ? new ModelConfig.Llama3(1, 4, 16) : null,
                                List.of()),
                new ModelConfig.Tokens(OptionalInt.of(0), List.of(1), OptionalInt.empty()),
                1e-5,
                family == Family.LLAMA ? Output.UNTIED : Output.TIED);
        config.write(folder.resolve("config.json"));
        return write(folder, config.tensors(), rng);
    }

    static Path llama(Path folder, RandomGenerator rng) throws IOException {
        Files.writeString(folder.resolve("config.json"), """
                {"model_type": "llama", "vocab_size": 11, "hidden_size": 8, "intermediate_size": 12,
                 "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1, "hidden_act": "silu",
                 "max_position_embeddings": 16, "rms_norm_eps": 1e-5, "tie_word_embeddings": true}""");
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("model.embed_tokens.weight", new long[] {11, 8});
        for (int layer = 0; layer < 2; layer++) {
            String p = "model.layers." + layer + ".";
            shapes.put(p + "input_layernorm.weight", new long[] {8});
            shapes.put(p + "self_attn.q_proj.weight", new long[] {8, 8});
            shapes.put(p + "self_attn.k_proj.weight", new long[] {4, 8});
            shapes.put(p + "self_attn.v_proj.weight", new long[] {4, 8});
            shapes.put(p + "self_attn.o_proj.weight", new long[] {8, 8});
            shapes.put(p + "post_attention_layernorm.weight", new long[] {8});
            shapes.put(p + "mlp.gate_proj.weight", new long[] {12, 8});
            shapes.put(p + "mlp.up_proj.weight", new long[] {12, 8});
            shapes.put(p + "mlp.down_proj.weight", new long[] {8, 12});
        }
        shapes.put("model.norm.weight", new long[] {8});
        return write(folder, shapes, rng);
    }

    /** A reward model: no logits, a score of one label. */
    static Path reward(Path folder, RandomGenerator rng) throws IOException {
        llama(folder, rng);
        Path config = folder.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace(
                                "{\"model_type\"",
                                "{\"architectures\": [\"LlamaForSequenceClassification\"], \"model_type\""));
        Path weights = folder.resolve("model.safetensors");
        Map<String, float[]> values = new LinkedHashMap<>();
        Map<String, long[]> shapes = new LinkedHashMap<>();
        try (Safetensors tensors = Safetensors.open(weights)) {
            for (String name : tensors.names()) {
                values.put(name, tensors.floats(name));
                shapes.put(name, tensors.shape(name));
            }
        }
        values.put("score.weight", new float[] {1, -1, 2, -2, 3, -3, 4, -4});
        shapes.put("score.weight", new long[] {1, 8});
        try (CheckpointWriter writer = new CheckpointWriter(weights)) {
            shapes.forEach(writer::add);
            for (float[] numbers : values.values()) {
                writer.write(numbers);
            }
        }
        return folder;
    }

    static Path gpt2(Path folder, RandomGenerator rng) throws IOException {
        Files.writeString(folder.resolve("config.json"), """
                {"model_type": "gpt2", "vocab_size": 11, "n_embd": 8, "n_layer": 2, "n_head": 2, "n_positions": 16,
                 "activation_function": "gelu_new"}""");
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("wte.weight", new long[] {11, 8});
        shapes.put("wpe.weight", new long[] {16, 8});
        for (int layer = 0; layer < 2; layer++) {
            String p = "h." + layer + ".";
            for (String norm : new String[] {"ln_1", "ln_2"}) {
                shapes.put(p + norm + ".weight", new long[] {8});
                shapes.put(p + norm + ".bias", new long[] {8});
            }
            shapes.put(p + "attn.c_attn.weight", new long[] {8, 24});
            shapes.put(p + "attn.c_attn.bias", new long[] {24});
            shapes.put(p + "attn.c_proj.weight", new long[] {8, 8});
            shapes.put(p + "attn.c_proj.bias", new long[] {8});
            shapes.put(p + "mlp.c_fc.weight", new long[] {8, 32});
            shapes.put(p + "mlp.c_fc.bias", new long[] {32});
            shapes.put(p + "mlp.c_proj.weight", new long[] {32, 8});
            shapes.put(p + "mlp.c_proj.bias", new long[] {8});
        }
        shapes.put("ln_f.weight", new long[] {8});
        shapes.put("ln_f.bias", new long[] {8});
        return write(folder, shapes, rng);
    }

    private static Path write(Path folder, Map<String, long[]> shapes, RandomGenerator rng) throws IOException {
        try (CheckpointWriter writer = new CheckpointWriter(folder.resolve("model.safetensors"))) {
            shapes.forEach(writer::add);
            for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
                int size = 1;
                for (long n : entry.getValue()) {
                    size *= (int) n;
                }
                float[] values = new float[size];
                for (int i = 0; i < size; i++) {
                    boolean gain =
                            entry.getValue().length == 1 && entry.getKey().endsWith("weight");
                    values[i] = (float) (gain ? 1 : 0.4 * rng.nextGaussian());
                }
                writer.write(values);
            }
        }
        return folder;
    }
}
