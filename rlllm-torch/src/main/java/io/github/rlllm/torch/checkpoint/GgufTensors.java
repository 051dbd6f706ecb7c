package io.github.rlllm.torch.checkpoint;

import io.github.rlllm.torch.checkpoint.ModelConfig.Family;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The tensors of a GGUF file under the names, in the order and with the numbers of Hugging Face. What llama.cpp's
 * converter changed is changed back: GPT-2's maps are transposed, the rows of Llama's queries and keys stand in halves
 * instead of pairs, Gemma's gains are stored less 1.
 */
final class GgufTensors implements TensorSource {
    /** Divisors of the rotary frequencies, which the configuration reads. */
    static final String DIVISORS = "rope_freqs.weight";

    private final GgufFile file;
    private final ModelConfig config;
    private final Map<String, String> stored = new LinkedHashMap<>();

    GgufTensors(GgufFile file, ModelConfig config) {
        this.file = file;
        this.config = config;
        for (String name : config.tensors().keySet()) {
            String here = called(name);
            if (file.names().contains(here)) {
                stored.put(name, here);
            }
        }
        Set<String> known = Set.copyOf(stored.values());
        for (String name : file.names()) {
            if (!known.contains(name) && !name.equals(DIVISORS)) {
                stored.put(name, name);
            }
        }
    }

    @Override
    public String called(String name) {
        String last = name.substring(name.lastIndexOf('.') + 1);
        String[] parts = name.split("\\.", -1);
        boolean gpt2 = config.family() == Family.GPT2;
        boolean layer = parts.length > 3 && (parts[1].equals("layers") || parts[1].equals("h"));
        String module = layer
                ? name.substring(
                        parts[0].length() + parts[1].length() + parts[2].length() + 3,
                        name.length() - last.length() - 1)
                : name.substring(0, name.length() - last.length() - 1);
        boolean gemma = config.family() == Family.GEMMA3;
        String here = switch (module) {
            case "transformer.wte", "model.embed_tokens" -> "token_embd";
            case "transformer.wpe" -> "position_embd";
            case "transformer.ln_f", "model.norm" -> "output_norm";
            case "lm_head" -> "output";
            case "ln_1", "input_layernorm" -> "attn_norm";
            case "attn.c_attn" -> "attn_qkv";
            case "attn.c_proj", "self_attn.o_proj" -> "attn_output";
            case "ln_2", "pre_feedforward_layernorm" -> "ffn_norm";
            case "mlp.c_fc", "mlp.up_proj" -> "ffn_up";
            case "mlp.c_proj", "mlp.down_proj" -> "ffn_down";
            case "mlp.gate_proj" -> "ffn_gate";
            case "self_attn.q_proj" -> "attn_q";
            case "self_attn.k_proj" -> "attn_k";
            case "self_attn.v_proj" -> "attn_v";
            case "self_attn.q_norm" -> "attn_q_norm";
            case "self_attn.k_norm" -> "attn_k_norm";
            case "post_attention_layernorm" -> gemma ? "post_attention_norm" : "ffn_norm";
            case "post_feedforward_layernorm" -> "post_ffw_norm";
            default -> gpt2 ? "?" : module;
        };
        return (layer ? "blk." + parts[2] + "." : "") + here + "." + last;
    }

    @Override
    public Set<String> names() {
        return stored.keySet();
    }

    private String stored(String name) {
        String here = stored.get(name);
        if (here == null) {
            throw new IllegalArgumentException("tensor: " + name + " (expected: one of the " + stored.size() + ")");
        }
        return here;
    }

    private boolean transposed(String name) {
        return config.family() == Family.GPT2 && name.contains(".c_") && name.endsWith(".weight");
    }

    @Override
    public long[] shape(String name) {
        long[] shape = file.shape(stored(name));
        return transposed(name) && shape.length == 2 ? new long[] {shape[1], shape[0]} : shape;
    }

    @Override
    public String kind(String name) {
        return file.kind(stored(name));
    }

    @Override
    public void read(String name, FloatBuffer out) throws IOException {
        String here = stored(name);
        boolean llama = config.family() == Family.LLAMA;
        boolean paired = llama && (name.contains(".q_proj.") || name.contains(".k_proj."));
        boolean shifted = config.family() == Family.GEMMA3 && name.endsWith("norm.weight");
        if (!paired && !shifted && !transposed(name)) {
            file.read(here, out);
            return;
        }
        float[] values = file.floats(here);
        long[] shape = file.shape(here);
        if (shifted) {
            for (int i = 0; i < values.length; i++) {
                values[i] -= 1;
            }
        } else if (paired) {
            values = halves(values, (int) shape[0], config.attention().headWidth());
        } else {
            values = transpose(values, (int) shape[0], (int) shape[1]);
        }
        out.put(values);
    }

    /** Row (head, i, half) becomes row (head, half, i). */
    private static float[] halves(float[] values, int rows, int headWidth) {
        int each = values.length / rows;
        float[] moved = new float[values.length];
        for (int row = 0; row < rows; row++) {
            int within = row % headWidth;
            int to = row - within + within % 2 * (headWidth / 2) + within / 2;
            System.arraycopy(values, row * each, moved, to * each, each);
        }
        return moved;
    }

    private static float[] transpose(float[] values, int rows, int columns) {
        float[] moved = new float[values.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                moved[column * rows + row] = values[row * columns + column];
            }
        }
        return moved;
    }

    /** The kinds that are read. */
    static boolean reads(String kind) {
        return Arrays.stream(GgufType.values()).anyMatch(t -> t.name().equals(kind));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
