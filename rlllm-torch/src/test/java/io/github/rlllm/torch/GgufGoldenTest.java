package io.github.rlllm.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.rlllm.engine.decoding.TokenBytes;
import io.github.rlllm.torch.checkpoint.Checkpoint;
import io.github.rlllm.torch.checkpoint.GgufDraft;
import io.github.rlllm.torch.checkpoint.Safetensors;
import io.github.rlllm.torch.checkpoint.Tokenizer;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The recorded models written as GGUF files the way llama.cpp's converter lays them out: the logits are those of
 * transformers within 5e-5 and the tokens those of the tokenizers library.
 */
class GgufGoldenTest {
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("transformer.wte", "token_embd"),
            Map.entry("transformer.wpe", "position_embd"),
            Map.entry("transformer.ln_f", "output_norm"),
            Map.entry("ln_1", "attn_norm"),
            Map.entry("attn.c_attn", "attn_qkv"),
            Map.entry("attn.c_proj", "attn_output"),
            Map.entry("ln_2", "ffn_norm"),
            Map.entry("mlp.c_fc", "ffn_up"),
            Map.entry("mlp.c_proj", "ffn_down"),
            Map.entry("model.embed_tokens", "token_embd"),
            Map.entry("model.norm", "output_norm"),
            Map.entry("lm_head", "output"),
            Map.entry("input_layernorm", "attn_norm"),
            Map.entry("self_attn.q_proj", "attn_q"),
            Map.entry("self_attn.k_proj", "attn_k"),
            Map.entry("self_attn.v_proj", "attn_v"),
            Map.entry("self_attn.o_proj", "attn_output"),
            Map.entry("self_attn.q_norm", "attn_q_norm"),
            Map.entry("self_attn.k_norm", "attn_k_norm"),
            Map.entry("post_attention_layernorm", "ffn_norm"),
            Map.entry("mlp.gate_proj", "ffn_gate"),
            Map.entry("mlp.up_proj", "ffn_up"),
            Map.entry("mlp.down_proj", "ffn_down"));

    private final Path golden = Path.of(System.getProperty("rlllm.golden", "../shared/golden"));

    @TempDir
    private Path temporary;

    @BeforeEach
    void present() {
        Assumptions.assumeTrue(Files.isDirectory(golden), golden + " is not there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "llama_rope3", "qwen2", "qwen3"})
    void logitsAreThoseOfTransformers(String name) throws IOException {
        Path folder = golden.resolve("lm").resolve(name);
        GgufDraft draft = new GgufDraft();
        JsonNode config = json(folder.resolve("config.json"));
        keys(draft, config);
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            for (String tensor : checkpoint.names()) {
                add(draft, checkpoint, tensor);
            }
        }
        if (name.equals("llama_rope3")) {
            draft.tensor("rope_freqs.weight", new long[] {8}, divisors(16, 1e4, 8, 1, 4, 16));
        }
        CausalLm model = CausalLm.open(TorchRuntime.start(), draft.write(temporary.resolve("model.gguf")));
        JsonNode file = json(folder.resolve("golden.json"));
        try (Safetensors recorded = Safetensors.open(folder.resolve("golden.safetensors"))) {
            for (int i = 0; i < 3; i++) {
                float[][] logits =
                        model.logits(new int[][] {ids(file.at("/sequences/" + i + "/ids"))}, Padding.RIGHT)[0];
                float[] expected = recorded.floats("logits/" + i);
                for (int t = 0; t < logits.length; t++) {
                    for (int v = 0; v < logits[t].length; v++) {
                        assertEquals(expected[t * logits[t].length + v], logits[t][v], 5e-5, i + " at " + t);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "qwen2", "gemma3"})
    void tokensAreThoseOfTheTokenizersLibrary(String name) throws IOException {
        JsonNode recorded =
                json(golden.resolve("lm/tokenizers.json")).get("tokenizers").get(name);
        GgufDraft draft = new GgufDraft();
        keys(draft, json(golden.resolve("lm/llama/config.json")));
        JsonNode json = json(golden.resolve("lm").resolve(name).resolve("tokenizer.json"));
        tokenizer(draft, name, json, recorded);
        try (Checkpoint checkpoint = Checkpoint.open(golden.resolve("lm/llama"))) {
            for (String tensor : checkpoint.names()) {
                if (tensor.startsWith("model.embed_tokens") || tensor.startsWith("lm_head")) {
                    int v = recorded.get("vocab_size").intValue();
                    String here = tensor.startsWith("lm_head") ? "output.weight" : "token_embd.weight";
                    draft.tensor(here, new long[] {v, 48}, new float[v * 48]);
                } else {
                    add(draft, checkpoint, tensor);
                }
            }
        }
        Path file = draft.write(temporary.resolve("model.gguf"));
        try (Checkpoint checkpoint = Checkpoint.open(file);
                Tokenizer tokenizer = checkpoint.tokenizer().orElseThrow();
                Checkpoint folder = Checkpoint.open(golden.resolve("lm").resolve(name));
                Tokenizer other = folder.tokenizer().orElseThrow()) {
            TokenBytes ours = tokenizer.spelled();
            TokenBytes theirs = other.spelled();
            for (int token = 0; token < ours.size(); token++) {
                assertEquals(theirs.text(token), ours.text(token), "token " + token);
            }
            assertEquals(28, recorded.get("cases").size());
            for (JsonNode one : recorded.get("cases")) {
                String text = one.get("text").textValue();
                assertArrayEquals(ids(one.get("ids")), tokenizer.encode(text, false), name + ": " + text);
                int[] special = ids(one.get("ids_with_special_tokens"));
                assertArrayEquals(special, tokenizer.encode(text, true), name + ": " + text);
                assertEquals(one.get("decoded").textValue(), tokenizer.decode(special, true));
                assertEquals(one.get("decoded_skip_special_tokens").textValue(), tokenizer.decode(special, false));
            }
        }
    }

    private static void keys(GgufDraft draft, JsonNode config) {
        String arch = config.get("model_type").textValue();
        boolean gpt2 = arch.equals("gpt2");
        String p = arch + ".";
        draft.key("general.architecture", arch)
                .key(p + "context_length", number(config, gpt2 ? "n_positions" : "max_position_embeddings"))
                .key(p + "embedding_length", number(config, gpt2 ? "n_embd" : "hidden_size"))
                .key(p + "block_count", number(config, gpt2 ? "n_layer" : "num_hidden_layers"))
                .key(p + "feed_forward_length", gpt2 ? 192 : number(config, "intermediate_size"))
                .key(p + "attention.head_count", number(config, gpt2 ? "n_head" : "num_attention_heads"));
        if (gpt2) {
            draft.key(p + "attention.layer_norm_epsilon", 1e-5f);
            return;
        }
        draft.key(p + "attention.head_count_kv", number(config, "num_key_value_heads"))
                .key(p + "attention.layer_norm_rms_epsilon", (float)
                        config.get("rms_norm_eps").doubleValue())
                .key(p + "rope.freq_base", (float)
                        config.at("/rope_parameters/rope_theta").doubleValue());
        if (config.has("head_dim")) {
            draft.key(p + "attention.key_length", number(config, "head_dim"))
                    .key(p + "attention.value_length", number(config, "head_dim"));
        }
    }

    private static int number(JsonNode config, String key) {
        return config.get(key).intValue();
    }

    private static void add(GgufDraft draft, Checkpoint checkpoint, String tensor) throws IOException {
        int dot = tensor.lastIndexOf('.');
        String[] parts = tensor.split("\\.");
        boolean layer = parts[1].equals("layers") || parts[1].equals("h");
        String prefix = layer ? String.join(".", parts[0], parts[1], parts[2]) + "." : "";
        String name = NAMES.get(tensor.substring(prefix.length(), dot));
        long[] shape = checkpoint.shape(tensor);
        long size = 1;
        for (long n : shape) {
            size *= n;
        }
        float[] values = new float[(int) size];
        checkpoint.read(tensor, FloatBuffer.wrap(values));
        if (tensor.contains(".c_") && shape.length == 2) {
            values = transposed(values, (int) shape[0], (int) shape[1]);
            shape = new long[] {shape[1], shape[0]};
        }
        boolean llama = checkpoint.config().family().name().equals("LLAMA");
        if (llama && (tensor.contains("q_proj") || tensor.contains("k_proj"))) {
            values = pairs(
                    values, (int) shape[0], checkpoint.config().attention().headWidth());
        }
        draft.tensor((layer ? "blk." + parts[2] + "." : "") + name + tensor.substring(dot), shape, values);
    }

    private static float[] transposed(float[] values, int rows, int columns) {
        float[] moved = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            moved[i % columns * rows + i / columns] = values[i];
        }
        return moved;
    }

    /** The converter's reshape(heads, 2, d / 2, in) and swap of the middle axes. */
    private static float[] pairs(float[] values, int rows, int d) {
        int in = values.length / rows;
        float[] moved = new float[values.length];
        int to = 0;
        for (int head = 0; head < rows / d; head++) {
            for (int i = 0; i < d / 2; i++) {
                for (int half = 0; half < 2; half++) {
                    System.arraycopy(values, (head * d + half * d / 2 + i) * in, moved, to, in);
                    to += in;
                }
            }
        }
        return moved;
    }

    private static float[] divisors(int d, double theta, double factor, double low, double high, double original) {
        float[] divisors = new float[d / 2];
        for (int i = 0; i < divisors.length; i++) {
            double length = 2 * Math.PI * Math.pow(theta, 2.0 * i / d);
            double smooth = (original / length - low) / (high - low);
            divisors[i] = (float)
                    (length < original / high
                            ? 1
                            : length > original / low ? factor : 1 / ((1 - smooth) / factor + smooth));
        }
        return divisors;
    }

    private static void tokenizer(GgufDraft draft, String name, JsonNode json, JsonNode recorded) {
        int size = recorded.get("vocab_size").intValue();
        String[] tokens = new String[size];
        int[] types = new int[size];
        float[] scores = new float[size];
        for (Map.Entry<String, JsonNode> entry : json.at("/model/vocab").properties()) {
            tokens[entry.getValue().intValue()] = entry.getKey();
        }
        for (int i = 0; i < size; i++) {
            types[i] = name.equals("gemma3") && tokens[i] != null && tokens[i].matches("<0x..>") ? 6 : 1;
            scores[i] = -1000;
        }
        for (JsonNode added : json.get("added_tokens")) {
            int id = added.get("id").intValue();
            tokens[id] = added.get("content").textValue();
            types[id] = added.get("special").booleanValue() ? 3 : 4;
        }
        List<String> merges = new ArrayList<>();
        Map<String, Integer> ids = new java.util.HashMap<>();
        for (int i = 0; i < size; i++) {
            ids.put(tokens[i], i);
        }
        for (JsonNode merge : json.at("/model/merges")) {
            String left = merge.get(0).textValue();
            String right = merge.get(1).textValue();
            scores[ids.get(left + right)] = -merges.size();
            merges.add(left + " " + right);
        }
        String p = "tokenizer.ggml.";
        draft.key(p + "tokens", List.of(tokens)).key(p + "token_type", types);
        if (name.equals("gemma3")) {
            draft.key(p + "model", "llama").key(p + "scores", scores).key(p + "add_space_prefix", false);
        } else {
            String pre = name.equals("gpt2") ? "gpt-2" : name.equals("llama") ? "llama-bpe" : "qwen2";
            draft.key(p + "model", "gpt2").key(p + "pre", pre).key(p + "merges", merges);
        }
        if (recorded.get("bos_token_id").isInt()) {
            draft.key(p + "bos_token_id", recorded.get("bos_token_id").intValue());
        }
    }

    private static int[] ids(JsonNode array) {
        int[] ids = new int[array.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = array.get(i).intValue();
        }
        return ids;
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }
}
