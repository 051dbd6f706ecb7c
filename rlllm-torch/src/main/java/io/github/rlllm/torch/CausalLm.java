package io.github.rlllm.torch;

import io.github.rlllm.api.Snapshot;
import io.github.rlllm.engine.nn.Kernels;
import io.github.rlllm.torch.checkpoint.Checkpoint;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A decoder of a checkpoint or a drawn one: GPT-2, Llama, Qwen2, Qwen3 or Gemma 3 text, in single precision, without dropout.
 *
 * <p>Rows are token arrays of any length from 2 (1 for scalars) to the context; shorter rows of a batch are padded, which the
 * others never see. For a row of n tokens
 *
 * <ul>
 *   <li>log-probabilities: n - 1 numbers, number j is {@code log p(row[j+1] | row[0..j])} in nats, temperature 1;
 *   <li>scalars: n numbers, number j is what {@code score.weight} gives after {@code row[0..j]}: the head of a reward model
 *       or, after {@link #addScore}, of a value.
 * </ul>
 *
 * <p>A model is opened frozen. {@link #train} says what learns: all of it, or an attached adapter with the score head.
 * The weights lie in memory of the JVM, where the engine reads them, and gradients come back to Java, so nothing of the
 * engine outlives a call and a model need not be closed. Thread-safe through the engine's one lock.
 */
public final class CausalLm implements Snapshot {
    private final TorchRuntime runtime;
    private final ModelConfig config;
    private final DecoderWeights weights;
    private final DecoderPasses passes;
    private int changes;
    private @Nullable PackedWeights packed;
    private int packedAt;

    /** What learns. */
    public enum Trained {
        /** Nothing: all weights are frozen. */
        NOTHING,
        /** Every weight. */
        ALL,
        /** The attached adapter, and the score head if there is one. */
        ADAPTER
    }

    private CausalLm(TorchRuntime runtime, DecoderWeights weights) {
        this.runtime = runtime;
        this.config = weights.config();
        this.weights = weights;
        this.passes = new DecoderPasses(runtime, weights);
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
            return new CausalLm(runtime, new DecoderWeights(checkpoint));
        }
    }

    /**
     * A model before any training, as GPT-2 begins: matrices normal with deviation .02, those that write into the residual
     * stream divided by the root of twice the number of layers, biases 0, gains 1.
     *
     * @param runtime the engine
     * @param config the architecture
     * @param rng the source of randomness
     * @return the model, frozen
     */
    public static CausalLm draw(TorchRuntime runtime, ModelConfig config, RandomGenerator rng) {
        return new CausalLm(runtime, DecoderWeights.draw(config, rng));
    }

    /**
     * A model of its own with the same numbers, adapter and score head, such as the reference that a training is held to.
     *
     * @return the copy, frozen
     */
    public CausalLm copy() {
        return new CausalLm(runtime, locked(weights::copy));
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
        return locked(() ->
                weights.tensors().values().stream().mapToLong(Parameter::size).sum());
    }

    /**
     * Scores of every token after every position.
     *
     * @param rows token rows
     * @param padding of the shorter rows
     * @return [row][position][token], before the softmax
     */
    public float[][][] logits(int[][] rows, Padding padding) {
        return passes.logits(rows, padding);
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
        TokenRows batch = passes.rows(rows, 2, padding);
        return passes.logProbs(batch, Slots.all(batch, 1), temperature, true);
    }

    /**
     * Exact log-probabilities of completions; nothing is computed for the tokens of prompts but what completions see.
     *
     * @param batch prompts and completions
     * @param temperature by which the scores are divided, above 0
     * @return one row a completion, one number a token, in nats
     * @throws ArithmeticException if one is not finite
     */
    public double[][] logProbs(CompletionBatch batch, double temperature) {
        return logProbs(batch, temperature, true);
    }

    /**
     * {@link #logProbs(CompletionBatch, double)} with the adapter off, if there is one: the reference that an adapter's
     * training is held to, without a second copy of the model.
     *
     * @param batch prompts and completions
     * @param temperature by which the scores are divided, above 0
     * @return one row a completion, one number a token, in nats
     * @throws ArithmeticException if one is not finite
     */
    public double[][] baseLogProbs(CompletionBatch batch, double temperature) {
        return logProbs(batch, temperature, false);
    }

    private double[][] logProbs(CompletionBatch batch, double temperature, boolean adapted) {
        TextColumns columns = passes.columns(batch);
        return CompletionBatch.doubles(passes.logProbs(columns, batch.slots(columns), temperature, adapted));
    }

    /**
     * The score head at each text's last token: a reward model's rewards.
     *
     * @param rows token rows
     * @return one number a row
     * @throws ArithmeticException if one is not finite
     */
    public double[] scores(int[][] rows) {
        TokenRows batch = passes.rows(rows, 1, Padding.RIGHT);
        double[][] scores = CompletionBatch.doubles(passes.scalars(batch, Slots.last(batch)));
        return Arrays.stream(scores).mapToDouble(row -> row[0]).toArray();
    }

    /**
     * The score head at every position, such as the values of a critic.
     *
     * @param rows token rows
     * @param padding of the shorter rows
     * @return one row each, as long as it
     * @throws ArithmeticException if one is not finite
     */
    public float[][] scalars(int[][] rows, Padding padding) {
        TokenRows batch = passes.rows(rows, 1, padding);
        return passes.scalars(batch, Slots.all(batch, 0));
    }

    /**
     * The mean of what stands on the last norm, over a row's positions.
     *
     * @param rows token rows
     * @param padding of the shorter rows
     * @return one row each, as wide as the model
     */
    public float[][] means(int[][] rows, Padding padding) {
        return passes.means(rows, padding);
    }

    /**
     * The score head before each token of completions: the values of a critic.
     *
     * @param batch prompts and completions
     * @return one row a completion, one number a token
     * @throws ArithmeticException if one is not finite
     */
    public double[][] scalars(CompletionBatch batch) {
        TextColumns columns = passes.columns(batch);
        return CompletionBatch.doubles(passes.scalars(columns, batch.slots(columns)));
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
        TokenRows batch = passes.rows(rows, 2, Padding.RIGHT);
        return passes.accumulateLogProbs(batch, Slots.all(batch, 1), temperature, loss);
    }

    /**
     * Adds the gradient of a loss over completions to what was accumulated.
     *
     * @param batch prompts and completions
     * @param temperature by which the scores are divided, above 0
     * @param loss of the outputs of {@link #logProbs(CompletionBatch, double)}
     * @return the loss
     * @throws ArithmeticException if a log-probability or the loss is not finite
     * @throws IllegalStateException if nothing is trained
     */
    public double accumulateLogProbs(CompletionBatch batch, double temperature, CompletionBatch.Loss loss) {
        TextColumns columns = passes.columns(batch);
        return passes.accumulateLogProbs(
                columns, batch.slots(columns), temperature, CompletionBatch.overCompletions(loss));
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
        TokenRows batch = passes.rows(rows, 1, Padding.RIGHT);
        return passes.accumulateScalars(batch, Slots.all(batch, 0), loss);
    }

    /**
     * Adds the gradient of a loss over {@link #scores} to what was accumulated.
     *
     * @param rows token rows
     * @param loss of one output a row
     * @return the loss
     * @throws ArithmeticException if a score or the loss is not finite
     */
    public double accumulateScores(int[][] rows, OutputLoss loss) {
        TokenRows batch = passes.rows(rows, 1, Padding.RIGHT);
        return passes.accumulateScalars(batch, Slots.last(batch), loss);
    }

    /**
     * Adds the gradient of a loss over {@link #scalars(CompletionBatch)} to what was accumulated.
     *
     * @param batch prompts and completions
     * @param loss of one number a token
     * @return the loss
     * @throws ArithmeticException if a scalar or the loss is not finite
     */
    public double accumulateScalars(CompletionBatch batch, CompletionBatch.Loss loss) {
        TextColumns columns = passes.columns(batch);
        return passes.accumulateScalars(columns, batch.slots(columns), CompletionBatch.overCompletions(loss));
    }

    /**
     * Says what learns; accumulated gradients are dropped.
     *
     * @param what learns from now on
     * @throws IllegalStateException if it is the adapter and none is attached
     */
    public void train(Trained what) {
        changeLocked(() -> weights.train(what));
    }

    /**
     * An optimiser for what is trained now. Decay falls on matrices, not on gains, biases and the score head.
     *
     * @param settings of the optimiser
     * @return an optimiser that has made no step
     * @throws IllegalStateException if nothing is trained
     */
    public AdamW optimiser(AdamW.Config settings) {
        return locked(() -> weights.optimiser(settings));
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
            changes++;
            return weights.step(optimiser, rate);
        });
    }

    /**
     * Adds a head of one scalar a position, or replaces it; {@link #train} has to be called again.
     *
     * @param head as many numbers as the model is wide
     */
    public void addScore(float[] head) {
        changeLocked(() -> weights.addScore(head));
    }

    /**
     * Lets an adapter take part in every computation; one at a time. A score head that came with it becomes the model's.
     * All is frozen afterwards.
     *
     * @param added made for this architecture
     * @throws IllegalStateException if another is attached
     */
    public void attach(LoraAdapter added) {
        changeLocked(() -> weights.attach(added));
    }

    /** Takes the adapter off, if there is one; all is frozen afterwards. */
    public void detach() {
        changeLocked(weights::detach);
    }

    /** Adds the adapter to the weights and takes it off: {@code W + s B A}. All is frozen afterwards. */
    public void merge() {
        changeLocked(weights::merge);
    }

    /**
     * Writes the attached adapter, and the score head if there is one, as PEFT reads them.
     *
     * @param folder made if it is not there
     * @throws IOException if it cannot be written
     */
    public void saveAdapter(Path folder) throws IOException {
        DecoderFiles.writeAdapter(this, weights, folder);
    }

    /**
     * Writes config.json and model.safetensors, without the adapter, as transformers reads them; no tokenizer.
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
     * Writes config.json and model.safetensors of the model as a reward model, without the adapter: the score head in place of
     * the logits, one label, as transformers reads it; no tokenizer.
     *
     * @param folder made if it is not there
     * @throws IOException if they cannot be written
     * @throws IllegalStateException if the model has no score head, or config.json cannot say what a GGUF file said
     */
    public void saveReward(Path folder) throws IOException {
        Files.createDirectories(folder);
        DecoderFiles.writeReward(this, weights, folder);
    }

    /**
     * Writes the weights as model.safetensors, without the adapter and, in a language model, without an added score head.
     *
     * @param file to write
     * @throws IOException if it cannot be written
     */
    public void saveWeights(Path file) throws IOException {
        DecoderFiles.write(this, weights, file);
    }

    /**
     * The weights of what is trained, without gradients: a state to go on from between two steps.
     *
     * @throws IllegalStateException if nothing is trained
     */
    @Override
    public byte[] save() {
        return locked(weights::save);
    }

    /**
     * Puts back what {@link #save} gave; {@link #train} says the same as then. Accumulated gradients are dropped.
     *
     * @throws IllegalArgumentException if it is of other tensors; nothing was changed then
     */
    @Override
    public void restore(byte[] state) {
        changeLocked(() -> weights.restore(state));
    }

    /**
     * A tensor's numbers.
     *
     * @param name of the checkpoint
     * @return a copy, row-major
     */
    public float[] weight(String name) {
        return locked(() -> weights.named(name).copy());
    }

    /** The accumulated gradient of a trained tensor. */
    float[] gradient(String name) {
        return weights.named(name).gradient();
    }

    /** What it computes with now, for the decoders in Java; made anew after a change, used under the lock. */
    PackedWeights packed() {
        passes.requireLogits();
        if (packed == null || packedAt != changes) {
            packed = null;
            packed = packed(Kernels.fastest());
            packedAt = changes;
        }
        return packed;
    }

    PackedWeights packed(Kernels kernels) {
        return new PackedWeights(config, weights.tensors(), weights.adapter(), kernels);
    }

    <T> T locked(Supplier<T> work) {
        runtime.lock().lock();
        try {
            return work.get();
        } finally {
            runtime.lock().unlock();
        }
    }

    private void changeLocked(Runnable work) {
        locked(() -> {
            changes++;
            work.run();
            return true;
        });
    }
}
