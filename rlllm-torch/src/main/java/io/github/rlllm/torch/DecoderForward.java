package io.github.rlllm.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import io.github.rlllm.torch.checkpoint.ModelConfig.Family;
import io.github.rlllm.torch.checkpoint.ModelConfig.Output;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The network of {@link CausalLm} inside one scope. Shapes: B rows, T columns, D width, H heads of d numbers, G groups of
 * keys and values, V tokens. Left operands are activations, which belong to the scope; no operation takes a Java number
 * (the engine's binding would free it before the gradient reads it).
 */
final class DecoderForward {
    private final TorchScope scope;
    private final ModelConfig config;
    private final Map<String, Parameter> weights;
    private final @Nullable LoraAdapter adapter;
    private final Map<String, NDArray> seen = new HashMap<>();
    private final TokenColumns batch;
    private final @Nullable SharedAttention shared;
    private final long rows;
    private final long columns;
    private final NDArray one;
    private final NDArray epsilon;
    private final NDArray scale;
    private final Map<Boolean, NDArray> masks = new HashMap<>();
    private final Map<Boolean, NDArray[]> angles = new HashMap<>();

    DecoderForward(
            TorchScope scope,
            ModelConfig config,
            Map<String, Parameter> weights,
            @Nullable LoraAdapter adapter,
            TokenColumns batch) {
        this.scope = scope;
        this.config = config;
        this.weights = weights;
        this.adapter = adapter;
        this.batch = batch;
        this.rows = batch.rows();
        this.columns = batch.columns();
        this.one = number(1);
        this.epsilon = number(config.normEpsilon());
        this.scale = number(config.attention().scale());
        this.shared = batch instanceof SharedPrompts prompts
                ? new SharedAttention(scope, config.attention(), prompts, scale)
                : null;
    }

    /** [B, T, V], before the softmax. */
    NDArray logits() {
        return logits(hidden());
    }

    private NDArray logits(NDArray hidden) {
        boolean gpt2 = config.family() == Family.GPT2;
        String table = gpt2 ? "transformer.wte.weight" : "model.embed_tokens.weight";
        boolean untied = config.output() == Output.UNTIED;
        return Linear.linear(hidden, use(untied ? "lm_head.weight" : table), null)
                .singletonOrThrow();
    }

    /** [N]: the log-probability of the token after each of N slots, at a temperature. */
    NDArray logProbs(Slots slots, double temperature) {
        requireTemperature(temperature);
        NDArray logits = logits(hidden(slots.columns()));
        NDArray scaled = temperature == 1 ? logits : logits.div(number(temperature));
        long[] next = slots.next();
        return scaled.logSoftmax(-1)
                .gather(scope.longs(next, next.length, 1), 1)
                .reshape(next.length);
    }

    static void requireTemperature(double temperature) {
        if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("temperature: " + temperature + " (expected: > 0)");
        }
    }

    /** [N]: the score head at each of N slots. */
    NDArray scalars(Slots slots) {
        return Linear.linear(hidden(slots.columns()), use("score.weight"), null)
                .singletonOrThrow()
                .reshape(slots.columns().length);
    }

    /** The gradient of a parameter in its own order, valid until the scope ends; null if the computation did not use it. */
    @Nullable
    FloatBuffer gradient(Parameter parameter) {
        NDArray array = seen.get(parameter.name);
        return array == null ? null : array.getGradient().toByteBuffer(true).asFloatBuffer();
    }

    /** [B, T, D], after the last norm. */
    NDArray hidden() {
        return hidden(null);
    }

    /** [N, D], after the last norm, at N flat columns, which alone the last layer computes after its attention. */
    private NDArray hidden(long @Nullable [] wanted) {
        return config.family() == Family.GPT2 ? gpt2(wanted) : rotary(wanted);
    }

    private NDArray wanted(NDArray x, int layer, long @Nullable [] wanted) {
        boolean last = layer == config.sizes().layers() - 1;
        return last && wanted != null ? rowsOf(x.reshape(rows * columns, -1), wanted) : x;
    }

    private NDArray gpt2(long @Nullable [] wanted) {
        NDArray x =
                embed("transformer.wte.weight", batch.tokens()).add(embed("transformer.wpe.weight", batch.positions()));
        for (int layer = 0; layer < config.sizes().layers(); layer++) {
            String p = "transformer.h." + layer + ".";
            NDList qkv = map(layerNorm(x, p + "ln_1"), p + "attn.c_attn").split(3, 2);
            NDArray mixed = attend(heads(qkv.get(0)), heads(qkv.get(1)), heads(qkv.get(2)), false);
            x = wanted(x, layer, wanted).add(map(wanted(mixed, layer, wanted), p + "attn.c_proj"));
            NDArray up = scope.fused().gelu(map(layerNorm(x, p + "ln_2"), p + "mlp.c_fc"));
            x = x.add(map(up, p + "mlp.c_proj"));
        }
        return layerNorm(x, "transformer.ln_f");
    }

    private NDArray rotary(long @Nullable [] wanted) {
        boolean gemma = config.family() == Family.GEMMA3;
        NDArray x = embed("model.embed_tokens.weight", batch.tokens());
        if (gemma) {
            x = x.mul(number(Math.sqrt(config.sizes().width())));
        }
        for (int layer = 0; layer < config.sizes().layers(); layer++) {
            String p = "model.layers." + layer + ".";
            NDArray attended = attention(rms(x, p + "input_layernorm"), p + "self_attn.", layer);
            NDArray mixed = linear(wanted(attended, layer, wanted), p + "self_attn.o_proj");
            x = wanted(x, layer, wanted);
            if (gemma) {
                x = x.add(rms(mixed, p + "post_attention_layernorm"));
                NDArray up = perceptron(rms(x, p + "pre_feedforward_layernorm"), p + "mlp.");
                x = x.add(rms(up, p + "post_feedforward_layernorm"));
            } else {
                x = x.add(mixed);
                x = x.add(perceptron(rms(x, p + "post_attention_layernorm"), p + "mlp."));
            }
        }
        return rms(x, "model.norm");
    }

    private NDArray attention(NDArray x, String p, int layer) {
        boolean windowed = config.attention().windowed().get(layer);
        NDArray q = heads(linear(x, p + "q_proj"));
        NDArray k = heads(linear(x, p + "k_proj"));
        NDArray v = heads(linear(x, p + "v_proj"));
        if (weights.containsKey(p + "q_norm.weight")) {
            q = rms(q, p + "q_norm");
            k = rms(k, p + "k_norm");
        }
        return attend(rotate(q, windowed), rotate(k, windowed), v, windowed);
    }

    private NDArray perceptron(NDArray x, String p) {
        NDArray gate = linear(x, p + "gate_proj");
        NDArray open = config.family() == Family.GEMMA3
                ? scope.fused().gelu(gate)
                : scope.fused().silu(gate);
        return linear(open.mul(linear(x, p + "up_proj")), p + "down_proj");
    }

    /** [B, T, n d] to [B, n, T, d]. */
    private NDArray heads(NDArray x) {
        long d = config.attention().headWidth();
        return x.reshape(rows, columns, x.getShape().get(2) / d, d).swapAxes(1, 2);
    }

    /**
     * Queries [B, H, T, d], keys and values [B, G, T, d]; the H/G queries of a group stand behind each other.
     */
    private NDArray attend(NDArray q, NDArray k, NDArray v, boolean windowed) {
        long g = config.attention().groups();
        long h = config.attention().heads();
        long d = config.attention().headWidth();
        long each = h / g;
        if (shared != null) {
            return shared.attend(q, k, v, windowed);
        }
        return scope.fused()
                .attend(q.reshape(rows, g, each * columns, d), k, v, mask(windowed), scale)
                .reshape(rows, h, columns, d)
                .swapAxes(1, 2)
                .reshape(rows, columns, h * d);
    }

    private NDArray mask(boolean windowed) {
        NDArray known = masks.get(windowed);
        if (known == null) {
            known = Masks.of(scope, batch, config.attention(), windowed);
            masks.put(windowed, known);
        }
        return known;
    }

    /** Turns the pairs of [B, n, T, d] by their positions. */
    private NDArray rotate(NDArray x, boolean windowed) {
        NDArray[] table = angles.get(windowed);
        if (table == null) {
            table = table(windowed);
            angles.put(windowed, table);
        }
        NDList halves = x.split(2, 3);
        NDArray across = halves.get(1).neg().concat(halves.get(0), 3);
        return x.mul(table[0]).add(across.mul(table[1]));
    }

    private NDArray[] table(boolean windowed) {
        ModelConfig.Rope rope = config.rope();
        if (rope == null) {
            throw new IllegalStateException("rope: none (expected: rotary positions in a " + config.family() + ")");
        }
        int d = config.attention().headWidth();
        int n = batch.kinds();
        long[] positions = Arrays.copyOf(batch.positions(), n * batch.columns());
        float[][] numbers = RotaryAngles.table(positions, RotaryAngles.frequencies(rope, windowed, d));
        return new NDArray[] {scope.floats(numbers[0], n, 1, columns, d), scope.floats(numbers[1], n, 1, columns, d)};
    }

    /** RMSNorm over the last dimension; Gemma stores the gain less 1. */
    private NDArray rms(NDArray x, String name) {
        int last = x.getShape().dimension() - 1;
        NDArray root = x.mul(x).mean(new int[] {last}, true).add(epsilon).sqrt();
        NDArray gain = use(name + ".weight");
        return x.div(root).mul(config.family() == Family.GEMMA3 ? gain.add(one) : gain);
    }

    private NDArray layerNorm(NDArray x, String name) {
        Shape width = new Shape(config.sizes().width());
        return LayerNorm.layerNorm(x, width, use(name + ".weight"), use(name + ".bias"), (float) config.normEpsilon())
                .singletonOrThrow();
    }

    /** A map stored as [out, in]. */
    private NDArray linear(NDArray x, String name) {
        NDArray bias = weights.containsKey(name + ".bias") ? use(name + ".bias") : null;
        NDArray y = Linear.linear(x, use(name + ".weight"), bias).singletonOrThrow();
        return adapted(x, y, name);
    }

    /** A map stored as [in, out]. */
    private NDArray map(NDArray x, String name) {
        NDArray y = scope.fused().map(x, use(name + ".weight"), use(name + ".bias"));
        return adapted(x, y, name);
    }

    private NDArray adapted(NDArray x, NDArray y, String name) {
        LoraAdapter.Pair pair = adapter == null ? null : adapter.pair(name);
        if (pair == null) {
            return y;
        }
        NDArray low = Linear.linear(x, use(pair.a()), null).singletonOrThrow();
        NDArray high = Linear.linear(low, use(pair.b()), null).singletonOrThrow();
        return y.add(high.mul(number(pair.scaling())));
    }

    /** Rows of a matrix. */
    private NDArray rowsOf(NDArray matrix, long[] indices) {
        return Embedding.embedding(scope.longs(indices, indices.length), matrix, SparseFormat.DENSE)
                .singletonOrThrow();
    }

    private NDArray embed(String table, long[] indices) {
        return Embedding.embedding(scope.longs(indices, rows, columns), use(table), SparseFormat.DENSE)
                .singletonOrThrow();
    }

    private NDArray use(String name) {
        Parameter parameter = weights.get(name);
        if (parameter == null) {
            throw new IllegalStateException("tensor " + name + ": missing (expected: a model that has it)");
        }
        return use(parameter);
    }

    private NDArray use(Parameter parameter) {
        NDArray known = seen.get(parameter.name);
        if (known != null) {
            return known;
        }
        Shape shape = new Shape(parameter.shape);
        NDArray made = parameter.trained()
                ? scope.parameter(parameter.memory, shape)
                : scope.constant(parameter.memory, shape);
        seen.put(parameter.name, made);
        return made;
    }

    private NDArray number(double value) {
        return scope.floats(new float[] {(float) value}, 1);
    }
}
