package io.github.rlllm.torch.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The files of a good Llama of one layer, to be spoiled: 3 tokens, width 4, 2 heads of 2, 1 group, perceptron of 2. */
final class Draft {
    static final String WEIGHTS = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";
    static final ObjectMapper MAPPER = new ObjectMapper();

    final Path folder;
    final Map<String, byte[]> files = new TreeMap<>();

    Draft(Path folder) {
        this.folder = folder;
        text("config.json", """
                {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 3, "hidden_size": 4,
                 "intermediate_size": 2, "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1,
                 "max_position_embeddings": 8, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "hidden_act": "silu",
                 "tie_word_embeddings": true, "bos_token_id": 0, "eos_token_id": 1}""");
        files.put(WEIGHTS, file(tensors()));
    }

    static Map<String, long[]> tensors() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("model.embed_tokens.weight", new long[] {3, 4});
        String p = "model.layers.0.";
        shapes.put(p + "input_layernorm.weight", new long[] {4});
        shapes.put(p + "self_attn.q_proj.weight", new long[] {4, 4});
        shapes.put(p + "self_attn.k_proj.weight", new long[] {2, 4});
        shapes.put(p + "self_attn.v_proj.weight", new long[] {2, 4});
        shapes.put(p + "self_attn.o_proj.weight", new long[] {4, 4});
        shapes.put(p + "post_attention_layernorm.weight", new long[] {4});
        shapes.put(p + "mlp.gate_proj.weight", new long[] {2, 4});
        shapes.put(p + "mlp.up_proj.weight", new long[] {2, 4});
        shapes.put(p + "mlp.down_proj.weight", new long[] {4, 2});
        shapes.put("model.norm.weight", new long[] {4});
        return shapes;
    }

    /** A safetensors file of F32 with numbers 0, 1, 2, ... over all tensors. */
    static byte[] file(Map<String, long[]> shapes) {
        ObjectNode header = MAPPER.createObjectNode();
        long at = 0;
        for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
            ObjectNode tensor = header.putObject(entry.getKey());
            tensor.put("dtype", "F32");
            var shape = tensor.putArray("shape");
            long count = 1;
            for (long n : entry.getValue()) {
                shape.add(n);
                count *= n;
            }
            tensor.putArray("data_offsets").add(at).add(at + 4 * count);
            at += 4 * count;
        }
        ByteBuffer data = ByteBuffer.allocate((int) at).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; data.hasRemaining(); i++) {
            data.putFloat(i);
        }
        return join(header.toString(), data.array());
    }

    static byte[] join(String header, byte[] data) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer length =
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(length.array());
        out.writeBytes(text);
        out.writeBytes(data);
        return out.toByteArray();
    }

    Draft text(String file, String text) {
        files.put(file, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    String text(String file) {
        return new String(bytes(file), StandardCharsets.UTF_8);
    }

    byte[] bytes(String file) {
        byte[] bytes = files.get(file);
        if (bytes == null) {
            throw new AssertionError("no " + file);
        }
        return bytes;
    }

    /** Replaces text of the configuration, which must be there. */
    Draft config(String from, String to) {
        return text("config.json", replaced(text("config.json"), from, to));
    }

    /** Adds keys to the configuration. */
    Draft more(String keys) {
        return config("{\"model_type\"", "{" + keys + ", \"model_type\"");
    }

    /** Replaces text of the header, whose length is set anew. */
    Draft header(String from, String to) {
        byte[] file = bytes(WEIGHTS);
        int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        String header = new String(file, 8, length, StandardCharsets.UTF_8);
        byte[] data = java.util.Arrays.copyOfRange(file, 8 + length, file.length);
        files.put(WEIGHTS, join(replaced(header, from, to), data));
        return this;
    }

    Draft headerLength(long length) {
        ByteBuffer.wrap(bytes(WEIGHTS)).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
        return this;
    }

    Draft length(int bytes) {
        files.put(WEIGHTS, java.util.Arrays.copyOf(bytes(WEIGHTS), bytes));
        return this;
    }

    /** The same model in two shards with an index. */
    Draft sharded() {
        Map<String, long[]> first = new LinkedHashMap<>();
        Map<String, long[]> second = new LinkedHashMap<>();
        ObjectNode index = MAPPER.createObjectNode();
        index.putObject("metadata").put("total_size", 0);
        ObjectNode map = index.putObject("weight_map");
        tensors().forEach((name, shape) -> {
            boolean one = first.size() < 5;
            (one ? first : second).put(name, shape);
            map.put(name, one ? "a.safetensors" : "b.safetensors");
        });
        files.remove(WEIGHTS);
        files.put("a.safetensors", file(first));
        files.put("b.safetensors", file(second));
        return text(INDEX, index.toString());
    }

    Draft index(String from, String to) {
        return text(INDEX, replaced(text(INDEX), from, to));
    }

    private static String replaced(String text, String from, String to) {
        if (!text.contains(from)) {
            throw new AssertionError("'" + from + "' is not in " + text);
        }
        return text.replace(from, to);
    }

    void write() {
        try {
            Files.createDirectories(folder);
            for (Map.Entry<String, byte[]> entry : files.entrySet()) {
                Files.write(folder.resolve(entry.getKey()), entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
