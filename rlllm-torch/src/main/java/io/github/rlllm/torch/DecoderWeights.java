package io.github.rlllm.torch;

import io.github.rlllm.engine.run.Checkpoint;
import io.github.rlllm.torch.CausalLm.Trained;
import io.github.rlllm.torch.checkpoint.ModelConfig;
import io.github.rlllm.torch.checkpoint.ModelConfig.Family;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The tensors of a {@link CausalLm}, its adapter, and which of them learn. The caller holds the engine's lock. */
final class DecoderWeights {
    static final String SCORE = "score.weight";

    private final ModelConfig config;
    private final Map<String, Parameter> tensors = new LinkedHashMap<>();
    private @Nullable LoraAdapter adapter;
    private List<Parameter> trained = List.of();

    DecoderWeights(io.github.rlllm.torch.checkpoint.Checkpoint checkpoint) throws IOException {
        config = checkpoint.config();
        for (String name : checkpoint.names()) {
            Parameter parameter = allocate(checkpoint, name);
            checkpoint.read(name, parameter.numbers());
            tensors.put(name, parameter);
        }
    }

    private DecoderWeights(ModelConfig config) {
        this.config = config;
    }

    /** Weights before any training. */
    static DecoderWeights draw(ModelConfig config, RandomGenerator rng) {
        DecoderWeights drawn = new DecoderWeights(config);
        config.tensors().forEach((name, shape) -> {
            Parameter parameter = new Parameter(name, shape);
            parameter.set(DrawnTensors.draw(config, name, shape, rng));
            drawn.tensors.put(name, parameter);
        });
        return drawn;
    }

    /** Frozen ones with the same numbers and, if there is one, a copy of the adapter. */
    DecoderWeights copy() {
        DecoderWeights copy = new DecoderWeights(config);
        tensors.forEach((name, parameter) -> copy.tensors.put(name, parameter.twin()));
        copy.adapter = adapter == null ? null : adapter.copy();
        return copy;
    }

    private static Parameter allocate(io.github.rlllm.torch.checkpoint.Checkpoint checkpoint, String name) {
        try {
            return new Parameter(name, checkpoint.shape(name));
        } catch (OutOfMemoryError e) {
            throw new IllegalStateException(
                    "memory for tensor " + name + " of " + checkpoint.place() + ": not left (expected: 4 bytes a number"
                            + " of the model in direct memory; -XX:MaxDirectMemorySize or -Xmx raises it)",
                    e);
        }
    }

    ModelConfig config() {
        return config;
    }

    Map<String, Parameter> tensors() {
        return tensors;
    }

    @Nullable
    LoraAdapter adapter() {
        return adapter;
    }

    boolean hasScore() {
        return tensors.containsKey(SCORE);
    }

    /** What learns; not empty. */
    List<Parameter> trained() {
        if (trained.isEmpty()) {
            throw new IllegalStateException("trained: NOTHING (expected: ALL or ADAPTER, said by train)");
        }
        return trained;
    }

    LoraAdapter attached() {
        if (adapter == null) {
            throw new IllegalStateException("adapter: none (expected: one that was attached)");
        }
        return adapter;
    }

    void train(Trained what) {
        List<Parameter> next = new ArrayList<>();
        if (what == Trained.ALL) {
            next.addAll(tensors.values());
        } else if (what == Trained.ADAPTER) {
            next.addAll(attached().parameters());
            Parameter score = tensors.get(SCORE);
            if (score != null) {
                next.add(score);
            }
        }
        tensors.values().forEach(p -> p.train(next.contains(p)));
        if (adapter != null) {
            adapter.parameters().forEach(p -> p.train(next.contains(p)));
        }
        trained = List.copyOf(next);
    }

    AdamW optimiser(AdamW.Config settings) {
        float[][] zeros = new float[trained().size()][];
        boolean[] decayed = new boolean[zeros.length];
        for (int i = 0; i < zeros.length; i++) {
            Parameter p = trained.get(i);
            zeros[i] = new float[p.size()];
            decayed[i] = p.shape.length == 2 && !p.name.equals(SCORE);
        }
        return new AdamW(settings, zeros, decayed);
    }

    /** The numbers of what is trained, by name. */
    byte[] save() {
        Checkpoint.Builder state = new Checkpoint.Builder();
        trained().forEach(p -> state.floats(p.name, p.values()));
        return state.build().encode();
    }

    /** Puts back what {@link #save} gave while the same was trained; accumulated gradients are dropped. */
    void restore(byte[] state) {
        Checkpoint saved = Checkpoint.ofState(state);
        List<String> names = trained().stream().map(p -> p.name).toList();
        if (!List.copyOf(saved.names()).equals(names)) {
            throw new IllegalArgumentException(
                    "state: of " + saved.names() + " (expected: of what is trained, " + names + ")");
        }
        List<float[]> numbers = trained.stream().map(p -> saved.floats(p.name)).toList();
        for (int i = 0; i < numbers.size(); i++) {
            trained.get(i).requireSize(numbers.get(i));
        }
        for (int i = 0; i < numbers.size(); i++) {
            trained.get(i).set(numbers.get(i));
            trained.get(i).train(true);
        }
    }

    double step(AdamW optimiser, double rate) {
        float[][] values = trained().stream().map(Parameter::values).toArray(float[][]::new);
        float[][] gradients = trained.stream().map(Parameter::gradient).toArray(float[][]::new);
        double norm = optimiser.step(values, gradients, rate);
        trained.forEach(Parameter::stepped);
        return norm;
    }

    void addScore(float[] head) {
        Parameter score = new Parameter(SCORE, 1, config.sizes().width());
        score.set(head);
        tensors.put(SCORE, score);
        train(Trained.NOTHING);
    }

    void attach(LoraAdapter added) {
        if (adapter != null) {
            throw new IllegalStateException("adapter: one is attached (expected: none; detach or merge it)");
        }
        for (String module : added.modules()) {
            if (!tensors.containsKey(module + ".weight")) {
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
    }

    void detach() {
        train(Trained.NOTHING);
        adapter = null;
    }

    void merge() {
        LoraAdapter merged = attached();
        train(Trained.NOTHING);
        for (String module : merged.modules()) {
            LoraAdapter.Pair pair = merged.pair(module);
            Parameter weight = tensors.get(module + ".weight");
            if (pair != null && weight != null) {
                float[] sum = weight.copy();
                LoraAdapter.merge(pair, sum, config.family() == Family.GPT2);
                weight.set(sum);
            }
        }
        adapter = null;
    }

    Parameter named(String name) {
        Parameter found = tensors.get(name);
        if (found == null && adapter != null) {
            found = adapter.parameters().stream()
                    .filter(p -> p.name.equals(name))
                    .findFirst()
                    .orElse(null);
        }
        if (found == null) {
            throw new IllegalArgumentException("tensor: " + name + " (expected: one of " + tensors.keySet() + ")");
        }
        return found;
    }
}
