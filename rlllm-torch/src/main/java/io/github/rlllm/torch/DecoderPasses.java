package io.github.rlllm.torch;

import ai.djl.ndarray.NDArray;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import io.github.rlllm.torch.checkpoint.ModelConfig.Output;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The computations of a {@link CausalLm}, forward and back, each under the engine's lock. */
final class DecoderPasses {
    private final TorchRuntime runtime;
    private final DecoderWeights weights;
    private final ModelConfig config;

    DecoderPasses(TorchRuntime runtime, DecoderWeights weights) {
        this.runtime = runtime;
        this.weights = weights;
        this.config = weights.config();
    }

    /** A part of a computation: one number a slot. */
    private interface Head {
        NDArray of(DecoderForward forward);
    }

    TokenRows rows(int[][] rows, int least, Padding padding) {
        return new TokenRows(
                rows, least, config.sizes().context(), config.sizes().vocabulary(), padding);
    }

    TextColumns columns(CompletionBatch batch) {
        return batch.layout(config.sizes().context(), config.sizes().vocabulary());
    }

    float[][][] logits(int[][] rows, Padding padding) {
        TokenRows batch = rows(rows, 1, padding);
        return read(batch, forward -> {
            int v = config.sizes().vocabulary();
            FloatBuffer flat = forward.logits().toByteBuffer(true).asFloatBuffer();
            float[][][] logits = new float[rows.length][][];
            for (int i = 0; i < rows.length; i++) {
                logits[i] = new float[rows[i].length][v];
                for (int j = 0; j < rows[i].length; j++) {
                    flat.get(batch.column(i, j) * v, logits[i][j]);
                }
            }
            return logits;
        });
    }

    float[][] means(int[][] rows, Padding padding) {
        TokenRows batch = rows(rows, 1, padding);
        try (TorchScope scope = TorchScope.inference(runtime)) {
            FloatBuffer flat = forward(scope, batch, weights.adapter())
                    .hidden()
                    .toByteBuffer(true)
                    .asFloatBuffer();
            int d = config.sizes().width();
            float[][] means = new float[rows.length][d];
            for (int i = 0; i < rows.length; i++) {
                for (int j = 0; j < rows[i].length; j++) {
                    for (int k = 0; k < d; k++) {
                        means[i][k] += flat.get(batch.column(i, j) * d + k) / rows[i].length;
                    }
                }
            }
            return finite(means);
        }
    }

    /** One computation without gradients that may ask for logits. */
    private <T> T read(TokenColumns columns, Function<DecoderForward, T> use) {
        requireLogits();
        try (TorchScope scope = TorchScope.inference(runtime)) {
            return use.apply(forward(scope, columns, weights.adapter()));
        }
    }

    /**
     * Log-probabilities at slots.
     *
     * @param adapted whether the adapter takes part
     */
    float[][] logProbs(TextColumns columns, Slots slots, double temperature, boolean adapted) {
        requireLogits();
        try (TorchScope scope = TorchScope.inference(runtime)) {
            LoraAdapter adapter = adapted ? weights.adapter() : null;
            if (adapter == null && Gpt2Pass.computes(config)) {
                try (Gpt2Pass pass = gpt2(scope, columns, slots, temperature, false)) {
                    return finite(slots.ragged(pass.logProbs()));
                }
            }
            DecoderForward forward = forward(scope, columns, adapter);
            return finite(slots.ragged(forward.logProbs(slots, temperature).toFloatArray()));
        }
    }

    float[][] scalars(TextColumns columns, Slots slots) {
        try (TorchScope scope = TorchScope.inference(runtime)) {
            requireScore();
            if (weights.adapter() == null && Gpt2Pass.computes(config)) {
                try (Gpt2Pass pass = gpt2(scope, columns, slots, 1, false)) {
                    return finite(slots.ragged(pass.scalars()));
                }
            }
            DecoderForward forward = forward(scope, columns, weights.adapter());
            return finite(slots.ragged(forward.scalars(slots).toFloatArray()));
        }
    }

