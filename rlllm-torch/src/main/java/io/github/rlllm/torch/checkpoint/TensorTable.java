package io.github.rlllm.torch.checkpoint;

import io.github.rlllm.torch.checkpoint.ModelConfig.Family;
import io.github.rlllm.torch.checkpoint.ModelConfig.Output;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tensors a model needs: names as Hugging Face gives them, shapes from the configuration. A linear map is [out, in];
 * GPT-2 stores [in, out].
 */
final class TensorTable {
    private final ModelConfig config;
    private final Map<String, long[]> shapes = new LinkedHashMap<>();

    private TensorTable(ModelConfig config) {
        this.config = config;
    }

    static Map<String, long[]> of(ModelConfig config) {
        TensorTable table = new TensorTable(config);
        if (config.family() == Family.GPT2) {
            table.gpt2();
        } else {
            table.rotary();
        }
        if (config.output() == Output.SCORE) {
            table.add("score.weight", 1, config.sizes().width());
        }
        return table.shapes;
    }

    private void add(String name, long... shape) {
        shapes.put(name, shape);
    }

    private void gpt2() {
        long d = config.sizes().width();
        long inner = config.sizes().inner();
        add("transformer.wte.weight", config.sizes().vocabulary(), d);
        add("transformer.wpe.weight", config.sizes().context(), d);
        for (int layer = 0; layer < config.sizes().layers(); layer++) {
            String p = "transformer.h." + layer + ".";
            map(p + "ln_1", true, d);
            map(p + "attn.c_attn", true, d, 3 * d);
            map(p + "attn.c_proj", true, d, d);
            map(p + "ln_2", true, d);
            map(p + "mlp.c_fc", true, d, inner);
            map(p + "mlp.c_proj", true, inner, d);
        }
        map("transformer.ln_f", true, d);
        if (config.output() == Output.UNTIED) {
            add("lm_head.weight", config.sizes().vocabulary(), d);
        }
    }

    /** A weight and perhaps a bias as long as its last dimension. */
    private void map(String name, boolean bias, long... shape) {
        add(name + ".weight", shape);
        if (bias) {
            add(name + ".bias", shape[shape.length - 1]);
        }
    }

    private void linear(String name, boolean bias, long out, long in) {
        add(name + ".weight", out, in);
        if (bias) {
            add(name + ".bias", out);
        }
    }

    private void rotary() {
        long d = config.sizes().width();
        long inner = config.sizes().inner();
        long head = config.attention().headWidth();
        long q = config.attention().heads() * head;
        long kv = config.attention().groups() * head;
        ModelConfig.Biases biases = config.biases();
        boolean gemma = config.family() == Family.GEMMA3;
        add("model.embed_tokens.weight", config.sizes().vocabulary(), d);
        for (int layer = 0; layer < config.sizes().layers(); layer++) {
            String p = "model.layers." + layer + ".";
            add(p + "input_layernorm.weight", d);
            linear(p + "self_attn.q_proj", biases.input(), q, d);
            linear(p + "self_attn.k_proj", biases.input(), kv, d);
            linear(p + "self_attn.v_proj", biases.input(), kv, d);
            linear(p + "self_attn.o_proj", biases.output(), d, q);
            if (gemma || config.family() == Family.QWEN3) {
                add(p + "self_attn.q_norm.weight", head);
                add(p + "self_attn.k_norm.weight", head);
            }
            add(p + "post_attention_layernorm.weight", d);
            if (gemma) {
                add(p + "pre_feedforward_layernorm.weight", d);
                add(p + "post_feedforward_layernorm.weight", d);
            }
            linear(p + "mlp.gate_proj", biases.perceptron(), inner, d);
            linear(p + "mlp.up_proj", biases.perceptron(), inner, d);
            linear(p + "mlp.down_proj", biases.perceptron(), d, inner);
        }
        add("model.norm.weight", d);
        if (config.output() == Output.UNTIED) {
            add("lm_head.weight", config.sizes().vocabulary(), d);
        }
    }
}
