package io.github.rlllm.torch;

import ai.djl.ndarray.NDArray;
import io.github.rlllm.torch.checkpoint.Checkpoint;
import io.github.rlllm.torch.checkpoint.CheckpointWriter;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import io.github.rlllm.torch.checkpoint.ModelConfig.Family;
import io.github.rlllm.torch.checkpoint.ModelConfig.Output;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A decoder of a checkpoint: GPT-2, Llama, Qwen2, Qwen3 or Gemma 3 text, in single precision, without dropout. Rows,
 * log-probabilities, scalars and losses are those of {@link TinyGpt}; scalars come from {@code score.weight}, the head of
 * a reward model or, after {@link #addScore}, of a value.
 *
 * <p>A model is opened frozen. {@link #train} says what learns: all of it, or an attached adapter with the score head.
 * The weights lie in memory of the JVM, where the engine reads them, and gradients come back to Java, so nothing of the
 * engine outlives a call and a model need not be closed. Thread-safe through the engine's one lock.
 */
public final class CausalLm {
    private static final String SCORE = "score.weight";

    private final TorchRuntime runtime;
    private final ModelConfig config;
    private final Map<String, Parameter> weights = new LinkedHashMap<>();
    private @Nullable LoraAdapter adapter;
    private List<Parameter> trained = List.of();

    /** What learns. */
    public enum Trained {
        /** Nothing: all weights are frozen. */
        NOTHING,
        /** Every weight. */
        ALL,
        /** The attached adapter, and the score head if there is one. */
        ADAPTER
    }

    private CausalLm(TorchRuntime runtime, Checkpoint checkpoint) throws IOException {
        this.runtime = runtime;
        this.config = checkpoint.config();
        for (String name : checkpoint.names()) {
            Parameter parameter = allocate(checkpoint, name);
            checkpoint.read(name, parameter.numbers());
            weights.put(name, parameter);
        }
    }

    private static Parameter allocate(Checkpoint checkpoint, String name) {
        try {
            return new Parameter(name, checkpoint.shape(name));
        } catch (OutOfMemoryError e) {
            throw new IllegalStateException(
                    "memory for tensor " + name + " of " + checkpoint.place() + ": not left (expected: 4 bytes a number"
                            + " of the model in direct memory; -XX:MaxDirectMemorySize or -Xmx raises it)",
                    e);
        }
    }

    /**
     * Opens a checkpoint.
     *
     * @param runtime the engine
     * @param place as {@link Checkpoint#open} takes it
     * @return the model, frozen
     * @throws IOException if the checkpoint is damaged or of another architecture; the message says what was expected
     */
    public static CausalLm open(TorchRuntime runtime, Path place) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(place)) {
            return new CausalLm(runtime, checkpoint);
        }
    }

    /**
     * The architecture.
     *
     * @return as the checkpoint says
     */
    public ModelConfig config() {
        return config;
    }

    /**
     * The number of parameters, the adapter's not counted.
     *
     * @return the sum over all tensors
     */
    public long parameters() {
        return weights.values().stream().mapToLong(Parameter::size).sum();
    }

    /**
     * Scores of every token after every position.
     *
     * @param rows token rows
     * @param padding of the shorter rows
     * @return [row][position][token], before the softmax
     */
    public float[][][] logits(int[][] rows, Padding padding) {
        requireLogits();
        TokenRows batch = batch(rows, 1, padding);
        try (TorchScope scope = TorchScope.inference(runtime)) {
            NDArray all = forward(scope, batch).logits();
            int v = config.sizes().vocabulary();
            FloatBuffer flat = all.toByteBuffer(true).asFloatBuffer();
            float[][][] logits = new float[rows.length][][];
            for (int i = 0; i < rows.length; i++) {
                logits[i] = new float[rows[i].length][v];
                for (int j = 0; j < rows[i].length; j++) {
                    flat.get((i * batch.longest + batch.begin(i) + j) * v, logits[i][j]);
                }
            }
            return logits;
        }
    }

    /**
     * Exact log-probabilities of every token given those before it.
     *
     * @param rows token rows of at least 2
     * @param padding of the shorter rows
     * @return one row each, one number shorter than it, in nats
     * @throws ArithmeticException if one is not finite, as after a training that diverged
     */
    public float[][] logProbs(int[][] rows, Padding padding) {
        return logProbs(rows, padding, 1);
    }

    /**
     * {@link #logProbs(int[][], Padding)} of the distribution that is sampled at a temperature.
     *
     * @param rows token rows of at least 2
     * @param padding of the shorter rows
     * @param temperature by which the scores are divided, above 0
     * @return one row each, one number shorter than it, in nats
     * @throws ArithmeticException if one is not finite, as after a training that diverged
     */
    public float[][] logProbs(int[][] rows, Padding padding, double temperature) {
        requireLogits();
        TokenRows batch = batch(rows, 2, padding);
        try (TorchScope scope = TorchScope.inference(runtime)) {
            return batch.ragged(forward(scope, batch).logProbs(temperature).toFloatArray(), 1);
        }
    }

    /**
     * The score head at every position; a reward model's reward is the last.
     *
     * @param rows token rows
     * @param padding of the shorter rows
     * @return one row each, as long as it
     * @throws ArithmeticException if one is not finite
     */
    public float[][] scalars(int[][] rows, Padding padding) {
        TokenRows batch = batch(rows, 1, padding);
        try (TorchScope scope = TorchScope.inference(runtime)) {
            requireScore();
            return finite(batch.ragged(forward(scope, batch).scalars().toFloatArray(), 0));
        }
    }

    /**
     * Adds the gradient of a loss over log-probabilities to what was accumulated.
     *
     * @param rows token rows of at least 2, padded on the right
     * @param loss of the outputs of {@link #logProbs(int[][], Padding)}
     * @return the loss
     * @throws ArithmeticException if the loss is not finite
     * @throws IllegalStateException if nothing is trained
     */
    public double accumulateLogProbs(int[][] rows, OutputLoss loss) {
        return accumulateLogProbs(rows, 1, loss);
    }

    /**
     * {@link #accumulateLogProbs(int[][], OutputLoss)} at a temperature.
     *
     * @param rows token rows of at least 2, padded on the right
     * @param temperature by which the scores are divided, above 0
     * @param loss of the outputs of {@link #logProbs(int[][], Padding, double)}
     * @return the loss
     */
    public double accumulateLogProbs(int[][] rows, double temperature, OutputLoss loss) {
        requireLogits();
        TokenRows batch = batch(rows, 2, Padding.RIGHT);
        try (TorchScope scope = TorchScope.training(runtime)) {
            DecoderForward forward = forward(scope, batch);
            return backward(scope, forward, batch, forward.logProbs(temperature), 1, loss);
        }
    }

    /**
     * Adds the gradient of a loss over scalars to what was accumulated.
     *
     * @param rows token rows, padded on the right
     * @param loss of the outputs of {@link #scalars}
     * @return the loss
     * @throws ArithmeticException if the loss is not finite
     * @throws IllegalStateException if nothing is trained
     */
    public double accumulateScalars(int[][] rows, OutputLoss loss) {
        TokenRows batch = batch(rows, 1, Padding.RIGHT);
        try (TorchScope scope = TorchScope.training(runtime)) {
            requireScore();
            DecoderForward forward = forward(scope, batch);
            return backward(scope, forward, batch, forward.scalars(), 0, loss);
        }
    }

    /**
     * Says what learns; accumulated gradients are dropped.
     *
     * @param what learns from now on
     * @throws IllegalStateException if it is the adapter and none is attached
     */
    public void train(Trained what) {
        locked(() -> {
            List<Parameter> all = new ArrayList<>(weights.values());
            List<Parameter> next = new ArrayList<>();
            if (adapter != null) {
                all.addAll(adapter.parameters());
            }
            if (what == Trained.ALL) {
                next.addAll(weights.values());
            } else if (what == Trained.ADAPTER) {
                if (adapter == null) {
                    throw new IllegalStateException("adapter: none (expected: one that was attached)");
                }
                next.addAll(adapter.parameters());
                Parameter score = weights.get(SCORE);
                if (score != null) {
                    next.add(score);
                }
            }
            all.forEach(p -> p.train(next.contains(p)));
            trained = List.copyOf(next);
            return trained.size();
        });
    }

    /**
     * An optimiser for what is trained now. Decay falls on matrices, not on gains, biases and the score head.
     *
     * @param settings of the optimiser
     * @return an optimiser that has made no step
     * @throws IllegalStateException if nothing is trained
     */
    public AdamW optimiser(AdamW.Config settings) {
        return locked(() -> {
            requireTrained();
            float[][] zeros = new float[trained.size()][];
            boolean[] decayed = new boolean[zeros.length];
            for (int i = 0; i < zeros.length; i++) {
                Parameter p = trained.get(i);
                zeros[i] = new float[p.size()];
                decayed[i] = p.shape.length == 2 && !p.name.equals(SCORE);
            }
            return new AdamW(settings, zeros, decayed);
        });
    }

    /**
     * One step of the optimiser with the accumulated gradient, which is zero afterwards.
     *
     * @param optimiser made by {@link #optimiser} for what is trained
     * @param rate the learning rate, at least 0
     * @return the global norm of the gradient before clipping
     * @throws ArithmeticException if the norm is not finite; nothing was changed then
     */
    public double step(AdamW optimiser, double rate) {
        return locked(() -> {
            requireTrained();
            float[][] values = trained.stream().map(Parameter::values).toArray(float[][]::new);
            float[][] gradients = trained.stream().map(Parameter::gradient).toArray(float[][]::new);
            double norm = optimiser.step(values, gradients, rate);
            trained.forEach(Parameter::stepped);
            return norm;
        });
    }

    /**
     * Adds a head of one scalar a position, or replaces it; {@link #train} has to be called again.
     *
     * @param head as many numbers as the model is wide
     */
    public void addScore(float[] head) {
        locked(() -> {
            Parameter score = new Parameter(SCORE, 1, config.sizes().width());
            score.set(head);
            weights.put(SCORE, score);
            train(Trained.NOTHING);
            return score;
        });
    }

    /**
     * Lets an adapter take part in every computation; one at a time. A score head that came with it becomes the model's.
     * All is frozen afterwards.
     *
     * @param added made for this architecture
     * @throws IllegalStateException if another is attached
     */
    public void attach(LoraAdapter added) {
        locked(() -> {
            if (adapter != null) {
                throw new IllegalStateException("adapter: one is attached (expected: none; detach or merge it)");
            }
            for (String module : added.modules()) {
                if (!weights.containsKey(module + ".weight")) {
                    throw new IllegalArgumentException(
                            "adapter: for " + module + " (expected: a map of this " + config.family() + " model)");
                }
            }
            float[] score = added.score();
            if (score != null) {
                addScore(score);
            }
            adapter = added;
            train(Trained.NOTHING);
            return added;
        });
    }

    /** Takes the adapter off, if there is one; all is frozen afterwards. */
    public void detach() {
        locked(() -> {
            train(Trained.NOTHING);
            adapter = null;
            return true;
        });
    }

    /** Adds the adapter to the weights and takes it off: {@code W + s B A}. All is frozen afterwards. */
    public void merge() {
        locked(() -> {
            train(Trained.NOTHING);
            LoraAdapter merged = adapter;
            if (merged == null) {
                throw new IllegalStateException("adapter: none (expected: one that was attached)");
            }
            for (String module : merged.modules()) {
                LoraAdapter.Pair pair = merged.pair(module);
                Parameter weight = weights.get(module + ".weight");
                if (pair != null && weight != null) {
                    LoraAdapter.merge(pair, weight, config.family() == Family.GPT2);
                }
            }
            adapter = null;
            return true;
        });
    }

    /**
     * Writes the attached adapter, and the score head if there is one, as PEFT reads them.
     *
     * @param folder made if it is not there
     * @throws IOException if it cannot be written
     */
    public void saveAdapter(Path folder) throws IOException {
        LoraAdapter saved = adapter;
        if (saved == null) {
            throw new IllegalStateException("adapter: none (expected: one that was attached)");
        }
        float[] score = weights.containsKey(SCORE) ? weight(SCORE) : null;
        locked(() -> saved.file(score)).write(folder, config);
    }

    /**
     * Writes config.json and model.safetensors, without the adapter, as transformers reads them; a tokenizer is copied by
     * whoever has one.
     *
     * @param folder made if it is not there
     * @throws IOException if they cannot be written
     * @throws IllegalStateException if config.json cannot say what a GGUF file said
     */
    public void save(Path folder) throws IOException {
        Files.createDirectories(folder);
        config.write(folder.resolve("config.json"));
        saveWeights(folder.resolve("model.safetensors"));
    }

    /**
     * Writes the weights as model.safetensors, without the adapter and, in a language model, without an added score head.
     *
     * @param file to write
     * @throws IOException if it cannot be written
     */
    public void saveWeights(Path file) throws IOException {
        try (CheckpointWriter writer = new CheckpointWriter(file)) {
            List<Parameter> written = weights.values().stream()
                    .filter(p -> config.output() == Output.SCORE || !p.name.equals(SCORE))
                    .toList();
            written.forEach(p -> writer.add(p.name, p.shape));
            for (Parameter p : written) {
                writer.write(locked(p::copy));
            }
        }
    }

    /**
     * A tensor's numbers.
     *
     * @param name of the checkpoint
     * @return a copy, row-major
     */
    public float[] weight(String name) {
        return locked(() -> named(name).copy());
    }

    /** The accumulated gradient of a trained tensor. */
    float[] gradient(String name) {
        return named(name).gradient();
    }

    private Parameter named(String name) {
        Parameter found = weights.get(name);
        if (found == null && adapter != null) {
            found = adapter.parameters().stream()
                    .filter(p -> p.name.equals(name))
                    .findFirst()
                    .orElse(null);
        }
        if (found == null) {
            throw new IllegalArgumentException("tensor: " + name + " (expected: one of " + weights.keySet() + ")");
        }
        return found;
    }

    private <T> T locked(Supplier<T> work) {
        runtime.lock().lock();
        try {
            return work.get();
        } finally {
            runtime.lock().unlock();
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

    private void requireTrained() {
        if (trained.isEmpty()) {
            throw new IllegalStateException("trained: NOTHING (expected: ALL or ADAPTER, said by train)");
        }
    }

    private void requireLogits() {
        if (config.output() == Output.SCORE) {
            throw new IllegalStateException("output: SCORE (expected: a model with logits)");
        }
    }

    private void requireScore() {
        if (!weights.containsKey(SCORE)) {
            throw new IllegalStateException("score.weight: none (expected: a reward model, or addScore before)");
        }
    }

    private TokenRows batch(int[][] rows, int least, Padding padding) {
        return new TokenRows(
                rows, least, config.sizes().context(), config.sizes().vocabulary(), padding);
    }

    private DecoderForward forward(TorchScope scope, TokenRows batch) {
        return new DecoderForward(scope, config, weights, adapter, batch);
    }

    private double backward(
            TorchScope scope, DecoderForward forward, TokenRows batch, NDArray outputs, int fewer, OutputLoss loss) {
        requireTrained();
        float[][] ragged = finite(batch.ragged(outputs.toFloatArray(), fewer));
        float[][] slopes =
                Arrays.stream(ragged).map(row -> new float[row.length]).toArray(float[][]::new);
        double value = loss.at(ragged, slopes);
        if (!Double.isFinite(value)) {
            throw new ArithmeticException("loss: " + value + " (expected: a finite number)");
        }
        NDArray weighted = outputs.mul(scope.floats(batch.flat(slopes), batch.rows, batch.longest));
        scope.backward(weighted.sum());
        for (Parameter p : trained) {
            FloatBuffer found = forward.gradient(p);
            if (found != null) {
                p.accumulate(found);
            }
        }
        return value;
    }
}
