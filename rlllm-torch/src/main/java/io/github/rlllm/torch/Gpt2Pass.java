package io.github.rlllm.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import io.github.rlllm.torch.checkpoint.ModelConfig.Family;
import io.github.rlllm.torch.checkpoint.ModelConfig.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One computation of a GPT-2 without an adapter, all of whose weights learn or none: the same numbers as {@link DecoderForward}
 * within rounding, in one call of the engine each way.
 */
final class Gpt2Pass implements AutoCloseable {
    private static final String[] OF_LAYER = {
        "ln_1.weight", "ln_1.bias",
        "attn.c_attn.weight", "attn.c_attn.bias",
        "attn.c_proj.weight", "attn.c_proj.bias",
        "ln_2.weight", "ln_2.bias",
        "mlp.c_fc.weight", "mlp.c_fc.bias",
        "mlp.c_proj.weight", "mlp.c_proj.bias"
    };
    private static final String[] OF_MODEL = {"wte.weight", "wpe.weight", "ln_f.weight", "ln_f.bias"};

    private final TorchScope scope;
    private final List<Parameter> used = new ArrayList<>();
    private final List<IValue> owned = new ArrayList<>();
    private final IValue[] arguments;
    private @Nullable IValue kept;
    private String back = "";

    /**
     * Brings a computation to the engine.
     *
     * @param scope that it lives in
     * @param config of a GPT-2 without a map of its own to the vocabulary
     * @param weights by name
     * @param columns the texts
     * @param slots the outputs
     * @param temperature by which logits are divided
     * @param keep whether {@link #accumulate} will be asked
     */
    Gpt2Pass(
            TorchScope scope,
            ModelConfig config,
            Map<String, Parameter> weights,
            TextColumns columns,
            Slots slots,
            double temperature,
            boolean keep) {
        DecoderForward.requireTemperature(temperature);
        this.scope = scope;
        for (int layer = 0; layer < config.sizes().layers(); layer++) {
            for (String name : OF_LAYER) {
                used.add(named(weights, "transformer.h." + layer + "." + name));
            }
        }
        for (String name : OF_MODEL) {
            used.add(named(weights, "transformer." + name));
        }
        if (weights.containsKey(DecoderWeights.SCORE)) {
            used.add(named(weights, DecoderWeights.SCORE));
        }
        SharedPrompts shared = columns instanceof SharedPrompts ? (SharedPrompts) columns : null;
        this.arguments = new IValue[] {
            own(IValue.listFrom(used.stream()
                    .map(p -> (PtNDArray) scope.constant(p.memory, new Shape(p.shape)))
                    .toArray(PtNDArray[]::new))),
            own(IValue.listFrom(
                    config.sizes().layers(),
                    config.attention().heads(),
                    shared == null ? columns.rows() : shared.prompts(),
                    shared == null ? columns.columns() : shared.promptColumns(),
                    shared == null ? 0 : shared.texts(),
                    shared == null ? 0 : shared.completionColumns(),
                    keep ? 1 : 0)),
            own(IValue.listFrom(config.normEpsilon(), config.attention().scale(), temperature)),
            own(IValue.listFrom(parts(columns, shared, config.attention()))),
            own(IValue.listFrom(
                    longs(columns.tokens()), longs(columns.positions()), longs(slots.columns()), longs(slots.next())))
        };
    }

    /** Whether a model is of this kind. */
    static boolean computes(ModelConfig config) {
        return config.family() == Family.GPT2 && config.output() != Output.UNTIED;
    }

    private static Parameter named(Map<String, Parameter> weights, String name) {
        return Objects.requireNonNull(weights.get(name), name);
    }

    private PtNDArray[] parts(TextColumns columns, @Nullable SharedPrompts shared, ModelConfig.Attention attention) {
        if (shared != null) {
            NDArray[] masks = Masks.of(scope, shared, attention, false);
            return new PtNDArray[] {(PtNDArray) masks[0], (PtNDArray) masks[1], longs(shared.promptOf())};
        }
        boolean causal = columns instanceof TokenRows && columns.kinds() == 1;
        return causal ? new PtNDArray[0] : new PtNDArray[] {(PtNDArray) Masks.of(scope, columns, attention, false)};
    }

    private PtNDArray longs(long[] values) {
        return (PtNDArray) scope.longs(values, values.length);
    }

    private IValue own(IValue value) {
        owned.add(value);
        return value;
    }

    /** The log-probability of the token after each slot. */
    float[] logProbs() {
        return outputs("log_probs");
    }

    /** The score head at each slot. */
    float[] scalars() {
        return outputs("scalars");
    }

    private float[] outputs(String method) {
        try (IValue result = scope.gpt2().call(method, arguments)) {
            IValue[] pair = result.toIValueTuple();
            kept = own(pair[1]);
            back = method + "_back";
            return own(pair[0]).toTensor(scope.manager()).toFloatArray();
        }
    }

    /** Adds the gradient of {@code sum(slope * output)} to the parameters', once. */
    void accumulate(float[] slopes) {
        IValue[] all = new IValue[arguments.length + 2];
        all[0] = own(IValue.from((PtNDArray) scope.floats(slopes, slopes.length)));
        all[1] = Objects.requireNonNull(kept, "outputs");
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        try (IValue result = scope.gpt2().call(back, all)) {
            PtNDArray[] gradients = result.toTensorArray(scope.manager());
            for (int i = 0; i < gradients.length; i++) {
                used.get(i).accumulate(gradients[i].toByteBuffer(true).asFloatBuffer());
            }
        }
    }

    @Override
    public void close() {
        owned.forEach(IValue::close);
    }
}
