package io.github.rlllm.torch.checkpoint;

import io.github.rlllm.torch.checkpoint.ModelConfig.Attention;
import io.github.rlllm.torch.checkpoint.ModelConfig.Biases;
import io.github.rlllm.torch.checkpoint.ModelConfig.Family;
import io.github.rlllm.torch.checkpoint.ModelConfig.Output;
import io.github.rlllm.torch.checkpoint.ModelConfig.Rope;
import io.github.rlllm.torch.checkpoint.ModelConfig.Sizes;
import io.github.rlllm.torch.checkpoint.ModelConfig.Tokens;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The architecture that the keys of a GGUF file describe, as llama.cpp reads them. */
final class GgufModel {
    private static final Map<String, Family> ARCHITECTURES = Map.of(
            "gpt2", Family.GPT2,
            "llama", Family.LLAMA,
            "qwen2", Family.QWEN2,
            "qwen3", Family.QWEN3,
            "gemma3", Family.GEMMA3);
    private static final int MOST_LAYERS = 1024;
    /** Gemma 3 of 27 B alone scales its products by the width per head rather than by the width of a head. */
    private static final int LAYERS_OF_27B = 62;

    private final GgufFile file;
    private final GgufMetadata keys;
    private final String prefix;
    private final Family family;

    private GgufModel(GgufFile file, String architecture, Family family) {
        this.file = file;
        this.keys = file.metadata();
        this.prefix = architecture + ".";
        this.family = family;
    }

    static ModelConfig read(GgufFile file) throws IOException {
        List<String> known = List.of("gpt2", "llama", "qwen2", "qwen3", "gemma3");
        String architecture = file.metadata().text("general.architecture", known);
        Family family = ARCHITECTURES.get(architecture);
        if (family == null) {
            throw file.metadata().bad("general.architecture", architecture, "one of " + known);
        }
        return new GgufModel(file, architecture, family).config();
    }

    private ModelConfig config() throws IOException {
        String table = "token_embd.weight";
        if (!file.names().contains(table)
                || file.shape(table).length != 2
                || file.shape(table)[0] > ConfigFields.MOST) {
            throw keys.bad(
                    "tensor " + table,
                    file.names().contains(table) ? Shapes.text(file.shape(table)) : "missing",
                    "[tokens, width] with at most 2^24 tokens");
        }
        int width = keys.count(prefix + "embedding_length", 1, 1 << 17);
        Sizes sizes = new Sizes(
                (int) file.shape(table)[0],
                keys.count(prefix + "context_length", 1, ConfigFields.MOST),
                keys.count(prefix + "block_count", 1, MOST_LAYERS),
                width,
                keys.count(prefix + "feed_forward_length", 1, 1 << 20));
        boolean gpt2 = family == Family.GPT2;
        boolean bias = file.names().contains("blk.0.attn_q.bias");
        Biases biases = new Biases(
                gpt2 || family == Family.QWEN2 || bias,
                gpt2 || file.names().contains("blk.0.attn_output.bias"),
                gpt2 || file.names().contains("blk.0.ffn_up.bias"));
        Attention attention = attention(sizes);
        return new ModelConfig(
                family,
                sizes,
                attention,
                biases,
                gpt2 ? null : rope(attention.headWidth()),
                tokens(sizes),
                keys.positive(prefix + "attention.layer_norm_" + (gpt2 ? "epsilon" : "rms_epsilon")),
                file.names().contains("output.weight") ? Output.UNTIED : Output.TIED);
    }

