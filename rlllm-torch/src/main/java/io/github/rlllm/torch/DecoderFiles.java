package io.github.rlllm.torch;

import io.github.rlllm.torch.checkpoint.CheckpointWriter;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import io.github.rlllm.torch.checkpoint.ModelConfig.Output;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Writes the tensors of a {@link CausalLm}; the engine's lock is held for one tensor at a time. */
final class DecoderFiles {
    private DecoderFiles() {}

    /** The weights, without the adapter and, in a language model, without an added score head. */
    static void write(CausalLm model, DecoderWeights weights, Path file) throws IOException {
        write(
                model,
                model.locked((Supplier<List<Parameter>>) () -> weights.tensors().values().stream()
                        .filter(p -> model.config().output() == Output.SCORE || !p.name.equals(DecoderWeights.SCORE))
                        .toList()),
                file);
    }

    /** The model as one whose output is the score head. */
    static void writeReward(CausalLm model, DecoderWeights weights, Path folder) throws IOException {
        if (!model.locked(weights::hasScore)) {
            throw new IllegalStateException("score head: none (expected: one, added before)");
        }
        ModelConfig scored = model.config().withOutput(Output.SCORE);
        scored.write(folder.resolve("config.json"));
        List<Parameter> written = model.locked((Supplier<List<Parameter>>)
                () -> scored.tensors().keySet().stream().map(weights::named).toList());
        write(model, written, folder.resolve("model.safetensors"));
    }

    private static void write(CausalLm model, List<Parameter> written, Path file) throws IOException {
        try (CheckpointWriter writer = new CheckpointWriter(file)) {
            written.forEach(p -> writer.add(p.name, p.shape));
            for (Parameter p : written) {
                writer.write(model.locked(p::copy));
            }
        }
    }

    /** The adapter, with the score head if there is one. */
    static void writeAdapter(CausalLm model, DecoderWeights weights, Path folder) throws IOException {
        model.locked(() -> weights.attached()
                        .file(
                                weights.hasScore()
                                        ? weights.named(DecoderWeights.SCORE).copy()
                                        : null))
                .write(folder, model.config());
    }
}