    double accumulateLogProbs(TextColumns columns, Slots slots, double temperature, OutputLoss loss) {
        requireLogits();
        if (weights.adapter() == null && Gpt2Pass.computes(config)) {
            weights.trained();
            try (TorchScope scope = TorchScope.inference(runtime);
                    Gpt2Pass pass = gpt2(scope, columns, slots, temperature, true)) {
                return accumulate(pass, slots, pass.logProbs(), loss);
            }
        }
        return accumulate(columns, slots, forward -> forward.logProbs(slots, temperature), loss);
    }

    double accumulateScalars(TextColumns columns, Slots slots, OutputLoss loss) {
        if (weights.adapter() == null && Gpt2Pass.computes(config)) {
            weights.trained();
            requireScore();
            try (TorchScope scope = TorchScope.inference(runtime);
                    Gpt2Pass pass = gpt2(scope, columns, slots, 1, true)) {
                return accumulate(pass, slots, pass.scalars(), loss);
            }
        }
        return accumulate(
                columns,
                slots,
                forward -> {
                    requireScore();
                    return forward.scalars(slots);
                },
                loss);
    }

    private double accumulate(TextColumns columns, Slots slots, Head head, OutputLoss loss) {
        try (TorchScope scope = TorchScope.training(runtime)) {
            List<Parameter> trained = weights.trained();
            DecoderForward forward = forward(scope, columns, weights.adapter());
            NDArray outputs = head.of(forward);
            float[][] slopes = new float[slots.texts()][];
            double value = value(slots, outputs.toFloatArray(), loss, slopes);
            // The gradient of sum(slope * output) is the loss's: the engine never sees the loss itself.
            float[] flat = slots.flat(slopes);
            scope.backward(outputs.mul(scope.floats(flat, flat.length)).sum());
            for (Parameter p : trained) {
                FloatBuffer found = forward.gradient(p);
                if (found != null) {
                    p.accumulate(found);
                }
            }
            return value;
        }
    }

    private static double accumulate(Gpt2Pass pass, Slots slots, float[] outputs, OutputLoss loss) {
        float[][] slopes = new float[slots.texts()][];
        double value = value(slots, outputs, loss, slopes);
        pass.accumulate(slots.flat(slopes));
        return value;
    }

    /** The loss, and its derivative in the outputs. */
    private static double value(Slots slots, float[] outputs, OutputLoss loss, float[][] slopes) {
        float[][] ragged = finite(slots.ragged(outputs));
        for (int i = 0; i < ragged.length; i++) {
            slopes[i] = new float[ragged[i].length];
        }
        double value = loss.at(ragged, slopes);
        if (!Double.isFinite(value)) {
            throw new ArithmeticException("loss: " + value + " (expected: a finite number)");
        }
        return value;
    }

    private Gpt2Pass gpt2(TorchScope scope, TextColumns columns, Slots slots, double temperature, boolean keep) {
        return new Gpt2Pass(scope, config, weights.tensors(), columns, slots, temperature, keep);
    }

    private DecoderForward forward(TorchScope scope, TokenColumns columns, @Nullable LoraAdapter adapter) {
        return new DecoderForward(scope, config, weights.tensors(), adapter, columns);
    }

    void requireLogits() {
        if (config.output() == Output.SCORE) {
            throw new IllegalStateException("output: SCORE (expected: a model with logits)");
        }
    }

    private void requireScore() {
        if (!weights.hasScore()) {
            throw new IllegalStateException("score.weight: none (expected: a reward model, or addScore before)");
        }
    }

    private static float[][] finite(float[][] outputs) {
        for (int i = 0; i < outputs.length; i++) {
            for (int j = 0; j < outputs[i].length; j++) {
                if (!Float.isFinite(outputs[i][j])) {
                    throw new ArithmeticException("output " + j + " of row " + i + ": " + outputs[i][j]
                            + " (expected: a finite number; the weights or the configuration are out of range)");
                }
            }
        }
        return outputs;
    }
}
