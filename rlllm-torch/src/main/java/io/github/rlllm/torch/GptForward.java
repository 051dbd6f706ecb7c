package io.github.rlllm.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * The network of {@link TinyGpt} inside one scope. Shapes: B rows, T positions, D width, H heads, V tokens. The left
 * operand of every operation is an activation, which belongs to the scope. No operation takes a Java number: the engine's
 * binding frees the memory of such a number at once, while the gradient reads it later.
 */
final class GptForward {
    private static final float NORM_EPSILON = 1e-5f;
    private static final float MASKED = -1e9f;

    private final TorchScope scope;
    private final GptConfig config;
    private final NDArray[] parameters;

    GptForward(TorchScope scope, GptWeights weights, ByteBuffer[] memory) {
        this.scope = scope;
        this.config = weights.config();
        this.parameters = new NDArray[memory.length];
        for (int i = 0; i < memory.length; i++) {
            parameters[i] = scope.parameter(memory[i], new Shape(weights.shape(i)));
        }
    }

    /** [B, T, V], before the softmax. */
    NDArray logits(long[] tokens, int rows, int length) {
        return hidden(tokens, rows, length).matMul(parameters[0].transpose());
    }

    /** [B, T]: the log-probability of {@code next} after each position. */
    NDArray logProbs(long[] tokens, long[] next, int rows, int length) {
        return logits(tokens, rows, length)
                .logSoftmax(-1)
                .gather(scope.longs(next, rows, length, 1), 2)
                .squeeze(2);
    }

    /** [B, T]: the scalar head. */
    NDArray scalars(long[] tokens, int rows, int length) {
        return linear(hidden(tokens, rows, length), parameters.length - 2).squeeze(2);
    }

    /** The gradient of a parameter in its own order, valid until the scope ends. */
    FloatBuffer gradient(int parameter) {
        return parameters[parameter].getGradient().toByteBuffer(true).asFloatBuffer();
    }

    /** [B, T, D]: after the last norm. */
    private NDArray hidden(long[] tokens, int rows, int length) {
        long d = config.width();
        long h = config.heads();
        NDArray mask = scope.floats(causal(length), length, length);
        NDArray scale = scope.floats(new float[] {(float) (1 / Math.sqrt((double) d / h))}, 1);
        NDArray ids = scope.longs(tokens, rows, length);
        NDArray x = embed(ids, 0).add(embed(scope.longs(count(length), length), 1));
        for (int layer = 0; layer < config.layers(); layer++) {
            int p = GptWeights.FIRST_LAYER + layer * GptWeights.PER_LAYER;
            NDList qkv = linear(norm(x, p), p + 2)
                    .reshape(rows, length, 3, h, d / h)
                    .transpose(2, 0, 3, 1, 4)
                    .split(3, 0);
            NDArray q = qkv.get(0).squeeze(0);
            NDArray k = qkv.get(1).squeeze(0);
            NDArray v = qkv.get(2).squeeze(0);
            NDArray attention = q.matMul(k.swapAxes(2, 3)).mul(scale).add(mask).softmax(-1);
            NDArray mixed = attention.matMul(v).swapAxes(1, 2).reshape(rows, length, d);
            x = x.add(linear(mixed, p + 4));
            NDArray up = linear(norm(x, p + 6), p + 8).getNDArrayInternal().relu();
            x = x.add(linear(up, p + 10));
        }
        return norm(x, parameters.length - 4);
    }

    private NDArray norm(NDArray x, int p) {
        Shape width = new Shape(config.width());
        return LayerNorm.layerNorm(x, width, parameters[p], parameters[p + 1], NORM_EPSILON)
                .singletonOrThrow();
    }

    private NDArray linear(NDArray x, int p) {
        return Linear.linear(x, parameters[p], parameters[p + 1]).singletonOrThrow();
    }

    private NDArray embed(NDArray ids, int table) {
        return Embedding.embedding(ids, parameters[table], SparseFormat.DENSE).singletonOrThrow();
    }

    private static long[] count(int n) {
        long[] count = new long[n];
        for (int i = 0; i < n; i++) {
            count[i] = i;
        }
        return count;
    }

    private static float[] causal(int n) {
        float[] mask = new float[n * n];
        for (int i = 0; i < n; i++) {
            Arrays.fill(mask, i * n + i + 1, (i + 1) * n, MASKED);
        }
        return mask;
    }
}
