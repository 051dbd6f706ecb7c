package io.github.rlllm.torch;

import ai.djl.ndarray.NDArray;
import io.github.rlllm.api.Snapshot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * A small GPT that can be trained: learned positions, pre-norm blocks, ReLU perceptrons, tied embeddings, no dropout,
 * and beside the language-model head a scalar head (a value or a reward for every position).
 *
 * <p>Rows are token arrays of any length from 2 (1 for scalars) to the context; shorter rows of a batch are padded on
 * the right, which a causal model never sees. For a row of n tokens
 *
 * <ul>
 *   <li>log-probabilities: n - 1 numbers, number j is {@code log p(row[j+1] | row[0..j])} in nats, temperature 1;
 *   <li>scalars: n numbers, number j is the head's output after {@code row[0..j]}.
 * </ul>
 *
 * <p>The weights live in Java ({@link GptWeights}); the engine sees them during a computation only, and gradients come
 * back to Java, where {@link AdamW} makes the step. So no memory of the engine outlives a call and a model need not be
 * closed. {@link #save} holds the weights, so save after {@link #step}, when no gradient is accumulated. Thread-safe
 * through the engine's one lock.
 */
public final class TinyGpt implements Snapshot {
    private final TorchRuntime runtime;
    private final GptConfig config;
    private final GptWeights weights;
    private final ByteBuffer[] nativeCopies;
    private final float[][] gradients;

    /**
     * A model for the engine.
     *
     * @param runtime the engine
     * @param initial the weights to begin with, copied
     */
    public TinyGpt(TorchRuntime runtime, GptWeights initial) {
        this.runtime = runtime;
        this.config = initial.config();
        this.weights = initial.copy();
        float[][] tensors = weights.tensors();
        this.nativeCopies = new ByteBuffer[tensors.length];
        this.gradients = new float[tensors.length][];
        for (int i = 0; i < tensors.length; i++) {
            gradients[i] = new float[tensors[i].length];
            nativeCopies[i] = TorchScope.aligned(tensors[i].length);
            nativeCopies[i].asFloatBuffer().put(tensors[i]);
        }
    }

    /**
     * The shape of the model.
     *
     * @return the shape
     */
    public GptConfig config() {
        return config;
    }

    /**
     * The weights as they are.
     *
     * @return a copy
     */
    public GptWeights weights() {
        runtime.lock().lock();
        try {
            return weights.copy();
        } finally {
            runtime.lock().unlock();
        }
    }

    /**
     * Scores of every token after every position.
     *
     * @param rows token rows
     * @return [row][position][token], before the softmax
     */
    public float[][][] logits(int[][] rows) {
        try (TorchScope scope = TorchScope.inference(runtime)) {
            Batch batch = new Batch(rows, 1);
            float[] flat = forward(scope)
                    .logits(batch.tokens, batch.rows, batch.longest)
                    .toFloatArray();
            int v = config.vocabulary();
            float[][][] logits = new float[rows.length][][];
            for (int i = 0; i < rows.length; i++) {
                logits[i] = new float[rows[i].length][];
                for (int j = 0; j < rows[i].length; j++) {
                    int from = (i * batch.longest + j) * v;
                    logits[i][j] = Arrays.copyOfRange(flat, from, from + v);
                }
            }
            return logits;
        }
    }

    /**
     * Exact log-probabilities of every token given those before it.
     *
     * @param rows token rows
     * @return one row each, one number shorter than it
     */
    public float[][] logProbs(int[][] rows) {
        try (TorchScope scope = TorchScope.inference(runtime)) {
            Batch batch = new Batch(rows, 2);
            return batch.ragged(logProbs(forward(scope), batch).toFloatArray(), 1);
        }
    }

    /**
     * The scalar head at every position.
     *
     * @param rows token rows
     * @return one row each, as long as it
     */
    public float[][] scalars(int[][] rows) {
        try (TorchScope scope = TorchScope.inference(runtime)) {
            Batch batch = new Batch(rows, 1);
            return batch.ragged(scalars(forward(scope), batch).toFloatArray(), 0);
        }
    }

    /**
     * Adds the gradient of a loss over log-probabilities to what was accumulated.
     *
     * @param rows token rows
     * @param loss of the outputs of {@link #logProbs}
     * @return the loss
     * @throws ArithmeticException if the loss is not finite
     */
    public double accumulateLogProbs(int[][] rows, OutputLoss loss) {
        try (TorchScope scope = TorchScope.training(runtime)) {
            Batch batch = new Batch(rows, 2);
            GptForward forward = forward(scope);
            return backward(scope, forward, batch, logProbs(forward, batch), 1, loss);
        }
    }

    /**
     * Adds the gradient of a loss over scalars to what was accumulated.
     *
     * @param rows token rows
     * @param loss of the outputs of {@link #scalars}
     * @return the loss
     * @throws ArithmeticException if the loss is not finite
     */
    public double accumulateScalars(int[][] rows, OutputLoss loss) {
        try (TorchScope scope = TorchScope.training(runtime)) {
            Batch batch = new Batch(rows, 1);
            GptForward forward = forward(scope);
            return backward(scope, forward, batch, scalars(forward, batch), 0, loss);
        }
    }

    /**
     * One step of the optimiser with the accumulated gradient, which is zero afterwards.
     *
     * @param optimiser made for this shape
     * @param rate the learning rate, at least 0
     * @return the global norm of the gradient before clipping
     * @throws ArithmeticException if the norm is not finite; nothing was changed then
     */
    public double step(AdamW optimiser, double rate) {
        runtime.lock().lock();
        try {
            double norm = optimiser.step(weights.tensors(), gradients, rate);
            float[][] tensors = weights.tensors();
            for (int i = 0; i < tensors.length; i++) {
                Arrays.fill(gradients[i], 0f);
                nativeCopies[i].asFloatBuffer().put(tensors[i]);
            }
            return norm;
        } finally {
            runtime.lock().unlock();
        }
    }

    @Override
    public byte[] save() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4 * weights.parameters() + 4);
        runtime.lock().lock();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            weights.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            runtime.lock().unlock();
        }
        return bytes.toByteArray();
    }

    @Override
    public void restore(byte[] state) {
        runtime.lock().lock();
        try {
            float[][] found = GptWeights.read(config, new DataInputStream(new ByteArrayInputStream(state)))
                    .tensors();
            float[][] tensors = weights.tensors();
            for (int i = 0; i < tensors.length; i++) {
                System.arraycopy(found[i], 0, tensors[i], 0, tensors[i].length);
                Arrays.fill(gradients[i], 0f);
                nativeCopies[i].asFloatBuffer().put(tensors[i]);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("state: " + state.length + " bytes (expected: of " + config + ")", e);
        } finally {
            runtime.lock().unlock();
        }
    }

    /** The accumulated gradient itself. */
    float[][] gradients() {
        return gradients;
    }

    private GptForward forward(TorchScope scope) {
        return new GptForward(scope, weights, nativeCopies);
    }

    private static NDArray logProbs(GptForward forward, Batch batch) {
        return forward.logProbs(batch.tokens, batch.shifted(), batch.rows, batch.longest);
    }

    private static NDArray scalars(GptForward forward, Batch batch) {
        return forward.scalars(batch.tokens, batch.rows, batch.longest);
    }

    private double backward(
            TorchScope scope, GptForward forward, Batch batch, NDArray outputs, int fewer, OutputLoss loss) {
        float[][] ragged = batch.ragged(outputs.toFloatArray(), fewer);
        float[][] slopes = new float[ragged.length][];
        for (int i = 0; i < slopes.length; i++) {
            slopes[i] = new float[ragged[i].length];
        }
        double value = loss.at(ragged, slopes);
        if (!Double.isFinite(value)) {
            throw new ArithmeticException("loss: " + value + " (expected: a finite number)");
        }
        NDArray weighted = outputs.mul(scope.floats(batch.flat(slopes), batch.rows, batch.longest));
        scope.backward(weighted.sum());
        for (int i = 0; i < gradients.length; i++) {
            FloatBuffer found = forward.gradient(i);
            float[] sum = gradients[i];
            for (int j = 0; j < sum.length; j++) {
                sum[j] += found.get(j);
            }
        }
        return value;
    }

    /** Rows of tokens side by side, padded on the right with token 0. */
    private final class Batch {
        private final int rows;
        private final int longest;
        private final int[] lengths;
        private final long[] tokens;

        Batch(int[][] input, int least) {
            rows = input.length;
            lengths = new int[rows];
            int most = 0;
            for (int i = 0; i < rows; i++) {
                lengths[i] = input[i].length;
                if (lengths[i] < least || lengths[i] > config.context()) {
                    throw new IllegalArgumentException("length of row " + i + ": " + lengths[i] + " (expected: " + least
                            + " to " + config.context() + ")");
                }
                most = Math.max(most, lengths[i]);
            }
            if (rows == 0) {
                throw new IllegalArgumentException("rows: 0 (expected: >= 1)");
            }
            longest = most;
            tokens = new long[rows * longest];
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < lengths[i]; j++) {
                    int token = input[i][j];
                    if (token < 0 || token >= config.vocabulary()) {
                        throw new IllegalArgumentException("token " + j + " of row " + i + ": " + token
                                + " (expected: 0 to " + (config.vocabulary() - 1) + ")");
                    }
                    tokens[i * longest + j] = token;
                }
            }
        }

        long[] shifted() {
            long[] next = new long[tokens.length];
            System.arraycopy(tokens, 1, next, 0, tokens.length - 1);
            return next;
        }

        float[][] ragged(float[] flat, int fewer) {
            float[][] ragged = new float[rows][];
            for (int i = 0; i < rows; i++) {
                ragged[i] = Arrays.copyOfRange(flat, i * longest, i * longest + lengths[i] - fewer);
            }
            return ragged;
        }

        float[] flat(float[][] ragged) {
            float[] flat = new float[rows * longest];
            for (int i = 0; i < rows; i++) {
                System.arraycopy(ragged[i], 0, flat, i * longest, ragged[i].length);
            }
            return flat;
        }
    }
}