    private Attention attention(Sizes sizes) throws IOException {
        int heads = keys.count(prefix + "attention.head_count", 1, MOST_LAYERS);
        int groups = keys.count(prefix + "attention.head_count_kv", 1, heads, heads);
        if (heads % groups != 0) {
            throw keys.bad(prefix + "attention.head_count_kv", groups, "a divisor of head_count = " + heads);
        }
        String key = prefix + "attention.key_length";
        if (!keys.has(key) && sizes.width() % heads != 0) {
            throw keys.bad(prefix + "embedding_length", sizes.width(), "a multiple of head_count = " + heads);
        }
        int headWidth = keys.count(key, 2, 4096, sizes.width() / heads);
        if (headWidth % 2 != 0) {
            throw keys.bad(key, headWidth, "an even number");
        }
        int value = keys.count(prefix + "attention.value_length", 2, 4096, sizes.width() / heads);
        if (value != headWidth) {
            throw keys.bad(prefix + "attention.value_length", value, "key_length = " + headWidth);
        }
        int turned = keys.count(prefix + "rope.dimension_count", 2, 4096, headWidth);
        if (turned != headWidth) {
            throw keys.bad(prefix + "rope.dimension_count", turned, "key_length = " + headWidth);
        }
        boolean gemma = family == Family.GEMMA3;
        List<Boolean> windowed = new ArrayList<>(Collections.nCopies(sizes.layers(), false));
        int window = gemma ? keys.count(prefix + "attention.sliding_window", 1, ConfigFields.MOST) : 0;
        for (int layer = 0; gemma && layer < sizes.layers(); layer++) {
            windowed.set(layer, (layer + 1) % 6 != 0);
        }
        boolean wide = gemma && sizes.layers() == LAYERS_OF_27B;
        double over = wide ? (double) sizes.width() / heads : headWidth;
        return new Attention(heads, groups, headWidth, 1 / Math.sqrt(over), window, List.copyOf(windowed));
    }

    private Rope rope(int headWidth) throws IOException {
        boolean gemma = family == Family.GEMMA3;
        double theta = keys.positive(prefix + "rope.freq_base", 1e4);
        String type = keys.has(prefix + "rope.scaling.type")
                ? keys.text(prefix + "rope.scaling.type", List.of("none", "linear"))
                : "none";
        double factor = type.equals("linear") ? keys.positive(prefix + "rope.scaling.factor") : 1;
        List<Double> divisors = new ArrayList<>();
        if (file.names().contains(GgufTensors.DIVISORS)) {
            if (Shapes.size(file.shape(GgufTensors.DIVISORS)) > 4096) {
                throw keys.bad(
                        "tensor " + GgufTensors.DIVISORS,
                        Shapes.text(file.shape(GgufTensors.DIVISORS)),
                        "at most 4096 numbers");
            }
            for (float divisor : file.floats(GgufTensors.DIVISORS)) {
                if (!(divisor > 0 && divisor < Float.POSITIVE_INFINITY)) {
                    throw keys.bad("tensor " + GgufTensors.DIVISORS, divisor, "finite numbers > 0");
                }
                divisors.add((double) divisor);
            }
        }
        int pairs = headWidth / 2;
        if (!divisors.isEmpty() && divisors.size() != pairs) {
            throw keys.bad("tensor " + GgufTensors.DIVISORS, divisors.size() + " numbers", pairs + ", one a pair");
        }
        double window = gemma ? keys.positive(prefix + "rope.freq_base_swa", 1e4) : theta;
        return new Rope(theta, window, factor, null, List.copyOf(divisors));
    }

    private Tokens tokens(Sizes sizes) throws IOException {
        List<Integer> end = new ArrayList<>();
        for (String key : List.of("eos_token_id", "eot_token_id")) {
            token(key, sizes).ifPresent(t -> {
                if (!end.contains(t)) {
                    end.add(t);
                }
            });
        }
        return new Tokens(token("bos_token_id", sizes), List.copyOf(end), token("padding_token_id", sizes));
    }

    private OptionalInt token(String key, Sizes sizes) throws IOException {
        String name = "tokenizer.ggml." + key;
        return keys.has(name) ? OptionalInt.of(keys.count(name, 0, sizes.vocabulary() - 1)) : OptionalInt.empty();
    }
}
